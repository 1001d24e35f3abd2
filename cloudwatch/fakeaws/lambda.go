package fakeaws

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/schemas"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Concurrency is how many invocations at once the accounts of a Lambda may have: more than by default.
const Concurrency = 3000

// Lambda starts a Lambda that lists event source mappings, at most so many a
// page, and answers its address; it stops with the test.
func Lambda(tb testing.TB, perPage int, mappings ...types.EventSourceMappingConfiguration) string {
	tb.Helper()
	if perPage < 1 {
		tb.Fatalf("fakeaws: pages of %d event source mappings never end", perPage)
	}
	list := func(w http.ResponseWriter, r *http.Request) {
		out, refusal := listMappings(r, perPage, mappings)
		if refusal != nil {
			lambda.fail(w, *refusal)
			return
		}
		lambda.succeed(w, schemas.ListEventSourceMappings, schemas.ListEventSourceMappingsResponse, out)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+mappingsPath, list)
	mux.HandleFunc("GET "+mappingsPath+"/{$}", list)
	settings := func(w http.ResponseWriter, _ *http.Request) {
		lambda.succeed(w, schemas.GetAccountSettings, schemas.GetAccountSettingsResponse, &api.GetAccountSettingsOutput{
			AccountLimit: &types.AccountLimit{ConcurrentExecutions: Concurrency}})
	}
	mux.HandleFunc("GET "+settingsPath, settings)
	mux.HandleFunc("GET "+settingsPath+"/{$}", settings)
	server := httptest.NewServer(mux)
	tb.Cleanup(server.Close)
	return server.URL
}

// listMappings returns a page of the mappings of one event source, or of all. A
// marker is how many there were on the pages before.
func listMappings(r *http.Request, perPage int,
	all []types.EventSourceMappingConfiguration) (*api.ListEventSourceMappingsOutput, *apiError) {
	query := r.URL.Query()
	if query.Has("FunctionName") {
		return nil, &apiError{http.StatusBadRequest, "", "InvalidParameterValueException",
			"This server does not filter by FunctionName"}
	}
	if most, err := strconv.Atoi(query.Get("MaxItems")); err == nil && most > 0 {
		perPage = min(perPage, most)
	}
	found := []types.EventSourceMappingConfiguration{}
	source := query.Get("EventSourceArn")
	for _, m := range all {
		if source == "" || aws.ToString(m.EventSourceArn) == source {
			found = append(found, m)
		}
	}
	before := 0
	if marker := query.Get("Marker"); marker != "" {
		var err error
		if before, err = strconv.Atoi(marker); err != nil || before < 0 || before > len(found) {
			return nil, &apiError{http.StatusBadRequest, "", "InvalidParameterValueException",
				fmt.Sprintf("Invalid Marker: %q", marker)}
		}
	}
	end := min(before+perPage, len(found))
	out := &api.ListEventSourceMappingsOutput{EventSourceMappings: found[before:end]}
	if end < len(found) {
		out.NextMarker = aws.String(strconv.Itoa(end))
	}
	return out, nil
}

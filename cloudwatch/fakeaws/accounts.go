package fakeaws

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	orgapi "github.com/aws/aws-sdk-go-v2/service/organizations"
	orgschemas "github.com/aws/aws-sdk-go-v2/service/organizations/schemas"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	tagapi "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	tagschemas "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/schemas"
	tagtypes "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
)

// Tagging starts a resource groups tagging API that has the tags of resources, at most so many a
// page, and answers its address; it stops with the test. Its last page has an empty token, as AWS's.
func Tagging(tb testing.TB, perPage int, resources ...tagtypes.ResourceTagMapping) string {
	return pages(tb, tagging, func(w http.ResponseWriter, first int) {
		out := &tagapi.GetResourcesOutput{PaginationToken: aws.String("")}
		last := min(first+perPage, len(resources))
		out.ResourceTagMappingList = resources[first:last]
		if last < len(resources) {
			out.PaginationToken = aws.String(strconv.Itoa(last))
		}
		tagging.succeed(w, tagschemas.GetResources, tagschemas.GetResourcesOutput, out)
	})
}

// Organizations starts an AWS Organizations that has accounts, at most so many a page, and answers its
// address; it stops with the test.
func Organizations(tb testing.TB, perPage int, accounts ...orgtypes.Account) string {
	return pages(tb, organizations, func(w http.ResponseWriter, first int) {
		out := &orgapi.ListAccountsOutput{}
		last := min(first+perPage, len(accounts))
		out.Accounts = accounts[first:last]
		if last < len(accounts) {
			out.NextToken = aws.String(strconv.Itoa(last))
		}
		organizations.succeed(w, orgschemas.ListAccounts, orgschemas.ListAccountsResponse, out)
	})
}

// pages starts a server that answers with pages, each of which begins behind so many entries.
func pages(tb testing.TB, s *service, page func(w http.ResponseWriter, first int)) string {
	tb.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ PaginationToken, NextToken string }
		if of, _ := identify(r); of != s || json.NewDecoder(r.Body).Decode(&asked) != nil {
			s.fail(w, apiError{http.StatusBadRequest, "", "ValidationException", "This server does " + s.operation + " alone"})
			return
		}
		first, _ := strconv.Atoi(asked.PaginationToken + asked.NextToken) // which nothing but this server has made
		page(w, first)
	}))
	tb.Cleanup(server.Close)
	return server.URL
}

// STS starts an STS that lets anybody assume the roles of all accounts but some, and answers its address;
// it stops with the test. The access key that it gives is [AssumedKey] of the account.
func STS(tb testing.TB, closed ...string) string {
	tb.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		role := r.FormValue("RoleArn")
		parts := strings.Split(role, ":") // arn:aws:iam::ACCOUNT:role/NAME
		if len(parts) != 6 || slices.Contains(closed, parts[4]) {
			writeQueryError(w, apiError{http.StatusForbidden, "AccessDenied", "", "User: arn:aws:iam::123456789012:user/kcalc is not " +
				"authorized to perform: sts:AssumeRole on resource: " + role})
			return
		}
		sts.begin(w)
		fmt.Fprintf(w, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId>"+
			"<SecretAccessKey>SECRET</SecretAccessKey><SessionToken>TOKEN</SessionToken><Expiration>%s</Expiration></Credentials>"+
			"</AssumeRoleResult></AssumeRoleResponse>", AssumedKey(parts[4]), time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}))
	tb.Cleanup(server.Close)
	return server.URL
}

// AssumedKey returns the access key of a role of an account, by which a server finds out whose request
// is before it.
func AssumedKey(account string) string { return "ASIA" + account }

// writeQueryError writes an error as the Query protocol has it.
func writeQueryError(w http.ResponseWriter, e apiError) {
	var message strings.Builder
	xml.EscapeText(&message, []byte(e.message)) // into memory, which does not fail
	w.WriteHeader(e.status)
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>",
		e.queryCode, message.String())
}

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/untrusted"
)

// accountSchema names the shape of an [accountFile].
const accountSchema = "kcalc.account/v1"

// accountName is the file beside the histories of a Region that has what is about the account there.
const accountName = "account.json"

// accountFile is what is known of an account in a Region beside its streams' histories.
type accountFile struct {
	Schema string `json:"schema"`
	fleet.Quota
	Tags map[model.Name]map[string]string `json:"tags"` // of streams that have some
}

// isAccount reports whether a file that begins so is one of an account.
func isAccount(head []byte) bool {
	text := strings.TrimSpace(string(head))
	return strings.HasPrefix(text, "{") && strings.Contains(text, `"`+accountSchema+`"`)
}

// write writes the file into the folder of a Region, whole or not at all, and returns its name.
func (a *accountFile) write(ctx context.Context, folder string) (string, error) {
	name := filepath.Join(folder, accountName)
	t, err := newTarget(name)
	if err != nil {
		return "", err
	}
	return name, t.write(ctx, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(a)
	})
}

// takeAccount takes the tags and quotas of a file of an account.
func (f *fleetReader) takeAccount(name string, data []byte) {
	var a accountFile
	if err := json.Unmarshal(data, &a); err != nil || a.Schema != accountSchema {
		f.fail(name, fmt.Errorf("%s: not what 'kcalc fleet --save' writes of an account", name))
		return
	}
	f.quotas = append(f.quotas, a.Quota)
	for _, stream := range slices.Sorted(maps.Keys(a.Tags)) {
		id := streamID{a.Account, a.Region, stream}
		if f.tags[id] != nil {
			continue // --tags goes before
		}
		for _, key := range slices.Sorted(maps.Keys(a.Tags[stream])) {
			f.tags[id] = append(f.tags[id], fleet.Tag{Key: untrusted.Printable(key), Value: untrusted.Printable(a.Tags[stream][key])})
		}
	}
}

// historyName returns the name of a stream's history file: one that does not begin with a dot, which hides it.
func historyName(stream model.Name) string {
	if strings.HasPrefix(string(stream), ".") {
		stream = "_" + stream
	}
	return string(stream) + ".json.gz"
}

// regionFolder returns the folder of an account's streams in a Region.
func regionFolder(dir, account string, region model.Region) string {
	return filepath.Join(dir, cmp.Or(account, "account"), string(region))
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Profiles are those that 'aws configure list-profiles' prints: default and [profile NAME] of the
// configuration, every section of the credentials; not those of SSO sessions and services.
func TestCompleteProfiles(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	t.Setenv("AWS_CONFIG_FILE", write("config", "# [profile commented]\n[default]\nregion = eu-west-1\n[profile prod]\n"+
		" [ profile  \"two words\" ] \n[sso-session work]\n[services local]\n[plain]\n[profile ]\n[profile broken\n"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", write("credentials", "[default]\naws_access_key_id = A\n[staging]\n[prod]\n"))
	got, _ := completeProfiles(nil, nil, "")
	if want := []string{"default", "prod", "staging", "two words"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	t.Setenv("AWS_CONFIG_FILE", folder)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(folder, "missing"))
	if got, _ := completeProfiles(nil, nil, ""); len(got) > 0 {
		t.Errorf("%q of no files", got)
	}
}

// Streams are those of histories in the folder, gzipped or not; other files, damaged ones and names
// that no stream has are passed over.
func TestCompleteStreams(t *testing.T) {
	examples, err := filepath.Abs("../../docs/examples")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(examples)
	if got, _ := completeStreams(nil, nil, ""); !slices.Equal(got, []string{"clicks", "payments"}) {
		t.Errorf("%q", got)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"orders.json": `{"schema":"kcalc.history/v1","stream":"orders","from":`, "again.json": "{\n  \"schema\": \"kcalc.history/v1\",\n  \"stream\": \"orders\",",
		"plan.json": `{"schema":"kcalc.plan/v1","stream":"no"}`, "short.json": "{", "damaged.json.gz": "\x1f\x8bno",
		"hostile.json": "{\"schema\":\"kcalc.history/v1\",\"stream\":\"a\x1b[2J\"}", "orders.txt": `{"schema":"kcalc.history/v1","stream":"text"}`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("folder.json", 0o700); err != nil {
		t.Fatal(err)
	}
	if got, _ := completeStreams(nil, nil, ""); !slices.Equal(got, []string{"orders"}) {
		t.Errorf("%q", got)
	}
}

package main

import (
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"
)

// completeProfiles completes the profiles of the AWS configuration. It makes no call.
func completeProfiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []string
	for file, prefix := range map[string]string{
		configFile("AWS_CONFIG_FILE", config.DefaultSharedConfigFilename()):                  "profile ",
		configFile("AWS_SHARED_CREDENTIALS_FILE", config.DefaultSharedCredentialsFilename()): "",
	} {
		names = append(names, profilesIn(file, prefix)...)
	}
	slices.Sort(names)
	return slices.Compact(names), cobra.ShellCompDirectiveNoFileComp
}

// configFile returns the file that a variable of the environment names, or the usual one.
func configFile(variable, usual string) string {
	if name := os.Getenv(variable); name != "" {
		return name
	}
	return usual
}

// mostHead is how much of a file completion reads, which waits for no one.
const mostHead = 1 << 20

// head returns the beginning of a file, or nothing of one that cannot be read.
func head(file string) io.Reader {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return strings.NewReader("")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return strings.NewReader("")
	}
	return strings.NewReader(string(data[:min(len(data), mostHead)]))
}

// profilesIn returns the profiles of a file of the AWS configuration: [default], and the
// sections that begin with a prefix. Other sections of the file, such as those of SSO sessions,
// have other prefixes.
func profilesIn(file, prefix string) (names []string) {
	lines := bufio.NewScanner(head(file))
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		section, found := strings.CutPrefix(text, "[")
		section, closed := strings.CutSuffix(section, "]")
		if !found || !closed {
			continue
		}
		section = strings.TrimSpace(section)
		name, of := strings.CutPrefix(section, prefix)
		if name = strings.Trim(strings.TrimSpace(name), `"'`); name != "" && (of || section == "default") {
			names = append(names, name)
		}
	}
	return names
}

// savedStream finds the stream of a history file at its beginning.
var savedStream = regexp.MustCompile(`"schema":\s*"kcalc\.history/v1",\s*"stream":\s*"([A-Za-z0-9_.-]{1,128})"`)

// completeStreams completes the streams whose histories are saved in the folder. AWS, which would
// know them all, is not asked: completion makes no call.
func completeStreams(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []string
	for _, pattern := range []string{"*.json", "*.json.gz"} {
		files, _ := filepath.Glob(pattern) // the patterns are right
		for _, file := range files {
			if name, ok := streamIn(file); ok {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), cobra.ShellCompDirectiveNoFileComp
}

// streamIn returns the stream of a history file, gzipped or not; not ok is another file.
func streamIn(file string) (name string, ok bool) {
	const beginning = 4 << 10
	in := head(file)
	if strings.HasSuffix(file, ".gz") {
		z, err := gzip.NewReader(in)
		if err != nil {
			return "", false
		}
		in = z
	}
	text := make([]byte, beginning)
	n, _ := io.ReadFull(in, text) // of a short file less
	found := savedStream.FindSubmatch(text[:n])
	if found == nil {
		return "", false
	}
	return string(found[1]), true
}

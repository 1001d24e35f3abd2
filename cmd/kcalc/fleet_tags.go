package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc/fleet"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/untrusted"
	"github.com/spf13/cobra"
)

// guardTag is the key of the tag that keeps a stream as it is. Its value is the reason.
const guardTag = "kcalc:guard"

// tagFile has the tags of streams, by account, Region and name.
type tagFile map[streamID][]fleet.Tag

// streamID names a stream in all accounts.
type streamID struct {
	account string
	region  model.Region
	stream  model.Name
}

// readTags reads what 'aws resourcegroupstaggingapi get-resources' printed.
func readTags(cmd *cobra.Command, files []string) (tagFile, error) {
	tags := tagFile{}
	for _, file := range files {
		data, err := readInput(cmd.Context(), cmd.InOrStdin(), file)
		if err != nil {
			return nil, err
		}
		var list struct {
			ResourceTagMappingList []struct {
				ResourceARN string
				Tags        []struct{ Key, Value string }
			}
		}
		if err := json.Unmarshal(data, &list); err != nil || list.ResourceTagMappingList == nil {
			return nil, usageError{fmt.Errorf("--tags: %s: no list of tags (allowed: what 'aws resourcegroupstaggingapi "+
				"get-resources --resource-type-filters kinesis:stream' prints as JSON)", inputName(file)), nil}
		}
		for _, r := range list.ResourceTagMappingList {
			id, ok := parseStreamARN(r.ResourceARN)
			if !ok {
				continue // of another service
			}
			for _, t := range r.Tags {
				tags[id] = append(tags[id], fleet.Tag{Key: untrusted.Printable(t.Key), Value: untrusted.Printable(t.Value)})
			}
			slices.SortFunc(tags[id], func(a, b fleet.Tag) int { return cmp.Compare(a.Key, b.Key) })
		}
	}
	return tags, nil
}

// parseStreamARN returns the stream that an ARN is of: arn:aws:kinesis:REGION:ACCOUNT:stream/NAME.
func parseStreamARN(arn string) (id streamID, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "kinesis" {
		return id, false
	}
	name, isStream := strings.CutPrefix(parts[5], "stream/")
	name, _, _ = strings.Cut(name, "/") // of a consumer
	return streamID{parts[4], model.Region(parts[3]), model.Name(name)}, isStream
}

// of returns the tags of a stream, and its account where only the tags say it. Where the account is
// not known and several have a stream of that name, nothing is taken.
func (t tagFile) of(account string, region model.Region, stream model.Name) (number string, tags []fleet.Tag) {
	if account != "" {
		return account, t[streamID{account, region, stream}]
	}
	found := 0
	for id, list := range t {
		if id.region == region && id.stream == stream {
			number, tags = id.account, list
			found++
		}
	}
	if found != 1 {
		return "", nil
	}
	return number, tags
}

// guardFile has the streams that stay as they are.
type guardFile []guard

type guard struct{ pattern, reason string }

// readGuards reads a file of guarded streams: the pattern of a name and a reason a line.
func readGuards(cmd *cobra.Command, file string) (list guardFile, err error) {
	if !cmd.Flags().Changed("guard") {
		return nil, nil
	}
	data, err := readInput(cmd.Context(), cmd.InOrStdin(), file)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		pattern, reason, _ := strings.Cut(strings.TrimSpace(line), " ")
		if pattern == "" {
			continue
		}
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, usageError{fmt.Errorf("--guard: %s:%d: %q is no pattern (allowed: the name of a stream, in which * and "+
				"? stand for anything)", inputName(file), n, untrusted.Clip(pattern, untrusted.LongestValue)), nil}
		}
		list = append(list, guard{pattern, untrusted.Printable(strings.TrimSpace(reason))})
	}
	return list, lines.Err()
}

// of returns why a stream stays as it is: its tag says so, or the file; "" where it need not.
func (g guardFile) of(stream model.Name, tags []fleet.Tag) string {
	for _, t := range tags {
		if t.Key == guardTag && t.Value != "false" {
			return cmp.Or(t.Value, "the tag "+guardTag)
		}
	}
	for _, one := range g {
		if ok, err := path.Match(one.pattern, string(stream)); ok && err == nil {
			return cmp.Or(one.reason, "the file of guarded streams")
		}
	}
	return ""
}

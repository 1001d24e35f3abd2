package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/fatih/color"
	"github.com/kcalc/kcalc/calc/reshard"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/unit"
)

// Shell is the format of an answer that is a script of the AWS CLI.
const Shell Format = "shell"

// WriteReshard writes how a stream gets to other shards in a format, of which Shell is one.
func WriteReshard(w io.Writer, a *reshard.Answer, format Format, terminal Terminal) error {
	if format == Shell {
		_, err := io.WriteString(w, reshardScript(a))
		return err
	}
	return answer{a, func() *document { return reshardDocument(a) }, reshardRecords(a).csv}.write(w, format, terminal)
}

func reshardDocument(a *reshard.Answer) *document {
	d := &document{headline: reshardHeadline(a), tone: color.FgGreen}
	d.lead = reshardLead(a)
	d.table("Calls of UpdateShardCount", callsGrid(a))
	d.table("Steps, in this order", stepsGrid(a))
	d.add("What consumers see", sentences(a.Expect))
	d.add("How to stop, and to go back", sentences(a.Stop))
	d.add("What Terraform must be told", sentences(a.Terraform))
	d.warn(a.Notices, allWarnings)
	if a.Operations > 0 {
		d.add("", []item{{" ", color.Reset, "Nothing was run. -o shell prints this as a script that can be stopped and run again."}})
	}
	return d
}

func reshardHeadline(a *reshard.Answer) string {
	stream := streamName(a.Stream, "")
	if a.Operations == 0 {
		return fmt.Sprintf("%s: %s, nothing to do", stream, unit.Plural(a.From, "shard"))
	}
	how := unit.Plural(len(a.Calls), "call") + " of UpdateShardCount, "
	if a.Method == reshard.SplitAndMerge {
		how = ""
	}
	return fmt.Sprintf("%s: from %s to %s takes %s%s", stream, unit.Plural(a.From, "shard"), number(a.To), how,
		unit.Plural(a.Operations, "operation"))
}

func reshardLead(a *reshard.Answer) []item {
	if a.Operations == 0 {
		return nil
	}
	items := []item{
		{"▸", color.Bold, fmt.Sprintf("%s and %s; at most %s open at a time, of the %s that an account has in a Region by default.",
			unit.Plural(a.Splits, "split"), unit.Plural(a.Merges, "merge"), unit.Plural(a.Open, "shard"), number(a.Quota.Shards))},
		{" ", color.Reset, fmt.Sprintf("It takes about %s to %s, one operation after the other (%s).",
			seconds(a.Duration.Least), seconds(a.Duration.Most), a.Duration.Source)},
	}
	if l := a.Load; l.Known {
		items = append(items, item{" ", color.Reset, "The hottest shard: " + hotText(l.Value.Before) + " now, " +
			hotText(l.Value.After) + " then."})
	}
	if c := a.Cheaper; c.Known {
		items = append(items, item{"→", color.FgGreen, fmt.Sprintf("%s take %s.", unit.Plural(c.Value.Shards, "shard"),
			unit.Plural(c.Value.Operations, "operation"))})
	}
	return items
}

func hotText(h reshard.Hot) string {
	text := h.Share.Prose() + " of the load"
	if h.Utilization.Known {
		text += ", " + h.Utilization.Value.Prose() + " of what it takes"
	}
	return text
}

// seconds returns a time as people say it.
func seconds(s float64) string { return unit.Duration(s * 1e9).Prose() }

func sentences(texts []string) []item {
	var items []item
	for _, text := range texts {
		items = append(items, item{" ", color.Reset, text})
	}
	return items
}

func callsGrid(a *reshard.Answer) grid {
	g := grid{header: []string{"call", "to", "splits", "merges", "operations", "most open"},
		right: []bool{true, true, true, true, true, true}}
	for i := range a.Calls {
		c := &a.Calls[i]
		g.row(false, strconv.Itoa(i+1), number(c.Shards), number(c.Splits), number(c.Merges), number(c.Operations), number(c.Open))
	}
	return g
}

func stepsGrid(a *reshard.Answer) grid {
	g := grid{header: []string{"step", "", "shard from", "at hash key", "open"}, right: []bool{true, false, true, true, true}}
	for i := range a.Steps {
		s := &a.Steps[i]
		g.row(false, strconv.Itoa(i+1), string(s.Kind), unit.Percent(s.Shard.First.Share(), 4), s.At.String(), number(s.Open))
	}
	return g
}

// reshardRecords returns the calls or the steps for programs.
func reshardRecords(a *reshard.Answer) records {
	rows := records{{"step", "kind", "target_shard_count", "first_hash_key", "last_hash_key", "at_hash_key", "operations", "open_shards"}}
	for i := range a.Calls {
		c := &a.Calls[i]
		rows = append(rows, []string{strconv.Itoa(i + 1), string(a.Method), strconv.Itoa(c.Shards), "", "", "",
			strconv.Itoa(c.Operations), strconv.Itoa(c.Open)})
	}
	for i := range a.Steps {
		s := &a.Steps[i]
		rows = append(rows, []string{strconv.Itoa(i + 1), string(s.Kind), "", s.Shard.First.String(), last(s).String(), s.At.String(),
			"1", strconv.Itoa(s.Open)})
	}
	return rows
}

// last returns the last hash key of what a step is about.
func last(s *reshard.Step) model.Hash {
	if s.Adjacent.Known {
		return s.Adjacent.Value.Last
	}
	return s.Shard.Last
}

// scriptHead is what every script begins with. It waits until the stream is ACTIVE, because
// one operation at a time is all that a stream takes.
const scriptHead = `#!/bin/sh
# %s
#
# Made by kcalc, which runs nothing. It looks at the stream before each step: what was done is
# left out, so that it can be stopped and run again. It stops where the stream is not what it
# was made for. POLL is how many seconds it waits before it looks again.
set -eu

STREAM=${STREAM:-%s}
POLL=${POLL:-5}
%s
status() {
  aws kinesis describe-stream-summary --stream-name "$STREAM" \
    --query 'StreamDescriptionSummary.StreamStatus' --output text
}

wait_active() {
  tries=0
  while [ "$(status)" != ACTIVE ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 2000 ]; then
      echo "$STREAM is not ACTIVE" >&2
      exit 1
    fi
    sleep "$POLL"
  done
}

fail() {
  echo "$STREAM: $1: the stream is not what this was made for; plan again" >&2
  exit 1
}

`

// stepFunctions look for open shards: a line for each has its first hash key, its last and its id.
const stepFunctions = `open_shards() {
  aws kinesis list-shards --stream-name "$STREAM" \
    --query 'Shards[?SequenceNumberRange.EndingSequenceNumber==null].[HashKeyRange.StartingHashKey,HashKeyRange.EndingHashKey,ShardId]' \
    --output text
}

begins_at() { open_shards | awk -v at="$1" '("" $1) == ("" at) { found = 1 } END { exit !found }'; }

shard_of() { open_shards | awk -v first="$1" -v last="$2" '("" $1) == ("" first) && ("" $2) == ("" last) { print $3 }'; }

# split FIRST LAST AT: the shard FIRST to LAST becomes two, the upper of which begins at AT.
split() {
  wait_active
  if begins_at "$3"; then
    echo "split at $3: done before"
    return
  fi
  shard=$(shard_of "$1" "$2")
  [ -n "$shard" ] || fail "no open shard has $1 to $2"
  echo "split at $3: $shard"
  aws kinesis split-shard --stream-name "$STREAM" --shard-to-split "$shard" --new-starting-hash-key "$3"
  wait_active
  until begins_at "$3"; do sleep "$POLL"; done
}

# merge FIRST AT LAST BELOW: the shards FIRST to BELOW and AT to LAST become one.
merge() {
  wait_active
  if ! begins_at "$2"; then
    echo "merge at $2: done before"
    return
  fi
  lower=$(shard_of "$1" "$4")
  upper=$(shard_of "$2" "$3")
  [ -n "$lower" ] && [ -n "$upper" ] || fail "no two open shards have $1 to $3 with $2 between them"
  echo "merge at $2: $lower, $upper"
  aws kinesis merge-shards --stream-name "$STREAM" --shard-to-merge "$lower" --adjacent-shard-to-merge "$upper"
  wait_active
  while begins_at "$2"; do sleep "$POLL"; done
}

`

// countFunctions ask for a number of shards.
const countFunctions = `open_count() {
  aws kinesis describe-stream-summary --stream-name "$STREAM" \
    --query 'StreamDescriptionSummary.OpenShardCount' --output text
}

# update FROM TO: the stream goes from FROM shards to TO.
update() {
  wait_active
  count=$(open_count)
  if [ "$count" -eq "$2" ] || { [ "$1" -lt "$2" ] && [ "$count" -gt "$2" ]; } || { [ "$1" -gt "$2" ] && [ "$count" -lt "$2" ]; }; then
    echo "$1 to $2 shards: done before"
    return
  fi
  [ "$count" -eq "$1" ] || fail "it has $count shards, neither $1 nor $2"
  echo "$1 to $2 shards"
  aws kinesis update-shard-count --stream-name "$STREAM" --scaling-type UNIFORM_SCALING --target-shard-count "$2"
  wait_active
  until [ "$(open_count)" -eq "$2" ]; do sleep "$POLL"; done
}

`

// reshardScript returns the calls or steps as a script.
func reshardScript(a *reshard.Answer) string {
	var b strings.Builder
	region, stream := "", string(a.Stream)
	if a.Region != "" {
		region = "AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-" + string(a.Region) + "}\nexport AWS_DEFAULT_REGION\n"
	}
	if stream == "" {
		stream = "${1:?usage: sh script STREAM}"
	}
	fmt.Fprintf(&b, scriptHead, reshardHeadline(a), stream, region)
	if a.Method == reshard.UpdateShardCount {
		b.WriteString(countFunctions)
		from := a.From
		for i := range a.Calls {
			fmt.Fprintf(&b, "update %d %d\n", from, a.Calls[i].Shards)
			from = a.Calls[i].Shards
		}
	} else {
		b.WriteString(stepFunctions)
		for i := range a.Steps {
			s := &a.Steps[i]
			if s.Kind == reshard.Split {
				fmt.Fprintf(&b, "split %s %s %s\n", s.Shard.First, s.Shard.Last, s.At)
			} else {
				fmt.Fprintf(&b, "merge %s %s %s %s\n", s.Shard.First, s.At, s.Adjacent.Value.Last, s.Shard.Last)
			}
		}
	}
	fmt.Fprintf(&b, "echo \"$STREAM: %s\"\n", unit.Plural(a.To, "shard"))
	return b.String()
}

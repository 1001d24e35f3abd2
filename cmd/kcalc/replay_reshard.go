package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/kcalc/kcalc/calc/review"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/input"
)

const allowedReshard = "shards, 1 to 10000, @ and a time, such as 5@20h or 5@2026-11-20T18:00Z"

// parseReshard reads a --reshard; nothing if it was not given.
func parseReshard(text string) (c model.Maybe[review.Reshard], faults input.Errors) {
	if text == "" {
		return c, nil
	}
	where := input.Position{Name: "--reshard"}
	r, err := readReshard(text)
	if err != nil {
		return c, input.Errors{{Where: where, Value: text, Problem: err.Error(), Allowed: allowedReshard}}
	}
	r.Text, r.Where = text, where
	return model.Known(r), nil
}

func readReshard(text string) (r review.Reshard, err error) {
	count, at, found := strings.Cut(text, "@")
	if !found {
		return r, errors.New("no time")
	}
	if r.Shards, err = strconv.Atoi(strings.TrimSpace(count)); err != nil {
		return r, errors.New("not a number of shards")
	}
	if most := model.PublishedLimits().StreamShards.Value; r.Shards < 1 || r.Shards > most {
		return r, errors.New("out of range")
	}
	var start incident
	err = start.setBegin(strings.TrimSpace(at))
	r.At, r.Moment = start.At, start.Moment
	return r, err
}

package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kcalc/kcalc/calc"
	"github.com/kcalc/kcalc/iac"
	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
)

// invocations are how many of a function a stream can run at once.
type invocations struct {
	address, function string
	most              int
	limit             int // of the account
}

// functions checks the mappings of a stream, or without infrastructure as code the functions
// that its workload declares.
func (c *checker) functions(s *Subject) {
	if s.Parts != nil {
		for _, m := range s.Parts.Mappings {
			if m.After != nil && m.Action != iac.Delete && !(m.After.Enabled.Known() && !m.After.Enabled.Value) {
				c.mapping(s, m)
			}
		}
	}
	w := &s.After.Workload
	sizing := calc.NewSizing(c.Limits, w)
	limit := int(sizing.MostConcurrency()) - int(w.Account.LambdaUsed)
	if c.used == nil {
		c.used = map[model.Region][]invocations{}
	}
	for i := range w.Consumers {
		factor := int(w.Consumers[i].Lambda.ParallelizationFactor)
		if factor == 0 || s.mode() == model.Provisioned && !s.After.Shards.Known || s.mode() != model.Provisioned {
			continue
		}
		most := int(sizing.ConcurrencyOf(&w.Consumers[i], float64(s.After.Shards.Value)))
		c.used[w.Region] = append(c.used[w.Region], invocations{s.Address, string(w.Consumers[i].Name), most, limit})
		if keys := int(w.Producer.Keys); keys > 0 && factor > 1 && (factor-1)*s.After.Shards.Value >= keys {
			c.find(s.Address, notice.CheckFactor(string(w.Consumers[i].Name), factor, s.After.Shards.Value, keys), free)
		}
	}
}

// mapping checks the settings of a mapping. What is known only once it is applied is named.
func (c *checker) mapping(s *Subject, m *iac.Mapping) {
	name, after := functionName(m), m.After
	boolean := func(set iac.Setting[bool], what string, missing notice.Notice, either bool) {
		switch {
		case either:
		case !set.Known():
			c.find(m.Address, notice.CheckUnknown(what+" is not known"), free)
		case !set.Value:
			c.find(m.Address, missing, free)
		}
	}
	boolean(after.OnFailure, "the on-failure destination", notice.CheckNoFailure(name), false)
	boolean(after.Bisect, "whether batches are split", notice.CheckNoBisect(name), after.Partial.Known() && after.Partial.Value)
	endless := false
	switch {
	case !after.Retries.Known():
		c.find(m.Address, notice.CheckUnknown("how often a batch is tried again is not known"), free)
	case after.Retries.Value < 0:
		endless = true
		c.find(m.Address, notice.CheckEndless(name, s.After.Workload.Retention.String()), free)
	}
	switch {
	case !after.MaxAge.Known():
		c.find(m.Address, notice.CheckUnknown("the record age that is tried is not known"), free)
	case after.MaxAge.Value < 0 && endless:
		c.find(m.Address, notice.CheckAge(name), free)
	}
}

// functionName returns the name of the function of a mapping, or the address of the mapping.
func functionName(m *iac.Mapping) string {
	if name := m.After.Function; name.Known() {
		parts := strings.Split(name.Value, ":")
		name := parts[0]
		if len(parts) > 6 { // of an ARN
			name = parts[6]
		}
		if model.NameExpr.MatchString(name) {
			return name
		}
	}
	return "function"
}

// concurrency checks the functions of each Region against the invocations of the account.
func (c *checker) concurrency() {
	var regions []model.Region
	for region := range c.used {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	for _, region := range regions {
		total, limit, at := 0, 0, c.used[region][0].address
		var names []string
		for _, f := range c.used[region] {
			total, limit = total+f.most, max(limit, f.limit)
			if f.address != at { // of several streams, and so of none
				at = ""
			}
			names = append(names, fmt.Sprintf("%s %d", f.function, f.most))
		}
		if total <= limit {
			continue
		}
		const most = 8
		if len(names) > most {
			names = append(names[:most], "and others")
		}
		c.find(at, notice.CheckLimit(string(region), total, limit, strings.Join(names, ", ")), free)
	}
}

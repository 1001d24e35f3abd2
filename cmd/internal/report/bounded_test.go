package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
	"github.com/kcalc/kcalc/model/notice"
	"github.com/kcalc/kcalc/model/unit"
)

// manyConsumers is a plan with a constraint of the stream and one of each of 1,000 consumers,
// of which consumer 700 uses the most, 600 binds and 500 is satisfied by no count.
func manyConsumers() *model.Plan {
	p := &model.Plan{Constraints: []model.Constraint{{ID: "producer-limit.bytes.peak", Need: model.Known(1.0)}}}
	for i := range 1000 {
		c := model.Constraint{ID: fmt.Sprintf("consumption-speed.c%d", i), Need: model.Known(1.0),
			Consumer: model.Known(model.Name(fmt.Sprintf("c%d", i))), Utilization: model.Known(0.1)}
		switch i {
		case 700:
			c.Utilization = model.Known(0.9)
		case 600:
			c.Binding = true
		case 500:
			c.Need = model.Maybe[float64]{}
		}
		p.Constraints = append(p.Constraints, c)
	}
	return p
}

func TestConstraintsOfManyConsumersAreCut(t *testing.T) {
	g := constraintGrid(manyConsumers())
	if len(g.rows) != 1+mostConsumerRows {
		t.Fatalf("%d rows", len(g.rows))
	}
	var ids []string
	for _, row := range g.rows {
		ids = append(ids, row[0])
	}
	text := strings.Join(ids, " ")
	for _, id := range []string{"producer-limit.bytes.peak consumption-speed.c0 ",
		"consumption-speed.c500 consumption-speed.c600 consumption-speed.c700"} {
		if !strings.Contains(text, id) {
			t.Errorf("no %s in %s", id, text)
		}
	}
	d := document{}
	d.constraints(manyConsumers())
	if last := d.sections[len(d.sections)-1].items[0].text; !strings.HasPrefix(last, "Of 1,001 constraints the table has 41: ") {
		t.Error(last)
	}
	whole := manyConsumers()
	whole.Constraints = whole.Constraints[:1+mostConsumerRows]
	if g := constraintGrid(whole); len(g.rows) != len(whole.Constraints) {
		t.Errorf("%d rows of %d", len(g.rows), len(whole.Constraints))
	}
}

func TestCostsOfManyConsumersAreCut(t *testing.T) {
	m := model.Cost{Mode: model.Provisioned}
	for i := range 1000 {
		m.Consumers = append(m.Consumers, model.ConsumerCost{Name: model.Name(fmt.Sprintf("c%d", i)), PriceTag: unit.USD(i % 999)})
	}
	c := &model.Costs{Modes: []model.Cost{m}}
	g := consumerGrid(c)
	if len(g.rows) != mostConsumerRows+1 || g.rows[0][0] != "c959" || g.rows[mostConsumerRows-1][0] != "c998" {
		t.Errorf("%d rows from %s", len(g.rows), g.rows[0][0])
	}
	if text := omittedConsumers(c)[0].text; !strings.HasPrefix(text, "Of 1,000 consumers the table has 40: ") {
		t.Error(text)
	}
}

// What differs in the consumer alone is told of five; what else there is is told in full.
func TestNoticesOfManyConsumersAreCut(t *testing.T) {
	var list []notice.Notice
	for i := range 100 {
		list = append(list, notice.Notice{ID: fmt.Sprintf("parent-first.c%d", i), Severity: notice.Changes, Message: "m.", Remedy: "r."})
	}
	list = append(list, notice.Notice{ID: "shard-quota", Severity: notice.Weakens, Message: "q.", Remedy: "s."})
	d := document{}
	d.warn(list, allWarnings)
	if n := len(d.lead); n != mostOfAKind+1 || d.lead[n-1].text != "And 95 more of parent-first (-o json)." {
		t.Error(d.lead)
	}
	if len(d.sections) != 1 || d.sections[0].items[0].text != "q. s." {
		t.Error(d.sections)
	}
}

func TestNamesOfManyInputsAreCut(t *testing.T) {
	var inputs []model.Input
	for i := range 1000 {
		path := fmt.Sprintf("consumers.c%d.", i)
		inputs = append(inputs, model.Input{Name: path + "name", Source: model.Flag}, model.Input{Name: path + "speed", Source: model.Flag})
	}
	if text := inputText(inputs); !strings.HasSuffix(text, "consumer c18, consumer c19 and 980 more.") {
		t.Error(text)
	}
	if text := inputText(inputs[:2*(mostNames+1)]); !strings.HasSuffix(text, "consumer c20.") {
		t.Error(text)
	}
}

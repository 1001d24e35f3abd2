package calc

import (
	"strings"
	"testing"

	"github.com/kcalc/kcalc/model"
)

// An id leads back to its constraint, whatever the consumer's name, and so does the
// topic. What is no id leads nowhere.
func TestFindConstraint(t *testing.T) {
	for _, c := range Constraints() {
		for _, name := range []model.Name{"a", "fraud.v2", "outages", "peak"} {
			for _, id := range []string{c.ID(name), c.Topic} {
				if found, ok := FindConstraint(id); !ok || found != c {
					t.Errorf("%s is of %+v, want %s", id, found, c.Topic)
				}
			}
			if got := strings.Contains(c.ID(name), string(name)); c.PerConsumer && !got {
				t.Errorf("%s does not name %s", c.ID(name), name)
			}
		}
	}
	for _, id := range []string{"", "producer-limit", "producer-limit.bytes.peak.x", "consumer-limit.a", "consumption-speed.", "a"} {
		if found, ok := FindConstraint(id); ok {
			t.Errorf("%q is of %s", id, found.Topic)
		}
	}
}

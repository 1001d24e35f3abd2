package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// Why a mode does not carry a workload that another one may.
var modeFails = declare("mode-does-not-carry", "scaling", Changes)

// ModeLoses says that in a mode a consumer does not keep up with what is written.
func ModeLoses(mode, shards, consumer string, reads, of unit.RecordsPerSecond) Notice {
	return modeFails.about(consumer,
		fmt.Sprintf("%s does not carry this workload: on the %s that AWS gives it, %s reads %s of %s and loses the rest.",
			mode, shards, consumer, unit.Grouped(float64(reads), 0), of.Prose()),
		"Stay provisioned, or make the consumer faster: AWS adds shards for what is written, not for what is read.")
}

// ModeFails says what a mode does not hold, as a replay of the workload shows.
func ModeFails(mode, shards, breach string) Notice {
	return modeFails.notice(
		fmt.Sprintf("%s does not carry this workload with %s: %s", mode, shards, breach),
		"{run:replay} shows it in this mode.")
}

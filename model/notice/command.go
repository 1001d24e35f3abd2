package notice

import (
	"fmt"
	"time"

	"github.com/kcalc/kcalc/model/unit"
)

var (
	clockOff      = declare("clock-off", "history", Note)
	windowClipped = declare("window-clipped", "history", Weakens)
	madeHistory   = declare("made", "history", Note)
)

// ClockOff says that the clock of the machine is off, and that the time of AWS is taken
// instead. Skew is what the clock would have to be set forward by; below 0 it is ahead.
func ClockOff(skew time.Duration) Notice {
	direction := "behind"
	if skew < 0 {
		direction = "ahead of"
	}
	return clockOff.notice(fmt.Sprintf("This machine's clock is %s %s AWS's; AWS's time is taken.",
		unit.Duration(skew.Abs().Round(time.Minute)), direction), "Set the clock.")
}

// WindowClipped says that a history begins later than was asked, because CloudWatch
// does not keep points for that long.
func WindowClipped(begins, asked time.Time) Notice {
	return windowClipped.notice(fmt.Sprintf("The window begins at %s and not at %s: CloudWatch has no older points.",
		begins.UTC().Format(time.RFC3339), asked.UTC().Format(time.RFC3339)), "Fetch regularly, and keep the files.")
}

// MadeHistory says that a history is an example: no stream has had its traffic.
func MadeHistory() Notice {
	return madeHistory.notice("This history was made by a seeded generator: it is an example, not of a real stream.",
		"Fetch your own with {run:history fetch}.")
}

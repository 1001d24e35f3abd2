package notice

import (
	"fmt"

	"github.com/kcalc/kcalc/model/unit"
)

// PoisonPill says what becomes of a record that a function cannot process, and of the
// records around it.
func PoisonPill(consumer, blocked, why, given string) Notice {
	return poisonPill.about(consumer,
		fmt.Sprintf("A record that %s cannot process blocks its shard for %s (%s). %s", consumer, blocked, why, given),
		"Let the function report which record failed ({consumer.lambda.partial_responses}), and bound its "+
			"{consumer.lambda.retries}.")
}

// RecordAge says that a function gives up records that the stream still has.
func RecordAge(consumer string, most, age unit.Duration, of string) Notice {
	return recordAge.about(consumer,
		fmt.Sprintf("Data is lost: %s gives up records older than %s, and %s leaves records %s old.",
			consumer, most, of, age.Prose()),
		"Raise its maximum record age ({consumer.lambda.max_record_age}), or leave it out.")
}

package notice

import (
	"fmt"
	"strings"
)

var consumerReplaced = declare("consumer-replaced", "files", Weakens)

// ConsumerReplaced says which settings of a consumer do not count any more, because a later
// declaration of the same name replaces it.
func ConsumerReplaced(consumer string, keys []string) Notice {
	return consumerReplaced.about(consumer,
		fmt.Sprintf("%s is declared twice, and the later one replaces the other as a whole. Not used any more: %s.", consumer,
			strings.Join(keys, ", ")),
		"Declare that again with it. A later one with nothing but settings of a Lambda function changes those alone.")
}

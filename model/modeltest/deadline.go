// Package modeltest is what the tests of several packages have in common.
package modeltest

import (
	"fmt"
	"testing"
	"time"
)

// longest is far above what any input of a fuzz test takes, on a busy machine too.
const longest = 20 * time.Second

// Deadline fails a test that has not ended in time on an input, which it names. A
// fuzz test has none for each of its inputs: one that is read for ever would hang it,
// and be forgotten.
func Deadline(t testing.TB, input any) {
	timer := time.AfterFunc(longest, func() {
		panic(fmt.Sprintf("%s takes longer than %s on the input %q", t.Name(), longest, input))
	})
	t.Cleanup(func() { timer.Stop() })
}

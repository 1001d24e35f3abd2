package modeltest

import (
	"flag"
	"os"
	"testing"
)

// SeedVariable names the environment variable with the seed that property tests draw
// by. Without it each run draws afresh. A test that fails prints its seed.
const SeedVariable = "KCALC_TEST_SEED"

// Main runs the tests of a package, as its TestMain, with the seed of the environment.
// It returns the exit code.
func Main(m *testing.M) int {
	if seed := os.Getenv(SeedVariable); seed != "" {
		if err := flag.Set("rapid.seed", seed); err != nil {
			panic(SeedVariable + ": " + err.Error())
		}
	}
	return m.Run()
}

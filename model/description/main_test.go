package description

import (
	"os"
	"testing"

	"github.com/kcalc/kcalc/model/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

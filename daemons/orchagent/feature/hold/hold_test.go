package hold_test

import (
	"flag"
	"testing"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/hold"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
)

var update = flag.Bool("update", false, "write the objects into the scripts")

func TestRender(t *testing.T) { objecttest.Run(t, *update, hold.Render) }

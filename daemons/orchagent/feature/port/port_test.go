package port_test

import (
	"flag"
	"testing"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/port"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
)

var update = flag.Bool("update", false, "write the objects into the scripts")

func TestRender(t *testing.T) { objecttest.Run(t, *update, port.Render) }

func TestCapable(t *testing.T) {
	if len(port.Questions()) != 2 {
		t.Fatal(port.Questions())
	}
	got := port.Capable([]publish.Answer{{Set: true}, {Create: true}})
	if len(got) != 1 || got[0].Fields["PORT_TPID_CAPABLE"] != "true" || got[0].Fields["LAG_TPID_CAPABLE"] != "false" {
		t.Errorf("got %v", got)
	}
}

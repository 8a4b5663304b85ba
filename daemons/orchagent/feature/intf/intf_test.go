package intf_test

import (
	"flag"
	"testing"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/intf"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
	"github.com/heddle-nos/heddle/sai"
)

var update = flag.Bool("update", false, "write the objects into the scripts")

func TestRender(t *testing.T) {
	objecttest.Run(t, *update, intf.Feature{MAC: sai.MAC{0x52, 0x54, 0, 0, 0, 1}}.Render)
}

package stp_test

import (
	"flag"
	"testing"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/stp"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
)

var update = flag.Bool("update", false, "write the objects into the scripts")

func TestRender(t *testing.T) { objecttest.Run(t, *update, stp.Render) }

func TestFlush(t *testing.T) {
	on := map[string]string{"state": "true"}
	for _, c := range []struct {
		row        object.Row
		port, vlan object.Key
		ok         bool
	}{
		{object.Row{Table: "STP_FASTAGEING_FLUSH_TABLE", Key: "Vlan100", Fields: on}, "", "vlan/100", true},
		{object.Row{Table: "STP_FASTAGEING_FLUSH_TABLE", Key: "Vlan100", Fields: map[string]string{"state": "false"}}, "", "", false},
		{object.Row{Table: "STP_FASTAGEING_FLUSH_TABLE", Key: "100", Fields: on}, "", "vlan/0", false},
		{object.Row{Table: "STP_INST_PORT_FLUSH_TABLE", Key: "2:Ethernet4", Fields: on}, "bridgeport/Ethernet4", "", true},
		{object.Row{Table: "STP_INST_PORT_FLUSH_TABLE", Key: "2:", Fields: on}, "", "", false},
		{object.Row{Table: "STP_INST_PORT_FLUSH_TABLE", Key: "Ethernet4", Fields: on}, "", "", false},
		{object.Row{Table: "STP_PORT_STATE_TABLE", Key: "Ethernet4:1", Fields: map[string]string{"state": "1"}}, "", "", false},
	} {
		if port, vlan, ok := stp.Flush(c.row); ok != c.ok || ok && (port != c.port || vlan != c.vlan) {
			t.Errorf("%+v: %q, %q, %v", c.row, port, vlan, ok)
		}
	}
}

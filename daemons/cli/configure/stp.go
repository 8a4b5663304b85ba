package configure

import (
	"github.com/heddle-nos/heddle/daemons/commit"
)

// With per-VLAN spanning tree on, every VLAN and every member port has a row
// of its own, which comes and goes with it.
const (
	tableSTP     = "STP"
	tableSTPVLAN = "STP_VLAN"
	tableSTPPort = "STP_PORT"
	maxSTPVLANs  = 255
)

// pvst gives the global row while per-VLAN spanning tree is on.
func pvst(c *commit.Candidate) (commit.Row, bool) {
	row, ok := c.Row(tableSTP, "GLOBAL")
	return row, ok && row["mode"] == "pvst"
}

func addSTPVLAN(c *commit.Candidate, vlan string) {
	global, on := pvst(c)
	if !on || len(c.Keys(tableSTPVLAN)) >= maxSTPVLANs {
		return
	}
	c.Replace(tableSTPVLAN, vlan, commit.Row{
		"enabled":       "true",
		"forward_delay": global["forward_delay"],
		"hello_time":    global["hello_time"],
		"max_age":       global["max_age"],
		"priority":      global["priority"],
	})
}

func deleteSTPVLAN(c *commit.Candidate, vlan string) { c.Delete(tableSTPVLAN, vlan) }

// stpPortDefaults is the row of a port that nobody has configured.
func stpPortDefaults() commit.Row {
	return commit.Row{
		"enabled": "true", "root_guard": "false", "bpdu_guard": "false",
		"bpdu_guard_do_disable": "false", "portfast": "false", "uplink_fast": "false",
	}
}

func addSTPPort(c *commit.Candidate, port string) {
	if _, on := pvst(c); on && !c.Has(tableSTPPort, port) {
		c.Replace(tableSTPPort, port, stpPortDefaults())
	}
}

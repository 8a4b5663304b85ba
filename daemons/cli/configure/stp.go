package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// With per-VLAN spanning tree on, every VLAN and every member port has a row
// of its own, which comes and goes with it.
const (
	tableSTP         = "STP"
	tableSTPVLAN     = "STP_VLAN"
	tableSTPPort     = "STP_PORT"
	tableSTPVLANPort = "STP_VLAN_PORT"
	tableMST         = "STP_MST"
	tableMSTInstance = "STP_MST_INST"
	tableMSTPort     = "STP_MST_PORT"
	keyGlobal        = "GLOBAL"
	modePVST         = "pvst"
	modeMST          = "mst"
	maxSTPVLANs      = 255
)

// pvst gives the global row while per-VLAN spanning tree is on.
func pvst(c *commit.Candidate) (commit.Row, bool) {
	row, ok := c.Row(tableSTP, keyGlobal)
	return row, ok && row["mode"] == modePVST
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

func deleteSTPVLAN(c *commit.Candidate, vlan string) {
	c.Delete(tableSTPVLAN, vlan)
	for _, key := range c.Keys(tableSTPVLANPort) {
		if strings.HasPrefix(key, vlan+schema.ConfigSeparator) {
			c.Delete(tableSTPVLANPort, key)
		}
	}
}

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

// deleteSTPMember takes away what a port has in a VLAN that it leaves. What it
// has of its own stays, as with SONiC's command.
func deleteSTPMember(c *commit.Candidate, vlan, port string) {
	c.Delete(tableSTPVLANPort, vlan+schema.ConfigSeparator+port)
}

// newSTP makes `config spanning-tree`.
func newSTP(s *session.Session) *cobra.Command {
	modes := []string{modePVST, modeMST}
	g := click.Group("spanning-tree", "Spanning tree configuration",
		newChoice(s, "enable <pvst|mst>", "Enable spanning tree", modes, enableSTP),
		newChoice(s, "disable <pvst|mst>", "Disable spanning tree", modes, disableSTP),
		newSTPVLAN(s), newSTPInterface(s), newMST(s))
	g.AddCommand(newSTPTimers(s)...)
	return g
}

func stpMode(e *edit) string { return e.row(tableSTP, keyGlobal)["mode"] }

// stpOn refuses to go on while there is no spanning tree.
func stpOn(e *edit) error {
	if mode := stpMode(e); mode == "" || mode == "none" {
		return e.failf("Global STP is not enabled - first configure STP mode")
	}
	return nil
}

func enableSTP(e *edit) error {
	switch current := stpMode(e); {
	case current == modePVST && e.args[0] == modePVST:
		return e.failf("PVST is already configured")
	case current == modeMST && e.args[0] == modeMST:
		return e.failf("MST is already configured")
	case current == modeMST:
		return e.failf("MSTP is already configured; please disable MST before enabling PVST")
	case current == modePVST:
		return e.failf("PVST is already configured; please disable PVST before enabling MST")
	}
	if e.args[0] == modeMST {
		enableMST(e)
		return nil
	}
	e.c.Replace(tableSTP, keyGlobal, commit.Row{
		"mode": modePVST, "rootguard_timeout": "30", "forward_delay": "15", "hello_time": "2", "max_age": "20", "priority": "32768",
	})
	for _, port := range switchedPorts(e.c) {
		e.c.Replace(tableSTPPort, port, stpPortDefaults())
	}
	for _, vlan := range e.c.Keys(schema.TableVLAN) {
		addSTPVLAN(e.c, vlan)
	}
	return nil
}

// switchedPorts lists the ports and port channels that are in a VLAN.
func switchedPorts(c *commit.Candidate) []string {
	var out []string
	for _, table := range []string{schema.TablePort, schema.TablePortChannel} {
		for _, name := range c.Keys(table) {
			if len(vlansOf(c, name)) > 0 {
				out = append(out, name)
			}
		}
	}
	return out
}

func disableSTP(e *edit) error {
	current, mode := stpMode(e), e.args[0]
	switch {
	case current == "" || current == "none":
		return e.failf("STP is not configured")
	case current != mode && mode == modeMST:
		return e.failf("MST is not currently configured mode")
	case current != mode:
		return e.failf("PVST is not currently configured mode")
	}
	e.c.Delete(tableSTP, keyGlobal)
	if mode == modePVST {
		e.dropTables(tableSTPVLAN, tableSTPPort, tableSTPVLANPort)
	} else {
		e.dropTables(tableMST, tableMSTInstance, tableMSTPort, tableSTPPort)
	}
	return nil
}

// number reads an integer argument.
func (e *edit) number(i int, name string) (int, error) { return click.Int(e.cmd, name, e.arg(i)) }

// within reads an integer argument and refuses one outside of the bounds with
// a message of its own.
func (e *edit) within(i int, name string, low, high int, refusal string) (string, error) {
	n, err := e.number(i, name)
	if err == nil && (n < low || n > high) {
		err = e.failf("%s", refusal)
	}
	return strconv.Itoa(n), err
}

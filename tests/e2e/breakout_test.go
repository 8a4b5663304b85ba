package e2e_test

import (
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestBreakout breaks a port out into four and puts it together again while others forward and orchagent dies.
func TestBreakout(t *testing.T) {
	l := own(t, "testdata/breakout.yaml", "breakout")
	others := []lab.Path{path("x", "10.10.0.21")}
	reach(t, l, append(others, path("a0", "10.10.0.20")))
	streams := startStreams(t, l, others)

	if out, err := l.Output(t.Context(), sw, "config", "interface", "breakout", "Ethernet0", "4x25G[10G]", "-y"); err == nil || !strings.Contains(err.Error()+out, "VLAN_MEMBER|Vlan10|Ethernet0") {
		t.Errorf("a port in a VLAN is broken out: %s %v", out, err)
	}
	run(t, l, sw, "config", "interface", "breakout", "Ethernet0", "4x25G[10G]", "-y", "-f")
	restart(t, l, "orchagent", syscall.SIGKILL)
	run(t, l, sw, "config", "interface", "startup", "Ethernet0-3")
	for _, port := range []string{"Ethernet0", "Ethernet1", "Ethernet2"} {
		run(t, l, sw, "config", "vlan", "member", "add", "-u", "10", port)
	}
	run(t, l, sw, "config", "interface", "ip", "add", "Ethernet3", "10.30.0.1/24")
	portsAre(t, l, map[string]string{"Ethernet0": "1", "Ethernet1": "2", "Ethernet2": "3", "Ethernet3": "4", "Ethernet4": "5,6,7,8", "Ethernet8": "9,10,11,12"})
	reach(t, l, []lab.Path{
		path("a0", "10.10.0.11"), path("a1", "10.10.0.12"), path("a2", "10.10.0.20"), path("a3", "10.10.0.21"), path("x", "10.30.0.2"),
	})

	run(t, l, sw, "config", "interface", "breakout", "Ethernet0", "1x100G[40G]", "-y", "-f")
	restart(t, l, "orchagent", syscall.SIGKILL)
	run(t, l, sw, "config", "interface", "startup", "Ethernet0")
	run(t, l, sw, "config", "vlan", "member", "add", "-u", "10", "Ethernet0")
	portsAre(t, l, map[string]string{"Ethernet0": "1,2,3,4", "Ethernet4": "5,6,7,8", "Ethernet8": "9,10,11,12"})
	reach(t, l, []lab.Path{path("a0", "10.10.0.20"), path("x", "10.10.0.10")})
	restart(t, l, "syncd", syscall.SIGKILL) // finds the ports as they are
	restart(t, l, "asicd", syscall.SIGKILL)
	time.Sleep(settle)
	reach(t, l, []lab.Path{path("a0", "10.10.0.20")})
	checkLoss(t, others[0], streams[0])
	if got := run(t, l, sw, "show", "interfaces", "breakout", "current-mode", "Ethernet0"); !strings.Contains(got, "1x100G[40G]") {
		t.Errorf("the mode is\n%s", got)
	}
	t.Run("loopback", func(t *testing.T) { loopback(t, l) })
}

// loopback sends by a port in loopback what comes back to the sender; the host at the port hears nothing.
func loopback(t *testing.T, l *lab.Lab) {
	row := func() statedb.Fields {
		f, _, err := database(t, l).DB(statedb.StateDB).Get(t.Context(), "PORT_TABLE", "Ethernet4")
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	eventually(t, soon, func() error {
		return expect(row()["speed"] == "40000" && row()["supported_fecs"] == "none,rs,fc" && row()["host_tx_ready"] == "true", fmt.Sprint(row()))
	})
	run(t, l, sw, "config", "interface", "loopback-mode", "Ethernet4", "phy")
	y := openTap(t, l, "y")
	broadcast := net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	sent := 0
	eventually(t, soon, func() error {
		sent++
		mark := fmt.Sprint("loop ", sent)
		y.send(t, marked(y.mac, broadcast, 0, mark))
		return expect(y.receive(t, quiet, hasMark(0, mark)) != nil, "what was sent by Ethernet4 does not come back")
	})
	portsAre(t, l, map[string]string{"Ethernet0": "1,2,3,4", "Ethernet4": "5,6,7,8", "Ethernet8": "9,10,11,12"})
	x := openTap(t, l, "x")
	y.send(t, marked(y.mac, broadcast, 0, "away"))
	if x.receive(t, quiet, hasMark(0, "away")) != nil {
		t.Error("the host at the port in loopback hears it")
	}
	run(t, l, sw, "config", "interface", "loopback-mode", "Ethernet4", "none")
	reach(t, l, []lab.Path{path("x", "10.10.0.21")})
}

// portsAre waits until the switch tells exactly these ports, up, with their lanes.
func portsAre(t *testing.T, l *lab.Lab, want map[string]string) {
	t.Helper()
	state := database(t, l).DB(statedb.StateDB)
	eventually(t, soon, func() error {
		got := map[string]string{}
		for _, line := range strings.Split(run(t, l, sw, "show", "interfaces", "status"), "\n") {
			if f := strings.Fields(line); len(f) > 8 && strings.HasPrefix(f[0], "Ethernet") {
				got[f[0]] = f[1] + " " + f[7]
			}
		}
		for name, lanes := range want {
			if got[name] != lanes+" up" {
				return fmt.Errorf("%s is %q, not %q up: %v", name, got[name], lanes, got)
			}
		}
		ready, err := state.Keys(t.Context(), "PORT_TABLE")
		if err != nil {
			return err
		}
		return expect(len(got) == len(want) && len(ready) == len(want), fmt.Sprint("there are ports ", got, " and in STATE_DB ", ready))
	})
}

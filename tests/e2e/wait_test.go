package e2e_test

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestWaitTellsWhatTheSwitchDid: a commit that waits tells of each row whether the ASIC has it, what it waits for, or that the ASIC refuses it;
// an atomic one goes back then. A daemon that dies meanwhile is waited for.
func TestWaitTellsWhatTheSwitchDid(t *testing.T) {
	l := beside(t, "../../docs/examples/one-switch.yaml", "wait")
	out := run(t, l, sw, "config", "--wait=60", "vlan", "add", "300")
	if err := contains(out, "VLAN|Vlan300: applied\n"); err != nil {
		t.Error(err)
	}
	out = run(t, l, sw, "config", "--wait=60", "vlan", "member", "add", "300", "Ethernet24")
	if err := contains(out, "VLAN_MEMBER|Vlan300|Ethernet24: applied\n"); err != nil {
		t.Error(err)
	}
	out = run(t, l, sw, "config", "--wait=60", "vlan", "member", "del", "300", "Ethernet24")
	if err := contains(out, "VLAN_MEMBER|Vlan300|Ethernet24: removed\n"); err != nil {
		t.Error(err)
	}
	out = run(t, l, sw, "config", "--wait=60", "route", "add", "prefix", "10.99.0.0/16", "nexthop", "10.98.0.1")
	if err := contains(out, "STATIC_ROUTE|", "10.99.0.0/16: waiting: "); err != nil {
		t.Error(err)
	}
	member := writeFile(t, `[{"op": "add", "path": "/VLAN_MEMBER/Vlan300|Ethernet200", "value": {"tagging_mode": "tagged"}}]`)
	out = run(t, l, sw, "config", "--wait=60", "apply-patch", "-i", "/VLAN_MEMBER/Vlan300|Ethernet200", member)
	if err := contains(out, "VLAN_MEMBER|Vlan300|Ethernet200: waiting: ", "Ethernet200"); err != nil {
		t.Error(err)
	}
	speed := writeFile(t, `[{"op": "replace", "path": "/PORT/Ethernet24/speed", "value": "123"}, {"op": "add", "path": "/VLAN/Vlan301", "value": {"vlanid": "301"}}]`)
	_, err := l.Output(t.Context(), sw, "config", "--atomic", "--wait=60", "apply-patch", speed)
	if err == nil {
		t.Error("the ASIC has a port of 123 Mb/s")
	} else if err := contains(err.Error(), "PORT|Ethernet24", "SAI_STATUS_INVALID_ATTR_VALUE", "the change was taken back"); err != nil {
		t.Error(err)
	}
	config := database(t, l).DB(statedb.ConfigDB)
	if _, there, err := config.Get(t.Context(), "VLAN", "Vlan301"); err != nil || there {
		t.Errorf("a part of the atomic change is still there: %v, %v", there, err)
	}
	for i, daemon := range []string{"cfgmgrd", "orchagent"} {
		waitOverRestart(t, l, daemon, fmt.Sprint(310+i))
	}
	unharmed(t, l)
}

// waitOverRestart kills a daemon that has stopped with a commit on its way.
func waitOverRestart(t *testing.T, l *lab.Lab, daemon, vlan string) {
	t.Helper()
	if err := syscall.Kill(status(t, l, daemon).PID, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		out string
		err error
	}
	ended := make(chan answer, 1)
	go func() {
		out, err := l.Output(t.Context(), sw, "config", "--wait=120", "vlan", "add", vlan)
		ended <- answer{out, err}
	}()
	eventually(t, soon, func() error {
		_, there, err := database(t, l).DB(statedb.ConfigDB).Get(t.Context(), "VLAN", "Vlan"+vlan)
		if !there {
			err = errors.Join(err, errors.New("not committed"))
		}
		return err
	})
	select {
	case a := <-ended:
		t.Fatalf("%s has stopped, and the commit does not wait for it: %+v", daemon, a)
	case <-time.After(2 * time.Second):
	}
	restart(t, l, daemon, syscall.SIGKILL)
	a := <-ended
	if a.err != nil {
		t.Fatal(a.err)
	}
	if err := contains(a.out, "VLAN|Vlan"+vlan+": applied\n"); err != nil {
		t.Errorf("%s: %v", daemon, err)
	}
}

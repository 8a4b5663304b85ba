package e2e_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// loopGuard stops the stpd of sw2, whose ports go on forwarding without a word. sw3's blocked end of the port channel to sw2 would take the silence
// for a host and close the ring; guarded, it stays blocked until sw2 speaks again. After that it takes over as any port does.
func loopGuard(t *testing.T, l *lab.Lab, db map[string]*statedb.Client) {
	const guarded = "PortChannel1"
	run(t, l, "sw3", "config", "spanning-tree", "interface", "loop_guard", "enable", guarded)
	state := func(want string) func() error {
		return func() error {
			row, _, err := db["sw3"].DB(statedb.ApplDB).Get(t.Context(), "_STP_VLAN_PORT_TABLE", "Vlan10:"+guarded)
			if err != nil {
				return err
			}
			return expect(row["port_state"] == want, fmt.Sprintf("%s is %s, want %s", guarded, row["port_state"], want))
		}
	}
	eventually(t, soon, state("BLOCKING"))
	pid := programOf(t, l, "sw2", "stpd")
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	awake := func() {
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Error(err)
		}
	}
	defer awake()
	eventually(t, soon, state("LOOP-INC"))
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); { // longer than a port takes to be opened
		if err := state("LOOP-INC")(); err != nil {
			t.Fatal(err)
		}
		if row, _, err := db["sw3"].DB(statedb.ApplDB).Get(t.Context(), "STP_PORT_STATE_TABLE", guarded+":0"); err != nil || row["state"] != "1" {
			t.Fatalf("the ASIC is told %v, %v", row, err)
		}
		oneCopy(t, l)
	}
	reach(t, l, []lab.Path{path("a", "10.1.0.2"), path("a", "10.1.0.3"), path("b", "10.1.0.3")})
	if err := contains(run(t, l, "sw3", "show", "spanning-tree", "vlan", "10"), guarded, "LOOP-INC"); err != nil {
		t.Error(err)
	}

	awake()
	eventually(t, 30*time.Second, state("BLOCKING"))
	setLinks(t, l.Silicon("sw3"), []string{"p3"}, false) // the way to the root
	eventually(t, soon, state("FORWARDING"))
	eventually(t, soon, func() error { return ringState(t, db, 0) })
	reach(t, l, []lab.Path{path("a", "10.1.0.3"), path("b", "10.1.0.3")})
	setLinks(t, l.Silicon("sw3"), []string{"p3"}, true)
	eventually(t, 30*time.Second, state("BLOCKING"))
	oneCopy(t, l)
	run(t, l, "sw3", "config", "spanning-tree", "interface", "loop_guard", "disable", guarded)
}

// programOf gives the process of a program of a switch.
func programOf(t *testing.T, l *lab.Lab, node, program string) int {
	t.Helper()
	all, err := l.Supervisor(node).Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == program && s.PID != 0 {
			return s.PID
		}
	}
	t.Fatalf("%s does not run %s", node, program)
	return 0
}

package e2e_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestUnconfirmedChangeIsTakenBack deletes a VLAN that hosts use, kills cfgmgrd while the change waits, and never confirms:
// the hosts reach each other again without anybody's help.
func TestUnconfirmedChangeIsTakenBack(t *testing.T) {
	l := beside(t, "../../docs/examples/one-switch.yaml", "confirm")
	out := run(t, l, sw, "config", "--wait", "--confirmed", "1", "interface", "shutdown", "Ethernet0")
	if err := contains(out, "PORT|Ethernet0: applied", "is taken back at"); err != nil {
		t.Error(err)
	}
	if _, err := l.Output(t.Context(), sw, "config", "save", "-y"); err == nil {
		t.Error("a change that waits was saved")
	}
	restart(t, l, "cfgmgrd", syscall.SIGKILL)
	eventually(t, 3*time.Minute, func() error {
		if out := run(t, l, sw, "show", "configuration", "pending"); !strings.Contains(out, "No commit waits") {
			return errors.New(out)
		}
		return nil
	})
	history := run(t, l, sw, "show", "configuration", "history", "1")
	if err := contains(history, "revert", "nobody confirmed commit"); err != nil {
		t.Error(err)
	}
	eventually(t, time.Minute, func() error {
		row := run(t, l, sw, "show", "runningconfiguration", "ports", "Ethernet0")
		if strings.Contains(row, `"down"`) {
			return fmt.Errorf("the port is still shut: %s", row)
		}
		return nil
	})
	unharmed(t, l)
}

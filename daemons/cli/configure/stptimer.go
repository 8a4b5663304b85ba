package configure

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// stpTimer is one of the times of a bridge (IEEE 802.1D-2004 section 17.14).
type stpTimer struct {
	name, field string
	low, high   int
	refusal     string
}

func stpTimers() []stpTimer {
	return []stpTimer{
		{"forward_delay", "forward_delay", 4, 30, "STP forward delay value must be in range 4-30"},
		{"hello", "hello_time", 1, 10, "STP hello timer must be in range 1-10"},
		{"max_age", "max_age", 6, 40, "STP max age value must be in range 6-40"},
	}
}

func (t stpTimer) arg() string {
	return "<" + strconv.Itoa(t.low) + "-" + strconv.Itoa(t.high) + "_seconds>"
}

// newSTPTimers makes the commands for what holds for the whole bridge.
func newSTPTimers(s *session.Session) []*cobra.Command {
	out := []*cobra.Command{
		newEdit(s, "priority <0-61440>", "Bridge priority", setBridgePriority),
		newEdit(s, "root_guard_timeout <5-600_seconds>", "Root guard timeout", setRootGuardTimeout),
		newEdit(s, "max_hops <1-40>", "Hops of a region", setMaxHops),
	}
	for _, t := range stpTimers() {
		out = append(out, newEdit(s, t.name+" "+t.arg(), "STP "+t.name, t.setGlobal))
	}
	return out
}

func (t stpTimer) setGlobal(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	value, err := e.within(0, t.arg(), t.low, t.high, t.refusal)
	if err != nil {
		return err
	}
	if stpMode(e) == modeMST {
		e.c.SetField(tableMST, keyGlobal, t.field, value)
		return nil
	}
	if !timersAgree(e.row(tableSTP, keyGlobal), t.field, value) {
		return e.failf("2*(forward_delay-1) >= max_age >= 2*(hello_time +1 ) not met")
	}
	followGlobal(e, t.field, value)
	e.c.SetField(tableSTP, keyGlobal, t.field, value)
	return nil
}

// timersAgree checks what IEEE 802.1D-2004 section 17.14 asks of the three times.
func timersAgree(row map[string]string, field, value string) bool {
	get := func(name string) int {
		text := row[name]
		if name == field {
			text = value
		}
		n, _ := strconv.Atoi(text)
		return n
	}
	age := get("max_age")
	return 2*(get("forward_delay")-1) >= age && age >= 2*(get("hello_time")+1)
}

// followGlobal changes the VLANs that have not gone their own way. SONiC tells
// them by comparing with the global forward delay, whichever field is set.
func followGlobal(e *edit, field, value string) {
	global := e.row(tableSTP, keyGlobal)["forward_delay"]
	for _, vlan := range e.c.Keys(tableSTPVLAN) {
		if e.row(tableSTPVLAN, vlan)[field] == global {
			e.c.SetField(tableSTPVLAN, vlan, field, value)
		}
	}
}

// bridgePriority reads a priority, of which only the top four bits are free.
func (e *edit) bridgePriority(i int) (string, error) {
	n, err := e.number(i, "<0-61440>")
	if err == nil && n%4096 != 0 {
		err = e.failf("STP bridge priority must be multiple of 4096")
	}
	if err == nil && (n < 0 || n > 61440) {
		err = e.failf("STP bridge priority must be in range 0-61440")
	}
	return strconv.Itoa(n), err
}

func setBridgePriority(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	if stpMode(e) == modeMST {
		return e.failf("Bridge priority cannot be set for MST with this command without Instance ID")
	}
	value, err := e.bridgePriority(0)
	if err != nil {
		return err
	}
	followGlobal(e, "priority", value)
	e.c.SetField(tableSTP, keyGlobal, "priority", value)
	return nil
}

func setRootGuardTimeout(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	if stpMode(e) == modeMST {
		return e.failf("Root guard timeout not supported for MST")
	}
	value, err := e.within(0, "<5-600 seconds>", 5, 600, "STP root guard timeout must be in range 5-600")
	if err == nil {
		e.c.SetField(tableSTP, keyGlobal, "rootguard_timeout", value)
	}
	return err
}

func setMaxHops(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	if stpMode(e) == modePVST {
		return e.failf("Max hops not supported for PVST")
	}
	value, err := e.within(0, "<1-40>", 1, 40, "STP max hops must be in range 1-40")
	if err == nil {
		e.c.SetField(tableMST, keyGlobal, "max_hops", value)
	}
	return err
}

// stpVLAN gives the VLAN of a command's first argument while there is per-VLAN
// spanning tree; "" while there is none, which SONiC passes over in silence.
func stpVLAN(e *edit) (string, error) {
	id, err := e.number(0, "<Vlan>")
	if err != nil {
		return "", err
	}
	switch stpMode(e) {
	case modeMST:
		return "", e.failf("Configuration not supported for MST")
	case modePVST:
	default:
		return "", nil
	}
	vlan := vlanName(id)
	if !e.c.Has(schema.TableVLAN, vlan) {
		return "", e.failf("%s doesn't exist", vlan)
	}
	return vlan, nil
}

package executor

import (
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// Restart is what a client announces when syncd is to end.
type Restart string

// The announcements, as they stand on the channel RESTARTQUERY.
const (
	RestartCold    Restart = "COLD"         // the ASIC stops
	RestartWarm    Restart = "WARM"         // the ASIC forwards on, and is taken over as it is
	RestartFast    Restart = "FAST"         // the ASIC forwards on until it is started anew
	RestartExpress Restart = "EXPRESS"      // as warm
	RestartPrepare Restart = "PRE-SHUTDOWN" // the ASIC gets ready for a warm restart
	RestartHasten  Restart = "PRE-EXPRESS"  // the ASIC gets ready for an express restart
)

// ParseRestart reads an announcement.
func ParseRestart(op string) (Restart, bool) {
	switch r := Restart(op); r {
	case RestartCold, RestartWarm, RestartFast, RestartExpress, RestartPrepare:
		return r, true
	}
	return RestartHasten, strings.HasPrefix(op, string(RestartHasten))
}

// Prepares tells the announcements after which syncd waits for another one.
func (r Restart) Prepares() bool { return r == RestartPrepare || r == RestartHasten }

// KeepsObjects tells whether the next syncd finds the ASIC's objects.
func (r Restart) KeepsObjects() bool { return r == RestartWarm || r == RestartExpress }

// Prepare tells the ASIC that a warm restart is to come. The status is that of the
// attribute that it refused: nothing is changed then.
func (e *Executor) Prepare(r Restart) (sai.AttrID, sai.Status) {
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, e.switchRID())
	if sw.OID == sai.NullObjectID {
		return sai.SwitchAttrPreShutdown, sai.StatusSuccess
	}
	ids := []sai.AttrID{sai.SwitchAttrRestartWarm, sai.SwitchAttrFastAPIEnable, sai.SwitchAttrPreShutdown}
	for i, id := range ids {
		if id == sai.SwitchAttrFastAPIEnable && r != RestartHasten {
			continue
		}
		if s := e.setSwitch(sw, id, true); s != sai.StatusSuccess {
			for _, done := range ids[:i] {
				e.setSwitch(sw, done, false)
			}
			return id, s
		}
	}
	return sai.SwitchAttrPreShutdown, sai.StatusSuccess
}

// Shutdown gives the switch up. The rows of ASIC_DB stay: they are what the next
// syncd makes the ASIC hold, if it does not hold it already.
func (e *Executor) Shutdown(r Restart) sai.Status {
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, e.switchRID())
	if sw.OID == sai.NullObjectID {
		return sai.StatusSuccess
	}
	if r.KeepsObjects() {
		if s := e.setSwitch(sw, sai.SwitchAttrRestartWarm, true); s != sai.StatusSuccess {
			return s
		}
	}
	if r != RestartCold {
		e.setSwitch(sw, sai.SwitchAttrUninitDataPlaneOnRemoval, false) // not every library has it
	}
	return e.asic.Remove([]sai.Object{sw}, false)[0]
}

func (e *Executor) setSwitch(sw sai.Object, id sai.AttrID, v bool) sai.Status {
	return e.asic.Set([]sai.Object{sw}, []sai.Attr{{ID: id, Value: sai.Bool(v)}}, false)[0]
}

package engine

import "time"

// An engine that finds objects of an earlier life must not remove them before
// it has seen the rows that want them. After a restart of orchagent alone all
// rows are in the tables already, PortConfigDone among them. After the tables
// were emptied (a reload) they are filled again, ports first; then the engine
// waits for PortConfigDone and, for the other tables, a grace period.

// hold reports whether planning must wait.
func (e *Engine) hold() bool {
	if !e.held {
		return false
	}
	if e.ports.configDone && e.grace == nil {
		e.Log.Info("all ports are configured, waiting for other tables", "grace", e.Grace)
		e.grace = time.After(e.Grace)
	}
	return true
}

// startHold decides after loading whether to hold.
func (e *Engine) startHold(found bool) {
	e.held = found && !e.ports.configDone
	if e.held {
		e.Log.Info("the ASIC holds objects of an earlier life, waiting for the ports' configuration")
	}
}

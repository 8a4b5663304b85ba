package engine

import (
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// An engine that finds objects of an earlier life must not take anything away
// before it has seen the rows that want it: the tables may just be filled
// again, ports first, PortConfigDone after the last of them, other tables
// about the same time. So what is there stays as it is, beyond what rows say
// otherwise, until PortConfigDone has been seen and a grace period is over.
// What is new is made at once.

// startHold decides after the first load whether to hold.
func (e *Engine) startHold(found bool) {
	if e.held = found; !found {
		return
	}
	e.routes.Hold(true)
	e.Log.Info("the ASIC holds objects of an earlier life, nothing is taken away yet", "grace", e.Grace)
	e.startGrace()
}

// startGrace starts the grace period once all ports are configured.
func (e *Engine) startGrace() {
	if e.held && e.ports.configDone && e.grace == nil {
		e.grace = time.After(e.Grace)
	}
}

// endHold takes away what no row wants.
func (e *Engine) endHold() {
	e.grace, e.held = nil, false
	e.routes.Hold(false)
	for k := range e.actual {
		e.markDirty(k)
	}
}

// want returns the desired object. One that rows disagree on stays as it is;
// while the engine holds, so does what no row speaks of.
func (e *Engine) want(k object.Key) *object.Object {
	have := e.actual[k]
	o, err := e.desired.Get(k)
	if err != nil {
		return have
	}
	e.settle(o)
	if !e.held || have == nil || stray(k) {
		return o
	}
	if o == nil {
		return have
	}
	for _, a := range have.Attrs {
		if o.Attr(a.ID) == nil {
			o.SetAttr(a)
		}
	}
	return o
}

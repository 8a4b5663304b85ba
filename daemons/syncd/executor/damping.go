package executor

import (
	"fmt"
	"strconv"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/damping"
	"github.com/heddle-nos/heddle/daemons/syncd/notify"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/text"
)

// setDamping changes how the flaps of a port's link are damped, which is done
// here and not by the ASIC.
func (e *Executor) setDamping(r sairedis.Request) sairedis.Response {
	obj, err := text.DecodeObject(r.Key)
	if err == nil && obj.Type != sai.ObjectTypePort {
		err = fmt.Errorf("link event damping of %s: no port", obj.Type)
	}
	if err != nil {
		return e.malformed(r, err)
	}
	if rid, ok := e.ids.RID(obj.OID); !ok || rid == sai.NullObjectID {
		return e.malformed(r, fmt.Errorf("link event damping of %s: no such port", obj.OID))
	}
	cfg, err := e.damper.Config(obj.OID).With(r.Values)
	if err != nil {
		return e.malformed(r, fmt.Errorf("%s: %w", r.Key, err))
	}
	e.damper.Configure(obj.OID, cfg)
	e.damped[obj.OID] = true
	return sairedis.Answer(r.Op, sai.StatusSuccess)
}

// undamped tells whether a change of a port is to be told.
func (e *Executor) undamped(p event.Port) bool {
	tell := e.damper.Event(e.now(), p.Port, p.Status)
	if _, known := e.damper.Stats(p.Port); known {
		e.damped[p.Port] = true
	}
	return tell
}

func (e *Executor) forgetDamping(port sai.ObjectID) {
	if _, known := e.damper.Stats(port); known {
		e.damper.Forget(port)
		e.damped[port] = true
	}
}

// EndDamping tells what was withheld for long enough.
func (e *Executor) EndDamping() {
	var out []event.Port
	for _, c := range e.damper.Due(e.now()) {
		e.damped[c.Port] = true
		out = append(out, event.Port{Port: c.Port, Status: c.Status})
	}
	if len(out) > 0 {
		e.w.Notify(notify.PortState(out))
	}
}

// NextDamping tells how long to wait for EndDamping, if for anything.
func (e *Executor) NextDamping() (time.Duration, bool) { return e.damper.Next(e.now()) }

// TakeDamping returns the rows, by port, of the damping that changed since it was
// called last; nil for ports that are gone.
func (e *Executor) TakeDamping() map[string]statedb.Fields {
	rows := make(map[string]statedb.Fields, len(e.damped))
	for id := range e.damped {
		rows[id.String()] = nil
		if s, ok := e.damper.Stats(id); ok {
			rows[id.String()] = dampingRow(s)
		}
	}
	clear(e.damped)
	return rows
}

func dampingRow(s damping.Stats) statedb.Fields {
	n := func(v uint64) string { return strconv.FormatUint(v, 10) }
	since := int64(0)
	if s.Active {
		since = s.Since.UnixMilli()
	}
	return statedb.Fields{
		"pre_damping_link_transitions":  n(s.Changes),
		"pre_damping_up_events":         n(s.Ups),
		"pre_damping_down_events":       n(s.Downs),
		"post_damping_link_transitions": n(s.Told),
		"post_damping_up_events":        n(s.ToldUps),
		"post_damping_down_events":      n(s.ToldDowns),
		"is_damping_active":             strconv.FormatBool(s.Active),
		"current_penalty":               n(uint64(s.Penalty)),
		"damping_start_time_ms":         strconv.FormatInt(since, 10),
		"physical_status":               s.Physical.String(),
		"advertised_status":             s.Advertised.String(),
	}
}

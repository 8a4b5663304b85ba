package engine

import (
	"cmp"
	"errors"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
)

// conclude tells where an object stands after a plan was carried out.
func (x *execution) conclude(k object.Key) {
	e := x.e
	want, conflict := e.desired.Get(k)
	unmet := e.settle(want)
	have := e.actual[k]
	e.wait.remove(k)
	st := status.Status{State: status.Applied, Owner: e.owner(k)}
	switch {
	case x.failed[k] != nil:
		st.State, st.Reason, st.SAI = status.Failed, x.failed[k].Error(), x.failed[k].Status
		e.retry.failed(k)
	case x.broken[k] != nil:
		st.State, st.Reason = status.Failed, x.broken[k].Error()
		e.retry.failed(k)
	case conflict != nil:
		st.State, st.Reason = status.Failed, conflict.Error()
		var c *object.ConflictError
		if errors.As(conflict, &c) {
			st.Owner = c.B
		}
		e.retry.succeeded(k)
	case want == nil:
		e.retry.succeeded(k)
		e.status.Delete(k)
		return
	default:
		e.retry.succeeded(k)
		if b, ok := x.blocked[k]; ok {
			st.State, st.Reason = status.Waiting, b.String()
			if on := cmp.Or(b.Missing, b.Rival); on != "" {
				e.wait.add(k, on)
			}
		} else if e.fulfillable(want) {
			e.markDirty(k)
		} else if unmet != "" {
			e.wait.add(k, unmet)
		}
	}
	before := e.status.Set(k, st)
	_, changed := x.touched[k]
	if st.State == status.Applied && have != nil && (changed || before != status.Applied) {
		x.applied(k, want)
		// It may be there for the second time without having been created: when
		// it was wanted again after its removal had failed.
		e.appeared(e.actual[k])
	}
	e.ports.stands(k, st.State == status.Applied)
}

// applied notes that an object is as wanted, and tells the features.
func (x *execution) applied(k object.Key, want *object.Object) {
	e := x.e
	if !slices.Equal(e.actual[k].After, want.After) {
		e.replaceActual(k, func(o *object.Object) { o.After = want.After })
	}
	e.publish(e.event(want))
}

// owner names the rows that want an object.
func (e *Engine) owner(k object.Key) object.Owner {
	owners := e.desired.Owners(k)
	switch len(owners) {
	case 0:
		return ""
	case 1:
		return owners[0]
	}
	return owners[0] + " and others"
}

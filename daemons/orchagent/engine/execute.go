package engine

import (
	"context"
	"errors"

	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/plan"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/sai"
)

// execution carries out one plan.
type execution struct {
	e       *Engine
	blocked map[object.Key]plan.Blocked
	failed  map[object.Key]*sai.Error
	broken  map[object.Key]error // steps that could not be expressed
	touched map[object.Key]struct{}
	ports   []object.Key // created or gone
}

func newExecution(e *Engine, blocked map[object.Key]plan.Blocked) *execution {
	return &execution{
		e: e, blocked: blocked,
		failed:  make(map[object.Key]*sai.Error),
		broken:  make(map[object.Key]error),
		touched: make(map[object.Key]struct{}),
	}
}

// run carries out steps in order; those that can go together do.
func (x *execution) run(ctx context.Context, steps []plan.Step) error {
	for len(steps) > 0 {
		n := together(steps)
		var ready []plan.Step
		for _, s := range steps[:n] {
			x.touched[s.Key] = struct{}{}
			if x.possible(s) {
				ready = append(ready, s)
			}
		}
		if err := x.apply(ctx, ready); err != nil {
			return err
		}
		steps = steps[n:]
	}
	return nil
}

// together returns how many of the first steps do the same to objects of one
// type that do not need each other.
func together(steps []plan.Step) int {
	first := steps[0]
	in := map[object.Key]bool{}
	for i, s := range steps {
		if s.Op != first.Op || s.Object.Type != first.Object.Type {
			return i
		}
		for need := range s.Object.Needs {
			if in[need] {
				return i
			}
		}
		if s.Op == plan.OpCreate || s.Op == plan.OpRemove {
			in[s.Key] = true
		}
	}
	return len(steps)
}

// possible reports whether earlier steps left what a step needs. If not, the
// object waits for it, or for its own removal.
func (x *execution) possible(s plan.Step) bool {
	if x.failed[s.Key] != nil || x.broken[s.Key] != nil {
		return false
	}
	if s.Op == plan.OpRemove || s.Op == plan.OpDetach {
		return true
	}
	if s.Op == plan.OpSet {
		for _, ref := range s.Attr.Refs {
			if x.e.actual[ref] == nil {
				x.blocked[s.Key] = plan.Blocked{Missing: ref}
				return false
			}
		}
		return true
	}
	for need := range s.Object.Needs {
		if x.e.actual[need] == nil {
			x.blocked[s.Key] = plan.Blocked{Missing: need}
			return false
		}
	}
	for _, rival := range x.e.rivalsOf(s.Object) {
		if s.Op == plan.OpCreate { // its removal failed
			x.blocked[s.Key] = plan.Blocked{Rival: rival}
			return false
		}
	}
	return true
}

func (x *execution) apply(ctx context.Context, steps []plan.Step) error {
	if len(steps) == 0 {
		return nil
	}
	vids := make([]string, len(steps)) // as they are before a removal forgets them
	for i, s := range steps {
		vids[i] = x.e.vidText(s.Key)
	}
	return x.e.ASIC.Apply(ctx, steps, func(i int, o asicdb.Outcome) {
		x.done(steps[i], vids[i], o)
	})
}

// done records the outcome of one step.
func (x *execution) done(s plan.Step, vid string, o asicdb.Outcome) {
	e := x.e
	if o.Err != nil {
		x.broken[s.Key] = o.Err
		return
	}
	gone := s.Op == plan.OpRemove && o.Status == sai.StatusItemNotFound
	if o.Status != sai.StatusSuccess && !gone {
		x.fail(s, o.Status)
		return
	}
	switch s.Op {
	case plan.OpCreate:
		c := s.Object.Clone()
		c.Origin = object.Made
		e.actual[c.Key] = c
		e.link(c)
		e.appeared(c)
		x.portChanged(c)
	case plan.OpRemove:
		e.removeActual(s.Key)
		x.portChanged(s.Object)
		e.gone(s.Object, vid)
	default:
		e.replaceActual(s.Key, func(a *object.Object) { a.SetAttr(s.Attr) })
	}
}

func (x *execution) fail(s plan.Step, status sai.Status) {
	err := &sai.Error{Op: s.Op.String(), Object: s.Key.String(), Status: status}
	if i, ok := status.AttrIndex(); ok && s.Op == plan.OpCreate && i < len(s.Object.Attrs) {
		err.Attr = object.AttrName(s.Object.Type, s.Object.Attrs[i].ID)
	}
	if s.Op == plan.OpSet || s.Op == plan.OpDetach {
		err.Attr = object.AttrName(s.Object.Type, s.Attr.ID)
	}
	x.failed[s.Key] = err
	if !errors.Is(err, sai.ErrTransient) {
		x.e.Log.Warn("SAI refuses", "object", string(s.Key), "err", err)
	}
}

func (e *Engine) vidText(k object.Key) string {
	if vid, ok := e.ASIC.VID(k); ok {
		return vid.String()
	}
	return ""
}

// publish tells other databases about an object.
func (e *Engine) publish(ev publish.Event) {
	for _, f := range e.Features {
		if f.Publish != nil {
			e.out.Add(f.Publish(ev)...)
		}
	}
}

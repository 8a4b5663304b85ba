package engine

import (
	"context"
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/plan"
	"github.com/heddle-nos/heddle/sai"
)

// cycle plans the dirty objects, carries the plan out and tells what became of
// each. An error means that the ASIC's state is unknown.
func (e *Engine) cycle(ctx context.Context) error {
	keys := slices.Collect(maps.Keys(e.dirty))
	clear(e.dirty)
	if err := e.claimPorts(ctx, keys); err != nil {
		return err
	}
	res := plan.Make(plan.State{Desired: e.want, Actual: e.have, Users: e.usersOf, Rivals: e.rivalsOf}, keys)
	if err := e.drainRoutes(ctx, res.Steps); err != nil {
		return err
	}
	x := newExecution(e, res.Blocked)
	if err := x.run(ctx, res.Steps); err != nil {
		return err
	}
	if err := e.greetPorts(ctx, x); err != nil {
		return err
	}
	planned := make(map[object.Key]struct{}, len(keys))
	if err := e.gatherFacts(ctx, slices.AppendSeq(slices.Clone(keys), maps.Keys(x.touched))); err != nil {
		return err
	}
	for _, k := range keys {
		planned[k] = struct{}{}
		x.conclude(k)
	}
	for k := range x.touched {
		if _, ok := planned[k]; !ok {
			x.conclude(k)
		}
	}
	return nil
}

func (e *Engine) have(k object.Key) *object.Object { return e.actual[k] }

func (e *Engine) usersOf(k object.Key) []object.Key {
	return slices.Sorted(maps.Keys(e.users[k]))
}

// claimPorts finds the discovered ports for wanted ones.
func (e *Engine) claimPorts(ctx context.Context, keys []object.Key) error {
	for _, k := range keys {
		if e.actual[k] != nil || k.Kind() != "port" {
			continue
		}
		want := e.want(k)
		if want == nil || want.Type != sai.ObjectTypePort {
			continue
		}
		before, err := e.ASIC.Claim(ctx, want)
		if err != nil {
			return err
		}
		if before == "" {
			continue
		}
		e.rename(before, k, object.Adopted)
		delete(e.dirty, k) // it is in this cycle's keys
		if err := e.greetPort(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// drainRoutes moves all routes off the objects that a plan removes, and out of
// its virtual routers.
func (e *Engine) drainRoutes(ctx context.Context, steps []plan.Step) error {
	drained := false
	for _, s := range steps {
		if s.Op == plan.OpRemove && routable(s.Object.Type) {
			e.routes.Exists(s.Key, false)
			drained = drained || e.routes.Uses(s.Key) || s.Object.Type == sai.ObjectTypeVirtualRouter
		}
	}
	if !drained {
		return nil
	}
	for e.routes.Pending() > 0 {
		if err := e.pump(ctx); err != nil {
			return err
		}
		if err := e.ASIC.Flush(ctx, bulksFlying-1); err != nil {
			return err
		}
	}
	return e.ASIC.Flush(ctx, 0)
}

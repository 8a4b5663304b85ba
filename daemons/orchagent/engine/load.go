package engine

import (
	"context"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// load forgets what is known of the ASIC and reads it anew.
func (e *Engine) load(ctx context.Context) error {
	e.forgetActual()
	sw, err := e.desired.Get(object.Switch)
	if err != nil {
		return err
	}
	var attrs []object.Attr
	if sw != nil {
		attrs = sw.Attrs
	}
	if err := e.ASIC.Start(ctx, attrs); err != nil {
		return err
	}
	if err := e.askAbilities(ctx); err != nil {
		return err
	}
	found := false
	err = e.ASIC.Load(ctx, asicdb.Loaded{
		Object: func(o *object.Object) {
			e.addActual(o)
			found = found || o.Origin == object.Made && !stray(o.Key)
		},
		Route:   e.loadRoute,
		Learned: e.learn,
	})
	if err != nil {
		return err
	}
	if err := e.readPortStates(ctx); err != nil {
		return err
	}
	if err := e.tellCapabilities(ctx); err != nil {
		return err
	}
	for k := range e.desired.Keys {
		e.markDirty(k)
	}
	if !e.loaded {
		e.loaded = true
		e.startHold(found)
	}
	e.Log.Info("loaded the ASIC's state", "objects", len(e.actual), "routes", e.routes.Counts().Applied)
	return nil
}

// askAbilities lets the features tell what the ASIC can do.
func (e *Engine) askAbilities(ctx context.Context) error {
	for _, f := range e.Features {
		if f.Capable == nil {
			continue
		}
		answers, err := e.ASIC.Ask(ctx, f.Questions)
		if err != nil {
			return err
		}
		for _, w := range f.Capable(answers) {
			e.out.Add(w)
		}
	}
	return nil
}

func stray(k object.Key) bool { return asicdb.Stray(k) }

func (e *Engine) forgetActual() {
	for k := range e.actual {
		e.routes.Exists(k, false)
		e.markDirty(k)
	}
	clear(e.actual)
	clear(e.users)
	clear(e.holders)
	e.retry.clear()
	e.routes.Forget()
	clear(e.learned)
	clear(e.facts)
}

func (e *Engine) loadRoute(vr object.Key, p netip.Prefix, a sai.PacketAction, via, counter object.Key) {
	if vr == "" {
		return // in a virtual router that is not ours
	}
	w := fib.Way{Action: object.ActionForward, Via: via}
	switch {
	case a == sai.PacketActionDrop:
		w = fib.Way{Action: object.ActionDrop}
	case via == object.CPUPort:
		w = fib.Way{Action: object.ActionCPU}
	}
	w.Counter = counter
	e.routes.Load(fib.MakeKey(e.routes.VRF(vr.Name()), p), w)
}

// addActual records an object of the ASIC.
func (e *Engine) addActual(o *object.Object) {
	e.actual[o.Key] = o
	e.link(o)
	e.markDirty(o.Key)
	e.appeared(o)
}

// appeared wakes whoever waits for an object.
func (e *Engine) appeared(o *object.Object) {
	if group, ok := groupOf(o); ok {
		e.groupChanged(group)
	} else if routable(o.Type) {
		e.routes.Exists(o.Key, true)
	}
	e.touchFine(o.Key)
	for k := range e.wait.wake(o.Key) {
		e.markDirty(k)
	}
}

// routable tells the objects that routes can go to, are in, or are counted by.
func routable(t sai.ObjectType) bool {
	switch t {
	case sai.ObjectTypeNextHop, sai.ObjectTypeNextHopGroup, sai.ObjectTypeRouterInterface, sai.ObjectTypeVirtualRouter,
		sai.ObjectTypeCounter:
		return true
	}
	return false
}

// link enters an actual object into the indexes of users and holders.
func (e *Engine) link(o *object.Object) {
	e.hold(o)
	for need := range o.Needs {
		m := e.users[need]
		if m == nil {
			m = make(map[object.Key]struct{}, 1)
			e.users[need] = m
		}
		m[o.Key] = struct{}{}
	}
}

func (e *Engine) unlink(o *object.Object) {
	e.letGo(o)
	for need := range o.Needs {
		delete(e.users[need], o.Key)
		if len(e.users[need]) == 0 {
			delete(e.users, need)
		}
	}
}

// replaceActual records that an object changed.
func (e *Engine) replaceActual(k object.Key, change func(*object.Object)) {
	old := e.actual[k]
	if old == nil {
		return
	}
	e.unlink(old)
	o := old.Clone()
	change(o)
	e.actual[k] = o
	e.link(o)
}

func (e *Engine) removeActual(k object.Key) {
	if o := e.actual[k]; o != nil {
		e.unlink(o)
		e.touchFine(k)
		delete(e.actual, k)
		for waiting := range e.wait.wake(k) { // it may have had what they need
			e.markDirty(waiting)
		}
		if group, ok := groupOf(o); ok {
			e.groupChanged(group)
		}
	}
}

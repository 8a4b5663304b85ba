package plan

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// State is what the planner looks at. Its functions must not change while a
// plan is made.
type State struct {
	Desired func(object.Key) *object.Object // nil: not wanted
	Actual  func(object.Key) *object.Object // nil: absent
	// Users returns the actual objects that need one.
	Users func(object.Key) []object.Key
	// Rivals returns the other actual objects that have what one claims for
	// itself alone.
	Rivals func(*object.Object) []object.Key
}

// Make plans the objects with the given keys, and those that hang on them.
func Make(s State, dirty []object.Key) Result {
	p := &planner{State: s, nodes: make(map[object.Key]*node, len(dirty)), blocked: make(map[object.Key]Blocked)}
	keys := slices.Clone(dirty)
	slices.Sort(keys)
	for _, k := range keys {
		p.node(k)
	}
	p.displaceAll()
	for p.resolve() {
		p.displaceAll()
	}
	return Result{Steps: p.order(), Blocked: p.blocked}
}

// node is an object in the plan.
type node struct {
	key     object.Key
	d, a    *object.Object
	change  change
	rivals  []*node // they must go before it can be created
	verdict verdict
}

type verdict uint8

const (
	unknown verdict = iota
	visiting
	available
	unavailable
)

type planner struct {
	State
	nodes   map[object.Key]*node
	keys    []object.Key // of nodes, in order of discovery
	gone    []object.Key // removed objects whose users are still to be looked at
	blocked map[object.Key]Blocked
}

func (p *planner) node(k object.Key) *node {
	if n, ok := p.nodes[k]; ok {
		return n
	}
	n := &node{key: k, d: p.Desired(k), a: p.Actual(k)}
	n.change = compare(n.d, n.a)
	p.nodes[k] = n
	p.keys = append(p.keys, k)
	if n.change.remove {
		p.gone = append(p.gone, k)
	}
	if n.change.create {
		p.evict(n)
	}
	return n
}

// evict finds who has what a new object needs for itself alone, and takes it
// from whom nobody wants.
func (p *planner) evict(n *node) {
	for _, k := range p.Rivals(n.d) {
		r := p.node(k)
		n.rivals = append(n.rivals, r)
		if r.d != nil || r.change.remove || r.a.Origin == object.Fixed {
			continue
		}
		r.change = change{remove: true}
		p.gone = append(p.gone, k)
	}
}

func (p *planner) displaceAll() {
	for len(p.gone) > 0 {
		k := p.gone[0]
		p.gone = p.gone[1:]
		p.displace(k)
	}
}

// displace makes the users of an object that goes away let it go: by a set
// where SAI allows it, else by going away themselves.
func (p *planner) displace(k object.Key) {
	for _, user := range p.Users(k) {
		n := p.node(user)
		if n.change.remove || n.a == nil {
			continue
		}
		if !p.letGo(n, k) && n.a.Origin == object.Made {
			n.change = change{remove: true, create: n.d != nil}
			p.gone = append(p.gone, user)
		}
	}
}

// letGo arranges that n no longer refers to k when k is removed and reports
// whether that is possible without removing n.
func (p *planner) letGo(n *node, k object.Key) bool {
	if n.a.Entry.Parent == k || slices.Contains(n.a.After, k) {
		return false
	}
	for _, have := range n.a.Attrs {
		if !slices.Contains(have.Refs, k) || p.movesAway(n, have, k) {
			continue
		}
		if _, ok := null(n.a.Type, have); !ok {
			return false
		}
	}
	for _, have := range n.a.Attrs {
		if slices.Contains(have.Refs, k) && !hasAttr(n.change.sets, have) {
			n.restore(have)
		}
	}
	return true
}

// movesAway reports whether n is to refer to something else anyway, which is
// there already and stays.
func (p *planner) movesAway(n *node, have object.Attr, k object.Key) bool {
	for _, a := range n.change.sets {
		if a.ID == have.ID {
			return !slices.Contains(a.Refs, k) && !slices.ContainsFunc(a.Refs, func(ref object.Key) bool { return !p.stays(ref) })
		}
	}
	return false
}

func (p *planner) stays(k object.Key) bool {
	n := p.nodes[k]
	return p.Actual(k) != nil && (n == nil || !n.change.remove)
}

// restore plans to set again an attribute that must be null for a while.
func (n *node) restore(have object.Attr) {
	if n.d == nil {
		return
	}
	if want := n.d.Attr(have.ID); want != nil {
		n.change.sets = append(n.change.sets, *want)
	}
}

func hasAttr(list []object.Attr, a object.Attr) bool {
	return slices.ContainsFunc(list, func(x object.Attr) bool { return x.ID == a.ID })
}

// resolve finds out what cannot be done yet. An object that is there but is to
// refer to an absent one must go, as it would not come into being at a cold
// start; resolve then reports that there is more to displace.
func (p *planner) resolve() (again bool) {
	clear(p.blocked)
	for _, n := range p.nodes {
		n.verdict = unknown
	}
	for _, k := range p.keys {
		n := p.nodes[k]
		if n.change.create && !p.available(k) {
			continue // available recorded the reason
		}
		missing, ok := p.missingRef(n.change.sets)
		if !ok {
			continue
		}
		if n.a.Origin == object.Made {
			n.change = change{remove: true, create: true}
			p.gone = append(p.gone, k)
			again = true
			continue
		}
		p.blocked[k] = Blocked{Missing: missing}
	}
	if !again {
		p.dropImpossible()
	}
	return again
}

// missingRef returns the first absent object that one of sets refers to.
func (p *planner) missingRef(sets []object.Attr) (object.Key, bool) {
	for _, a := range sets {
		for _, ref := range a.Refs {
			if !p.available(ref) {
				return ref, true
			}
		}
	}
	return "", false
}

// dropImpossible takes out of the plan what resolve found cannot be done.
func (p *planner) dropImpossible() {
	for _, k := range p.keys {
		n := p.nodes[k]
		n.change.create = n.change.create && n.verdict == available
		n.change.sets = slices.DeleteFunc(n.change.sets, func(a object.Attr) bool {
			_, missing := p.missingRef([]object.Attr{a})
			return missing
		})
	}
}

// available reports whether an object exists once the plan is carried out.
func (p *planner) available(k object.Key) bool {
	n, ok := p.nodes[k]
	if !ok {
		return p.Actual(k) != nil
	}
	switch {
	case n.verdict == unknown && !n.change.create:
		n.verdict = verdictOf(n.a != nil && !n.change.remove)
	case n.verdict == unknown:
		n.verdict = visiting
		n.verdict = verdictOf(p.creatable(n))
	}
	return n.verdict == available // an object in a cycle is not available
}

func (p *planner) creatable(n *node) bool {
	if name := lacks(n.d); name != "" {
		p.blocked[n.key] = Blocked{Lacks: name}
		return false
	}
	for need := range n.d.Needs {
		if !p.available(need) {
			p.blocked[n.key] = Blocked{Missing: need}
			return false
		}
	}
	for _, r := range n.rivals {
		if !r.change.remove {
			p.blocked[n.key] = Blocked{Rival: r.key}
			return false
		}
	}
	return true
}

func verdictOf(ok bool) verdict {
	if ok {
		return available
	}
	return unavailable
}

package plan

import (
	"cmp"
	"container/heap"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// task is a step with the steps that must come after it.
type task struct {
	Step
	before []*task
	pred   int
	done   bool
	// holds lists the removals that wait only for this set to move a reference
	// away; a detach can stand in for the set.
	holds []*task
}

// order sorts all steps of the plan: Kahn's algorithm over the tasks, where a
// cycle is broken by detaching a reference for a while.
func (p *planner) order() []Step {
	g := p.graph()
	var ready taskHeap
	for _, t := range g {
		if t.pred == 0 {
			ready = append(ready, t)
		}
	}
	heap.Init(&ready)
	steps := make([]Step, 0, len(g))
	for {
		for ready.Len() > 0 {
			t := heap.Pop(&ready).(*task)
			t.done = true
			steps = append(steps, t.Step)
			for _, next := range append(t.before, t.holds...) {
				if next.pred--; next.pred == 0 {
					heap.Push(&ready, next)
				}
			}
		}
		step, freed := breakCycle(g)
		if freed == nil {
			return steps
		}
		steps = append(steps, step)
		for _, t := range freed {
			heap.Push(&ready, t)
		}
	}
}

// breakCycle detaches one reference that holds up a removal and returns the
// removals that become possible; nil when nothing is left to do.
func breakCycle(g []*task) (Step, []*task) {
	for _, t := range g {
		if t.done || len(t.holds) == 0 {
			continue
		}
		nul, ok := null(t.Object.Type, t.Attr)
		if !ok {
			continue
		}
		freed := []*task{}
		for _, r := range t.holds {
			if r.pred--; r.pred == 0 {
				freed = append(freed, r)
			}
		}
		t.holds = nil
		return Step{Op: OpDetach, Key: t.Key, Object: t.Object, Attr: nul}, freed
	}
	return Step{}, nil
}

// graph builds all tasks and their order.
func (p *planner) graph() []*task {
	b := builder{p: p, remove: map[object.Key]*task{}, create: map[object.Key]*task{}, sets: map[object.Key][]*task{}}
	for _, k := range p.keys {
		b.tasks(p.nodes[k])
	}
	for _, k := range p.keys {
		b.edges(k)
	}
	slices.SortFunc(b.all, compareTasks)
	return b.all
}

type builder struct {
	p      *planner
	all    []*task
	remove map[object.Key]*task
	create map[object.Key]*task
	sets   map[object.Key][]*task
}

func (b *builder) task(s Step) *task {
	t := &task{Step: s}
	b.all = append(b.all, t)
	return t
}

func (b *builder) tasks(n *node) {
	if n.change.remove {
		b.remove[n.key] = b.task(Step{Op: OpRemove, Key: n.key, Object: n.a})
	}
	if n.change.create {
		b.create[n.key] = b.task(Step{Op: OpCreate, Key: n.key, Object: n.d})
	}
	if n.change.remove {
		return
	}
	for _, a := range n.change.sets {
		of := n.d
		if of == nil {
			of = n.a
		}
		b.sets[n.key] = append(b.sets[n.key], b.task(Step{Op: OpSet, Key: n.key, Object: of, Attr: a}))
	}
}

func (b *builder) edges(k object.Key) {
	if r := b.remove[k]; r != nil {
		b.afterUsers(k, r)
	}
	if c := b.create[k]; c != nil {
		for need := range c.Object.Needs {
			after(c, b.create[need])
		}
		after(c, b.remove[k])
		for _, r := range b.p.nodes[k].rivals {
			after(c, b.remove[r.key])
		}
	}
	for _, s := range b.sets[k] {
		for _, ref := range s.Attr.Refs {
			after(s, b.create[ref])
		}
	}
}

// afterUsers makes a removal wait until nobody refers to the object.
func (b *builder) afterUsers(k object.Key, r *task) {
	for _, user := range b.p.Users(k) {
		if gone := b.remove[user]; gone != nil {
			after(r, gone)
			continue
		}
		n := b.p.nodes[user]
		for _, have := range n.a.Attrs {
			if slices.Contains(have.Refs, k) {
				b.moveAway(n, have, r)
			}
		}
	}
}

func (b *builder) moveAway(n *node, have object.Attr, r *task) {
	for _, s := range b.sets[n.key] {
		if s.Attr.ID == have.ID {
			s.holds = append(s.holds, r)
			r.pred++
			return
		}
	}
	if nul, ok := null(n.a.Type, have); ok {
		d := b.task(Step{Op: OpDetach, Key: n.key, Object: n.a, Attr: nul})
		after(r, d)
	}
}

func after(t, first *task) {
	if first != nil && first != t {
		first.before = append(first.before, t)
		t.pred++
	}
}

func compareTasks(a, b *task) int {
	return cmp.Or(cmp.Compare(a.Op, b.Op), cmp.Compare(a.Object.Type, b.Object.Type),
		compareKeys(a.Key, b.Key), cmp.Compare(a.Attr.ID, b.Attr.ID))
}

// compareKeys orders vlan/2 before vlan/10.
func compareKeys(a, b object.Key) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

type taskHeap []*task

func (h taskHeap) Len() int           { return len(h) }
func (h taskHeap) Less(i, j int) bool { return compareTasks(h[i], h[j]) < 0 }
func (h taskHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *taskHeap) Push(x any)        { *h = append(*h, x.(*task)) }
func (h *taskHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	*h = old[:len(old)-1]
	return t
}

package view

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

// Plan is the way from one view to another. Its parts are carried out in the
// order of the fields. Objects to remove carry the ids of the current view,
// everything else those of the wanted one, after the renames.
type Plan struct {
	// Renames gives current objects the ids that the wanted view has for them.
	Renames []Rename
	// Replaced are removed first, to be created again among Creates: an
	// attribute that cannot be set has to change. Their referrers go too, and
	// before them.
	Replaced []sai.Object
	// Creates is in the order of references.
	Creates []sai.NewObject
	Sets    []Set
	// Removes is in the order that references allow: referrers come first.
	Removes []sai.Object
}

// Rename says that the object known as From is to be known as To. Another
// object may be known as To before; it is among the objects to remove then.
type Rename struct{ From, To sai.ObjectID }

// Set changes one attribute.
type Set struct {
	Object sai.Object
	Attr   sai.Attr
}

// Empty reports whether there is nothing to do on the ASIC. Renames only
// concern the database.
func (p Plan) Empty() bool {
	return len(p.Replaced)+len(p.Creates)+len(p.Sets)+len(p.Removes) == 0
}

// Diff plans the way from cur to want.
func Diff(cur, want *View) Plan {
	order := want.ordered()
	d := differ{cur: cur, want: want, current: cur.ordered()}
	d.match = match(cur, want, d.current, order)
	d.renames(order)
	d.replace(order)
	for _, o := range order {
		d.object(o)
	}
	d.removes()
	return d.plan
}

type differ struct {
	cur, want *View
	current   []*Object // of cur, ordered
	match     *matching
	replaced  map[sai.Object]bool // by current identity
	kept      map[sai.Object]bool // by current identity
	plan      Plan
}

// counterpart returns the current object that a wanted one is paired with.
func (d *differ) counterpart(o *Object) (*Object, bool) {
	id, err := d.currentID(o.ID)
	if err != nil {
		return nil, false
	}
	return d.cur.Get(id)
}

func (d *differ) currentID(id sai.Object) (sai.Object, error) { return vid.Object(id, d.match.lookup) }

func (d *differ) renames(order []*Object) {
	for _, o := range order {
		if o.ID.Entry != nil {
			continue
		}
		if from, ok := d.match.toCur[o.ID.OID]; ok && from != o.ID.OID {
			d.plan.Renames = append(d.plan.Renames, Rename{From: from, To: o.ID.OID})
		}
	}
}

// replace finds the paired objects that differ in an attribute that cannot be
// set, the unwanted ones that have what a wanted one needs for itself alone (the
// lanes of a port), and everything that refers to them now: it has to go before
// them. What is still wanted of it comes again.
func (d *differ) replace(order []*Object) {
	d.kept = map[sai.Object]bool{}
	pairs := map[sai.Object]*Object{}
	for _, o := range order {
		if cur, ok := d.counterpart(o); ok {
			d.kept[cur.ID] = true
			pairs[cur.ID] = o
		}
	}
	d.replaced = map[sai.Object]bool{}
	needed := claims(order)
	for _, cur := range d.current {
		want, paired := pairs[cur.ID]
		inTheWay := !paired && needed.any(cur)
		if !cur.Given && (inTheWay || paired && d.match.fixedDiffer(cur, want) || d.refersToReplaced(cur)) {
			d.replaced[cur.ID] = true
		}
	}
	for _, cur := range slices.Backward(d.current) {
		if d.replaced[cur.ID] {
			d.plan.Replaced = append(d.plan.Replaced, cur.ID)
		}
	}
}

func (d *differ) refersToReplaced(o *Object) bool {
	hit := false
	vid.References(o.ID, o.Attrs, func(id sai.ObjectID) {
		hit = hit || d.replaced[sai.ObjectOf(vid.TypeOf(id), id)]
	})
	return hit
}

func (d *differ) object(o *Object) {
	cur, ok := d.counterpart(o)
	switch {
	case ok && !d.replaced[cur.ID]:
		d.sets(cur, o)
	case !o.Given:
		d.plan.Creates = append(d.plan.Creates, sai.NewObject{Object: o.ID, Attrs: slices.Clone(o.Attrs)})
	}
}

// sets changes what differs, and returns to its default what the wanted view
// leaves unsaid.
func (d *differ) sets(cur, want *Object) {
	info, ok := sai.ObjectTypeInfo(want.ID.Type)
	if !ok {
		return
	}
	for _, a := range want.Attrs {
		m := info.Attr(a.ID)
		if m == nil || !m.Settable || m.Kind == sai.KindPointer {
			continue
		}
		if v, known := cur.Attr(a.ID); !known || !d.match.same(v, a.Value) {
			d.plan.Sets = append(d.plan.Sets, Set{want.ID, a})
		}
	}
	for _, a := range cur.Attrs {
		m := info.Attr(a.ID)
		if _, said := want.Attr(a.ID); said || m == nil || !m.Settable || !m.HasDefault || a.Value.Equal(m.Default) {
			continue
		}
		d.plan.Sets = append(d.plan.Sets, Set{want.ID, sai.Attr{ID: a.ID, Value: m.Default}})
	}
}

// removes takes away what only the current view has. Given objects go only if
// the wanted view says so, by having been told of them and not having them:
// the caller then does not mark them as given.
func (d *differ) removes() {
	for _, o := range slices.Backward(d.current) {
		if !d.kept[o.ID] && !d.replaced[o.ID] && !o.Given {
			d.plan.Removes = append(d.plan.Removes, o.ID)
		}
	}
}

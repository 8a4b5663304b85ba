package object

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// Owner names the row that contributes a fragment, "TABLE:key".
type Owner string

// Fragment is what one row contributes to one object. An object is desired
// while at least one fragment of it is not Partial; partial fragments only add
// attributes (a VLAN member row adds the PVID to its port).
type Fragment struct {
	Key     Key
	Type    sai.ObjectType
	Entry   Entry
	Attrs   []Attr
	After   []Key
	Partial bool
	// Fallback attributes count only where no other row gives them.
	Fallback bool
	// Override attributes count whatever other rows give. Such a fragment is
	// Partial too.
	Override bool
}

// ConflictError tells that two rows want different things of one object.
type ConflictError struct {
	Key  Key
	Attr string // empty: type or identity differ
	A, B Owner
}

func (e *ConflictError) Error() string {
	what := "identity"
	if e.Attr != "" {
		what = e.Attr
	}
	return fmt.Sprintf("merge %s: %s and %s disagree on %s", e.Key, e.A, e.B, what)
}

// Merge builds the object that all fragments together describe; nil when every
// fragment is partial. The result does not depend on the order of fragments.
func Merge(key Key, frags map[Owner]Fragment) (*Object, error) {
	owners := make([]Owner, 0, len(frags))
	whole := false
	for o, f := range frags {
		owners = append(owners, o)
		whole = whole || !f.Partial
	}
	if !whole {
		return nil, nil
	}
	// Whole fragments first: they settle type and identity. Then those that
	// override; fallbacks last.
	slices.SortFunc(owners, func(a, b Owner) int {
		return cmp.Or(cmp.Compare(frags[a].rank(), frags[b].rank()), cmp.Compare(a, b))
	})
	m := merger{out: &Object{Key: key}, from: make(map[sai.AttrID]Owner), firm: make(map[sai.AttrID]bool)}
	for i, o := range owners {
		if err := m.add(o, frags[o], i == 0); err != nil {
			return nil, err
		}
	}
	return m.out, nil
}

func (f Fragment) rank() int {
	switch {
	case f.Fallback && f.Partial:
		return 4
	case f.Fallback:
		return 3
	case f.Override:
		return 1
	case f.Partial:
		return 2
	}
	return 0
}

type merger struct {
	out   *Object
	first Owner
	from  map[sai.AttrID]Owner
	firm  map[sai.AttrID]bool // given by a fragment that overrides
}

func (m *merger) add(o Owner, f Fragment, first bool) error {
	if first {
		m.first, m.out.Type, m.out.Entry = o, f.Type, f.Entry
	} else if f.Type != m.out.Type || (!f.Partial && f.Entry != m.out.Entry) {
		return &ConflictError{Key: m.out.Key, A: m.first, B: o}
	}
	for _, a := range f.Attrs {
		have := m.out.Attr(a.ID)
		switch {
		case have == nil, f.Override && !m.firm[a.ID]:
			m.out.SetAttr(a)
			m.from[a.ID], m.firm[a.ID] = o, f.Override
		case have.Join && a.Join:
			m.out.SetAttr(have.with(a))
		case !have.Equal(a) && !f.Fallback && (f.Override || !m.firm[a.ID]):
			return &ConflictError{Key: m.out.Key, Attr: AttrName(f.Type, a.ID), A: m.from[a.ID], B: o}
		}
	}
	for _, k := range f.After {
		if !slices.Contains(m.out.After, k) {
			m.out.After = append(m.out.After, k)
		}
	}
	slices.Sort(m.out.After)
	return nil
}

// AttrName returns the SAI name of an attribute, for people.
func AttrName(t sai.ObjectType, id sai.AttrID) string {
	if info, ok := sai.ObjectTypeInfo(t); ok {
		if a := info.Attr(id); a != nil {
			return a.Name
		}
	}
	return fmt.Sprintf("attribute %d", id)
}

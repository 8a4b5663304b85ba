package engine

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// settle takes wishes that cannot be fulfilled out of a merged object, and names
// one of what is missing. An object with a wish does not wait for it.
func (e *Engine) settle(o *object.Object) (missing object.Key) {
	if o == nil {
		return ""
	}
	kept := o.Attrs[:0:0]
	for i, a := range o.Attrs {
		if a.Wish && e.actual[a.Refs[0]] == nil {
			missing = a.Refs[0]
			continue
		}
		kept = append(kept, o.Attrs[i])
	}
	o.Attrs = kept
	return missing
}

// fulfillable reports whether an object that is there has a wish which can be
// fulfilled now and is not: what it names came in the same plan.
func (e *Engine) fulfillable(o *object.Object) bool {
	have := e.actual[o.Key]
	for _, a := range o.Attrs {
		if !a.Wish || have == nil {
			continue
		}
		if at := have.Attr(a.ID); at == nil || !at.Equal(a) {
			return true
		}
	}
	return false
}

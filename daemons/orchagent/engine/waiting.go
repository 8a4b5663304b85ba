package engine

import "github.com/heddle-nos/heddle/daemons/orchagent/object"

// waiting is the index from an object to those that wait for it to come, or to
// go: it may have what they need for themselves.
type waiting struct {
	for_    map[object.Key]map[object.Key]struct{}
	on      map[object.Key]object.Key
	badRows int // rows of routes that could not be parsed
}

func newWaiting() waiting {
	return waiting{
		for_: make(map[object.Key]map[object.Key]struct{}),
		on:   make(map[object.Key]object.Key),
	}
}

// add makes k wait for missing.
func (w *waiting) add(k, missing object.Key) {
	w.remove(k)
	w.on[k] = missing
	m := w.for_[missing]
	if m == nil {
		m = make(map[object.Key]struct{})
		w.for_[missing] = m
	}
	m[k] = struct{}{}
}

// remove ends k's waiting.
func (w *waiting) remove(k object.Key) {
	missing, ok := w.on[k]
	if !ok {
		return
	}
	delete(w.on, k)
	delete(w.for_[missing], k)
	if len(w.for_[missing]) == 0 {
		delete(w.for_, missing)
	}
}

// wake returns who waits for k.
func (w *waiting) wake(k object.Key) map[object.Key]struct{} { return w.for_[k] }

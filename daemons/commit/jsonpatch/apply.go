package jsonpatch

import (
	"errors"
	"fmt"
	"slices"
)

// Error says which step of a patch cannot be made, and why.
type Error struct {
	Step      int // from 1
	Operation Operation
	Err       error
}

func (e *Error) Error() string {
	return fmt.Sprintf("operation %d, %s: %s", e.Step, e.Operation, e.Err)
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

// ErrTest is the reason of a test that found something else.
var ErrTest = errors.New("the value is another one")

// Apply makes all steps on a copy of the document and gives it.
func (p Patch) Apply(doc any) (any, error) {
	w := &work{left: maxValues}
	doc, err := w.copy(doc)
	if err != nil {
		return nil, err
	}
	for i, o := range p {
		if doc, err = w.apply(o, doc); err != nil {
			return nil, &Error{i + 1, o, err}
		}
	}
	return doc, nil
}

// apply makes one step. The document belongs to the work and is changed where
// it is.
func (w *work) apply(o Operation, doc any) (any, error) {
	switch o.Op {
	case "add", "replace":
		v, err := w.copy(o.Value)
		if err != nil {
			return nil, err
		}
		if o.Op == "add" {
			return edit(doc, o.Path, insert(v))
		}
		return edit(doc, o.Path, replace(v))
	case "remove":
		return edit(doc, o.Path, remove())
	case "move":
		return move(o, doc)
	case "copy":
		v, err := get(doc, o.From)
		if err != nil {
			return nil, fmt.Errorf("from: %w", err)
		}
		if v, err = w.copy(v); err != nil {
			return nil, err
		}
		return edit(doc, o.Path, insert(v))
	case "test":
		v, err := get(doc, o.Path)
		if err == nil && !Equal(v, o.Value) {
			err = ErrTest
		}
		return doc, err
	}
	return nil, fmt.Errorf("op %q is unknown", o.Op)
}

// move is remove and add; a value cannot move into itself (RFC 6902 section 4.4).
func move(o Operation, doc any) (any, error) {
	if o.Path.Within(o.From) && len(o.Path) > len(o.From) {
		return nil, errors.New("a value cannot move into itself")
	}
	v, err := get(doc, o.From)
	if err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if len(o.From) == 0 {
		return doc, nil // onto itself
	}
	if doc, err = edit(doc, o.From, remove()); err != nil {
		return nil, err
	}
	return edit(doc, o.Path, insert(v))
}

// get follows a pointer.
func get(doc any, p Pointer) (any, error) {
	for i, token := range p {
		var ok bool
		switch v := doc.(type) {
		case map[string]any:
			if doc, ok = v[token]; !ok {
				return nil, absent(p[:i+1])
			}
		case []any:
			n, err := index(token, len(v))
			if err != nil {
				return nil, err
			}
			doc = v[n]
		default:
			return nil, fmt.Errorf("%s is neither an object nor a list", p[:i])
		}
	}
	return doc, nil
}

func absent(p Pointer) error { return fmt.Errorf("%s does not exist", p) }

// change is what an operation does at a place: in a map under a name, in a
// list at an index, or with the whole document.
type change struct {
	whole  func() (any, error)
	member func(map[string]any, string) error
	item   func([]any, string) ([]any, error)
}

// edit makes a change at a place and gives the document, which is another
// value when the place is the whole of it or in a list at its top.
func edit(doc any, p Pointer, c change) (any, error) { return editAt(doc, p, 0, c) }

func editAt(doc any, p Pointer, depth int, c change) (any, error) {
	if len(p) == 0 {
		return c.whole()
	}
	token, last := p[depth], depth == len(p)-1
	switch v := doc.(type) {
	case map[string]any:
		if last {
			if err := c.member(v, token); err != nil {
				return nil, fmt.Errorf("%s %w", p, err)
			}
			return v, nil
		}
		next, ok := v[token]
		if !ok {
			return nil, absent(p[:depth+1])
		}
		changed, err := editAt(next, p, depth+1, c)
		v[token] = changed
		return v, err
	case []any:
		if last {
			return c.item(v, token)
		}
		n, err := index(token, len(v))
		if err != nil {
			return nil, err
		}
		v[n], err = editAt(v[n], p, depth+1, c)
		return v, err
	}
	if depth == 0 {
		return nil, errors.New("the document is neither an object nor a list")
	}
	return nil, fmt.Errorf("%s is neither an object nor a list", p[:depth])
}

func insert(v any) change {
	return change{
		whole:  func() (any, error) { return v, nil },
		member: func(m map[string]any, name string) error { m[name] = v; return nil },
		item: func(list []any, token string) ([]any, error) {
			if token == "-" {
				return append(list, v), nil
			}
			n, err := index(token, len(list)+1)
			if err != nil {
				return nil, err
			}
			return slices.Insert(list, n, v), nil
		},
	}
}

func replace(v any) change {
	return change{
		whole: func() (any, error) { return v, nil },
		member: func(m map[string]any, name string) error {
			if _, ok := m[name]; !ok {
				return errors.New("does not exist")
			}
			m[name] = v
			return nil
		},
		item: func(list []any, token string) ([]any, error) {
			n, err := index(token, len(list))
			if err == nil {
				list[n] = v
			}
			return list, err
		},
	}
}

func remove() change {
	return change{
		whole: func() (any, error) { return nil, errors.New("the whole document cannot be removed") },
		member: func(m map[string]any, name string) error {
			if _, ok := m[name]; !ok {
				return errors.New("does not exist")
			}
			delete(m, name)
			return nil
		},
		item: func(list []any, token string) ([]any, error) {
			n, err := index(token, len(list))
			if err != nil {
				return nil, err
			}
			return slices.Delete(list, n, n+1), nil
		},
	}
}

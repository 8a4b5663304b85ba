package jsonpatch

import "errors"

// maxValues bounds what a patch may make: a few steps that copy a value into
// itself would double it each time.
const maxValues = 5_000_000

var errTooLarge = errors.New("the patch makes more values than any configuration has")

// work is one application of a patch.
type work struct {
	left int // values that may still be made
}

// copy makes a value that shares nothing with the one given.
func (w *work) copy(v any) (any, error) {
	if w.left--; w.left < 0 {
		return nil, errTooLarge
	}
	var err error
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			if out[name], err = w.copy(member); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			if out[i], err = w.copy(item); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

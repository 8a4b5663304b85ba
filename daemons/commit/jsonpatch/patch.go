package jsonpatch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Operation is one step of a patch.
type Operation struct {
	Op    string
	Path  Pointer
	From  Pointer // of move and copy
	Value any     // of add, replace and test
}

// Patch is a list of steps that are made in order.
type Patch []Operation

// String names the step: "add /VLAN/Vlan100".
func (o Operation) String() string {
	if o.Op == "move" || o.Op == "copy" {
		return o.Op + " " + o.From.String() + " to " + o.Path.String()
	}
	return o.Op + " " + o.Path.String()
}

// Parse reads a JSON Patch document.
func Parse(data []byte) (Patch, error) {
	var steps []map[string]json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&steps); err != nil {
		return nil, fmt.Errorf("read patch: want a list of operations: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read patch: text after the end of the list")
	}
	patch := make(Patch, len(steps))
	for i, step := range steps {
		o, err := operation(step)
		if err != nil {
			return nil, fmt.Errorf("read patch: operation %d: %w", i+1, err)
		}
		patch[i] = o
	}
	return patch, nil
}

func operation(step map[string]json.RawMessage) (Operation, error) {
	var o Operation
	var err error
	if o.Op, err = text(step, "op"); err != nil {
		return o, err
	}
	if o.Path, err = pointer(step, "path"); err != nil {
		return o, err
	}
	switch o.Op {
	case "remove":
	case "move", "copy":
		o.From, err = pointer(step, "from")
	case "add", "replace", "test":
		raw, ok := step["value"]
		if !ok {
			return o, fmt.Errorf("%s has no value", o)
		}
		o.Value, err = Decode(raw)
	default:
		err = fmt.Errorf("op %q is not one of add, remove, replace, move, copy, test", o.Op)
	}
	return o, err
}

func text(step map[string]json.RawMessage, name string) (string, error) {
	raw, ok := step[name]
	if !ok {
		return "", fmt.Errorf("%s is missing", name)
	}
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil || s == nil {
		return "", fmt.Errorf("%s is not a string", name)
	}
	return *s, nil
}

func pointer(step map[string]json.RawMessage, name string) (Pointer, error) {
	s, err := text(step, name)
	if err != nil {
		return nil, err
	}
	p, err := ParsePointer(s)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// Decode reads one JSON value and keeps numbers as they are written.
func Decode(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("text after the end of the value")
	}
	return v, nil
}

package pyliteral

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Pair is an entry of a dictionary.
type Pair struct{ Key, Value any }

// Dict is a dictionary in the order in which it is written.
type Dict []Pair

// Get finds the value of a key that is text; nil if there is none.
func (d Dict) Get(key string) any {
	for _, p := range d {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// maxDepth is how deep values may be nested.
const maxDepth = 32

// Parse reads a literal: string, int64, float64, bool, nil, []any for lists and tuples, or Dict. Errors tell the offset in bytes.
func Parse(text string) (any, error) {
	r := reader{text: text}
	v, err := r.value(maxDepth)
	if err == nil {
		if r.space(); r.at != len(r.text) {
			err = errors.New("more than one value")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read Python literal at %d: %w", r.at, err)
	}
	return v, nil
}

type reader struct {
	text string
	at   int
}

func (r *reader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// take consumes a character if it comes next.
func (r *reader) take(c byte) bool {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) value(depth int) (any, error) {
	if depth == 0 {
		return nil, errors.New("nested too deep")
	}
	r.space()
	if r.at == len(r.text) {
		return nil, errors.New("nothing there")
	}
	switch c := r.text[r.at]; c {
	case '{':
		return r.dict(depth)
	case '[', '(':
		return r.list(depth)
	case '\'', '"':
		return r.quoted(c)
	}
	return r.word()
}

func (r *reader) dict(depth int) (any, error) {
	r.at++
	d := Dict{}
	for !r.take('}') {
		if len(d) > 0 && !r.take(',') {
			return nil, errors.New("',' or '}' is missing")
		}
		if r.take('}') { // after a last comma
			break
		}
		key, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		if !r.take(':') {
			return nil, errors.New("':' is missing")
		}
		value, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		d = append(d, Pair{key, value})
	}
	return d, nil
}

func (r *reader) list(depth int) (any, error) {
	end := byte(']')
	if r.text[r.at] == '(' {
		end = ')'
	}
	r.at++
	l := []any{}
	for !r.take(end) {
		if len(l) > 0 && !r.take(',') {
			return nil, fmt.Errorf("',' or '%c' is missing", end)
		}
		if r.take(end) {
			break
		}
		v, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	return l, nil
}

func (r *reader) quoted(quote byte) (any, error) {
	var b strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == quote:
			r.at++
			return b.String(), nil
		case c == '\\' && r.at+1 < len(r.text):
			r.at++
			b.WriteByte(escaped(r.text[r.at]))
		default:
			b.WriteByte(c)
		}
	}
	return nil, errors.New("text without an end")
}

func escaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	}
	return c
}

func (r *reader) word() (any, error) {
	end := r.at
	for end < len(r.text) && strings.IndexByte(" \t\r\n,:]})", r.text[end]) < 0 {
		end++
	}
	word := r.text[r.at:end]
	var v any
	switch word {
	case "None":
	case "True":
		v = true
	case "False":
		v = false
	default:
		if n, err := strconv.ParseInt(word, 0, 64); err == nil {
			v = n
		} else if f, err := strconv.ParseFloat(word, 64); err == nil {
			v = f
		} else {
			return nil, fmt.Errorf("%q is not a value", word)
		}
	}
	r.at = end
	return v, nil
}

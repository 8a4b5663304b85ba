package jsonpatch

import (
	"encoding/json"
	"math/big"
	"strings"
)

// Equal compares as RFC 6902 section 4.6 says: numbers by value, objects
// without regard to order.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && equalObjects(a, b)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !Equal(a[i], b[i]) {
				return false
			}
		}
		return true
	case json.Number:
		b, ok := b.(json.Number)
		return ok && equalNumbers(a.String(), b.String())
	}
	switch b.(type) {
	case map[string]any, []any:
		return false // not comparable
	}
	return a == b
}

func equalObjects(a, b map[string]any) bool {
	if len(a) != len(b) {
		return false
	}
	for name, v := range a {
		w, ok := b[name]
		if !ok || !Equal(v, w) {
			return false
		}
	}
	return true
}

// maxExact bounds what is computed exactly: "1e999999999" has few characters
// and many digits.
const maxExact = 64

func equalNumbers(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > maxExact || len(b) > maxExact || strings.ContainsAny(a+b, "eE") {
		x, err1 := json.Number(a).Float64()
		y, err2 := json.Number(b).Float64()
		return err1 == nil && err2 == nil && x == y
	}
	x, ok1 := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	return ok1 && ok2 && x.Cmp(y) == 0
}

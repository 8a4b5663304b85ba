package yang

import (
	"fmt"
	"maps"
	"slices"
)

// tooMany blames the rows beyond what a list may hold, in the order of their keys.
func (t *table) tooMany(rows map[string]map[string]string) []Problem {
	var out []Problem
	for _, l := range t.lists {
		if l.most == 0 || len(rows) <= l.most {
			continue
		}
		n := 0
		for _, key := range slices.Sorted(maps.Keys(rows)) {
			if _, ok := l.split(key); !ok {
				continue
			}
			if n++; n > l.most {
				out = append(out, Problem{Table: t.name, Key: key, Text: fmt.Sprintf("is one too many, %s has at most %d rows", t.name, l.most)})
			}
		}
	}
	return out
}

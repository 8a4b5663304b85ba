package counterpoll

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What an operator can set, show tells, and its default interval may be set too.
func TestKindsHaveLines(t *testing.T) {
	all := lines()
	count := 0
	for _, k := range kinds() {
		t.Run(k.word, func(t *testing.T) {
			if k.low <= 0 || k.low >= k.high {
				t.Errorf("bounds %d..%d", k.low, k.high)
			}
			for _, key := range k.keys {
				i := slices.IndexFunc(all, func(l line) bool { return l.key == key })
				if i < 0 {
					t.Errorf("%s has no line", key)
					continue
				}
				text := strings.TrimSuffix(strings.TrimPrefix(all[i].interval, "default ("), ")")
				if n, err := strconv.Atoi(text); err != nil || n < k.low || n > k.high {
					t.Errorf("%s: %s is not in %d..%d", key, all[i].interval, k.low, k.high)
				}
			}
		})
		count += len(k.keys)
	}
	if count != len(all) {
		t.Errorf("%d keys can be set, %d are shown", count, len(all))
	}
}

func TestWordsDiffer(t *testing.T) {
	seen := map[string]bool{"show": true}
	for _, k := range kinds() {
		if seen[k.word] {
			t.Errorf("%s is there twice", k.word)
		}
		seen[k.word] = true
	}
}

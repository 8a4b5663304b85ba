package yang

import (
	"fmt"
	"iter"
	"strings"
)

// longestName bounds what is compared: names of the models are shorter.
const longestName = 64

// suggest gives "; did you mean ...?" when a name is nearly one that is known.
func suggest(name string, known iter.Seq[string]) string {
	best, near := "", nearEnough(name)+1
	for k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k), near+1); d < near || d == near && best != "" && k < best {
			best, near = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// nearEnough is how many letters may differ: one in three, two at most.
func nearEnough(name string) int {
	if len(name) > longestName {
		return 0
	}
	return min(2, len(name)/3)
}

// distance counts the letters to change, add, leave out or swap with the next
// one (optimal string alignment); limit and above are all the same.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > longestName {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}

package click

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// nearest gives the word that was probably meant, or "".
func nearest(said string, words []string) string {
	best, closest := "", 1+min(2, len(said)/3)
	for _, w := range words {
		if d := distance(strings.ToLower(said), strings.ToLower(w), closest); d < closest {
			best, closest = w, d
		}
	}
	return best
}

// distance is how many letters must be added, dropped, replaced or swapped with their neighbour (Damerau and Levenshtein); beyond a
// limit it need not be exact.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, above, row = above, row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}

// nearestCommand gives the command that was probably meant.
func nearestCommand(cmd *cobra.Command, said string) string {
	var words []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			words = append(words, c.Name())
		}
	}
	return nearest(said, words)
}

// nearestOption gives the option that was probably meant.
func nearestOption(cmd *cobra.Command, said string) string {
	words := []string{"--help"}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			words = append(words, "--"+f.Name)
		}
	})
	return nearest(said, words)
}

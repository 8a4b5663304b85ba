package commit

import (
	"fmt"
	"strings"
)

// Text writes changes for people, as diff does: a line that begins with '-'
// was there before, one with '+' is there after, one with a blank says where.
func Text(changes []Change) string {
	var b strings.Builder
	for _, c := range changes {
		sign := ' '
		switch {
		case c.Before == nil:
			sign = '+'
		case c.After == nil:
			sign = '-'
		}
		fmt.Fprintf(&b, "%c%s|%s\n", sign, c.Table, c.Key)
		for _, field := range names(c.Before, c.After) {
			before, after := valueOf(c.Before, field), valueOf(c.After, field)
			if before == after {
				continue
			}
			line(&b, '-', field, before)
			line(&b, '+', field, after)
		}
	}
	return b.String()
}

func line(b *strings.Builder, sign rune, field string, v value) {
	if v.set {
		fmt.Fprintf(b, "%c    %s: %s\n", sign, field, strings.ReplaceAll(v.text, "\n", `\n`))
	}
}

// Summary tells in a line which rows changed, and no value: it may go where
// secrets must not.
func Summary(changes []Change) string {
	const most = 8
	var names []string
	for i, c := range changes {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(changes)-i))
			break
		}
		sign := "~"
		switch {
		case c.Before == nil:
			sign = "+"
		case c.After == nil:
			sign = "-"
		}
		names = append(names, sign+c.Table+"|"+c.Key)
	}
	return strings.Join(names, " ")
}

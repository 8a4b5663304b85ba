package tabulate

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Align is where text stands in its column.
type Align uint8

// The alignments.
const (
	Left Align = iota
	Right
	Center
)

// Format is the frame of a table.
type Format uint8

// The frames.
const (
	Simple Format = iota
	Grid
	Plain
	PSQL    // a box as PostgreSQL's client draws it
	Outline // a grid without lines between rows
	Pretty  // an outline whose cells are text, as wide as they need
)

// None is a cell without a value: it shows as blank and does not make a column
// of numbers a column of text.
const None = "\x00"

// Options change the layout. The zero value is tabulate's default with
// tablefmt "simple".
type Options struct {
	Format   Format
	Text     Align // of columns of text
	AllText  bool  // do not look for numbers
	NoHeader bool
	Rights   []int // columns that stand at the right, whatever is in them
	Digits   int   // after the point of numbers that are not whole; 0: as many as they need
}

// headerPadding is how much wider than its header a column is at least.
const headerPadding = 2

// column is one column being laid out.
type column struct {
	width int
	align Align
	cells [][]string // lines of each cell
	head  []string   // lines of the header
}

// Render gives the table, without a newline at the end.
func Render(headers []string, rows [][]string, o Options) string {
	columns := make([]column, width(headers, rows))
	for i := range columns {
		columns[i] = layout(headers, rows, i, o)
	}
	switch o.Format {
	case Grid, Outline, Pretty:
		return grid(columns, len(rows), o)
	case PSQL:
		return psql(columns, len(rows))
	case Plain:
		return plain(columns, len(rows), o, false)
	default:
		return plain(columns, len(rows), o, true)
	}
}

func width(headers []string, rows [][]string) int {
	n := len(headers)
	for _, r := range rows {
		n = max(n, len(r))
	}
	return n
}

// layout reads one column and decides its width and alignment.
func layout(headers []string, rows [][]string, i int, o Options) column {
	values := make([]string, len(rows))
	for r, row := range rows {
		values[r] = None
		if i < len(row) {
			values[r] = row[i]
		}
	}
	k := kindOf(values)
	if o.AllText || o.Format == Pretty {
		k = text
	}
	c := column{align: o.Text, cells: make([][]string, len(rows))}
	right := slices.Contains(o.Rights, i)
	if right {
		c.align = Right
	}
	if k != text {
		c.align = Right
		if values = written(values, k, o.Digits); !right {
			values = decimals(values, k)
		}
	}
	if i < len(headers) && !o.NoHeader {
		c.head = strings.Split(headers[i], "\n")
		padding := headerPadding
		if o.Format == Plain || o.Format == Pretty {
			padding = 0
		}
		for _, line := range c.head {
			c.width = max(c.width, length(line)+padding)
		}
	}
	for r, v := range values {
		if v == None {
			v = ""
		}
		c.cells[r] = strings.Split(v, "\n")
		for _, line := range c.cells[r] {
			c.width = max(c.width, length(line))
		}
	}
	return c
}

func length(s string) int { return utf8.RuneCountInString(s) }

// pad fills a line to the column's width.
func (c column) pad(s string) string {
	n := c.width - length(s)
	switch {
	case n <= 0:
		return s
	case c.align == Right:
		return strings.Repeat(" ", n) + s
	case c.align == Center:
		return strings.Repeat(" ", n/2) + s + strings.Repeat(" ", n-n/2)
	}
	return s + strings.Repeat(" ", n)
}

// heading gives the lines of the headers, padded.
func heading(columns []column) [][]string {
	n := 1
	for _, c := range columns {
		n = max(n, len(c.head))
	}
	lines := make([][]string, n)
	for l := range lines {
		for _, c := range columns {
			text := ""
			if l < len(c.head) {
				text = c.head[l]
			}
			lines[l] = append(lines[l], c.pad(text))
		}
	}
	return lines
}

// height is how many lines the row's tallest cell has.
func height(columns []column, row int) int {
	n := 1
	for _, c := range columns {
		n = max(n, len(c.cells[row]))
	}
	return n
}

// line gives one line of a row, padded cell by cell.
func line(columns []column, row, n int) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		s := ""
		if n < len(c.cells[row]) {
			s = c.cells[row][n]
		}
		out[i] = c.pad(s)
	}
	return out
}

func plain(columns []column, rows int, o Options, rule bool) string {
	var lines []string
	add := func(cells []string) {
		lines = append(lines, strings.TrimRight(strings.Join(cells, "  "), " "))
	}
	dashes := make([]string, len(columns))
	for i, c := range columns {
		dashes[i] = strings.Repeat("-", c.width)
	}
	if !o.NoHeader {
		for _, line := range heading(columns) {
			add(line)
		}
	}
	if rule {
		add(dashes)
	}
	for r := range rows {
		for n := range height(columns, r) {
			add(line(columns, r, n))
		}
	}
	if rule && o.NoHeader {
		add(dashes)
	}
	return strings.Join(lines, "\n")
}

// boxed writes one line between bars.
func boxed(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

func psql(columns []column, rows int) string {
	dashes := make([]string, len(columns))
	for i, c := range columns {
		dashes[i] = strings.Repeat("-", c.width+2)
	}
	rule := strings.Join(dashes, "+")
	lines := []string{"+" + rule + "+"}
	for _, line := range heading(columns) {
		lines = append(lines, boxed(line))
	}
	lines = append(lines, "|"+rule+"|")
	for r := range rows {
		for n := range height(columns, r) {
			lines = append(lines, boxed(line(columns, r, n)))
		}
	}
	return strings.Join(append(lines, "+"+rule+"+"), "\n")
}

func grid(columns []column, rows int, o Options) string {
	rule := func(fill string) string {
		parts := make([]string, len(columns))
		for i, c := range columns {
			parts[i] = strings.Repeat(fill, c.width+2)
		}
		return "+" + strings.Join(parts, "+") + "+"
	}
	lines := []string{rule("-")}
	if !o.NoHeader {
		for _, line := range heading(columns) {
			lines = append(lines, boxed(line))
		}
		if o.Format == Pretty {
			lines = append(lines, rule("-"))
		} else {
			lines = append(lines, rule("="))
		}
	}
	for r := range rows {
		for n := range height(columns, r) {
			lines = append(lines, boxed(line(columns, r, n)))
		}
		if o.Format == Grid && r < rows-1 {
			lines = append(lines, rule("-"))
		}
	}
	return strings.Join(append(lines, rule("-")), "\n")
}

// Package tabulate lays out tables of text as Python's tabulate does, because
// scripts read the tables of `show` with that layout: "simple" (a line of
// dashes below the headers) and "grid" (boxes). Columns of numbers are aligned
// at the right, or at the decimal point.
//
// It never truncates and never looks at the terminal.
package tabulate

// Package pager shows output longer than the terminal page by page, through the program that the operator named in HEDDLE_PAGER or PAGER,
// or less. What fits, and what goes to a file or a pipe, passes untouched.
package pager

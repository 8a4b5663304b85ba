// Package render says for each service of the host which files it needs, as a function of the rows of CONFIG_DB. A row that cannot be used
// is a problem; the files of a service with a problem are to be left as they are.
//
// It reads no file, asks no service and remembers nothing.
package render

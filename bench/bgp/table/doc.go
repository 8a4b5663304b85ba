// Package table makes BGP tables shaped like those that route collectors record in MRT files: the lengths of prefixes, how many of them share a
// set of attributes, and what is in such a set. The same size and seed always give the same table. It encodes and sends nothing.
package table

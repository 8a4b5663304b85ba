// Package arch checks the shape of the whole module: which package may import
// which, where cgo and process starts live, and how large files and functions
// grow. It holds tests only, and never looks at what the code does.
package arch

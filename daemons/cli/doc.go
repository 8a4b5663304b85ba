// Package cli runs the operator's commands: config, show and sonic-clear.
//
// It never holds a command itself (see configure and display) and never ends
// the program: it gives main the exit code.
package cli

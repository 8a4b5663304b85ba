// Package session is one run of a command: its streams, its environment, and
// the databases, opened when first asked for.
//
// It never prints on its own and never keeps anything beyond the run.
package session

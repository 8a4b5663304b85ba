// Package objecttest checks what features render against scripts: rows go in,
// fragments and routes come out as text.
//
// It is for tests only and never part of a daemon.
package objecttest

// Package chrony asks the clock's keeper how it does, by chronyc, its own program: the protocol between the two is theirs alone.
//
// It changes nothing.
package chrony

// Package author finds out who runs a program, and from where: the person
// behind sudo, the address of an ssh client, the terminal.
//
// It only reads the environment and /proc. What it finds is for the record and
// must not decide what somebody may do.
package author

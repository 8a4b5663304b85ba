// Package broker lets the programs of the switch ask TACACS+ servers whether somebody may run a command, and tell them which commands ran. One
// daemon of root serves; it alone reads the servers' keys, and it does the waiting: a program hands over what it tells, and ends.
//
// It does not say whose commands are to be asked for, nor what happens when no server answers: the programs do.
package broker

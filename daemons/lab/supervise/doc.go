// Package supervise keeps the programs of one lab switch running: it starts
// them in their namespaces once what they need is there, writes their output to
// log files, starts them again when they end, and obeys requests on a unix
// socket.
//
// It knows nothing of switches, and never lets a program outlive it.
package supervise

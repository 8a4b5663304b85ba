// Package bfdd watches paths: it speaks BFD for every session that APPL_DB's BFD_SESSION_TABLE asks for, and tells in STATE_DB's table of the
// same name how each is, with the field names of SONiC and some more.
//
// One goroutine owns the protocol and never waits for Redis. A packet counts when the kernel received it, and no session is taken for down
// before everything that has come was looked at; so a busy machine does not end sessions on this side. On a stop that is asked for, peers
// are told to wait for longer, and the next life goes on with the discriminators that it finds in STATE_DB.
//
// It decides nothing about routes: who asked for a session draws the conclusions.
package bfdd

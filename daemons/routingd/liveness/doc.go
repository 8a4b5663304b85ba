// Package liveness asks bfdd to watch peers, and says which of them answer: it writes the rows of APPL_DB's BFD_SESSION_TABLE that several
// parts of routingd want, and follows what STATE_DB says of the sessions.
//
// It draws no conclusions: a route or a neighbour is taken away by who asked.
package liveness

// Package bgpview is how a command asks routingd about BGP: a small request and response in JSON over a unix socket, for what is too large or
// too quick to be kept in the database. It has the types of both sides, the asking (Ask) and the answering (Serve).
//
// It does not import GoBGP, so that a command that uses it starts quickly, and it knows no configuration.
package bgpview

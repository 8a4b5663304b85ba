// Package fib is orchagent's compact table of routes: for up to millions of
// prefixes, where each should go, where it goes now, and which of them are to
// be changed. Routes share targets (a next hop, a router interface, drop), and
// a target's routes are found without a search when it comes or goes.
//
// The table never does I/O: Next hands out work, Done takes the outcome. It
// never parses a row and never sees an object id.
package fib

// Package asicd is the software ASIC's own process: it holds the SAI object
// store, drives the data plane from it, and serves libsai.so clients over a unix
// socket.
//
// What clients were told is done survives: every change is in a journal before
// its reply leaves, and the data plane forwards on whether or not this process
// runs. A restarted asicd has the same objects under the same ids and answers a
// repeated request from the journal.
//
// It never reads or writes a database, and it trusts nothing that comes over
// the socket: malformed input ends that connection only.
package asicd

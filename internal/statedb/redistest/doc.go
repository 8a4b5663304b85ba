// Package redistest starts a real redis-server on a private unix socket for a test and ends it with the test.
//
// It never listens on the network and never touches a server that it did not start.
package redistest

// Package notify encodes the notifications that syncd publishes to clients.
//
// It is pure; ids are virtual by the time they get here.
package notify

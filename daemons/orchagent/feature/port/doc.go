// Package port renders front-panel ports and their host interfaces, and tells
// which ports are ready and which of their counters to poll.
//
// It never renders what runs over a port: VLANs, router interfaces.
package port

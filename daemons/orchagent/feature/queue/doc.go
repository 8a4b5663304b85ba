// Package queue tells which queues and priority groups ports have, and which of
// their counters to poll.
//
// It renders nothing: the ASIC makes them with the port.
package queue

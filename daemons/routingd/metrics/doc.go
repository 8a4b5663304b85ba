// Package metrics serves numbers over HTTP in Prometheus' text format, on a unix socket or a loopback address. It knows nothing of what they
// count, and never takes requests from other machines.
package metrics

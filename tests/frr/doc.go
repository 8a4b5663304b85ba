// Package frr runs Debian's FRR inside a test's network namespace, as a peer that does not share our mistakes. Each router has its own
// directory for sockets, so that many run beside each other and beside an installed one.
package frr

// Package natural orders names as people do: Ethernet4 before Ethernet10.
//
// It never allocates and knows nothing of what the names stand for.
package natural

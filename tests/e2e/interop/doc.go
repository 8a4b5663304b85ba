// Package interop lets routingd speak BGP with what others have written: FRR, BIRD and GoBGP of Debian, and a peer of the tests' own that
// breaks the rules.
//
// It holds tests only. Each makes namespaces of its own, with the daemons from bin/ in one and a peer in the others, and looks at what both
// ends hold for true.
package interop

// Package feed turns what GoBGP's servers say of their best paths into paths of the RIB.
//
// Changes of one prefix that nobody has taken yet replace each other: a flood of updates takes memory for each prefix once, however long the
// reader is busy, and GoBGP is never held up. The package makes no choice between paths and knows nothing of interfaces but those of peers
// whose next hops are link-local.
package feed

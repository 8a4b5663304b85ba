// Package neighbour renders neighbours, and with each the next hop through it.
//
// It never resolves an address and never renders routes.
package neighbour

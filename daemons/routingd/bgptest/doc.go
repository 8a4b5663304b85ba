// Package bgptest gives tests what a BGP session would let in.
package bgptest

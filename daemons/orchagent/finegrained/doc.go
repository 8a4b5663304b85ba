// Package finegrained knows the groups of next hops whose flows hold still: which
// routes use one, and which next hop each of its buckets goes to when next hops come
// and go. A flow moves only if its next hop is lost, or to fill one that is new.
//
// It never does I/O and never sees an object id.
package finegrained

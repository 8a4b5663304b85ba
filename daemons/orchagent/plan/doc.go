// Package plan computes the operations that turn the actual SAI objects into
// the desired ones: references first, removals reversed, an object recreated
// together with what hangs on it when an attribute may only be given at
// creation. Which attributes those are, which may be null and what their
// defaults are comes from SAI metadata.
//
// It never does I/O, never sees an object id, and knows no feature.
package plan

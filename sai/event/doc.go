// Package event has what an ASIC tells of its own accord, as every library that
// speaks SAI tells it. Ids are what its user takes for them: real ones where it
// comes from, virtual ones where clients hear of it.
package event

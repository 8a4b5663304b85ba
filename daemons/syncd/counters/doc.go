// Package counters polls statistics of the ASIC into COUNTERS_DB, as the
// tables of FLEX_COUNTER_DB ask for.
//
// It runs beside the requests, not among them: the driver is asked from a
// goroutine of its own. It never changes the ASIC, other than by clearing
// counters where a group's mode says so.
package counters

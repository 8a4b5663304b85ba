// Package dropcounter renders counters of dropped packets, and tells under which
// name the ASIC counts for each of them.
//
// It never says which reasons there are: the ASIC does.
package dropcounter

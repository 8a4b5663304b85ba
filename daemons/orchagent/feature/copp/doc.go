// Package copp renders which packets the ASIC hands to the CPU: the traps that
// every switch needs, and those that COPP_TABLE gives another treatment.
//
// It never limits rates: policers come later.
package copp

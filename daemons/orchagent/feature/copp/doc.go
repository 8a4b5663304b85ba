// Package copp renders which packets the ASIC hands to the CPU: the traps that
// every switch needs, and those that COPP_TABLE gives another treatment.
// It also renders the policers that limit what a group brings to the CPU.
package copp

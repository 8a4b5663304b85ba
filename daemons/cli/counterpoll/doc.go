// Package counterpoll holds the commands of `counterpoll`: which counters are
// polled, and how often. They edit FLEX_COUNTER_TABLE through package commit.
//
// It never reads a counter.
package counterpoll

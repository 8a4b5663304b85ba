// Package counters turns FLEX_COUNTER_TABLE of CONFIG_DB into the groups of
// FLEX_COUNTER_DB, which tell syncd how often to poll which kind of counters,
// and gives the groups their scripts that turn counters into rates.
//
// It never reads a counter, and never says which objects are polled: features
// publish those.
package counters

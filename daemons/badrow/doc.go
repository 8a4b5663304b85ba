// Package badrow keeps in STATE_DB which rows of the configuration cannot be used, and why: HEDDLE_CONFIG_ERROR|<TABLE>|<key> with the
// fields "field", "value" and "error". A row that becomes good disappears from it.
//
// It never judges a row itself and never changes the configuration.
package badrow

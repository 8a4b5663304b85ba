// Package crm watches how full the tables of the ASIC are: what is used and
// what is left goes to COUNTERS_DB, and crossing a threshold of CONFIG_DB's CRM
// is logged and kept in STATE_DB until the table is emptier.
//
// It never refuses anything because a table is full: the ASIC does.
package crm

// Package status keeps for every object whether it is in the ASIC as wanted
// and, if not, why, in words an operator understands; and says so in STATE_DB.
//
// It never retries and never decides.
package status

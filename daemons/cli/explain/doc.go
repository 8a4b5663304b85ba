// Package explain follows a prefix, an address, a station, a port or a VLAN through the switch: the row of the configuration, the rows of
// APPL_DB made of it, the SAI objects made of those with what became of each and since when, and what the ASIC holds. It reads the
// databases and changes nothing.
package explain

// Package cfgmgrd turns the configuration into intent: the tables of CONFIG_DB about ports, VLANs, interfaces and what reaches the CPU become the tables of
// APPL_DB that orchagent reads, and the kernel's network devices of the switch get the state, MTU and addresses configured for them.
//
// It works by state, not by events: after any change it renders everything that should be there from all rows (a function without I/O),
// and writes what differs from what is there. A restart at any moment therefore changes nothing.
//
// It never creates the devices of ports and VLANs (they appear with the host interfaces that orchagent makes), never speaks to the
// ASIC, and never changes the configuration but to take back a commit that nobody confirmed in time.
package cfgmgrd

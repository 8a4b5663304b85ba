// Package routingd computes the switch's routes. So far these are the static ones of CONFIG_DB, whose next hops are found on the connected
// subnets, and the connected subnets themselves, recorded for those who look at the table. It writes them to APPL_DB for the ASIC and, the
// static ones, to the kernel for the switch's own traffic, and has the kernel keep the static next hops resolved.
//
// Every change leads to a computation of all routes (a function without I/O) and to writing what differs.
//
// It never looks at kernel routes other than its own (netsyncd passes those on), and never configures a device.
package routingd

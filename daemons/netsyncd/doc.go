// Package netsyncd brings what the kernel knows into the databases: the state of front-panel network devices into STATE_DB, resolved
// neighbours and the routes that operators and foreign routing programs put into the kernel into APPL_DB. So "ip route add" in the
// switch programs the ASIC.
//
// It follows the kernel's events and lists everything anew when the kernel had to drop some; what it finds is compared with what the
// tables hold, so a restart changes nothing.
//
// It never configures a device (cfgmgrd does), never installs a route (routingd does), and passes on nothing about devices that are not of
// the front panel: management port, loopback, containers.
package netsyncd

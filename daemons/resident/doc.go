// Package resident is the frame of the daemons that live between the databases
// and the kernel of a switch (cfgmgrd, netsyncd, routingd, lacpd, stpd): what their
// command line says, and the doors that are open while they work.
//
// It knows nothing of what they do there.
package resident

// Package ethtool switches offloads of network devices on and off through the
// kernel's ethtool ioctl (linux/ethtool.h: ETHTOOL_GSTRINGS, ETHTOOL_GFEATURES,
// ETHTOOL_SFEATURES), and reads their carrier (ETHTOOL_GLINK).
//
// It works on the network namespace of the calling thread, and never runs the
// ethtool program.
package ethtool

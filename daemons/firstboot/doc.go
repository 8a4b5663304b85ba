// Package firstboot gives a switch the configuration that it starts with: the one that the operator saved, or, where there is none, one made from the
// board: its ports, up, and the breakout modes of its sockets.
//
// It runs once at each start, before the daemons that follow CONFIG_DB. It never changes a row that is there, and never repairs a file that it cannot
// read: an operator's configuration is not replaced by a default.
package firstboot

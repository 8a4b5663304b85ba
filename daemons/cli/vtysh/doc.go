// Package vtysh asks FRR, where it is the switch's guest, through its shell.
// It only asks: what FRR does comes from CONFIG_DB or from its own files.
package vtysh

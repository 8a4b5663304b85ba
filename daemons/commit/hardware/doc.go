// Package hardware tells what became of a commit in the ASIC: for each row,
// whether its objects are applied, wait for something, or failed and why. It
// reads what cfgmgrd and orchagent say in the databases.
//
// It never changes anything.
package hardware

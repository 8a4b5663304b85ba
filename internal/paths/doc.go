// Package paths knows where one switch keeps its files on the machine it runs on.
//
// One switch is one run directory plus one instance name, so that several switches of a lab live on one machine.
// The package only computes names; it never creates, reads or removes a file.
package paths

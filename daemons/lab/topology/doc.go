// Package topology reads the file that describes a lab: switches with their
// configuration, hosts with their addresses, and the links between them. What
// it returns is complete and consistent; everything wrong is an error that
// names the node.
//
// It never touches the network and starts nothing.
package topology

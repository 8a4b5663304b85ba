// Package object describes SAI objects the way orchagent thinks of them: by a
// stable key ("vlan/100", "rif/Ethernet0"), with references to other objects
// by key, and as a merge of the fragments that database rows contribute.
//
// It never holds an object id: ids belong to package asicdb. It does no I/O.
package object

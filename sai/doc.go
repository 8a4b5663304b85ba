// Package sai is Heddle's model of the Switch Abstraction Interface, version
// 1.16: object types, attributes and enums with their metadata (generated from
// sai/spec), the values that attributes hold, the identity of objects, status
// codes, and the Driver interface through which every SAI implementation is
// used.
//
// It never calls C and never talks to a database: package sai/libsai binds a
// libsai.so, package sai/text turns values into ASIC_DB strings and back,
// package sai/strict is a validating implementation in memory.
package sai

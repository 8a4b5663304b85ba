// Package configdb holds CONFIG_DB as Go structs that ygot makes of Heddle's YANG
// modules: Device has a field for each table, a table one for each shape of its
// rows. It is for programs that speak YANG, such as a gNMI server; the
// conversion between its JSON (RFC 7951) and rows is in package yang.
//
// All code is generated. Importing the package reads the schema at start, some
// tens of milliseconds, so command-line programs must not.
package configdb

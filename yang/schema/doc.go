// Package schema gives Go types to the rows of CONFIG_DB, APPL_DB and STATE_DB
// that Heddle's own daemons read and write: one file per kind, with the row
// structs, the key type and the names of the tables.
//
// Strings live only in the codecs of the domain types (PortName, VLANID,
// AdminStatus, ...): each parses with UnmarshalText, which refuses what is out
// of range and says what would be right, and prints with MarshalText. The zero
// value of a field means that the row does not have the field. A field tagged
// `db:"*"` keeps the fields that the struct does not name, so that a row
// survives a round trip through an older or newer reader.
//
// The package never does I/O, never looks at another row (references and
// cross-table rules belong to package yang), and imports only the standard
// library.
package schema

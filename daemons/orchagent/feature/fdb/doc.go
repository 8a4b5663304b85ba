// Package fdb renders configured entries of the forwarding database. Entries
// that the ASIC learns are none of its business: the engine follows them.
package fdb

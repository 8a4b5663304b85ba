// Package text turns SAI attributes and object identities into the strings of
// ASIC_DB and back: "SAI_PORT_ATTR_SPEED" "40000",
// "SAI_OBJECT_TYPE_PORT:oid:0x1000000000034", and entries as JSON with sorted
// keys. The syntax is that of SONiC's sairedis; the metadata of package sai
// drives it.
//
// Decoding accepts only what has exactly one meaning and answers everything
// else with an error that names the attribute; encoding a decoded string gives
// the canonical form of it. The package never talks to a database and keeps no
// state.
package text

// Package yang judges a whole CONFIG_DB: it knows every table that SONiC's
// models describe, with the type of every field, the lists that keys are made
// of and the references between tables, and rules that look at several rows.
// Every problem it finds names table, key and field, what is wrong and what
// would be right.
//
// The tables are described by the YANG modules in models. yanggen compiles them
// to config_db.schema, which is embedded and read when first needed: no YANG
// library is linked into a program that judges. One blank of indentation there
// is one level:
//
//	type NAME EXPR            a type with a name
//	table PORT heddle-port    a table, and the module that describes it
//	event if-state heddle-x   what daemons publish; it is followed by its one row
//	 list PORT_LIST name      rows whose key has these parts
//	 list NTP_SERVER_LIST*10 server_address   the same, at most 10 of them
//	 one GLOBAL               a row with this very key
//	  map dscp tc             a row whose field names and values have these types
//	  mtu uint16 68..9216     a field; * after the name: a list, *4: of at most 4, !: must be there
//	  speed! uint32 = "1000"  a default
//	  ? must low "message" low < high     a condition on a field, or with - on the row
//	  ? when dscp "message" type = 'X'    a field is only allowed if
//
// An EXPR is the name of a type or
//
//	string len 1..255 "pattern" "pattern" want "words"   (patterns are XML Schema's)
//	enum "up|down"      bool      uint16 68..9216      decimal64 0.00..1.00
//	ref TABLE/LIST/field[part]   a value that exists there, in a row with the same part
//	union                        any of the lines below that begin with "-"
//
// The package does no I/O and keeps no state; it imports only the standard
// library. Tables that it does not know it leaves alone and warns of.
package yang

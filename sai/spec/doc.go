// Package spec holds Heddle's specification of the Switch Abstraction
// Interface, version 1.16: object types, attributes, enums, C struct layouts,
// API function tables and status codes, one readable text file per API, and a
// parser for that format.
//
// It is read by the generator (internal/tools/saigen) and by tests, never by a
// running daemon: daemons use the generated package sai.
//
// # Format
//
// One declaration per line, words separated by blanks, "#" starts a comment
// line. Indented lines belong to the declaration above them.
//
//	version 1.16.4
//	status FAILURE -1
//	typedef sai_cos_t uint8_t
//	struct NAME SIZE ALIGN          (or union)
//	  field NAME TYPE OFFSET SIZE
//	enum sai_x_t
//	  value NAME NUMBER             (NAME without the enum's prefix)
//	api NAME NUMBER
//	  slot FUNCTION                 (in the order of the C function table)
//	object NAME NUMBER [entry=TYPE] [stats=ENUM]
//	  attr NAME ID TYPE[:SUBTYPE] FLAGS... [objects=A,B] [default=VALUE]
//	    condition EXPRESSION        (mandatory only if it holds)
//	    valid-only EXPRESSION       (meaningful only if it holds)
//	  alias NAME ID                 (a second name for an id, or a range mark)
//
// FLAGS are mandatory, create-only, create-and-set, read-only, key, allow-null,
// vlan and deprecated.
package spec

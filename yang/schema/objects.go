package schema

// StateTableObject holds, for each SAI object that a row wants, what became of it: fields state (applied, waiting, failed), reason, sai_status,
// since (RFC 3339) and owner (the row that wants it). Keys are names such as "vlan/100".
const StateTableObject = "HEDDLE_OBJECT_TABLE"

// AsicNames is the hash of ASIC_DB that gives the virtual id of each object by its name; AsicNamesByID is its inverse.
const (
	AsicNames     = "HEDDLE_KEYTOVID"
	AsicNamesByID = "HEDDLE_VIDTOKEY"
)

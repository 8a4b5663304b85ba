package schema

// FDB is a row of CONFIG_DB FDB, an entry that neither ages nor moves; the key
// is an FDBKey joined with '|'.
type FDB struct {
	Port    InterfaceName     `db:"port,mandatory"`
	Unknown map[string]string `db:"*"`
}

// AppFDB is a row of APPL_DB FDB_TABLE, a configured entry; the key is an FDBKey.
type AppFDB struct {
	Port    InterfaceName     `db:"port,mandatory"`
	Type    FDBType           `db:"type,mandatory"`
	Unknown map[string]string `db:"*"`
}

// StateFDB is a row of STATE_DB FDB_TABLE, an entry that the ASIC has; the key
// is an FDBKey.
type StateFDB struct {
	Port    InterfaceName     `db:"port"`
	Type    FDBType           `db:"type"`
	Unknown map[string]string `db:"*"`
}

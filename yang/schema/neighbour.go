package schema

// AppNeigh is a row of APPL_DB NEIGH_TABLE; the key is a NeighKey.
type AppNeigh struct {
	MAC     MAC               `db:"neigh,mandatory"`
	Family  Family            `db:"family"`
	Unknown map[string]string `db:"*"`
}

// Neigh is a row of CONFIG_DB NEIGH, a static neighbour; the key is a NeighKey
// joined with '|'.
type Neigh struct {
	MAC     MAC               `db:"neigh"`
	Family  Family            `db:"family"`
	Unknown map[string]string `db:"*"`
}

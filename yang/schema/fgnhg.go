package schema

// FGNHG is a row of CONFIG_DB FG_NHG; the key is the group's name.
type FGNHG struct {
	BucketSize  string            `db:"bucket_size,mandatory"`
	MatchMode   FGMatchMode       `db:"match_mode,mandatory"`
	MaxNextHops string            `db:"max_next_hops"` // of prefix-based groups
	Unknown     map[string]string `db:"*"`
}

// FGMatchMode says which routes use a fine-grained group.
type FGMatchMode string

// The ways to match routes: those of configured prefixes over configured next hops,
// those whose next hops are all configured, and those of configured prefixes over any
// next hops.
const (
	FGRouteBased   FGMatchMode = "route-based"
	FGNextHopBased FGMatchMode = "nexthop-based"
	FGPrefixBased  FGMatchMode = "prefix-based"
)

// UnmarshalText accepts the three modes.
func (m *FGMatchMode) UnmarshalText(b []byte) error {
	if err := oneOf("match_mode", b, string(FGRouteBased), string(FGNextHopBased), string(FGPrefixBased)); err != nil {
		return err
	}
	*m = FGMatchMode(b)
	return nil
}

// FGNHGPrefix is a row of CONFIG_DB FG_NHG_PREFIX; the key is a prefix.
type FGNHGPrefix struct {
	Group   string            `db:"FG_NHG,mandatory"`
	Unknown map[string]string `db:"*"`
}

// FGNHGMember is a row of CONFIG_DB FG_NHG_MEMBER; the key is a next hop's address.
type FGNHGMember struct {
	Group   string            `db:"FG_NHG,mandatory"`
	Bank    string            `db:"bank,mandatory"`
	Link    string            `db:"link"` // port or port channel
	Unknown map[string]string `db:"*"`
}

package schema

// StaticRoute is a row of CONFIG_DB STATIC_ROUTE; the key is a RouteKey. The
// lists are parallel: place i of each describes next hop i, and a list may be
// empty or absent.
type StaticRoute struct {
	NextHop    Addrs             `db:"nexthop"` // 0.0.0.0 where only an interface is given
	IfName     Names             `db:"ifname"`
	NextHopVRF Names             `db:"nexthop-vrf"`
	Blackhole  Names             `db:"blackhole"` // true or false
	Distance   Names             `db:"distance"`  // 0 to 255
	BFD        Names             `db:"bfd"`       // true or false: the next hop counts only while it answers
	Advertise  string            `db:"advertise"`
	Unknown    map[string]string `db:"*"`
}

// FieldOwner is a field of rows in tables that several programs write: who does, where the table's own fields do not tell. Rows of ROUTE_TABLE
// that have none are routingd's, or by their protocol netsyncd's.
const (
	FieldOwner = "heddle_owner"
	OwnerFRR   = "frr"
)

// AppRoute is a row of APPL_DB ROUTE_TABLE; the key is a RouteKey in its App
// form. The lists are parallel.
type AppRoute struct {
	NextHop   Addrs             `db:"nexthop"`
	IfName    Names             `db:"ifname"`
	Weight    Names             `db:"weight"`
	Blackhole string            `db:"blackhole"` // "true" or absent
	Protocol  string            `db:"protocol"`  // static, connected, kernel, bgp, ...
	Group     string            `db:"nexthop_group"`
	Unknown   map[string]string `db:"*"`
}

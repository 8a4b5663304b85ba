package render

import (
	"net/netip"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/natural"
)

// addressTables hold the addresses of interfaces.
func addressTables() []string {
	return []string{"MGMT_INTERFACE", "INTERFACE", "PORTCHANNEL_INTERFACE", "VLAN_INTERFACE", "LOOPBACK_INTERFACE"}
}

// sourceAddresses are the first address of each family of the first interfaces that have one, "" without. A switch has thousands of
// addresses, so they are looked through and not sorted.
func sourceAddresses(rows row.Tables, names ...string) (v4, v6 string) {
	for _, name := range names {
		first4, first6 := "", ""
		for _, table := range addressTables() {
			for key := range rows[table] {
				at, prefix, _ := strings.Cut(key, "|")
				if at != name {
					continue
				}
				p, err := netip.ParsePrefix(prefix)
				if err != nil || p.Addr().IsLinkLocalUnicast() {
					continue
				}
				if a := p.Addr(); a.Is4() {
					first4 = firstOf(first4, a.String())
				} else {
					first6 = firstOf(first6, a.String())
				}
			}
		}
		if v4 == "" {
			v4 = first4
		}
		if v6 == "" {
			v6 = first6
		}
	}
	return v4, v6
}

func firstOf(a, b string) string {
	if a != "" && natural.Compare(a, b) <= 0 {
		return a
	}
	return b
}

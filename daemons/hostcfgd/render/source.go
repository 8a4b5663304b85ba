package render

import (
	"net/netip"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// addressTables hold the addresses of interfaces.
func addressTables() []string {
	return []string{"MGMT_INTERFACE", "INTERFACE", "PORTCHANNEL_INTERFACE", "VLAN_INTERFACE", "LOOPBACK_INTERFACE"}
}

// sourceAddresses are the first address of each family of the first interfaces that have one, "" without.
func sourceAddresses(rows row.Tables, names ...string) (v4, v6 string) {
	for _, name := range names {
		for _, table := range addressTables() {
			for _, key := range rows.Keys(table) {
				at, prefix, _ := strings.Cut(key, "|")
				p, err := netip.ParsePrefix(prefix)
				if err != nil || at != name || p.Addr().IsLinkLocalUnicast() {
					continue
				}
				if a := p.Addr(); a.Is4() && v4 == "" {
					v4 = a.String()
				} else if a.Is6() && v6 == "" {
					v6 = a.String()
				}
			}
		}
	}
	return v4, v6
}

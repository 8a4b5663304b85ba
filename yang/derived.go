package yang

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// derived is what several rules want to know of a configuration, each part
// computed once when first asked for: a rule that searched whole tables for
// every row would be slow on a full switch.
type derived struct {
	config   Config
	lanes    map[string]string   // lane -> first port
	channels map[string][]string // port -> its port channels, sorted
	untagged map[string][]string // port -> VLANs it is untagged in, sorted
	mirrors  map[string]string   // port -> first session that sends to it
	overlaps map[string]overlap  // table and key of an address -> what it collides with
	prefixes map[string]string   // set and sequence number -> first row of PREFIX
}

// overlap is an address whose subnet another interface has.
type overlap struct{ mine, theirs, other string }

func (d *derived) laneOwners() map[string]string {
	if d.lanes == nil {
		d.lanes = make(map[string]string)
		for _, port := range slices.Sorted(maps.Keys(d.config["PORT"])) {
			for lane := range strings.SplitSeq(get(d.config["PORT"][port], "lanes"), ",") {
				if _, taken := d.lanes[lane]; !taken && lane != "" {
					d.lanes[lane] = port
				}
			}
		}
	}
	return d.lanes
}

func (d *derived) channelsOf(port string) []string {
	if d.channels == nil {
		d.channels = make(map[string][]string)
		for key := range d.config["PORTCHANNEL_MEMBER"] {
			channel, member, _ := strings.Cut(key, "|")
			d.channels[member] = append(d.channels[member], channel)
		}
		sortEach(d.channels)
	}
	return d.channels[port]
}

func (d *derived) untaggedIn(port string) []string {
	if d.untagged == nil {
		d.untagged = make(map[string][]string)
		for key, row := range d.config["VLAN_MEMBER"] {
			vlan, member, _ := strings.Cut(key, "|")
			if get(row, "tagging_mode") == "untagged" {
				d.untagged[member] = append(d.untagged[member], vlan)
			}
		}
		sortEach(d.untagged)
	}
	return d.untagged[port]
}

// mirrorTo gives the mirror session that sends to a port, or "".
func (d *derived) mirrorTo(port string) string {
	if d.mirrors == nil {
		d.mirrors = make(map[string]string)
		for name, row := range d.config["MIRROR_SESSION"] {
			to := get(row, "dst_port")
			if first, ok := d.mirrors[to]; !ok || name < first {
				d.mirrors[to] = name
			}
		}
	}
	return d.mirrors[port]
}

func sortEach(lists map[string][]string) {
	for _, list := range lists {
		slices.Sort(list)
	}
}

// firstPrefix gives the first row of PREFIX with a set and sequence number.
func (d *derived) firstPrefix(set, sequence string) string {
	if d.prefixes == nil {
		d.prefixes = make(map[string]string)
		for _, key := range slices.Sorted(maps.Keys(d.config["PREFIX"])) {
			parts := strings.SplitN(key, "|", 3)
			if id := strings.Join(parts[:min(2, len(parts))], "|"); d.prefixes[id] == "" {
				d.prefixes[id] = key
			}
		}
	}
	return d.prefixes[set+"|"+sequence]
}

// address is one address of an interface, ready to be compared.
type address struct {
	space  string // routing table
	prefix netip.Prefix
	owner  string
	row    string // table and key
}

// overlapOf tells with what an address collides.
func (d *derived) overlapOf(table, key string) (overlap, bool) {
	if d.overlaps == nil {
		d.overlaps = findOverlaps(addresses(d.config))
	}
	o, ok := d.overlaps[table+"|"+key]
	return o, ok
}

// addressTables are the tables whose rows give interfaces addresses.
func addressTables() []string {
	return []string{"INTERFACE", "PORTCHANNEL_INTERFACE", "VLAN_INTERFACE", "VLAN_SUB_INTERFACE", "LOOPBACK_INTERFACE"}
}

// addresses lists what can collide: link-local addresses are on every link.
func addresses(c Config) []address {
	var list []address
	for _, table := range addressTables() {
		for key := range c[table] {
			name, text, isAddress := strings.Cut(key, "|")
			p, err := netip.ParsePrefix(text)
			if !isAddress || err != nil || p.Addr().IsLinkLocalUnicast() {
				continue
			}
			row := c[table][name]
			space := get(row, "vrf_name") + "/" + get(row, "vnet_name")
			list = append(list, address{space, p.Masked(), name, table + "|" + key})
		}
	}
	return list
}

// findOverlaps sorts the subnets so that each stands right behind those that
// hold it, and keeps those on a stack.
func findOverlaps(list []address) map[string]overlap {
	slices.SortFunc(list, func(a, b address) int {
		return cmp.Or(strings.Compare(a.space, b.space), a.prefix.Addr().Compare(b.prefix.Addr()),
			a.prefix.Bits()-b.prefix.Bits(), strings.Compare(a.owner, b.owner))
	})
	found := make(map[string]overlap)
	var around []address
	for _, a := range list {
		for len(around) > 0 {
			top := around[len(around)-1]
			if top.space == a.space && top.prefix.Contains(a.prefix.Addr()) {
				break
			}
			around = around[:len(around)-1]
		}
		for _, b := range slices.Backward(around) {
			if b.owner != a.owner {
				found[a.row] = overlap{a.prefix.String(), b.prefix.String(), b.owner}
				break
			}
		}
		around = append(around, a)
	}
	return found
}

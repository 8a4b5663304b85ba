package netsyncd

import (
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	// staleTime is how long a neighbour may stay unconfirmed before it is asked. Packets that the ASIC forwards do not pass the kernel and
	// confirm nothing, so without asking a host that left would stay for ever, and one that is there is never removed for being
	// stale (RFC 4861 section 7.3.3 probes on use, and the use is invisible here).
	staleTime = 20 * time.Second

	probesPerTick = 512
)

// usable are the states in which the kernel itself would send to a neighbour's address.
const usable = netlink.NUD_REACHABLE | netlink.NUD_STALE | netlink.NUD_DELAY | netlink.NUD_PROBE | netlink.NUD_PERMANENT

// neighbours keeps NEIGH_TABLE.
type neighbours struct {
	rows      *statedb.Desired
	links     *links
	stale     map[neighbour]time.Time // since when; the moment of the last probe thereafter
	linkLocal map[schema.InterfaceName]bool
}

// neighbour is a neighbour as the kernel names it.
type neighbour struct {
	link int
	addr netip.Addr
}

func newNeighbours(appl *statedb.DB, l *links) *neighbours {
	return &neighbours{
		rows:      statedb.NewDesiredProduced(appl, schema.AppTableNeigh, statedb.DesiredOptions{}),
		links:     l,
		stale:     make(map[neighbour]time.Time),
		linkLocal: make(map[schema.InterfaceName]bool),
	}
}

// allowLinkLocal reads from a row of an interface table whether IPv6 link-local neighbours matter there, and says whether that changed.
func (n *neighbours) allowLinkLocal(op statedb.KeyOp) bool {
	key, err := schema.ParseInterfaceKey(op.Key, schema.ConfigSeparator)
	if err != nil || key.HasPrefix() {
		return false
	}
	on := op.Op == statedb.OpSet && op.Map()["ipv6_use_link_local_only"] == "enable"
	if on == n.linkLocal[key.Name] {
		return false
	}
	n.linkLocal[key.Name] = on
	return true
}

// replace takes a whole listing.
func (n *neighbours) replace(list []netlink.Neigh, now time.Time) {
	rows := make(map[string]statedb.Fields, len(list))
	since := make(map[neighbour]time.Time)
	for i := range list {
		key, id, ok := n.key(&list[i])
		if !ok {
			continue
		}
		if row, ok := rowOf(&list[i]); ok {
			rows[key] = row
		}
		if stale(&list[i]) {
			since[id] = now
			if before, known := n.stale[id]; known {
				since[id] = before
			}
		}
	}
	n.stale = since
	n.rows.Replace(rows)
}

// take notes a change.
func (n *neighbours) take(u *netlink.NeighUpdate, now time.Time) {
	key, id, ok := n.key(&u.Neigh)
	if !ok {
		return
	}
	row, ok := rowOf(&u.Neigh)
	if u.Type == unix.RTM_DELNEIGH || !ok {
		n.rows.Remove(key)
		delete(n.stale, id)
		return
	}
	n.rows.Put(key, row)
	if !stale(&u.Neigh) {
		delete(n.stale, id)
	} else if _, known := n.stale[id]; !known {
		n.stale[id] = now
	}
}

// key names a neighbour in NEIGH_TABLE; false for one that does not belong there.
func (n *neighbours) key(e *netlink.Neigh) (string, neighbour, bool) {
	addr, ok := netip.AddrFromSlice(e.IP)
	addr = addr.Unmap()
	name, front := n.links.name(e.LinkIndex)
	if !ok || !front || e.Flags&netlink.NTF_PROXY != 0 || (e.Family != netlink.FAMILY_V4 && e.Family != netlink.FAMILY_V6) {
		return "", neighbour{}, false
	}
	if addr.IsMulticast() || addr.IsUnspecified() || addr.IsLoopback() || (addr.Is6() && addr.IsLinkLocalUnicast() && !n.linkLocal[name]) {
		return "", neighbour{}, false
	}
	return schema.NeighKey{Interface: name, Addr: addr}.Join(schema.AppSeparator), neighbour{e.LinkIndex, addr}, true
}

// rowOf is the row of a neighbour that can be sent to.
func rowOf(e *netlink.Neigh) (statedb.Fields, bool) {
	if e.State&usable == 0 || len(e.HardwareAddr) != 6 || isZero(e.HardwareAddr) {
		return nil, false
	}
	family := string(schema.IPv4)
	if e.IP.To4() == nil {
		family = string(schema.IPv6)
	}
	return statedb.Fields{"neigh": e.HardwareAddr.String(), "family": family}, true
}

// stale says whether a neighbour has to be asked. One that the kernel keeps resolved by itself has not; asking would end that.
func stale(e *netlink.Neigh) bool {
	return e.State == netlink.NUD_STALE && e.FlagsExt&netlink.NTF_EXT_MANAGED == 0
}

func isZero(mac net.HardwareAddr) bool {
	for _, b := range mac {
		if b != 0 {
			return false
		}
	}
	return true
}

// probe asks neighbours that have been stale for a while: the kernel finds them reachable or failed, and an event tells.
func (n *neighbours) probe(k *kernel.Kernel, log *slog.Logger, now time.Time) {
	asked := 0
	for id, since := range n.stale {
		if now.Sub(since) < staleTime {
			continue
		}
		if asked++; asked > probesPerTick {
			return
		}
		n.stale[id] = now
		if err := k.Resolve(id.link, id.addr); err != nil {
			log.Debug("probe neighbour", "link", id.link, "addr", id.addr, "err", err)
		}
	}
}

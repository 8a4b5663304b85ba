package routingd

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// static is a configured route.
type static struct {
	key  schema.RouteKey
	hops []staticHop
}

// staticHop is one of its next hops, as configured.
type staticHop struct {
	via       netip.Addr           // invalid: the interface alone
	link      schema.InterfaceName // empty: where the address is connected
	vrf       string               // where the next hop is; empty is the default one
	blackhole bool
	bfd       bool // used only while it answers BFD
	distance  int  // 0 to 255; only the nearest ones that work are used
}

// maxHops bounds the next hops of a route; no ASIC spreads over more.
const maxHops = 512

func parseStatic(op statedb.KeyOp) (static, error) {
	key, err := schema.ParseStaticRouteKey(op.Key)
	if err != nil {
		return static{}, err
	}
	if err := checkVRF(key.VRF); err != nil {
		return static{}, err
	}
	var row schema.StaticRoute
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return static{}, err
	}
	hops, err := parseHops(key, row)
	return static{key, hops}, err
}

// checkVRF refuses what is no name of a VRF.
func checkVRF(name string) error {
	if name == "" {
		return nil
	}
	return new(schema.VRFName).UnmarshalText([]byte(name))
}

// parseHops puts the row's parallel lists together. A list is as long as the others, or absent.
func parseHops(key schema.RouteKey, row schema.StaticRoute) ([]staticHop, error) {
	n := max(len(row.NextHop), given(row.IfName), given(row.Blackhole))
	if n == 0 {
		return nil, errors.New("neither nexthop nor ifname nor blackhole")
	}
	if n > maxHops {
		return nil, fmt.Errorf("%d next hops, at most %d are possible", n, maxHops)
	}
	if k := len(row.NextHop); k != 0 && k != n {
		return nil, fmt.Errorf("field nexthop has %d elements, others have %d", k, n)
	}
	for name, list := range map[string]schema.Names{
		"ifname": row.IfName, "blackhole": row.Blackhole, "distance": row.Distance, "nexthop-vrf": row.NextHopVRF,
		"bfd": row.BFD,
	} {
		if k := given(list); k != 0 && k != n {
			return nil, fmt.Errorf("field %s has %d elements, others have %d", name, k, n)
		}
	}
	hops := make([]staticHop, n)
	for i := range hops {
		h, err := parseHop(key, row, i)
		if err != nil {
			return nil, fmt.Errorf("next hop %d: %w", i+1, err)
		}
		hops[i] = h
	}
	return hops, nil
}

func parseHop(key schema.RouteKey, row schema.StaticRoute, i int) (staticHop, error) {
	prefix, h := key.Prefix, staticHop{vrf: key.VRF}
	if i < len(row.NextHop) && row.NextHop[i].IsValid() && !row.NextHop[i].IsUnspecified() {
		h.via = row.NextHop[i]
	}
	h.link = schema.InterfaceName(at(row.IfName, i))
	if h.link == "null" || h.link == "Null0" {
		h.link, h.blackhole = "", true
	}
	hole, err := boolAt("blackhole", row.Blackhole, i)
	if err != nil {
		return h, err
	}
	h.blackhole = h.blackhole || hole
	if h.bfd, err = boolAt("bfd", row.BFD, i); err != nil {
		return h, err
	}
	if d := at(row.Distance, i); d != "" {
		n, err := strconv.ParseUint(d, 10, 8)
		if err != nil {
			return h, fmt.Errorf("distance %q is not a number from 0 to 255", d)
		}
		h.distance = int(n)
	}
	switch v := at(row.NextHopVRF, i); v {
	case "": // that of the route
	case schema.DefaultVRF:
		h.vrf = ""
	default:
		if h.vrf = v; checkVRF(v) != nil {
			return h, fmt.Errorf("nexthop-vrf: %w", checkVRF(v))
		}
	}
	return h, h.check(prefix)
}

// check refuses a next hop that could never be used.
func (h staticHop) check(prefix netip.Prefix) error {
	switch {
	case h.blackhole:
		return nil
	case !h.via.IsValid() && h.link == "":
		return errors.New("neither address nor interface")
	case !h.via.IsValid() && h.bfd:
		return fmt.Errorf("bfd of interface %s: only an address can be asked", h.link)
	case h.via.Is4() && prefix.Addr().Is6(): // the other way round is RFC 8950
		return fmt.Errorf("address %s is of another family than %s", h.via, prefix)
	case h.via.IsValid() && (h.via.IsMulticast() || h.via.IsLoopback()):
		return fmt.Errorf("address %s cannot be a next hop", h.via)
	case h.via.Is6() && h.via.IsLinkLocalUnicast() && h.link == "":
		return fmt.Errorf("link-local address %s needs an interface", h.via)
	}
	return nil
}

// given is the length of a list; one of empty places only, as the older forms of the row have it, is absent.
func given(list schema.Names) int {
	for _, s := range list {
		if s != "" {
			return len(list)
		}
	}
	return 0
}

func at(list schema.Names, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func boolAt(field string, list schema.Names, i int) (bool, error) {
	switch b := at(list, i); b {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, fmt.Errorf("%s %q is neither true nor false", field, b)
	}
}

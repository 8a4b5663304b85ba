package bgpconf

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// device is what DEVICE_METADATA says of BGP.
type device struct {
	asn      uint32
	routerID netip.Addr
	down     bool // peers without an admin_status are shut

	managed     bool   // BGP_GLOBALS alone says what is announced
	loopback128 bool   // IPv6 loopbacks are announced with 128 bits
	isolated    bool   // traffic is shifted away
	suppress    bool   // routes are announced once the ASIC has them
	idf         string // idf_isolation_state, if it isolates
	bounce      bool   // paths that were in this AS before come back through peers (BGP_BBR)
}

// How a switch that fails inside keeps away from its neighbours (BGP_DEVICE_GLOBAL idf_isolation_state).
const (
	idfNoExport = "isolated_no_export"
	idfWithdraw = "isolated_withdraw_all"
)

// spines are the types of switches that it is for.
var spines = []string{"SpineRouter", "LowerSpineRouter", "UpperSpineRouter"}

// readDevice reads DEVICE_METADATA|localhost.
func (r *resolver) readDevice() {
	table, key := schema.TableDeviceMetadata, schema.KeyLocalhost
	fields := r.rows[table][key]
	value := func(name string) string {
		for _, f := range fields {
			if f.Name == name {
				return f.Value
			}
		}
		return ""
	}
	r.device.down = value("default_bgp_status") == "down"
	r.device.managed = value("frr_mgmt_framework_config") == "true"
	r.device.suppress = value("suppress-fib-pending") == "enabled"
	r.device.loopback128 = value("bgp_adv_lo_prefix_as_128") == "true"
	state := statedb.KeyOp{Fields: r.rows[schema.TableBGPDeviceGlobal]["STATE"]}.Map()
	r.device.isolated = state["tsa_enabled"] == "true"
	switch idf := state["idf_isolation_state"]; idf {
	case idfNoExport, idfWithdraw:
		if kind := value("type"); kind == "" || slices.Contains(spines, kind) {
			r.device.idf = idf
		}
	case "", "unisolated":
	default:
		r.warn(schema.TableBGPDeviceGlobal, "STATE", "idf_isolation_state", idf, fmt.Errorf("not one of unisolated, %s, %s", idfNoExport, idfWithdraw))
	}
	bbr := statedb.KeyOp{Fields: r.rows[schema.TableBGPBBR]["all"]}.Map()
	r.device.bounce = bbr["status"] == "enabled"
	if state["wcmp_enabled"] == "true" {
		r.warn(schema.TableBGPDeviceGlobal, "STATE", "wcmp_enabled", "true", errUnsupported)
	}
	switch text := value("bgp_asn"); text {
	case "", "None", "none", "null":
	default:
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil || n == 0 {
			r.warn(table, key, "bgp_asn", text, errors.New("not a number from 1 to 4294967295"))
		}
		r.device.asn = uint32(n)
	}
	if text := value("bgp_router_id"); text != "" {
		id, err := netip.ParseAddr(text)
		if err != nil || !id.Is4() || id.IsUnspecified() {
			r.warn(table, key, "bgp_router_id", text, errors.New("not an IPv4 address"))
			return
		}
		r.device.routerID = id
	}
}

// addressOf is an address of an interface.
type addressOf struct {
	vrf    string
	prefix netip.Prefix // the address with the length of its subnet
}

// readAddresses reads the addresses of all interfaces. What is wrong with their rows cfgmgrd reports.
func (r *resolver) readAddresses() {
	r.addrs = make(map[string][]addressOf)
	for _, table := range []string{
		schema.TableInterface, schema.TableVLANInterface, schema.TablePortChannelInterface,
		schema.TableLoopbackInterface, schema.TableVLANSubInterface,
	} {
		for _, key := range slices.Sorted(maps.Keys(r.rows[table])) {
			k, err := schema.ParseInterfaceKey(key, schema.ConfigSeparator)
			if err != nil || !k.HasPrefix() {
				continue
			}
			name := k.Name.String()
			vrf := statedb.KeyOp{Fields: r.rows[table][name]}.Map()["vrf_name"]
			if vrf == schema.DefaultVRF {
				vrf = ""
			}
			r.addrs[name] = append(r.addrs[name], addressOf{vrf, k.Prefix})
		}
	}
}

// routerID is the first IPv4 address of the first loopback of a VRF: Loopback0 where it has one.
func (r *resolver) routerID(vrf string) netip.Addr {
	for _, name := range slices.Sorted(maps.Keys(r.addrs)) {
		if schema.InterfaceName(name).Kind() != schema.InterfaceLoopback {
			continue
		}
		for _, a := range r.addrs[name] {
			if a.vrf == vrf && a.prefix.Addr().Is4() {
				return a.prefix.Addr()
			}
		}
	}
	return netip.Addr{}
}

// localAddr reads local_addr: an address, or the interface whose first address of the family it is.
func (r *resolver) localAddr(text, vrf string, six bool) (netip.Addr, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		if a.Is6() != six {
			return a, fmt.Errorf("of another family than the neighbour")
		}
		return a, nil
	}
	list, known := r.addrs[text]
	if !known {
		return netip.Addr{}, errors.New("neither an address nor an interface that has one")
	}
	for _, a := range list {
		if a.vrf == vrf && a.prefix.Addr().Is6() == six {
			return a.prefix.Addr(), nil
		}
	}
	return netip.Addr{}, errors.New("the interface has no address of the neighbour's family in its VRF")
}

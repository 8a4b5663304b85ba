package bgpconf

import (
	"errors"
	"maps"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The defaults of SONiC where the configuration is silent.
const (
	defaultEBGPDistance = 20
	defaultIBGPDistance = 200
	defaultStaleTime    = 360 // seconds
)

// Resolve gives what the speakers shall be. It changes nothing.
func Resolve(rows Rows) Desired {
	r := &resolver{rows: rows, out: Desired{Instances: make(map[string]*Instance)}}
	r.readDevice()
	r.readAddresses()
	globals := r.globals()
	r.sameSelection(globals)
	r.families()
	r.peers(globals)
	c := &compiler{resolver: r, sets: r.readSets()}
	c.readRouteMaps()
	c.allowedLists()
	c.aggregates()
	for _, vrf := range slices.Sorted(maps.Keys(r.out.Instances)) {
		c.compile(r.out.Instances[vrf])
	}
	c.networks()
	c.redistributions()
	r.bmp()
	r.caches()
	r.sortProblems()
	return r.out
}

// globals makes the instances: of each row of BGP_GLOBALS, of the device, and of each VRF that has a neighbour.
func (r *resolver) globals() map[string]schema.BGPGlobals {
	rows := make(map[string]schema.BGPGlobals)
	for _, k := range read[schema.BGPGlobals](r, schema.TableBGPGlobals, 1) {
		vrf := k.Parts[0]
		if vrf == schema.DefaultVRF {
			vrf = ""
		}
		rows[vrf] = k.row
		r.unsupportedGlobals(k)
		r.instance(vrf, k.row, k.name)
	}
	for _, table := range []string{schema.TableBGPNeighbor, schema.TableBGPPeerRange} {
		for key := range r.rows[table] {
			if k, err := schema.ParseBGPKey(key, 1); err == nil {
				r.instance(k.VRF, schema.BGPGlobals{}, "")
			}
		}
	}
	r.instance("", schema.BGPGlobals{}, "")
	return rows
}

// instance adds the instance of a VRF, if it can be one and is not there already.
func (r *resolver) instance(vrf string, g schema.BGPGlobals, key string) {
	if r.out.Instances[vrf] != nil {
		return
	}
	in := &Instance{
		VRF: vrf, ASN: r.device.asn, RouterID: r.device.routerID, Suppress: r.device.suppress,
		Families: make(map[schema.BGPFamily]FamilyGlobal), Peers: make(map[string]*Peer), Ranges: make(map[string]*Range), Watched: make(map[netip.Addr]Watched),
		Networks: make(map[netip.Prefix]Network), Aggregates: make(map[netip.Prefix]Network),
		Selection: Selection{
			AlwaysCompareMED: is(g.AlwaysCompareMED), IgnoreASPathLength: is(g.IgnoreASPathLength),
			CompareRouterID: is(g.CompareRouterID), MultipathRelax: g.MultipathRelax == nil || *g.MultipathRelax,
		},
	}
	in.LocalPref, in.Drained = or(g.DefaultLocalPref, 0), is(g.GracefulShutdown)
	in.Limits = Limits{Dynamic: int(or(g.MaxDynamic, 0)), Stale: seconds(or(g.StaleTime, defaultStaleTime))}
	if g.LocalASN != nil {
		in.ASN = *g.LocalASN
	}
	if id := r.routerID(vrf); id.IsValid() && !in.RouterID.IsValid() {
		in.RouterID = id
	}
	if g.RouterID != nil {
		in.RouterID = *g.RouterID
	}
	if g.ConfedID != nil {
		in.Confed = Confederation{ID: *g.ConfedID, Members: slices.Sorted(slices.Values(g.ConfedPeers))}
	}
	for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6, schema.BGPEVPN} {
		in.Families[f] = FamilyGlobal{EBGPDistance: defaultEBGPDistance, IBGPDistance: defaultIBGPDistance}
	}
	switch {
	case in.ASN == 0 && key != "":
		r.wrong(schema.TableBGPGlobals, key, errors.New("no AS: neither local_asn here nor bgp_asn in DEVICE_METADATA"))
	case in.ASN == 0: // no BGP on this switch; a neighbour says so in its own row
	case !in.RouterID.Is4() || in.RouterID.IsUnspecified():
		r.noRouterID(vrf, key)
	default:
		r.out.Instances[vrf] = in
	}
}

func (r *resolver) noRouterID(vrf, key string) {
	err := errors.New("no router id: neither router_id here, nor bgp_router_id in DEVICE_METADATA, nor a loopback with an IPv4 address")
	switch {
	case key != "":
		r.wrong(schema.TableBGPGlobals, key, err)
	case vrf == "" && len(r.rows[schema.TableBGPNeighbor]) > 0:
		r.warn(schema.TableDeviceMetadata, schema.KeyLocalhost, "bgp_router_id", "", err)
	}
}

// bmpStation is SONiC's collector: it runs on the switch itself.
var bmpStation = Station{netip.AddrFrom4([4]byte{127, 0, 0, 1}), 5000}

// bmp reads BMP|table. GoBGP exports what peers send, and nothing of what they are sent.
func (r *resolver) bmp() {
	row := statedb.KeyOp{Fields: r.rows[schema.TableBMP]["table"]}.Map()
	if row["bgp_rib_out_table"] == "true" {
		r.warn(schema.TableBMP, "table", "bgp_rib_out_table", "true", errUnsupported)
	}
	if in := r.out.Instances[""]; in != nil && (row["bgp_neighbor_table"] == "true" || row["bgp_rib_in_table"] == "true") {
		in.BMP = bmpStation
	}
}

// sameSelection gives all instances the path selection of the default one: GoBGP has one for the process.
func (r *resolver) sameSelection(globals map[string]schema.BGPGlobals) {
	first := r.out.Instances[""]
	if first == nil {
		return
	}
	for _, vrf := range slices.Sorted(maps.Keys(r.out.Instances)) {
		in := r.out.Instances[vrf]
		relax := in.Selection.MultipathRelax
		_, has := globals[vrf]
		for field, differs := range map[string]bool{
			"always_compare_med":         in.Selection.AlwaysCompareMED != first.Selection.AlwaysCompareMED,
			"ignore_as_path_length":      in.Selection.IgnoreASPathLength != first.Selection.IgnoreASPathLength,
			"external_compare_router_id": in.Selection.CompareRouterID != first.Selection.CompareRouterID,
		} {
			if has && differs {
				r.warn(schema.TableBGPGlobals, vrf, field, "", errors.New("all VRFs have the value of the default VRF"))
			}
		}
		in.Selection = first.Selection
		in.Selection.MultipathRelax = relax
	}
}

// families reads BGP_GLOBALS_AF.
func (r *resolver) families() {
	for _, k := range read[schema.BGPGlobalsAF](r, schema.TableBGPGlobalsAF, 2) {
		vrf, family, err := vrfFamily(k.Parts)
		in := r.out.Instances[vrf]
		if err != nil || in == nil {
			if err != nil {
				r.wrong(schema.TableBGPGlobalsAF, k.name, err)
			}
			continue
		}
		r.unsupportedGlobalsAF(k)
		g := in.Families[family]
		for to, from := range map[*int]*uint16{&g.MaxEBGPPaths: k.row.MaxEBGPPaths, &g.MaxIBGPPaths: k.row.MaxIBGPPaths} {
			if from != nil {
				*to = int(*from)
			}
		}
		for to, from := range map[*uint8]*uint8{&g.EBGPDistance: k.row.EBGPDistance, &g.IBGPDistance: k.row.IBGPDistance} {
			if from != nil {
				*to = *from
			}
		}
		in.Families[family] = g
	}
}

// vrfFamily reads the parts "default" and "ipv4_unicast" of a key.
func vrfFamily(parts []string) (vrf string, family schema.BGPFamily, err error) {
	vrf = parts[0]
	if vrf == schema.DefaultVRF {
		vrf = ""
	} else if err := new(schema.VRFName).UnmarshalText([]byte(vrf)); err != nil {
		return "", "", err
	}
	err = family.UnmarshalText([]byte(parts[1]))
	return vrf, family, err
}

// is says whether a field is there and true.
func is(b *bool) bool { return b != nil && *b }

// or is the field's value, or another where the row is silent.
func or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

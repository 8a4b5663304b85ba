package bgpconf

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"github.com/heddle-nos/heddle/yang/schema"
)

// SONiC's timers where no row has any.
const (
	defaultKeepAlive = 60
	defaultHoldTime  = 180
	defaultRetry     = 10
)

// inPeers names a peer or group of a VRF.
type inPeers struct{ vrf, name string }

// inFamily names a family of it.
type inFamily struct {
	inPeers
	family schema.BGPFamily
}

// sources are the rows that peers are made of.
type sources struct {
	globals  map[string]schema.BGPGlobals
	groups   map[inPeers]schema.BGPPeer
	families map[inFamily]schema.BGPPeerAF // of peers
	shared   map[inFamily]schema.BGPPeerAF // of groups
}

// peers reads the tables of neighbours and ranges.
func (r *resolver) peers(globals map[string]schema.BGPGlobals) {
	s := sources{globals: globals, groups: make(map[inPeers]schema.BGPPeer)}
	for _, k := range read[schema.BGPPeer](r, schema.TableBGPPeerGroup, 1) {
		s.groups[inPeers{k.VRF, k.Parts[0]}] = k.row
	}
	s.families = r.peerFamilies(schema.TableBGPNeighborAF)
	s.shared = r.peerFamilies(schema.TableBGPPeerGroupAF)
	for _, table := range []string{schema.TableBGPNeighbor, schema.TableBGPInternal, schema.TableBGPMonitors} {
		for _, k := range read[schema.BGPPeer](r, table, 1) {
			if err := r.peer(&s, table, k); err != nil {
				r.wrong(table, k.name, err)
			}
		}
	}
	r.ranges(&s)
}

func (r *resolver) peerFamilies(table string) map[inFamily]schema.BGPPeerAF {
	rows := make(map[inFamily]schema.BGPPeerAF)
	for _, k := range read[schema.BGPPeerAF](r, table, 2) {
		var family schema.BGPFamily
		if err := family.UnmarshalText([]byte(k.Parts[1])); err != nil {
			r.wrong(table, k.name, err)
			continue
		}
		rows[inFamily{inPeers{k.VRF, peerName(k.Parts[0])}, family}] = k.row
	}
	return rows
}

// peerName gives the one spelling of an address; other names stay as they are.
func peerName(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.Unmap().String()
	}
	return s
}

// peer resolves one neighbour.
func (r *resolver) peer(s *sources, table string, k keyed[schema.BGPPeer]) error {
	in := r.out.Instances[k.VRF]
	if in == nil {
		return errNoBGP
	}
	p := &Peer{Key: peerName(k.Parts[0]), Table: table, Row: k.name}
	if in.Peers[p.Key] != nil {
		return fmt.Errorf("neighbour %s is configured in %s too", p.Key, in.Peers[p.Key].Table)
	}
	six := true
	if a, err := netip.ParseAddr(p.Key); err == nil {
		p.Addr, six = a, a.Is6()
	} else if err := checkUnnumbered(p.Key); err != nil {
		return err
	} else {
		p.Interface = p.Key
	}
	row := k.row
	if table != schema.TableBGPNeighbor && row.ASN == nil && row.PeerType == nil {
		row.ASN = &in.ASN
	}
	if row.Group != nil {
		p.Group = *row.Group
		group, ok := s.groups[inPeers{k.VRF, p.Group}]
		if !ok {
			return fmt.Errorf("peer group %q is not in BGP_PEER_GROUP", p.Group)
		}
		row = inherit(row, group)
	}
	if err := r.session(&p.Session, in, s, row, source{table, k.name, six}); err != nil {
		return err
	}
	p.Families = r.familiesOf(&p.Session, s, in, p.Key, p.Group, p.Addr, row, source{table, k.name, six})
	in.Peers[p.Key] = p
	return nil
}

// source says where a row is, for what is wrong with it.
type source struct {
	table, key string
	six        bool // the peer's address is IPv6
}

func checkUnnumbered(name string) error {
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfacePort, schema.InterfaceVLAN, schema.InterfacePortChannel, schema.InterfaceSub:
		return nil
	}
	return fmt.Errorf("neighbour %.40q is neither an address nor a port, port channel or VLAN", name)
}

// inherit fills what a row is silent about from another.
func inherit[T any](row, from T) T {
	to, other := reflect.ValueOf(&row).Elem(), reflect.ValueOf(from)
	for i := range to.NumField() {
		if f := to.Field(i); f.IsZero() {
			f.Set(other.Field(i))
		}
	}
	return row
}

// session resolves what belongs to the session itself.
func (r *resolver) session(p *Session, in *Instance, s *sources, row schema.BGPPeer, at source) error {
	g := s.globals[in.VRF]
	p.Description = or(row.Name, "")
	if err := setASN(p, in, row); err != nil {
		return err
	}
	hold := or(row.HoldTime, or(g.HoldTime, defaultHoldTime))
	keep := or(row.KeepAlive, or(g.KeepAlive, defaultKeepAlive))
	if hold == 1 || hold == 2 {
		return fmt.Errorf("field holdtime: %d s is too short, want 0 (off) or 3 and more (RFC 4271 section 4.2)", hold)
	}
	if hold != 0 && keep > hold/3 {
		keep = hold / 3
	}
	if hold == 0 {
		hold, keep = 65535, 21845
		r.warn(at.table, at.key, "holdtime", "0", fmt.Errorf("%w: 65535 s are offered; none is kept if the neighbour asks for that", errUnsupported))
	}
	p.HoldTime, p.KeepAlive = seconds(hold), seconds(keep)
	p.ConnectRetry = seconds(or(row.ConnectRetry, defaultRetry))
	p.Password, p.Passive, p.Port = or(row.Password, ""), is(row.Passive), or(row.Port, 0)
	p.BFD, p.FirstAS = is(row.BFD), is(row.EnforceFirstAS)
	down := r.device.down || is(g.DefaultShutdown)
	if row.AdminStatus != nil {
		down = !row.AdminStatus.Up()
	}
	if p.Shutdown = down; down {
		p.Message = or(row.ShutdownMessage, "")
	}
	if text := or(row.LocalAddr, ""); text != "" {
		a, err := r.localAddr(text, in.VRF, at.six)
		if err != nil {
			return fmt.Errorf("field local_addr: %q: %w", text, err)
		}
		p.LocalAddr = a
	}
	p.Graceful = graceful(g)
	p.Graceful.LongLived = wholeSeconds(cmp.Or(row.LongLivedStale, g.LongLivedStale))
	p.Reflector.Cluster = or(g.ClusterID, "")
	p.Monitor = at.table == schema.TableBGPMonitors
	r.unsupportedSession(row, g, at)
	return reach(p, in, row)
}

// unsupportedSession notes what a session cannot have.
func (r *resolver) unsupportedSession(row schema.BGPPeer, g schema.BGPGlobals, at source) {
	if local := or(row.LocalASN, 0); local != 0 && !(is(row.NoPrepend) && is(row.ReplaceAS)) {
		r.warn(at.table, at.key, "local_asn", fmt.Sprint(local),
			errors.New("always without the switch's own AS, as with local_as_no_prepend and local_as_replace_as"))
	}
	if !or(row.ExtNextHop, true) {
		r.warn(at.table, at.key, "capability_ext_nexthop", "false", fmt.Errorf("%w: IPv4 over IPv6 next hops (RFC 8950) is always offered", errUnsupported))
	}
	for field, asked := range map[string]bool{
		"capability_dynamic":                 row.Unknown["capability_dynamic"] == "true",
		"solo_peer":                          row.Unknown["solo_peer"] == "true",
		"min_adv_interval":                   or(row.MinAdvInterval, 0) != 0,
		"enforce_first_as":                   is(row.EnforceFirstAS) && or(row.ASN, 0) == 0 && or(row.PeerType, schema.BGPInternal) != schema.BGPInternal,
		"bfd_check_ctrl_plane_failure":       row.Unknown["bfd_check_ctrl_plane_failure"] == "true",
		"dont_negotiate_capability":          row.Unknown["dont_negotiate_capability"] == "true",
		"override_capability":                row.Unknown["override_capability"] == "true",
		"strict_capability_match":            row.Unknown["strict_capability_match"] == "true",
		"disable_ebgp_connected_route_check": row.Unknown["disable_ebgp_connected_route_check"] == "true" && or(row.MultihopTTL, 0) <= 1,
	} {
		if asked {
			r.warn(at.table, at.key, field, "true", errUnsupported)
		}
	}
}

func setASN(p *Session, in *Instance, row schema.BGPPeer) error {
	p.LocalASN = in.ASN
	if in.Confed.ID != 0 {
		p.LocalASN = 0 // GoBGP chooses between the member's and the confederation's
	}
	switch {
	case row.ASN != nil && *row.ASN != 0:
		p.ASN = *row.ASN
	case row.PeerType != nil && *row.PeerType == schema.BGPInternal:
		p.ASN = in.ASN
	case row.PeerType != nil: // any other
	default:
		return errors.New("neither asn nor peer_type, here or in the peer group")
	}
	if row.LocalASN == nil || *row.LocalASN == in.ASN {
		return nil
	}
	if p.ASN == in.ASN {
		return fmt.Errorf("field local_asn: %d is not possible with a neighbour in the own AS", *row.LocalASN)
	}
	p.LocalASN = *row.LocalASN
	return nil
}

// reach resolves how far the peer may be.
func reach(p *Session, in *Instance, row schema.BGPPeer) error {
	multihop := or(row.EBGPMultihop, or(row.MultihopTTL, 1) > 1)
	if multihop {
		p.MultihopTTL = or(row.MultihopTTL, 255)
	}
	if row.TTLSecurityHops != nil && *row.TTLSecurityHops > 0 {
		if multihop {
			return errors.New("ebgp_multihop and ttl_security_hops exclude each other")
		}
		p.MinTTL = uint8(256 - int(*row.TTLSecurityHops))
	}
	if p.ASN == in.ASN && p.MinTTL == 0 {
		p.MultihopTTL = 0 // internal peers may be anywhere
	}
	return nil
}

func graceful(g schema.BGPGlobals) Graceful {
	if !is(g.GracefulRestart) {
		return Graceful{Enabled: true, HelperOnly: true, Restart: seconds(uint16(120))}
	}
	return Graceful{Enabled: true, Restart: seconds(or(g.RestartTime, 120))}
}

func seconds(n uint16) time.Duration { return time.Duration(n) * time.Second }

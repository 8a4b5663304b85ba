package render

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

const (
	radiusDir  = "/etc/pam_radius_auth.d"
	maxPasskey = 65
)

// radiusServer is one that can be asked.
type radiusServer struct {
	host       string
	port       int
	retransmit int
	priority   int
}

func (s radiusServer) file() string { return fmt.Sprintf("%s/%s_%d.conf", radiusDir, s.host, s.port) }

// radiusServers renders a file for each server, and gives those of the highest priority first.
func radiusServers(d *draft) []radiusServer {
	global := d.rows.Read("RADIUS", "global")
	retransmit, timeout := global.Number("retransmit", 3, 0, 10), global.Number("timeout", 5, 1, 60)
	passkey, from := global.Secret("passkey", maxPasskey), global.Address("src_ip")
	radiusProtocol(global)
	if !d.done(global) {
		return nil
	}
	var list []radiusServer
	for _, key := range d.rows.Keys("RADIUS_SERVER") {
		r := d.keyed("RADIUS_SERVER", key, row.CheckHost)
		s := radiusServer{host: key, port: r.Number("auth_port", 1812, 1, 65535), retransmit: r.Number("retransmit", retransmit, 0, 10), priority: r.Number("priority", 1, 1, 64)}
		seconds := max(3, r.Number("timeout", timeout, 1, 60)) // what pam_radius_auth does not go below
		secret, vrf := r.Secret("passkey", maxPasskey), r.Word("vrf", "", "mgmt", "default")
		radiusProtocol(r)
		if secret == "" {
			secret = passkey
		}
		if secret == "" {
			r.Missing("passkey")
		}
		source := radiusSource(d.rows, r, key, from)
		if !d.done(r) {
			continue
		}
		t := hostfile.New("#")
		t.From(r.Name)
		line := fmt.Sprintf("%s %s %d %s", net.JoinHostPort(key, strconv.Itoa(s.port)), secret, seconds, source)
		if vrf == "mgmt" {
			line += " mgmt"
		}
		t.Add("%s", line)
		d.file(t, t.File(s.file(), hostfile.Secret, nil))
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b radiusServer) int { return cmp.Compare(b.priority, a.priority) })
	return list
}

// radiusProtocol refuses what Debian's pam_radius_auth cannot speak.
func radiusProtocol(r *row.Reader) {
	if p := r.Word("auth_type", "pap", "pap", "chap", "mschapv2"); p != "pap" {
		r.Wrong("auth_type", errors.New("pam_radius_auth of Debian speaks pap alone"))
	}
}

// radiusSource is the address that a server is asked from, "0" for any.
func radiusSource(rows row.Tables, r *row.Reader, server string, from netip.Addr) string {
	name := r.Token("src_intf", 15)
	if name == "" {
		if from.IsValid() {
			return bracketed(from.String())
		}
		return "0"
	}
	if err := row.CheckInterface(name); err != nil {
		r.Wrong("src_intf", err)
		return "0"
	}
	v4, v6 := sourceAddresses(rows, name)
	if a, err := netip.ParseAddr(server); err == nil && a.Is6() {
		v4 = v6
	}
	if v4 == "" {
		return "0"
	}
	return bracketed(v4)
}

// bracketed writes an address as pam_radius_auth reads it.
func bracketed(a string) string {
	if ip, err := netip.ParseAddr(a); err == nil && ip.Is6() {
		return "[" + a + "]"
	}
	return a
}

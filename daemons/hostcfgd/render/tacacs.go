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

// TACACSServers is the file that says whom tacacs-login and the broker ask.
const TACACSServers = "/etc/tacplus_nss.conf"

const maxTACKey = 256

type tacacsServer struct {
	line     string
	from     row.Name
	priority int
}

// tacacsFile renders the servers, those of the highest priority first.
func tacacsFile(d *draft, used bool) {
	if !used {
		d.out.Files = append(d.out.Files, hostfile.File{Path: TACACSServers, Gone: true})
		return
	}
	global := d.rows.Read("TACPLUS", "global")
	passkey, timeout, kind := global.Secret("passkey", maxTACKey), global.Number("timeout", 5, 1, 60), tacacsType(global, "pap")
	encrypted := global.Flag("key_encrypt", false)
	source := global.Token("src_intf", 15)
	if encrypted && passkey != "" {
		global.Wrong("key_encrypt", errors.New("encrypted keys are not supported"))
	}
	if !d.done(global) {
		return
	}
	v4, v6 := sourceAddresses(d.rows, source)
	var list []tacacsServer
	for _, key := range d.rows.Keys("TACPLUS_SERVER") {
		r := d.keyed("TACPLUS_SERVER", key, row.CheckHost)
		port, priority := r.Number("tcp_port", 49, 1, 65535), r.Number("priority", 1, 1, 64)
		seconds, vrf, secret := r.Number("timeout", timeout, 1, 60), r.Word("vrf", "", "mgmt", "default"), r.Secret("passkey", maxTACKey)
		how := tacacsType(r, kind)
		if r.Flag("key_encrypt", false) && secret != "" {
			r.Wrong("key_encrypt", errors.New("encrypted keys are not supported"))
		}
		if secret == "" {
			secret = passkey
		}
		if secret == "" {
			r.Missing("passkey")
		}
		if !d.done(r) {
			continue
		}
		line := fmt.Sprintf("server=%s,secret=%s,timeout=%d,type=%s", net.JoinHostPort(key, strconv.Itoa(port)), secret, seconds, how)
		if a := tacacsSource(key, v4, v6); a != "" {
			line += ",source=" + a
		}
		if vrf == "mgmt" {
			line += ",vrf=mgmt"
		}
		list = append(list, tacacsServer{line: line, from: r.Name, priority: priority})
	}
	slices.SortStableFunc(list, func(a, b tacacsServer) int { return cmp.Compare(b.priority, a.priority) })
	t := hostfile.New("#")
	for _, s := range list {
		t.From(s.from)
		t.Add("%s", s.line)
	}
	d.file(t, t.File(TACACSServers, hostfile.Secret, nil))
}

func tacacsType(r *row.Reader, unset string) string {
	kind := r.Word("auth_type", unset, "pap", "chap", "mschap", "login")
	if kind == "mschap" {
		r.Wrong("auth_type", errors.New("is not supported: its hash has long been broken"))
	}
	return kind
}

// tacacsSource is the address of the server's family that it is asked from.
func tacacsSource(server, v4, v6 string) string {
	if a, err := netip.ParseAddr(server); err == nil && a.Is6() {
		return v6
	}
	return v4
}

package render

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	chronyUnit = "chrony.service"
	chronyKeys = "/etc/chrony/chrony.keys"
	maxKeyID   = 65535
)

// ntp renders chrony, which keeps the clock.
func ntp(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("NTP", "global")
	enabled, authenticate := r.Flag("admin_state", true), r.Flag("authentication", false)
	dhcp, serve := r.Flag("dhcp", true), r.Flag("server_role", false)
	vrf := r.Word("vrf", "default", "default", "mgmt")
	sources := ntpSources(rows, r)
	if !d.done(r) {
		return d.out
	}
	keys := ntpKeys(&d)
	t := hostfile.New("#")
	t.Add("confdir /etc/chrony/conf.d")
	ntpServers(&d, t, authenticate, keys)
	t.From(r.Name)
	t.Add("# enabled: %s", yesNo(enabled)) // so that a change of it is one of the file
	if vrf == "mgmt" {
		t.Add("bindacqdevice mgmt") // the VRF's addresses are its own
		sources = nil
	}
	for _, a := range sources {
		t.Add("bindacqaddress %s", a)
	}
	if dhcp {
		t.Add("sourcedir /run/chrony-dhcp")
	}
	if authenticate {
		t.Add("keyfile %s", chronyKeys)
	}
	if serve {
		t.Add("allow")
	}
	t.Always()
	for _, l := range []string{
		"sourcedir /etc/chrony/sources.d", "driftfile /var/lib/chrony/chrony.drift", "ntsdumpdir /var/lib/chrony", "logdir /var/log/chrony",
		"maxupdateskew 100.0", "rtcsync", "makestep 1 3", "leapsectz right/UTC",
	} {
		t.Add("%s", l)
	}
	d.file(t, t.File("/etc/chrony/chrony.conf", hostfile.Public, &hostfile.Check{Program: []string{"chronyd", "-p", "-f", hostfile.PlaceFile}}))
	d.out.Units = []Unit{{chronyUnit, Stop}}
	if enabled {
		d.out.Units[0].Action = Start
	}
	return d.out
}

// ntpSources are the addresses that requests are sent from: the first of each family of the interfaces named.
func ntpSources(rows row.Tables, r *row.Reader) []string {
	fields := rows["NTP"]["global"]
	list := fields["src_intf@"]
	if list == "" {
		list = fields["src_intf"]
	}
	if list == "" {
		return nil
	}
	var names []string
	for _, name := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ';' }) {
		if err := row.CheckInterface(name); err != nil {
			r.Fail(&statedb.FieldError{Field: "src_intf", Value: name, Err: err})
			return nil
		}
		names = append(names, name)
	}
	v4, v6 := sourceAddresses(rows, names...)
	var out []string
	for _, a := range []string{v4, v6} {
		if a != "" {
			out = append(out, a)
		}
	}
	return out
}

// ntpServers lists whom the clock is taken from.
func ntpServers(d *draft, t *hostfile.Text, authenticate bool, keys map[int]bool) {
	for _, key := range d.rows.Keys("NTP_SERVER") {
		r := d.keyed("NTP_SERVER", key, row.CheckHost)
		kind := r.Word("association_type", "server", "server", "pool")
		enabled, burst, version := r.Flag("admin_state", true), r.Flag("iburst", true), r.Number("version", 4, 3, 4)
		id, at := r.Number("key", 0, 1, maxKeyID), r.Host("resolve_as")
		if id != 0 && !keys[id] {
			r.Wrong("key", errors.New("no such row in NTP_KEY"))
		}
		if !d.done(r) || !enabled {
			continue
		}
		if at == "" || kind == "pool" { // a pool is a name with many addresses, so it is not resolved beforehand
			at = key
		}
		line := fmt.Sprintf("%s %s version %d", kind, at, version)
		if burst {
			line += " iburst"
		}
		if authenticate && id != 0 {
			line += fmt.Sprintf(" key %d", id)
		}
		t.From(r.Name)
		t.Add("%s", line)
	}
}

// ntpKeys renders the keys, which CONFIG_DB holds in base64; as hexadecimal digits any of them is one word.
func ntpKeys(d *draft) map[int]bool {
	known := map[int]bool{}
	t := hostfile.New("#")
	for _, key := range d.rows.Keys("NTP_KEY") {
		r := d.rows.Read("NTP_KEY", key)
		id, err := row.ParseNumber(key, 1, maxKeyID)
		if err != nil {
			r.Fail(&statedb.FieldError{Field: "key", Value: key, Err: err})
		}
		kind := r.Word("type", "md5", "md5", "sha1", "sha256", "sha384", "sha512")
		secret, err := base64.StdEncoding.DecodeString(d.rows["NTP_KEY"][key]["value"])
		switch {
		case !r.Has("value"):
			r.Missing("value")
		case err != nil || len(secret) == 0:
			r.Fail(&statedb.FieldError{Field: "value", Value: "*****", Err: errors.New("not base64")})
		}
		known[id] = true
		if d.done(r) {
			t.From(r.Name)
			t.Add("%d %s HEX:%s", id, strings.ToUpper(kind), strings.ToUpper(hex.EncodeToString(secret)))
		}
	}
	d.file(t, t.File(chronyKeys, hostfile.Secret, nil))
	return known
}

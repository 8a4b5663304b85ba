package render

import (
	"cmp"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

const ldapConf = "/etc/nslcd.conf"

// ldapFile renders nslcd, which asks LDAP servers for pam_ldap and the names of users.
func ldapFile(d *draft, used bool) {
	if !used {
		d.out.Files = append(d.out.Files, hostfile.File{Path: ldapConf, Gone: true})
		return
	}
	r := d.rows.Read("LDAP", "global")
	base, bind, secret := r.Line("base_dn", maxPasskey), r.Line("bind_dn", maxPasskey), r.Secret("bind_password", maxPasskey)
	bindTimeout, timeout := r.Number("bind_timeout", 5, 1, 120), r.Number("timeout", 0, 1, 60)
	port, version := r.Number("port", 389, 1, 65535), r.Number("version", 3, 1, 3)
	for field, dn := range map[string]string{"base_dn": base, "bind_dn": bind} {
		if dn != "" && !strings.Contains(dn, "=") {
			r.Wrong(field, errors.New("not a distinguished name"))
		}
	}
	if base == "" {
		r.Missing("base_dn")
	}
	if !d.done(r) {
		return
	}
	t := hostfile.New("#")
	t.Add("uid nslcd")
	t.Add("gid nslcd")
	ldapServers(d, t, port)
	t.From(r.Name)
	t.Add("base %s", base)
	t.Add("ldap_version %d", version)
	t.Add("bind_timelimit %d", bindTimeout)
	if timeout > 0 {
		t.Add("timelimit %d", timeout)
	}
	if bind != "" {
		t.Add("binddn %s", bind)
	}
	if secret != "" {
		t.Add("bindpw %s", secret)
	}
	d.file(t, t.File(ldapConf, hostfile.Secret, nil))
	d.out.Units = append(d.out.Units, Unit{"nslcd.service", Restart})
}

// ldapServers lists the servers, those of the highest priority first.
func ldapServers(d *draft, t *hostfile.Text, port int) {
	type server struct {
		r        *row.Reader
		priority int
	}
	var list []server
	for _, key := range d.rows.Keys("LDAP_SERVER") {
		r := d.keyed("LDAP_SERVER", key, row.CheckHost)
		s := server{r: r, priority: r.Number("priority", 1, 1, 8)}
		if d.done(r) {
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b server) int { return cmp.Compare(b.priority, a.priority) })
	for _, s := range list {
		t.From(s.r.Name)
		t.Add("uri ldap://%s/", net.JoinHostPort(s.r.Key, strconv.Itoa(port)))
	}
}

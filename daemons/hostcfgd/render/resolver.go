package render

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	resolvConf     = "/etc/resolv.conf"
	maxNameservers = 3 // resolv.conf(5), MAXNS
	maxSearch      = 6 // what older programs read of the search list
)

// resolver renders who resolves names. Without servers the file is left to a DHCP client.
func resolver(rows row.Tables) Output {
	d := draft{rows: rows}
	t := hostfile.New("#")
	servers := rows.Keys("DNS_NAMESERVER")
	for i, key := range servers {
		r := d.keyed("DNS_NAMESERVER", key, func(s string) error { _, err := row.ParseAddress(s); return err })
		if i >= maxNameservers {
			r.Fail(fmt.Errorf("one too many, at most %d name servers are used", maxNameservers))
		}
		if d.done(r) {
			t.From(r.Name)
			t.Add("nameserver %s", key)
		}
	}
	r := rows.Read("DNS_OPTIONS", "GLOBAL")
	search := searchList(rows, r)
	options := []string{}
	for _, o := range []struct {
		name      string
		low, high int
	}{{"ndots", 0, 15}, {"timeout", 1, 30}, {"attempts", 1, 5}} {
		if n := r.Number(o.name, -1, o.low, o.high); n >= 0 {
			options = append(options, fmt.Sprintf("%s:%d", o.name, n))
		}
	}
	if !d.done(r) {
		return d.out
	}
	if len(servers)+len(search)+len(options) == 0 {
		d.out.Files = []hostfile.File{{Path: resolvConf, Gone: true}}
		return d.out
	}
	t.From(r.Name)
	if len(search) > 0 {
		t.Add("search %s", strings.Join(search, " "))
	}
	if len(options) > 0 {
		t.Add("options %s", strings.Join(options, " "))
	}
	d.file(t, t.File(resolvConf, hostfile.Public, nil))
	return d.out
}

func searchList(rows row.Tables, r *row.Reader) []string {
	if !r.Has("search") {
		return nil
	}
	fields := rows["DNS_OPTIONS"]["GLOBAL"]
	text := fields["search@"]
	if text == "" {
		text = fields["search"]
	}
	list := strings.Split(text, ",")
	if len(list) > maxSearch {
		r.Fail(&statedb.FieldError{Field: "search", Value: text, Err: fmt.Errorf("more than %d domains", maxSearch)})
	}
	for _, s := range list {
		if err := row.CheckHost(s); err != nil {
			r.Fail(&statedb.FieldError{Field: "search", Value: s, Err: err})
		}
	}
	return list
}

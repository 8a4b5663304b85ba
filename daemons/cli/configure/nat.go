package configure

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	tableStaticNAT  = "STATIC_NAT"
	tableStaticNAPT = "STATIC_NAPT"
	tableNATGlobal  = "NAT_GLOBAL"
	keyNAT          = "Values"
)

// staticNAT is one of the three kinds of static translation; protocol is ""
// for whole addresses.
type staticNAT struct{ name, protocol string }

// newNAT makes `config nat`.
func newNAT(s *session.Session) *cobra.Command {
	add, remove := click.Group("static", "Static translations"), click.Group("static", "Static translations")
	for _, n := range []staticNAT{{"basic", ""}, {"tcp", "TCP"}, {"udp", "UDP"}} {
		add.AddCommand(n.newAdd(s))
		remove.AddCommand(newEdit(s, n.use(), "Remove static translation", n.remove))
	}
	feature := click.Group("feature", "Enable or disable NAT")
	for verb, mode := range map[string]string{"enable": "enabled", "disable": "disabled"} {
		feature.AddCommand(newEdit(s, verb, verb+" NAT", func(e *edit) error {
			e.c.SetField(tableNATGlobal, keyNAT, "admin_mode", mode)
			return nil
		}))
	}
	set, reset := newNATTimeouts(s)
	remove.AddCommand(newEdit(s, "all", "Remove all static translations", func(e *edit) error {
		e.dropTables(tableStaticNAT, tableStaticNAPT)
		return nil
	}))
	adds := append(newNATPoolAdds(s), add, newNATZoneAdd(s))
	removes := append(newNATPoolRemoves(s), append(newNATZoneRemoves(s), remove)...)
	return click.Group("nat", "NAT-related configuration tasks",
		click.Group("add", "Add NAT-related configuration", adds...), click.Group("remove", "Remove NAT-related configuration", removes...), feature, set, reset)
}

func (n staticNAT) use() string {
	if n.protocol == "" {
		return n.name + " <global_ip> <local_ip>"
	}
	return n.name + " <global_ip> <global_port> <local_ip> <local_port>"
}

func (n staticNAT) newAdd(s *session.Session) *cobra.Command {
	kind := option{name: "nat_type", field: "nat_type", words: []string{"snat", "dnat"}}
	twice := option{name: "twice_nat_id", field: "twice_nat_id", check: whole(1, 9999)}
	options := []option{kind, twice}
	cmd := withOptions(newEdit(s, n.use(), "Add static translation", func(e *edit) error { return n.add(e, options) }), options)
	singleDash(cmd, options)
	return cmd
}

// row reads the arguments into the translation's table, key and fields.
func (n staticNAT) row(e *edit) (table, key string, row commit.Row, err error) {
	global, local := e.args[0], e.args[1]
	table, key, row = tableStaticNAT, global, commit.Row{}
	if n.protocol != "" {
		local = e.args[2]
		var from, to int
		if from, err = click.IntRange(e.cmd, "<global_port>", e.args[1], 1, 65535); err != nil {
			return "", "", nil, err
		}
		if to, err = click.IntRange(e.cmd, "<local_port>", e.args[3], 1, 65535); err != nil {
			return "", "", nil, err
		}
		table, key = tableStaticNAPT, global+"|"+n.protocol+"|"+strconv.Itoa(from)
		row["local_port"] = strconv.Itoa(to)
	}
	if !translatable(local) {
		return "", "", nil, e.failf("Given local ip address %s is invalid. Please enter a valid local ip address !!", local)
	}
	if !translatable(global) {
		return "", "", nil, e.failf("Given global ip address %s is invalid. Please enter a valid global ip address !!", global)
	}
	row["local_ip"] = local
	return table, key, row, nil
}

// translatable accepts an IPv4 address that a host can have.
func translatable(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is4() && !a.IsUnspecified() && !a.IsMulticast() && !a.IsLoopback() && a.As4()[0] < 240
}

func (n staticNAT) title() string {
	if n.protocol == "" {
		return "nat"
	}
	return "napt"
}

func (n staticNAT) add(e *edit, options []option) error {
	table, key, row, err := n.row(e)
	if err != nil {
		return err
	}
	given, err := e.optionRow(options)
	if err != nil {
		return err
	}
	if old, ok := e.c.Row(table, key); ok && old["local_ip"] == row["local_ip"] && old["local_port"] == row["local_port"] {
		e.tellf("Trying to add static %s entry, which is already present.", n.title())
		return nil
	}
	address := e.args[0]
	if given["nat_type"] == "snat" {
		address = row["local_ip"]
	}
	if err := apart(e, n, address); err != nil {
		return err
	}
	if n.protocol == "" && pooled(e, address) {
		return e.failf("Given entry is overlapping with existing Dynamic entry !!")
	}
	if full, err := natFull(e); err != nil || full {
		e.tellf("Max limit is reached for NAT entries, skipping adding the entry.")
		return err
	}
	if id, ok := given["twice_nat_id"]; ok && twiceUsed(e, id, "") > 1 {
		return e.failf("Same Twice nat id is not allowed for more than 2 entries!!")
	}
	e.c.Replace(table, key, row)
	e.c.Set(table, key, given)
	return nil
}

// apart refuses an address that is translated both as a whole and by port.
func apart(e *edit, n staticNAT, address string) error {
	table, title := tableStaticNAT, "NAT"
	if n.protocol == "" {
		table, title = tableStaticNAPT, "NAPT"
	}
	for _, key := range e.c.Keys(table) {
		row := e.row(table, key)
		if outside(key, row) == address {
			return e.failf("Given entry is overlapping with existing %s entry !!", title)
		}
	}
	return nil
}

// outside gives the address that a static translation shows to the outside.
func outside(key string, row commit.Row) string {
	if row["nat_type"] == "snat" {
		return row["local_ip"]
	}
	global, _, _ := strings.Cut(key, "|")
	return global
}

// natFull says whether the ASIC can hold no more translations. Where nothing
// counts them, there is no bound to keep.
func natFull(e *edit) (bool, error) {
	db, err := e.s.DB(statedb.CountersDB)
	if err != nil {
		return false, err
	}
	row, err := db.Redis().HGetAll(e.cmd.Context(), "COUNTERS_GLOBAL_NAT:Values").Result()
	if err != nil {
		return false, fmt.Errorf("read the NAT counters: %w", err)
	}
	used, _ := strconv.Atoi(row["SNAT_ENTRIES"])
	most, err := strconv.Atoi(row["MAX_NAT_ENTRIES"])
	return err == nil && used >= most, nil
}

// twiceUsed counts the translations with an id but for one binding; two make one twice NAT.
func twiceUsed(e *edit, id, but string) int {
	n := 0
	for _, table := range []string{tableStaticNAT, tableStaticNAPT} {
		for _, key := range e.c.Keys(table) {
			if e.row(table, key)["twice_nat_id"] == id {
				n++
			}
		}
	}
	for _, key := range e.c.Keys(tableNATBinding) {
		row := e.row(tableNATBinding, key)
		if key != but && row["twice_nat_id"] == id && e.c.Has(tableNATPool, row["nat_pool"]) {
			n++
		}
	}
	return n
}

func (n staticNAT) remove(e *edit) error {
	table, key, row, err := n.row(e)
	if err != nil {
		return err
	}
	old, ok := e.c.Row(table, key)
	if !ok || old["local_ip"] != row["local_ip"] || old["local_port"] != row["local_port"] {
		e.tellf("Trying to delete static %s entry, which is not present.", n.title())
		return nil
	}
	e.c.Delete(table, key)
	return nil
}

// newNATTimeouts makes `set` and `reset`; the bounds are those of SONiC's model.
func newNATTimeouts(s *session.Session) (set, reset *cobra.Command) {
	set, reset = click.Group("set", "Set NAT timeouts"), click.Group("reset", "Reset NAT timeouts")
	for _, t := range []struct {
		name, field, usual string
		low, high          int
	}{
		{"timeout", "nat_timeout", "600", 300, 432000},
		{"tcp-timeout", "nat_tcp_timeout", "86400", 300, 432000},
		{"udp-timeout", "nat_udp_timeout", "300", 120, 600},
	} {
		set.AddCommand(newEdit(s, t.name+" <seconds>", "Set "+t.name, func(e *edit) error {
			n, err := click.IntRange(e.cmd, "<seconds>", e.args[0], t.low, t.high)
			if err == nil {
				e.c.SetField(tableNATGlobal, keyNAT, t.field, strconv.Itoa(n))
			}
			return err
		}))
		reset.AddCommand(newEdit(s, t.name, "Reset "+t.name, func(e *edit) error {
			e.c.SetField(tableNATGlobal, keyNAT, t.field, t.usual)
			return nil
		}))
	}
	return set, reset
}

package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// noValue stands for what a translation does not have.
const noValue = "---"

// natPart is one part of the NAT configuration.
type natPart struct {
	name, title, short string
	read               func(context.Context, *view) (table, error)
}

// addNAT makes `show nat`.
func addNAT(s *session.Session, root *cobra.Command) {
	parts := []natPart{
		{"static", "Static Entries", "Show static NAT configuration", readStaticNAT},
		{"pool", "Pool Entries", "Show NAT pool configuration", readNATPools},
		{"bindings", "NAT Bindings", "Show NAT binding configuration", readNATBindings},
		{"zones", "NAT Zones", "Show NAT zone configuration", readNATZones},
	}
	config := command(s, "config", "Show NAT config related information", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showNATConfig(ctx, v, parts)
	})
	config.AddCommand(command(s, "globalvalues", "Show NAT global configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		facts, err := readNATGlobal(ctx, v)
		if err == nil && v.json {
			return v.printJSON(facts)
		}
		v.printNATGlobal(facts)
		return err
	}))
	for _, p := range parts {
		config.AddCommand(command(s, p.name, p.short, click.Args(), func(ctx context.Context, v *view, _ []string) error { return p.show(ctx, v) }))
	}
	translations := command(s, "translations", "Show NAT translations", click.Args(), showTranslations)
	translations.AddCommand(command(s, "count", "Show NAT translations count", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showNATCount(ctx, v)
	}))
	groupAt(root, "nat").AddCommand(config, translations, command(s, "statistics", "Show NAT statistics", click.Args(), showNATStatistics))
}

// show prints the part between two empty lines, as SONiC does.
func (p natPart) show(ctx context.Context, v *view) error {
	t, err := p.read(ctx, v)
	if err != nil {
		return err
	}
	return v.spaced(t)
}

func showNATConfig(ctx context.Context, v *view, parts []natPart) error {
	global, err := readNATGlobal(ctx, v)
	if err != nil {
		return err
	}
	all := ordered{{"global", global}}
	if !v.json {
		v.Printf("\nGlobal Values\n")
		v.printNATGlobal(global)
	}
	for _, p := range parts {
		t, err := p.read(ctx, v)
		if err != nil {
			return err
		}
		if all = append(all, member{p.name, objects(t)}); v.json {
			continue
		}
		v.Printf("%s\n", p.title)
		if err := v.spaced(t); err != nil {
			return err
		}
	}
	if v.json {
		return v.printJSON(all)
	}
	return nil
}

func readNATGlobal(ctx context.Context, v *view) (ordered, error) {
	rows, err := v.all(ctx, statedb.ConfigDB, "NAT_GLOBAL")
	if err != nil {
		return nil, err
	}
	row := rows["Values"]
	return ordered{
		{"Admin Mode", or(row["admin_mode"], "disabled")},
		{"Global Timeout", or(row["nat_timeout"], "600") + " secs"},
		{"TCP Timeout", or(row["nat_tcp_timeout"], "86400") + " secs"},
		{"UDP Timeout", or(row["nat_udp_timeout"], "300") + " secs"},
	}, nil
}

func (v *view) printNATGlobal(facts ordered) {
	v.Printf("\n")
	for _, f := range facts {
		v.Printf("%-14s : %s\n", f.name, f.value)
	}
	v.Printf("\n")
}

func readStaticNAT(ctx context.Context, v *view) (table, error) {
	t := table{headers: []string{"Nat Type", "IP Protocol", "Global IP", "Global Port", "Local IP", "Local Port", " Twice-NAT Id"}}
	for _, name := range []string{"STATIC_NAT", "STATIC_NAPT"} {
		rows, err := v.all(ctx, statedb.ConfigDB, name)
		if err != nil {
			return t, err
		}
		var part [][]string
		for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
			row := rows[key]
			ip, protocol, port := key, "all", noValue
			if k := strings.Split(key, "|"); len(k) == 3 {
				ip, protocol, port = k[0], k[1], k[2]
			}
			part = append(part, []string{or(row["nat_type"], "dnat"), protocol, ip, port, row["local_ip"], or(row["local_port"], noValue), or(row["twice_nat_id"], noValue)})
		}
		slices.SortStableFunc(part, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		t.rows = append(t.rows, part...)
	}
	return t, nil
}

// given gives a value unless it says that there is none.
func given(value string) string {
	if value == "" || value == "NULL" {
		return noValue
	}
	return value
}

func readNATPools(ctx context.Context, v *view) (table, error) {
	rows, err := v.all(ctx, statedb.ConfigDB, "NAT_POOL")
	t := table{headers: []string{"Pool Name", "Global IP Range", "Global Port Range"}}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		t.rows = append(t.rows, []string{key, rows[key]["nat_ip"], given(rows[key]["nat_port"])})
	}
	return t, err
}

func readNATBindings(ctx context.Context, v *view) (table, error) {
	rows, err := v.all(ctx, statedb.ConfigDB, "NAT_BINDINGS")
	t := table{headers: []string{"Binding Name", "Pool Name", "Access-List", "Nat Type", "Twice-NAT Id"}}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		row := rows[key]
		list, ok := row["access_list"]
		if !ok {
			list = noValue
		}
		t.rows = append(t.rows, []string{key, row["nat_pool"], list, or(row["nat_type"], "snat"), given(row["twice_nat_id"])})
	}
	return t, err
}

func readNATZones(ctx context.Context, v *view) (table, error) {
	t := table{headers: []string{"Port", "Zone"}}
	for _, name := range []string{schema.TableInterface, schema.TableVLANInterface, schema.TablePortChannelInterface, schema.TableLoopbackInterface} {
		rows, err := v.all(ctx, statedb.ConfigDB, name)
		if err != nil {
			return t, err
		}
		for key, row := range rows {
			if !strings.Contains(key, "|") {
				t.rows = append(t.rows, []string{key, or(row["nat_zone"], "0")})
			}
		}
	}
	slices.SortFunc(t.rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return t, nil
}

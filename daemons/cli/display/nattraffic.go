package display

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// natCounts are the numbers of translations by kind, in the order they are shown.
func natCounts() [][2]string {
	return [][2]string{
		{"Static NAT Entries", "STATIC_NAT_ENTRIES"}, {"Static NAPT Entries", "STATIC_NAPT_ENTRIES"},
		{"Dynamic NAT Entries", "DYNAMIC_NAT_ENTRIES"}, {"Dynamic NAPT Entries", "DYNAMIC_NAPT_ENTRIES"},
		{"Static Twice NAT Entries", "STATIC_TWICE_NAT_ENTRIES"}, {"Static Twice NAPT Entries", "STATIC_TWICE_NAPT_ENTRIES"},
		{"Dynamic Twice NAT Entries", "DYNAMIC_TWICE_NAT_ENTRIES"}, {"Dynamic Twice NAPT Entries", "DYNAMIC_TWICE_NAPT_ENTRIES"},
	}
}

func readNATCount(ctx context.Context, v *view) (ordered, error) {
	row, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_GLOBAL_NAT:Values")
	if err != nil {
		return nil, err
	}
	var facts ordered
	total := 0
	for _, c := range natCounts() {
		n, _ := strconv.Atoi(row[c[1]])
		total += n
		facts = append(facts, member{c[0], n})
	}
	for _, c := range [][2]string{{"Total SNAT/SNAPT Entries", "SNAT_ENTRIES"}, {"Total DNAT/DNAPT Entries", "DNAT_ENTRIES"}} {
		n, _ := strconv.Atoi(row[c[1]])
		facts = append(facts, member{c[0], n})
	}
	return append(facts, member{"Total Entries", total}), nil
}

func showNATCount(ctx context.Context, v *view) error {
	facts, err := readNATCount(ctx, v)
	if err != nil || v.json {
		if err == nil {
			err = v.printJSON(facts)
		}
		return err
	}
	v.Printf("\n")
	for _, f := range facts {
		v.Printf("%-26s ..................... %v\n", f.name, f.value)
	}
	v.Printf("\n")
	return nil
}

// natKey is the part of a translation's name in ASIC_DB that says what it matches.
type natKey struct {
	Type string `json:"nat_type"`
	Data struct {
		Key map[string]any `json:"key"`
	} `json:"nat_data"`
}

// natEnd joins an address and a port, either of which may be absent.
func natEnd(ip, port string) string {
	if ip == "" || ip == "0.0.0.0" {
		ip = noValue
	}
	if port == "" || port == "0" {
		return ip
	}
	return ip + ":" + port
}

// showTranslations shows what the ASIC translates, below the numbers of it.
func showTranslations(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.AsicDB, "ASIC_STATE:SAI_OBJECT_TYPE_NAT_ENTRY")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Protocol", "Source", "Destination", "Translated Source", "Translated Destination"}}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if cells := translation(key, rows[key]); cells != nil {
			t.rows = append(t.rows, cells)
		}
	}
	slices.SortStableFunc(t.rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	if !v.json {
		if err := showNATCount(ctx, v); err != nil {
			return err
		}
	}
	return v.spaced(t)
}

// translation gives the cells of one translation, nil for one that is none.
func translation(key string, row statedb.Fields) []string {
	var k natKey
	if json.Unmarshal([]byte(key), &k) != nil {
		return nil
	}
	part := func(name string) string {
		if value, ok := k.Data.Key[name]; ok {
			return fmt.Sprint(value)
		}
		return ""
	}
	source, destination := noValue, noValue
	if k.Type != "SAI_NAT_TYPE_DESTINATION_NAT" {
		source = natEnd(row["SAI_NAT_ENTRY_ATTR_SRC_IP"], row["SAI_NAT_ENTRY_ATTR_L4_SRC_PORT"])
	}
	if k.Type != "SAI_NAT_TYPE_SOURCE_NAT" {
		destination = natEnd(row["SAI_NAT_ENTRY_ATTR_DST_IP"], row["SAI_NAT_ENTRY_ATTR_L4_DST_PORT"])
	}
	switch k.Type {
	case "SAI_NAT_TYPE_DESTINATION_NAT", "SAI_NAT_TYPE_SOURCE_NAT", "SAI_NAT_TYPE_DOUBLE_NAT":
	default:
		return nil
	}
	protocol := map[string]string{"6": "tcp", "17": "udp"}[part("proto")]
	return []string{
		or(protocol, "all"), natEnd(part("src_ip"), part("l4_src_port")), natEnd(part("dst_ip"), part("l4_dst_port")), source, destination,
	}
}

// natTable is a table of translations in APPL_DB and where their counters are.
type natTable struct{ table, counters string }

func showNATStatistics(ctx context.Context, v *view, _ []string) error {
	t := table{headers: []string{"Protocol", "Source", "Destination", "Packets", "Bytes"}}
	for _, n := range []natTable{
		{"NAT_TABLE", "COUNTERS_NAT"}, {"NAPT_TABLE", "COUNTERS_NAPT"}, {"NAT_TWICE_TABLE", "COUNTERS_TWICE_NAT"}, {"NAPT_TWICE_TABLE", "COUNTERS_TWICE_NAPT"},
	} {
		rows, err := v.all(ctx, statedb.ApplDB, n.table)
		if err != nil {
			return err
		}
		counters, err := v.rows(ctx, statedb.CountersDB, n.counters, slices.Collect(maps.Keys(rows)))
		if err != nil {
			return err
		}
		for _, key := range slices.Sorted(maps.Keys(counters)) {
			protocol, source, destination := translated(n.table, key, rows[key]["nat_type"] == "snat")
			t.rows = append(t.rows, []string{protocol, source, destination, counters[key]["NAT_TRANSLATIONS_PKTS"], counters[key]["NAT_TRANSLATIONS_BYTES"]})
		}
	}
	slices.SortStableFunc(t.rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return v.spaced(t)
}

// translated reads the name of a translation in APPL_DB.
func translated(name, key string, bySource bool) (protocol, source, destination string) {
	k := strings.Split(key, ":")
	protocol, source, destination = "all", noValue, noValue
	if strings.HasPrefix(name, "NAPT") {
		if len(k) < 3 || name == "NAPT_TWICE_TABLE" && len(k) < 5 {
			return protocol, key, noValue
		}
		protocol = strings.ToLower(k[0])
		k = []string{k[1] + ":" + k[2], strings.Join(k[3:], ":")}
	}
	switch {
	case strings.Contains(name, "TWICE") && len(k) > 1:
		source, destination = k[0], k[1]
	case bySource:
		source = k[0]
	default:
		destination = k[0]
	}
	return protocol, source, destination
}

// newClearNAT makes `sonic-clear nat`.
func newClearNAT(s *session.Session) *cobra.Command {
	flush := func(name, short, channel, op, said string) *cobra.Command {
		return click.Command(name, short, click.Args(), func(cmd *cobra.Command, _ []string) error {
			db, err := s.DB(statedb.ApplDB)
			if err != nil {
				return err
			}
			if err := statedb.Publish(cmd.Context(), db, channel, op, "ALL", nil); err != nil {
				return err
			}
			s.Printf("\n%s\n", said)
			return nil
		})
	}
	return click.Group("nat", "Clear the nat info",
		flush("translations", "Clear all NAT translations", "FLUSHNATENTRIES", "ENTRIES", "Dynamic NAT entries are cleared."),
		flush("statistics", "Clear all NAT statistics", "FLUSHNATSTATISTICS", "STATISTICS", "NAT statistics are cleared."))
}

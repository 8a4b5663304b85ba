package display

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addFIB makes `show ip fib`, `show ipv6 fib` and `show srv6 static-sids`: what
// is to be in the ASIC.
func addFIB(s *session.Session, root *cobra.Command) {
	for name, v6 := range map[string]bool{"ip": false, "ipv6": true} {
		groupAt(root, name).AddCommand(command(s, "fib [ipaddress]", "Show the routes of the ASIC", click.Args("[ipaddress]"), func(ctx context.Context, v *view, args []string) error {
			return showFIB(ctx, v, args, v6)
		}))
	}
	groupAt(root, "srv6").AddCommand(command(s, "static-sids [sid]", "Show SRv6 static SIDs", click.Args("[sid]"), showStaticSIDs))
}

// splitRoute takes a key of ROUTE_TABLE apart.
func splitRoute(key string) (vrf, prefix string) {
	if vrf, prefix, ok := strings.Cut(key, ":"); ok && strings.HasPrefix(strings.ToUpper(vrf), "VRF") {
		return strings.TrimPrefix(vrf, "VRF-"), prefix
	}
	return "", key
}

func showFIB(ctx context.Context, v *view, args []string, v6 bool) error {
	routes, err := v.all(ctx, statedb.ApplDB, "ROUTE_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"No.", "Vrf", "Route", "Nexthop", "Ifname"}}
	for _, key := range slices.Sorted(maps.Keys(routes)) {
		vrf, prefix := splitRoute(key)
		if strings.Contains(prefix, ":") != v6 || len(args) > 0 && key != args[0] {
			continue
		}
		row := routes[key]
		hop, hasHop := row["nexthop"]
		port, hasPort := row["ifname"]
		switch {
		case row["blackhole"] == "true":
			hop, port = "blackhole", "blackhole"
		case !hasHop || !hasPort:
			continue
		}
		t.rows = append(t.rows, []string{strconv.Itoa(len(t.rows) + 1), vrf, prefix, hop, port})
	}
	if err := v.print(t); err != nil || v.json {
		return err
	}
	v.Printf("Total number of entries %d\n", len(t.rows))
	return nil
}

// showStaticSIDs tells the configured SIDs, and which of them the ASIC has.
func showStaticSIDs(ctx context.Context, v *view, args []string) error {
	configured, err := v.all(ctx, statedb.ConfigDB, "SRV6_MY_SIDS")
	if err != nil {
		return err
	}
	entries, err := v.all(ctx, statedb.AsicDB, "ASIC_STATE:SAI_OBJECT_TYPE_MY_SID_ENTRY")
	if err != nil {
		return err
	}
	inASIC := make(map[string]bool)
	for key := range entries {
		if sid, ok := sidOf(key); ok {
			inASIC[sid] = true
		}
	}
	t := table{headers: []string{"SID", "Locator", "Action", "Decap DSCP Mode", "Decap VRF", "Offloaded"}}
	for key, row := range configured {
		locator, sid, ok := strings.Cut(key, "|")
		if !ok || len(args) > 0 && args[0] != sid && args[0] != locator {
			continue
		}
		offloaded := "False"
		if inASIC[sid] {
			offloaded = "True"
		}
		t.rows = append(t.rows, []string{sid, locator, or(row["action"], "N/A"), or(row["decap_dscp_mode"], "N/A"), or(row["decap_vrf"], "N/A"), offloaded})
	}
	slices.SortFunc(t.rows, func(a, b []string) int { return cmp.Or(natural.Compare(a[0], b[0]), natural.Compare(a[1], b[1])) })
	return v.print(t)
}

// sidOf reads the prefix of a SID from the key of its entry in the ASIC.
func sidOf(key string) (string, bool) {
	var e struct {
		SID      string `json:"sid"`
		Block    int    `json:"locator_block_len,string"`
		Node     int    `json:"locator_node_len,string"`
		Function int    `json:"function_len,string"`
	}
	if err := json.Unmarshal([]byte(key), &e); err != nil {
		return "", false
	}
	return e.SID + "/" + strconv.Itoa(e.Block+e.Node+e.Function), true
}

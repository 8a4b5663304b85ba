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
)

// addBMP makes `show bmp`: what the monitoring protocol of BGP (RFC 7854) has
// collected.
func addBMP(s *session.Session, root *cobra.Command) {
	paths := []column{
		{"Neighbor_Address", "@1", "", ""}, {"NLRI", "@0", "", ""}, {"Origin", "origin", "", ""}, {"AS_Path", "as_path", "", ""},
		{"Origin_AS", "origin_as", "", ""}, {"Next_Hop", "next_hop", "", ""}, {"Local_Pref", "local_pref", "", ""},
		{"Originator_ID", "originator_id", "", ""}, {"Community_List", "community_list", "", ""}, {"Ext_Community_List", "ext_community_list", "", ""},
	}
	groupAt(root, "bmp").AddCommand(
		command(s, "tables", "Show BMP tables", click.Args(), showBMP),
		newBMPTable(s, "bgp-neighbor-table", "bmp neighbors", []column{
			{"Neighbor_Address", "peer_addr", "", ""}, {"Peer_Address", "peer_addr", "", ""}, {"Peer_ASN", "peer_asn", "", ""},
			{"Peer_RD", "peer_rd", "", ""}, {"Peer_Port", "remote_port", "", ""}, {"Local_Address", "local_ip", "", ""},
			{"Local_ASN", "local_asn", "", ""}, {"Local_Port", "local_port", "", ""},
			{"Advertised_Capabilities", "sent_cap", "", ""}, {"Received_Capabilities", "recv_cap", "", ""},
		}),
		newBMPTable(s, "bgp-rib-in-table", "bmp bgp-rib-in-table", paths),
		newBMPTable(s, "bgp-rib-out-table", "bmp bgp-rib-out-table", paths))
}

func newBMPTable(s *session.Session, name, title string, columns []column) *cobra.Command {
	rows := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	l := listing{short: "Show bmp " + name + " information", db: statedb.BMPStateDB, table: rows, title: "Total number of " + title + ": %d", columns: columns, less: natural.Compare}
	return l.command(s, name)
}

func showBMP(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "BMP")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Table_Name", "Enabled"}}
	for _, field := range slices.Sorted(maps.Keys(rows["table"])) {
		t.rows = append(t.rows, []string{field, rows["table"][field]})
	}
	return v.titled("BMP tables: ", t)
}

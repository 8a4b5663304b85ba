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

// addAnycast adds `show static-anycast-gateway`.
func addAnycast(s *session.Session, root *cobra.Command) {
	root.AddCommand(command(s, "static-anycast-gateway", "Show static-anycast-gateway information", click.Args(), showAnycast))
}

func showAnycast(ctx context.Context, v *view, _ []string) error {
	sag, err := v.all(ctx, statedb.ConfigDB, schema.TableSAG)
	if err != nil {
		return err
	}
	interfaces, err := v.all(ctx, statedb.ConfigDB, schema.TableVLANInterface)
	if err != nil {
		return err
	}
	var gateways []string
	for _, name := range slices.SortedFunc(maps.Keys(interfaces), natural.Compare) {
		if strings.EqualFold(interfaces[name]["static_anycast_gateway"], "true") {
			gateways = append(gateways, name)
		}
	}
	t := table{headers: []string{"MacAddress", "Interfaces"}, lists: []string{"Interfaces"}}
	mac := sag[schema.KeyGlobal]["gateway_mac"]
	if mac != "" {
		t.rows = append(t.rows, []string{mac, strings.Join(gateways, "\n")})
	}
	if !v.json {
		v.Printf("Static Anycast Gateway Information\n")
		if mac == "" && len(gateways) > 0 {
			v.Printf("Warning: static-anycast-gateway is enabled on VLAN interfaces but SAG gateway_mac is not configured\n")
		}
	}
	return v.print(t)
}

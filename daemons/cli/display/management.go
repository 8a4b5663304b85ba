package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addManagement makes `show mgmt-vrf` and `show management_interface`.
func addManagement(s *session.Session, root *cobra.Command) {
	root.AddCommand(command(s, "mgmt-vrf", "Show management VRF attributes", click.Args("[routes]"), func(ctx context.Context, v *view, args []string) error {
		if len(args) > 0 && args[0] != "routes" {
			return click.Fail(v.cmd, "Invalid value for '[routes]': '%s' is not 'routes'.", args[0])
		}
		return showMgmtVRF(ctx, v, len(args) > 0)
	}))
	groupAt(root, "management_interface").AddCommand(
		command(s, "address", "Show IP address configured for management interface", click.Args(), showMgmtAddress))
}

func showMgmtAddress(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, schema.TableMgmtInterface)
	if err != nil {
		return err
	}
	list := []ordered{}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		_, prefix, ok := strings.Cut(key, "|")
		if !ok {
			continue
		}
		gateway := rows[key]["gwaddr"]
		if list = append(list, ordered{{"address", prefix}, {"gateway", gateway}}); v.json {
			continue
		}
		v.Printf("Management IP address = %s\n", prefix)
		if gateway != "" {
			v.Printf("Management Network Default Gateway = %s\n", gateway)
		}
	}
	if v.json {
		return v.printJSON(list)
	}
	return nil
}

// mgmtVRF is the management VRF as configured and as the kernel has it.
type mgmtVRF struct {
	enabled bool
	problem string // why the switch does without, although it is enabled
	kernel  *kernel.Kernel
	device  *netlink.Vrf // nil: there is none
	links   map[string]netlink.Link
}

func readMgmtVRF(ctx context.Context, v *view) (*mgmtVRF, error) {
	rows, err := v.all(ctx, statedb.ConfigDB, schema.TableMgmtVRFConfig)
	if err != nil {
		return nil, err
	}
	m := &mgmtVRF{enabled: rows[schema.KeyMgmtVRFGlobal]["mgmtVrfEnabled"] == "true"}
	if !m.enabled {
		return m, nil
	}
	errs, err := v.all(ctx, statedb.StateDB, "HEDDLE_CONFIG_ERROR")
	if err != nil {
		return nil, err
	}
	m.problem = errs[schema.TableMgmtVRFConfig+"|"+schema.KeyMgmtVRFGlobal]["error"]
	if m.kernel, err = kernel.Here(); err != nil {
		return nil, err
	}
	if m.links, err = m.kernel.Links(); err != nil {
		return nil, m.close(err)
	}
	m.device, _ = m.links[schema.MgmtVRF].(*netlink.Vrf)
	if m.device == nil && m.problem == "" {
		m.problem = "its device is not there"
	}
	return m, nil
}

func (m *mgmtVRF) close(err error) error {
	if m.kernel != nil {
		_ = m.kernel.Close()
	}
	return err
}

func showMgmtVRF(ctx context.Context, v *view, routes bool) error {
	m, err := readMgmtVRF(ctx, v)
	if err != nil {
		return err
	}
	lines := m.interfaces()
	if routes {
		if lines, err = m.routes(); err != nil {
			return m.close(err)
		}
	}
	_ = m.close(nil)
	switch {
	case v.json:
		return v.printJSON(ordered{{"enabled", m.enabled}, {"problem", m.problem}, {"lines", lines}})
	case !m.enabled:
		v.Printf("\nManagementVRF : Disabled\n")
		return nil
	case routes:
		v.Printf("\nRoutes in Management VRF Routing Table:\n")
	default:
		v.Printf("\nManagementVRF : Enabled\n\nManagement VRF interfaces in Linux:\n")
	}
	if m.problem != "" {
		lines = append(lines, "Not in use: "+m.problem)
	}
	for _, line := range lines {
		v.Printf("%s\n", line)
	}
	return nil
}

// interfaces describes the VRF's device and its members as ip-link does.
func (m *mgmtVRF) interfaces() []string {
	if m.device == nil {
		return nil
	}
	lines := append(linkText(m.device, ""), "    vrf table "+utoa(m.device.Table))
	members := slices.SortedFunc(maps.Keys(m.links), func(a, b string) int { return m.links[a].Attrs().Index - m.links[b].Attrs().Index })
	for _, name := range members {
		if l := m.links[name]; l.Attrs().MasterIndex == m.device.Index {
			lines = append(lines, linkText(l, schema.MgmtVRF)...)
		}
	}
	return lines
}

// routes describes the VRF's routing table as ip-route does, IPv4 first, and of IPv6 what was configured.
func (m *mgmtVRF) routes() ([]string, error) {
	var lines []string
	if m.device == nil {
		return lines, nil
	}
	names := make(map[int]string, len(m.links))
	for name, l := range m.links {
		names[l.Attrs().Index] = name
	}
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := m.kernel.Routes(family)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if r.Table == int(m.device.Table) && (family == netlink.FAMILY_V4 || configured6(r)) {
				lines = append(lines, routeText(r, names))
			}
		}
	}
	return lines, nil
}

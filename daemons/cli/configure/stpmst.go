package configure

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The bounds of multiple spanning tree as SONiC's command has them.
const (
	lastInstance   = 62
	maxRegionName  = 32
	lastRevision   = 65535
	instancePrefix = "MST_INSTANCE|"
)

// newMST makes `config spanning-tree mst`.
func newMST(s *session.Session) *cobra.Command {
	return click.Group("mst", "Configure MSTP region and instances",
		newEdit(s, "region-name <name>", "Name of the region", setRegionName),
		newEdit(s, "revision <0-65535>", "Revision of the region", setRevision),
		click.Group("instance", "Configure MSTP instance settings",
			newEdit(s, "priority <instance-id> <0-61440>", "Bridge priority", setInstancePriority),
			click.Group("vlan", "VLAN to instance mapping",
				newEdit(s, "add <instance-id> <vlan-id>", "Map a VLAN to an instance", mapVLAN),
				newEdit(s, "del <instance-id> <vlan-id>", "Remove a VLAN from an instance", unmapVLAN)),
			click.Group("interface", "Configure MSTP instance interface settings",
				newEdit(s, "priority <instance-id> <interface_name> <0-240>", "Port priority", setInstancePortPriority),
				newEdit(s, "cost <instance-id> <interface_name> <1-200000000>", "Path cost", setInstancePathCost))))
}

// enableMST makes the rows of the common tree. The key of its instance is not
// like those of the others, which is how SONiC's daemon reads it.
func enableMST(e *edit) {
	e.c.Replace(tableSTP, keyGlobal, commit.Row{"mode": modeMST})
	for _, port := range switchedPorts(e.c) {
		e.c.Replace(tableSTPPort, port, commit.Row{
			"edge_port": "false", "link_type": "auto", "enabled": "true", "bpdu_guard": "false",
			"bpdu_guard_do": "false", "root_guard": "false", "path_cost": "1", "priority": "128",
		})
		e.c.Replace(tableMSTPort, instancePrefix+"0|"+port, commit.Row{"path_cost": "1", "priority": "128"})
	}
	e.c.Replace(tableMSTInstance, "MST_INSTANCE:INSTANCE0", commit.Row{"bridge_priority": "32768"})
}

// regional refuses what only multiple spanning tree has.
func regional(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	if stpMode(e) == modePVST {
		return e.failf("Configuration not supported for PVST")
	}
	return nil
}

func setRegionName(e *edit) error {
	if err := regional(e); err != nil {
		return err
	}
	if len(e.args[0]) >= maxRegionName {
		return e.failf("Region name must be less than 32 characters")
	}
	e.c.SetField(tableMST, keyGlobal, "name", e.args[0])
	return nil
}

func setRevision(e *edit) error {
	if err := regional(e); err != nil {
		return err
	}
	value, err := e.within(0, "<0-65535>", 0, lastRevision, "STP revision number must be in range 0-65535")
	if err == nil {
		e.c.SetField(tableMST, keyGlobal, "revision", value)
	}
	return err
}

// instanceKey reads the first argument.
func instanceKey(e *edit, first int) (string, error) {
	n, err := e.number(0, "<instance-id>")
	if err == nil && (n < first || n > lastInstance) {
		err = e.failf("Instance ID must be in range 0-%d", lastInstance)
	}
	return instancePrefix + strconv.Itoa(n), err
}

func setInstancePriority(e *edit) error {
	n, err := e.number(1, "<0-61440>")
	if err != nil {
		return err
	}
	key, err := instanceKey(e, 0)
	if err != nil {
		return err
	}
	if !e.c.Has(tableMSTInstance, key) {
		return e.failf("MST instance %s does not exist. Please create it first.", e.args[0])
	}
	if n%4096 != 0 || n < 0 || n > 61440 {
		return e.failf("Priority must be a multiple of 4096 and between 0-61440.")
	}
	e.c.SetField(tableMSTInstance, key, "bridge_priority", strconv.Itoa(n))
	e.tellf("Bridge priority set to %d for MST instance %s.", n, e.args[0])
	return nil
}

func mapVLAN(e *edit) error {
	id, err := e.number(1, "<vlan-id>")
	if err != nil {
		return err
	}
	key, err := instanceKey(e, 1)
	if err != nil {
		return err
	}
	if !e.c.Has(tableMSTInstance, key) {
		return e.failf("MST instance %s does not exist. Please create it first.", e.args[0])
	}
	if id < 1 || id > lastVLAN {
		return e.failf("VLAN ID must be in range 1-4094.")
	}
	if !e.c.Has(schema.TableVLAN, vlanName(id)) {
		return e.failf("VLAN %d does not exist.", id)
	}
	vlans := splitList(e.row(tableMSTInstance, key)["vlan_list"])
	if slices.Contains(vlans, strconv.Itoa(id)) {
		return e.failf("VLAN %d is already mapped to MST instance %s.", id, e.args[0])
	}
	setInstanceVLANs(e, key, append(vlans, strconv.Itoa(id)))
	e.tellf("VLAN %d added to MST instance %s.", id, e.args[0])
	return nil
}

func unmapVLAN(e *edit) error {
	id, err := e.number(1, "<vlan-id>")
	if err != nil {
		return err
	}
	key, err := instanceKey(e, 0)
	if err != nil {
		return err
	}
	if key == instancePrefix+"0" {
		return e.failf("VLAN delete from MST instance 0 is not allowed.")
	}
	if !e.c.Has(tableMSTInstance, key) {
		return e.failf("MST instance %s does not exist.", e.args[0])
	}
	vlans := splitList(e.row(tableMSTInstance, key)["vlan_list"])
	at := slices.Index(vlans, strconv.Itoa(id))
	if at < 0 {
		return e.failf("VLAN %d is not mapped to MST instance %s.", id, e.args[0])
	}
	setInstanceVLANs(e, key, slices.Delete(vlans, at, at+1))
	e.tellf("VLAN %d removed from MST instance %s.", id, e.args[0])
	return nil
}

func setInstanceVLANs(e *edit, key string, vlans []string) {
	slices.SortFunc(vlans, func(a, b string) int {
		x, _ := strconv.Atoi(a)
		y, _ := strconv.Atoi(b)
		return x - y
	})
	e.c.SetField(tableMSTInstance, key, "vlan_list", strings.Join(vlans, ","))
}

func setInstancePortPriority(e *edit) error {
	key, err := instanceKey(e, 0)
	if err != nil {
		return err
	}
	value, err := e.within(2, "<0-240>", 0, maxPortPriority, "Priority value must be in range 0-240")
	if err != nil {
		return err
	}
	if err := switched(e, e.args[1]); err != nil {
		return err
	}
	e.c.SetField(tableMSTPort, key+"|"+e.args[1], "priority", value)
	e.tellf("Priority %s set for interface %s in MST instance %s", value, e.args[1], e.args[0])
	return nil
}

func setInstancePathCost(e *edit) error {
	if stpMode(e) != modeMST {
		return e.failf("Configuration not supported for PVST")
	}
	key, err := instanceKey(e, 0)
	if err != nil {
		return err
	}
	value, err := e.within(2, "<1-200000000>", 1, maxPathCost, "Path cost must be in range 1-200000000")
	if err != nil {
		return err
	}
	if err := switched(e, e.args[1]); err != nil {
		return err
	}
	e.c.SetField(tableMSTPort, key+"|"+e.args[1], "path_cost", value)
	e.tellf("Path cost %s set for interface %s in MST instance %s", value, e.args[1], e.args[0])
	return nil
}

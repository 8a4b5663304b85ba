package configure

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableNVO      = "VXLAN_EVPN_NVO"
	tableVXLANMap = "VXLAN_TUNNEL_MAP"
)

// newVXLAN makes `config vxlan`. A switch has one tunnel end point.
func newVXLAN(s *session.Session) *cobra.Command {
	ranged := " <vxlan_name> <vlan_start> <vlan_end> <vni_start>"
	return click.Group("vxlan", "VXLAN-related configuration tasks",
		newEdit(s, "add <vxlan_name> <src_ip>", "Add VXLAN", addVXLAN),
		newEdit(s, "del <vxlan_name>", "Del VXLAN", delVXLAN),
		click.Group("evpn_nvo", "Network virtualization overlay",
			newEdit(s, "add <nvo_name> <vxlan_name>", "Add NVO", addNVO),
			newEdit(s, "del <nvo_name>", "Del NVO", delNVO)),
		click.Group("map", "VLAN-VNI mapping",
			newEdit(s, "add <vxlan_name> <vlan_id> <vni>", "Add VLAN-VNI map entry", addVXLANMap),
			newEdit(s, "del <vxlan_name> <vlan_id> <vni>", "Del VLAN-VNI map entry", delVXLANMap)),
		click.Group("map_range", "Range of VLAN-VNI mappings",
			newEdit(s, "add"+ranged, "Add range of VLAN-VNI mappings", func(e *edit) error { return eachInRange(e, addInRange) }),
			newEdit(s, "del"+ranged, "Del range of VLAN-VNI mappings", func(e *edit) error { return eachInRange(e, delInRange) })))
}

func addVXLAN(e *edit) error {
	if _, err := netip.ParseAddr(e.args[1]); err != nil {
		return e.failf("%s invalid src ip address", e.args[1])
	}
	if len(e.args[0]) > maxVNETName {
		return e.failf("'vxlan_name' length should not exceed %d characters", maxVNETName)
	}
	if len(e.c.Keys(tableVXLAN)) > 0 {
		return e.failf("VTEP already configured.")
	}
	e.c.Replace(tableVXLAN, e.args[0], commit.Row{"src_ip": e.args[1]})
	return nil
}

func delVXLAN(e *edit) error {
	name := e.args[0]
	switch {
	case !e.c.Has(tableVXLAN, name):
		return e.failf("Vxlan tunnel %s does not exist", name)
	case len(e.c.Keys(tableNVO)) > 0:
		return e.failf("Please delete the EVPN NVO configuration.")
	case len(e.c.Keys(tableVXLANMap)) > 0:
		return e.failf("Please delete all VLAN VNI mappings.")
	}
	for _, vnet := range e.c.Keys(tableVNET) {
		if e.row(tableVNET, vnet)["vxlan_tunnel"] == name {
			return e.failf("Please delete all VNET configuration referencing the tunnel %s", name)
		}
	}
	e.c.Delete(tableVXLAN, name)
	return nil
}

func presentVTEP(e *edit, name string) error {
	if !e.c.Has(tableVXLAN, name) {
		return e.failf("VTEP %s not configured", name)
	}
	return nil
}

func addNVO(e *edit) error {
	if len(e.c.Keys(tableNVO)) > 0 {
		return e.failf("EVPN NVO already configured")
	}
	if err := presentVTEP(e, e.args[1]); err != nil {
		return err
	}
	e.c.Replace(tableNVO, e.args[0], commit.Row{"source_vtep": e.args[1]})
	return nil
}

func delNVO(e *edit) error {
	if len(e.c.Keys(tableVXLANMap)) > 0 {
		return e.failf("Please delete all VLAN VNI mappings.")
	}
	e.c.Delete(tableNVO, e.args[0])
	return nil
}

const refusedVLAN = " Invalid Vlan Id , Valid Range : 1 to 4094 "

// mapping checks the arguments of `map` and gives the VLAN.
func mapping(e *edit) (string, error) {
	id, isNumber := atoi(e.args[1])
	_, isVNI := atoi(e.args[2])
	switch {
	case !isNumber:
		return "", e.failf("Invalid vlan %s. Only valid vlan is accepted", e.args[1])
	case id < 1 || id > lastVLAN:
		return "", e.failf("%s", refusedVLAN)
	case !isVNI:
		return "", e.failf("Invalid VNI %s. Only valid VNI is accepted", e.args[2])
	}
	if err := vni(e, e.args[2]); err != nil {
		return "", err
	}
	return vlanName(id), presentVTEP(e, e.args[0])
}

func mapKey(tunnel, vni, vlan string) string { return tunnel + "|map_" + vni + "_" + vlan }

// mapped says what of a mapping another one has: the VLAN, the VNI or neither.
func mapped(e *edit, vlan, vni string) (vlanTaken, vniTaken bool) {
	for _, key := range e.c.Keys(tableVXLANMap) {
		row := e.row(tableVXLANMap, key)
		vlanTaken = vlanTaken || row["vlan"] == vlan
		vniTaken = vniTaken || row["vni"] == vni
	}
	return vlanTaken, vniTaken
}

func addVXLANMap(e *edit) error {
	vlan, err := mapping(e)
	if err != nil {
		return err
	}
	if !e.c.Has(schema.TableVLAN, vlan) {
		return e.failf("%s not configured", vlan)
	}
	switch vlanTaken, vniTaken := mapped(e, vlan, e.args[2]); {
	case vlanTaken:
		return e.failf(" Vlan Id already mapped ")
	case vniTaken:
		return e.failf(" VNI Id already mapped ")
	}
	e.c.Replace(tableVXLANMap, mapKey(e.args[0], e.args[2], vlan), commit.Row{"vni": e.args[2], "vlan": vlan})
	return nil
}

// vrfOf gives the VRF that a VNI carries, or "".
func vrfOf(e *edit, vni string) string {
	for _, name := range e.c.Keys(schema.TableVRF) {
		if e.row(schema.TableVRF, name)["vni"] == vni {
			return name
		}
	}
	return ""
}

func delVXLANMap(e *edit) error {
	vlan, err := mapping(e)
	if err != nil {
		return err
	}
	if vrf := vrfOf(e, e.args[2]); vrf != "" {
		return e.failf("VNI mapped to vrf %s, Please remove VRF VNI mapping", vrf)
	}
	e.c.Delete(tableVXLANMap, mapKey(e.args[0], e.args[2], vlan))
	e.c.Delete(tableVXLANMap, mapKey(e.args[0], e.args[2], strings.TrimPrefix(vlan, "Vlan")))
	return nil
}

// eachInRange checks the arguments of `map_range` and calls one for each pair.
func eachInRange(e *edit, one func(e *edit, vlan, vni string)) error {
	var numbers [3]int
	for i, name := range []string{"<vlan_start>", "<vlan_end>", "<vni_start>"} {
		n, err := e.number(1+i, name)
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	first, last, start := numbers[0], numbers[1], numbers[2]
	switch {
	case first < 1 || first > lastVLAN || last < 1 || last > lastVLAN:
		return e.failf("%s", refusedVLAN)
	case first > last:
		return e.failf("vlan_end should be greater or equal to vlan_start")
	case start+last-first > maxVNI && start <= maxVNI:
		return e.failf("Invalid VNI End %d. Valid range [1 to %d].", start, maxVNI)
	}
	if err := vni(e, e.args[3]); err != nil {
		return err
	}
	if err := presentVTEP(e, e.args[0]); err != nil {
		return err
	}
	for id := first; id <= last; id++ {
		one(e, vlanName(id), strconv.Itoa(start+id-first))
	}
	return nil
}

func addInRange(e *edit, vlan, vni string) {
	vlanTaken, vniTaken := mapped(e, vlan, vni)
	switch {
	case !e.c.Has(schema.TableVLAN, vlan):
		e.tellf("%s not configured", vlan)
	case vlanTaken:
		e.tellf("%s already mapped", vlan)
	case vniTaken:
		e.tellf("VNI:%s already mapped ", vni)
	default:
		e.c.Replace(tableVXLANMap, mapKey(e.args[0], vni, vlan), commit.Row{"vni": vni, "vlan": vlan})
	}
}

func delInRange(e *edit, vlan, vni string) {
	if vrf := vrfOf(e, vni); vrf != "" {
		e.tellf("VNI mapped to vrf %s, Please remove VRF VNI mapping", vrf)
		return
	}
	e.c.Delete(tableVXLANMap, mapKey(e.args[0], vni, vlan))
}

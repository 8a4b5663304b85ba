package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newVRFVNI makes the commands that give a VRF the VNI of its routed traffic (RFC 9136).
func newVRFVNI(s *session.Session) []*cobra.Command {
	return []*cobra.Command{
		newEdit(s, "add_vrf_vni_map <vrf-name> <vni>", "Map a VRF to a VNI", mapVRF),
		newEdit(s, "del_vrf_vni_map <vrf-name>", "Take a VRF's VNI away", func(e *edit) error {
			err := e.presentVRF()
			if err == nil {
				e.c.SetField(schema.TableVRF, e.args[0], "vni", "0")
			}
			return err
		}),
	}
}

func (e *edit) presentVRF() error {
	if !e.c.Has(schema.TableVRF, e.args[0]) {
		return e.failf("vrf %s doesn't exist", e.args[0])
	}
	return nil
}

// mapVRF takes a VNI that a VLAN has and no other VRF.
func mapVRF(e *edit) error {
	if err := e.presentVRF(); err != nil {
		return err
	}
	vni := e.args[1]
	if vni == "" || strings.Trim(vni, "0123456789") != "" {
		return e.failf("Invalid VNI %s. Only valid VNI is accepted", vni)
	}
	if n, err := strconv.ParseUint(vni, 10, 64); err != nil || n < 1 || n > maxVNI {
		return e.failf("Invalid VNI %s. Valid range [1 to %d].", vni, maxVNI)
	}
	if e.withField("VXLAN_TUNNEL_MAP", "vni", vni) == "" {
		return e.failf("VLAN VNI not mapped. Please create VLAN VNI map entry first")
	}
	if vrf := e.withField(schema.TableVRF, "vni", vni); vrf != "" {
		return e.failf("VNI already mapped to vrf %s", vrf)
	}
	e.c.SetField(schema.TableVRF, e.args[0], "vni", vni)
	return nil
}

// withField finds the first row of a table with a value in a field, or "".
func (e *edit) withField(table, field, value string) string {
	for _, key := range e.c.Keys(table) {
		if e.row(table, key)[field] == value {
			return key
		}
	}
	return ""
}

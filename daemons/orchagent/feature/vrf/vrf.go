package vrf

import (
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTableVRF} }

// Render renders a row of VRF_TABLE.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	var name schema.VRFName
	if err := name.UnmarshalText([]byte(row.Key)); err != nil {
		return r, err
	}
	if err := statedb.Decode(row.Fields, &schema.AppVRF{}); err != nil {
		return r, err
	}
	r.Add(object.Fragment{Key: object.VR(row.Key), Type: sai.ObjectTypeVirtualRouter})
	r.Routes = []object.Route{
		{VRF: row.Key, Prefix: netip.MustParsePrefix("0.0.0.0/0"), Action: object.ActionDrop, Fallback: true},
		{VRF: row.Key, Prefix: netip.MustParsePrefix("::/0"), Action: object.ActionDrop, Fallback: true},
		// RFC 4291 section 2.5.6: link-local unicast never leaves the link.
		{VRF: row.Key, Prefix: netip.MustParsePrefix("fe80::/10"), Action: object.ActionCPU},
	}
	return r, nil
}

// Publish tells that the ASIC has a VRF.
func Publish(ev publish.Event) []publish.Write {
	if ev.Object.Type != sai.ObjectTypeVirtualRouter || ev.Object.Key == object.DefaultVR {
		return nil
	}
	name := ev.Object.Key.Name()
	if ev.Gone {
		return []publish.Write{publish.Delete(statedb.StateDB, schema.StateTableVRFObject, name)}
	}
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTableVRFObject, name, map[string]string{"state": schema.StateOK})}
}

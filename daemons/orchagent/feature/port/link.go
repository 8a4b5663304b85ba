package port

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// linkAttrs are the attributes that make a link with the partner. What a row
// does not name stays as the ASIC has it.
func linkAttrs(p schema.AppPort) []object.Attr {
	var out []object.Attr
	add := func(id sai.AttrID, v sai.Value) { out = append(out, object.Val(id, v)) }
	if p.Speed != 0 {
		add(sai.PortAttrSpeed, sai.U32(uint32(p.Speed)))
	}
	if p.Autoneg != "" {
		add(sai.PortAttrAutoNegMode, sai.Bool(p.Autoneg.On()))
	}
	if p.AdvSpeeds != "" {
		add(sai.PortAttrAdvertisedSpeed, sai.U32List(p.AdvSpeeds.List()))
	}
	if p.AdvTypes != "" {
		add(sai.PortAttrAdvertisedInterfaceType, sai.EnumList(media(p.AdvTypes.List())))
	}
	if p.InterfaceType != "" {
		add(sai.PortAttrInterfaceType, sai.Enum(medium(p.InterfaceType)))
	}
	if mode, ok := fecMode(p.FEC); ok {
		add(sai.PortAttrFecMode, sai.Enum(mode))
	}
	if p.LinkTraining != "" {
		add(sai.PortAttrLinkTrainingEnable, sai.Bool(p.LinkTraining.On()))
	}
	return out
}

func media(list []schema.PortMedium) []int32 {
	out := make([]int32, len(list))
	for i, m := range list {
		out[i] = int32(medium(m))
	}
	return out
}

// medium finds SAI's value, whose name ends in SONiC's.
func medium(m schema.PortMedium) sai.PortInterfaceType {
	n, _ := sai.PortInterfaceTypeNone.Meta().Value("SAI_PORT_INTERFACE_TYPE_" + strings.ToUpper(string(m)))
	return sai.PortInterfaceType(n)
}

// fecMode gives no mode for "auto": negotiation then finds it.
func fecMode(f schema.FEC) (sai.PortFecMode, bool) {
	switch f {
	case "rs":
		return sai.PortFecModeRs, true
	case "fc":
		return sai.PortFecModeFc, true
	case "none":
		return sai.PortFecModeNone, true
	}
	return 0, false
}

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
	if p.PFCAsym != "" {
		add(sai.PortAttrPriorityFlowControlMode, sai.Enum(pauseMode(p.PFCAsym)))
	}
	if p.Loopback != "" {
		add(sai.PortAttrLoopbackMode, sai.Enum(loopbackMode(p.Loopback)))
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

// pauseMode lets a port, with asymmetric flow control, obey pause frames of all
// priorities and send those of lossless ones only.
func pauseMode(asymmetric schema.OnOff) sai.PortPriorityFlowControlMode {
	if asymmetric.On() {
		return sai.PortPriorityFlowControlModeSeparate
	}
	return sai.PortPriorityFlowControlModeCombined
}

func loopbackMode(m schema.LoopbackMode) sai.PortLoopbackMode {
	switch m {
	case schema.LoopbackPHY:
		return sai.PortLoopbackModePhy
	case schema.LoopbackMAC:
		return sai.PortLoopbackModeMAC
	}
	return sai.PortLoopbackModeNone
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

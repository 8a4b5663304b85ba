package control

import (
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

func TestPortLink(t *testing.T) {
	r := newRig(t)
	o := port(r.ports[0])
	for _, c := range []struct {
		name string
		id   sai.AttrID
		v    sai.Value
		want sai.Status
	}{
		{"speed", sai.PortAttrSpeed, sai.U32(100000), sai.StatusSuccess},
		{"a speed that no port has", sai.PortAttrSpeed, sai.U32(12345), sai.StatusInvalidAttrValue0},
		{"advertised speeds", sai.PortAttrAdvertisedSpeed, sai.U32List([]uint32{10000, 40000}), sai.StatusSuccess},
		{"all speeds", sai.PortAttrAdvertisedSpeed, sai.U32List(nil), sai.StatusSuccess},
		{"advertised speeds with a wrong one", sai.PortAttrAdvertisedSpeed, sai.U32List([]uint32{10000, 7}), sai.StatusInvalidAttrValue0},
		{"fec", sai.PortAttrFecMode, sai.Enum(sai.PortFecModeRs), sai.StatusSuccess},
		{"autoneg", sai.PortAttrAutoNegMode, sai.Bool(true), sai.StatusSuccess},
		{"medium", sai.PortAttrInterfaceType, sai.Enum(sai.PortInterfaceTypeCR4), sai.StatusSuccess},
		{"link training", sai.PortAttrLinkTrainingEnable, sai.Bool(true), sai.StatusAttrNotSupported0},
		{"asymmetric flow control", sai.PortAttrPriorityFlowControlMode, sai.Enum(sai.PortPriorityFlowControlModeSeparate), sai.StatusAttrNotSupported0},
		{"tag protocol", sai.PortAttrTpid, sai.U16(0x9100), sai.StatusAttrNotSupported0},
		{"the usual tag protocol", sai.PortAttrTpid, sai.U16(0x8100), sai.StatusSuccess},
	} {
		r.want(c.name, r.store.Set([]sai.Object{o}, []sai.Attr{attr(c.id, c.v)}, false)[0], c.want)
	}
	if got := r.get(o, sai.PortAttrSpeed).Uint(); got != 100000 {
		t.Errorf("speed is %d", got)
	}
}

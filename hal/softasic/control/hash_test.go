package control

import (
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

func fields(list ...sai.NativeHashField) sai.Value {
	var out []int32
	for _, f := range list {
		out = append(out, int32(f))
	}
	return sai.EnumList(out)
}

func (r *rig) trySet(o sai.Object, id sai.AttrID, v sai.Value) sai.Status {
	return r.store.Set([]sai.Object{o}, []sai.Attr{attr(id, v)}, false)[0]
}

func TestHashFields(t *testing.T) {
	r := newRig(t)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	ecmp := sai.ObjectOf(sai.ObjectTypeHash, r.get(sw, sai.SwitchAttrEcmpHash).OID())
	lag := sai.ObjectOf(sai.ObjectTypeHash, r.get(sw, sai.SwitchAttrLAGHash).OID())
	if ecmp.OID == 0 || lag.OID == 0 || ecmp == lag {
		t.Fatalf("hashes %v and %v", ecmp, lag)
	}
	list := r.get(lag, sai.HashAttrNativeHashFieldList).Ints()
	if !slices.Contains(list, int32(sai.NativeHashFieldSrcMAC)) || !slices.Contains(list, int32(sai.NativeHashFieldIPv6FlowLabel)) {
		t.Errorf("fields of a LAG's hash at first: %v", list)
	}
	if h := r.plane.Hash(dataplane.HashGroups); h != dataplane.DefaultHash(dataplane.HashGroups) {
		t.Errorf("hash at first: %+v", h)
	}

	r.set(ecmp, sai.HashAttrNativeHashFieldList, fields(sai.NativeHashFieldSrcIP, sai.NativeHashFieldInPort))
	const chosen = dataplane.HashSrcIP | dataplane.HashInPort
	if h := r.plane.Hash(dataplane.HashGroups); h != (dataplane.Hash{IPv4: chosen, IPv6: chosen, Other: chosen}) {
		t.Errorf("hash: %+v", h)
	}
	r.want("inner field", r.trySet(ecmp, sai.HashAttrNativeHashFieldList, fields(sai.NativeHashFieldInnerSrcIP)), sai.StatusAttrNotSupported0)
	r.want("remove a hash of the switch", r.store.Remove([]sai.Object{ecmp}, false)[0], sai.StatusObjectInUse)
	r.set(ecmp, sai.HashAttrNativeHashFieldList, fields())
	if h := r.plane.Hash(dataplane.HashGroups); h != dataplane.DefaultHash(dataplane.HashGroups) {
		t.Errorf("without fields: %+v", h)
	}

	own := r.create(sai.ObjectTypeHash, attr(sai.HashAttrNativeHashFieldList, fields(sai.NativeHashFieldDstIP)))
	r.set(sw, sai.SwitchAttrEcmpHashIPv6, sai.OID(own))
	if h := r.plane.Hash(dataplane.HashGroups); h.IPv6 != dataplane.HashDstIP || h.IPv4 == h.IPv6 {
		t.Errorf("with a hash for IPv6: %+v", h)
	}
	r.want("remove a hash in use", r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeHash, own)}, false)[0], sai.StatusObjectInUse)
	r.set(sw, sai.SwitchAttrEcmpHashIPv6, sai.OID(0))
	r.remove(sai.ObjectOf(sai.ObjectTypeHash, own))
}

func TestHashOfSwitch(t *testing.T) {
	r := newRig(t)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	r.set(sw, sai.SwitchAttrLAGDefaultHashAlgorithm, sai.Enum(sai.HashAlgorithmCrcCcitt))
	r.set(sw, sai.SwitchAttrLAGDefaultHashOffset, sai.U8(7))
	r.set(sw, sai.SwitchAttrLAGDefaultSymmetricHash, sai.Bool(true))
	r.set(sw, sai.SwitchAttrLAGDefaultHashSeed, sai.U32(9))
	want := dataplane.DefaultHash(dataplane.HashLAGs)
	want.Algorithm, want.Rotate, want.Symmetric, want.Seed = dataplane.HashCCITT, 7, true, 9
	if h := r.plane.Hash(dataplane.HashLAGs); h != want {
		t.Errorf("got %+v, want %+v", h, want)
	}
	r.want("round robin", r.trySet(sw, sai.SwitchAttrEcmpDefaultHashAlgorithm, sai.Enum(sai.HashAlgorithmRoundRobin)), sai.StatusInvalidAttrValue0)
	r.want("offset", r.trySet(sw, sai.SwitchAttrEcmpDefaultHashOffset, sai.U8(64)), sai.StatusInvalidAttrValue0)
	r.want("RDMA", r.trySet(sw, sai.SwitchAttrEcmpHashIPv4Rdma, sai.OID(r.create(sai.ObjectTypeHash))), sai.StatusAttrNotSupported0)
}

// TestHashCapabilities: what is advertised can be set, and nothing else.
func TestHashCapabilities(t *testing.T) {
	r := newRig(t)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	ecmp := sai.ObjectOf(sai.ObjectTypeHash, r.get(sw, sai.SwitchAttrEcmpHash).OID())
	can := r.control.EnumValues(sai.ObjectTypeHash, sai.HashAttrNativeHashFieldList)
	for f := sai.NativeHashFieldSrcIP; f <= sai.NativeHashFieldRdmaBthDestQp; f++ {
		ok := r.trySet(ecmp, sai.HashAttrNativeHashFieldList, fields(f)) == sai.StatusSuccess
		if ok != slices.Contains(can, int32(f)) {
			t.Errorf("%s: set %v, advertised %v", f, ok, !ok)
		}
	}
	can = r.control.EnumValues(sai.ObjectTypeSwitch, sai.SwitchAttrEcmpDefaultHashAlgorithm)
	for a := sai.HashAlgorithmCrc; a <= sai.HashAlgorithmRoundRobin; a++ {
		ok := r.trySet(sw, sai.SwitchAttrEcmpDefaultHashAlgorithm, sai.Enum(a)) == sai.StatusSuccess
		if ok != slices.Contains(can, int32(a)) {
			t.Errorf("%s: set %v, advertised %v", a, ok, !ok)
		}
	}
}

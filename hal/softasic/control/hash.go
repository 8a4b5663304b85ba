package control

import (
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// hashAttributes are where a switch says how one kind of groups spreads flows.
type hashAttributes struct {
	hash, ipv4, ipv6                   sai.AttrID // hash objects; those of a family are optional
	algorithm, seed, rotate, symmetric sai.AttrID
}

func hashAttrs(k dataplane.HashKind) hashAttributes {
	if k == dataplane.HashLAGs {
		return hashAttributes{
			hash: sai.SwitchAttrLAGHash, ipv4: sai.SwitchAttrLAGHashIPv4, ipv6: sai.SwitchAttrLAGHashIPv6,
			algorithm: sai.SwitchAttrLAGDefaultHashAlgorithm, seed: sai.SwitchAttrLAGDefaultHashSeed,
			rotate: sai.SwitchAttrLAGDefaultHashOffset, symmetric: sai.SwitchAttrLAGDefaultSymmetricHash,
		}
	}
	return hashAttributes{
		hash: sai.SwitchAttrEcmpHash, ipv4: sai.SwitchAttrEcmpHashIPv4, ipv6: sai.SwitchAttrEcmpHashIPv6,
		algorithm: sai.SwitchAttrEcmpDefaultHashAlgorithm, seed: sai.SwitchAttrEcmpDefaultHashSeed,
		rotate: sai.SwitchAttrEcmpDefaultHashOffset, symmetric: sai.SwitchAttrEcmpDefaultSymmetricHash,
	}
}

// isHashAttr tells the attributes of the switch that setHashes reads.
func isHashAttr(id sai.AttrID) bool {
	for _, k := range []dataplane.HashKind{dataplane.HashGroups, dataplane.HashLAGs} {
		a := hashAttrs(k)
		if slices.Contains([]sai.AttrID{a.ipv4, a.ipv6, a.algorithm, a.seed, a.rotate, a.symmetric}, id) {
			return true
		}
	}
	return false
}

// hashField is a field that the pipeline can hash. Those of inner packets and
// labels are not among them: the pipeline looks at no packet inside another.
func hashField(f sai.NativeHashField) dataplane.HashFields {
	switch f {
	case sai.NativeHashFieldInPort:
		return dataplane.HashInPort
	case sai.NativeHashFieldDstMAC:
		return dataplane.HashDstMAC
	case sai.NativeHashFieldSrcMAC:
		return dataplane.HashSrcMAC
	case sai.NativeHashFieldEthertype:
		return dataplane.HashEtherType
	case sai.NativeHashFieldVLANID:
		return dataplane.HashVLAN
	case sai.NativeHashFieldIPProtocol:
		return dataplane.HashIPProtocol
	case sai.NativeHashFieldDstIP:
		return dataplane.HashDstIP
	case sai.NativeHashFieldSrcIP:
		return dataplane.HashSrcIP
	case sai.NativeHashFieldL4DstPort:
		return dataplane.HashL4DstPort
	case sai.NativeHashFieldL4SrcPort:
		return dataplane.HashL4SrcPort
	case sai.NativeHashFieldIPv6FlowLabel:
		return dataplane.HashFlowLabel
	}
	return 0
}

// hashAlgorithm is SAI's name for what the pipeline does. Its own hash, made of
// multiplications, stands in for the one that SAI calls a CRC without naming its
// polynomial.
func hashAlgorithm(a sai.HashAlgorithm) (dataplane.HashAlgorithm, bool) {
	switch a {
	case sai.HashAlgorithmCrc:
		return dataplane.HashMix, true
	case sai.HashAlgorithmXor:
		return dataplane.HashXOR, true
	case sai.HashAlgorithmRandom:
		return dataplane.HashRandom, true
	case sai.HashAlgorithmCrc32LO:
		return dataplane.HashCRC32Low, true
	case sai.HashAlgorithmCrc32HI:
		return dataplane.HashCRC32High, true
	case sai.HashAlgorithmCrcCcitt:
		return dataplane.HashCCITT, true
	case sai.HashAlgorithmCrcXor:
		return dataplane.HashCRCXOR, true
	}
	return 0, false
}

// createHash notes the fields of a hash that came with the switch and was not
// given any.
func (c *Control) createHash(v strict.View, ch strict.Change) error {
	if err := goodHashFields(v, ch); err != nil {
		return err
	}
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, v.Switch())
	for _, k := range []dataplane.HashKind{dataplane.HashGroups, dataplane.HashLAGs} {
		if v.Value(sw, hashAttrs(k).hash).OID() == ch.Object.OID && len(ch.Attrs) == 0 {
			v.Record(ch.Object, sai.Attr{ID: sai.HashAttrNativeHashFieldList, Value: sai.EnumList(nativeFields(dataplane.DefaultHash(k).IPv6))})
		}
	}
	return nil
}

// setHash changes the fields of a hash, and with them how flows are spread.
func (c *Control) setHash(v strict.View, ch strict.Change) error {
	if err := goodHashFields(v, ch); err != nil {
		return err
	}
	return c.setHashes(v, sai.ObjectOf(sai.ObjectTypeSwitch, v.Switch()))
}

func goodHashFields(v strict.View, ch strict.Change) error {
	for _, f := range value(v, ch, sai.HashAttrNativeHashFieldList).Ints() {
		if hashField(sai.NativeHashField(f)) == 0 {
			return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.HashAttrNativeHashFieldList)
		}
	}
	return nil
}

// nativeFields lists a set of fields.
func nativeFields(set dataplane.HashFields) []int32 {
	var out []int32
	for _, f := range hashFields() {
		if hashField(sai.NativeHashField(f))&set != 0 {
			out = append(out, f)
		}
	}
	return out
}

// hashFields lists what the pipeline can hash, in order of SAI's numbers.
func hashFields() []int32 {
	var out []int32
	for f := sai.NativeHashFieldSrcIP; f <= sai.NativeHashFieldRdmaBthDestQp; f++ {
		if hashField(f) != 0 {
			out = append(out, int32(f))
		}
	}
	return out
}

func hashAlgorithms() []int32 {
	var out []int32
	for a := sai.HashAlgorithmCrc; a <= sai.HashAlgorithmRoundRobin; a++ {
		if _, ok := hashAlgorithm(a); ok {
			out = append(out, int32(a))
		}
	}
	return out
}

// checkHashAttrs refuses what no hash of the pipeline can be told.
func checkHashAttrs(ch strict.Change) error {
	for _, k := range []dataplane.HashKind{dataplane.HashGroups, dataplane.HashLAGs} {
		names := hashAttrs(k)
		for _, a := range ch.Attrs {
			_, known := hashAlgorithm(sai.HashAlgorithm(a.Value.Enum()))
			if a.ID == names.algorithm && !known || a.ID == names.rotate && a.Value.Uint() > 63 {
				return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, a.ID)
			}
		}
	}
	return nil
}

// setHashes states how flows are spread.
func (c *Control) setHashes(v strict.View, sw sai.Object) error {
	for _, k := range []dataplane.HashKind{dataplane.HashGroups, dataplane.HashLAGs} {
		if err := c.plane.SetHash(k, hashOf(v, sw, k)); err != nil {
			return err
		}
	}
	return nil
}

func hashOf(v strict.View, sw sai.Object, k dataplane.HashKind) dataplane.Hash {
	names, h := hashAttrs(k), dataplane.DefaultHash(k)
	if f := fieldsOf(v, v.Value(sw, names.hash).OID()); f != 0 {
		h.IPv4, h.IPv6, h.Other = f, f, f
	}
	if f := fieldsOf(v, v.Value(sw, names.ipv4).OID()); f != 0 {
		h.IPv4 = f
	}
	if f := fieldsOf(v, v.Value(sw, names.ipv6).OID()); f != 0 {
		h.IPv6 = f
	}
	h.Algorithm, _ = hashAlgorithm(sai.HashAlgorithm(v.Value(sw, names.algorithm).Enum()))
	h.Seed = uint32(v.Value(sw, names.seed).Uint())
	h.Rotate = uint8(v.Value(sw, names.rotate).Uint())
	h.Symmetric = v.Value(sw, names.symmetric).Bool()
	return h
}

// fieldsOf are the fields of a hash object; 0 leaves them to the pipeline.
func fieldsOf(v strict.View, id sai.ObjectID) (out dataplane.HashFields) {
	for _, f := range v.Value(sai.ObjectOf(sai.ObjectTypeHash, id), sai.HashAttrNativeHashFieldList).Ints() {
		out |= hashField(sai.NativeHashField(f))
	}
	return out
}

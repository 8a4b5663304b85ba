package sai

import "net/netip"

// ACLField is what an ACL entry matches in one field (sai_acl_field_data_t).
// The zero ACLField is a disabled field. Data and Mask have the kind that the
// attribute's metadata gives as Elem; fields that are matched exactly (booleans,
// ids, enums' lists) have a Mask of KindNone.
type ACLField struct {
	Enable bool
	Data   Value
	Mask   Value
}

// ACLAction is an action of an ACL entry (sai_acl_action_data_t). The zero
// ACLAction is a disabled action. Param has the kind of the metadata's Elem.
type ACLAction struct {
	Enable bool
	Param  Value
}

// TLV is an element of an SRv6 header (sai_tlv_t). Type tells which of the
// other fields has a meaning.
type TLV struct {
	Type        TlvType    `sai:"tlv_type"`
	IngressNode netip.Addr `sai:"ingress_node"`
	EgressNode  netip.Addr `sai:"egress_node"`
	Opaque      [4]uint32  `sai:"opaque_container"`
	HMAC        HMAC       `sai:"hmac"`
}

// HMAC is a keyed hash (sai_hmac_t).
type HMAC struct {
	KeyID uint32    `sai:"key_id"`
	Hash  [8]uint32 `sai:"hmac"`
}

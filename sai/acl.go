package sai

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

package yang

func aclRules() []rule {
	return []rule{
		{"ACL_RULE", ruleOfTypeRule, []string{"ACL_TABLE"}},
	}
}

// ruleOfTypeRule: what a rule can match and has to do hangs on the type of its list.
func ruleOfTypeRule(r *rowRule) {
	list := r.part(0)
	if !r.exists("ACL_TABLE", list) {
		return // the reference is told already
	}
	kind := get(r.config["ACL_TABLE"][list], "type")
	if kind == "CTRLPLANE" && !r.has("PACKET_ACTION") {
		r.wrong("PACKET_ACTION", "must be set: the type of %s is CTRLPLANE", list)
	}
	r.only(kind == "L2", "the type of "+list+" in ACL_TABLE is L2", "SRC_MAC", "DST_MAC", "PCP", "DEI")
}

package crm

// resource is a table of the ASIC: what an operator calls it, and its name in
// the databases.
type resource struct{ words, name string }

// resources are those of SONiC, in its order; the ASIC need not have each.
func resources() []resource {
	return []resource{
		{"ipv4 route", "ipv4_route"}, {"ipv6 route", "ipv6_route"},
		{"ipv4 nexthop", "ipv4_nexthop"}, {"ipv6 nexthop", "ipv6_nexthop"},
		{"ipv4 neighbor", "ipv4_neighbor"}, {"ipv6 neighbor", "ipv6_neighbor"},
		{"nexthop group member", "nexthop_group_member"}, {"nexthop group object", "nexthop_group"},
		{"acl table", "acl_table"}, {"acl group", "acl_group"}, {"acl group entry", "acl_entry"}, {"acl group counter", "acl_counter"},
		{"fdb", "fdb_entry"}, {"ipmc", "ipmc_entry"}, {"snat", "snat_entry"}, {"dnat", "dnat_entry"},
		{"mpls inseg", "mpls_inseg"}, {"mpls nexthop", "mpls_nexthop"},
		{"srv6-nexthop", "srv6_nexthop"}, {"srv6-my-sid-entry", "srv6_my_sid_entry"},
	}
}

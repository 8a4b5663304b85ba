package nexthopgroup_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/nexthopgroup"
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
)

const want = `nexthopgroup abc NEXT_HOP_GROUP
    SAI_NEXT_HOP_GROUP_ATTR_TYPE = SAI_NEXT_HOP_GROUP_TYPE_DYNAMIC_UNORDERED_ECMP
nexthopgroupmember abc/Ethernet0/10.0.0.1 NEXT_HOP_GROUP_MEMBER
    SAI_NEXT_HOP_GROUP_MEMBER_ATTR_NEXT_HOP_GROUP_ID > [nexthopgroup abc]
    SAI_NEXT_HOP_GROUP_MEMBER_ATTR_NEXT_HOP_ID > [nexthop Ethernet0/10.0.0.1]
    SAI_NEXT_HOP_GROUP_MEMBER_ATTR_WEIGHT = 1
nexthopgroupmember abc/Vlan100/fe80::1 NEXT_HOP_GROUP_MEMBER
    SAI_NEXT_HOP_GROUP_MEMBER_ATTR_NEXT_HOP_GROUP_ID > [nexthopgroup abc]
    SAI_NEXT_HOP_GROUP_MEMBER_ATTR_NEXT_HOP_ID > [nexthop Vlan100/fe80::1]
    SAI_NEXT_HOP_GROUP_MEMBER_ATTR_WEIGHT = 3
`

func TestRender(t *testing.T) {
	members := []fib.Member{{Via: "nexthop/Ethernet0/10.0.0.1", Weight: 1}, {Via: "nexthop/Vlan100/fe80::1", Weight: 3}}
	got := objecttest.Format(nexthopgroup.Render(fib.Group{Key: "nexthopgroup/abc", Members: members}))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := nexthopgroup.Render(fib.Group{Key: "nexthopgroup/abc"}); len(got.Fragments) > 0 {
		t.Errorf("a group that nobody wants is rendered: %v", got)
	}
}

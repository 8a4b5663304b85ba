package nexthopgroup

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// Render renders a group and its members; nothing for a group without members.
func Render(g fib.Group) object.Rendering {
	var r object.Rendering
	if len(g.Members) == 0 {
		return r
	}
	r.Add(object.Fragment{
		Key: g.Key, Type: sai.ObjectTypeNextHopGroup,
		Attrs: []object.Attr{object.Val(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeDynamicUnorderedEcmp))},
	})
	for _, m := range g.Members {
		r.Add(object.Fragment{
			Key: object.NextHopGroupMember(g.Key, m.Via), Type: sai.ObjectTypeNextHopGroupMember,
			Attrs: []object.Attr{
				object.Ref(sai.NextHopGroupMemberAttrNextHopGroupID, g.Key),
				object.Ref(sai.NextHopGroupMemberAttrNextHopID, m.Via),
				object.Val(sai.NextHopGroupMemberAttrWeight, sai.U32(m.Weight)),
			},
		})
	}
	return r
}

// RenderFine renders a fine-grained group whose buckets lead to next hops; nothing
// for a group without buckets.
func RenderFine(group object.Key, buckets []object.Key) object.Rendering {
	var r object.Rendering
	if len(buckets) == 0 {
		return r
	}
	r.Add(object.Fragment{
		Key: group, Type: sai.ObjectTypeNextHopGroup,
		Attrs: []object.Attr{
			object.Val(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeFineGrainEcmp)),
			object.Val(sai.NextHopGroupAttrConfiguredSize, sai.U32(uint32(len(buckets)))),
		},
	})
	for i, hop := range buckets {
		r.Add(object.Fragment{
			Key: object.FineBucket(group, i), Type: sai.ObjectTypeNextHopGroupMember,
			Attrs: []object.Attr{
				object.Ref(sai.NextHopGroupMemberAttrNextHopGroupID, group),
				object.Ref(sai.NextHopGroupMemberAttrNextHopID, hop),
				object.Val(sai.NextHopGroupMemberAttrIndex, sai.U32(uint32(i))),
			},
		})
	}
	return r
}

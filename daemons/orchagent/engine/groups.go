package engine

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// takeGroups renders the groups that routes want now and did not before, and
// takes back those that no route wants any more.
func (e *Engine) takeGroups() {
	e.routes.TakeGroups(func(g fib.Group) {
		if e.wantFine(g) {
			return
		}
		e.accept(object.Owner("NEXT_HOP_GROUP:"+g.Key.Name()), e.Groups(g))
	})
}

// groupChanged tells the routes whether a group can carry packets: it must be
// there and have a member.
func (e *Engine) groupChanged(group object.Key) {
	e.routes.Exists(group, e.actual[group] != nil && len(e.users[group]) > 0)
}

// groupOf returns the group that an object is, or is a member of.
func groupOf(o *object.Object) (object.Key, bool) {
	switch o.Type {
	case sai.ObjectTypeNextHopGroup:
		return o.Key, true
	case sai.ObjectTypeNextHopGroupMember:
		if at := o.Attr(sai.NextHopGroupMemberAttrNextHopGroupID); at != nil && len(at.Refs) == 1 {
			return at.Refs[0], true
		}
	}
	return "", false
}

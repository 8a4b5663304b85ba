package plan

import (
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Op is what a step does.
type Op uint8

// The operations, in the order in which ready ones are taken.
const (
	OpRemove Op = iota
	OpDetach    // set an attribute to null so that what it refers to can go
	OpSet
	OpCreate
)

func (o Op) String() string {
	return [...]string{"remove", "detach", "set", "create"}[o]
}

// Step is one operation on one object.
type Step struct {
	Op     Op
	Key    object.Key
	Object *object.Object // the desired object, for OpRemove the actual one
	Attr   object.Attr    // OpSet, OpDetach
}

func (s Step) String() string {
	if s.Op == OpSet || s.Op == OpDetach {
		return fmt.Sprintf("%s %s %s=%s", s.Op, s.Key, object.AttrName(s.Object.Type, s.Attr.ID), attrText(s.Attr))
	}
	return fmt.Sprintf("%s %s", s.Op, s.Key)
}

func attrText(a object.Attr) string {
	if a.Refs != nil {
		return fmt.Sprint(a.Refs)
	}
	if a.Value.Ref() != nil {
		return fmt.Sprint(a.Value.Ref())
	}
	return fmt.Sprint(a.Value.Int())
}

// Blocked tells why a desired object cannot be brought about now.
type Blocked struct {
	Missing object.Key // the object it needs, or empty
	Rival   object.Key // the object that has what it needs for itself alone, or empty
	Lacks   string     // the mandatory attribute nobody supplies, or empty
}

func (b Blocked) String() string {
	switch {
	case b.Lacks != "":
		return "lacks " + b.Lacks
	case b.Rival != "":
		return "needs what " + b.Rival.String() + " has"
	}
	return "waiting for " + b.Missing.String()
}

// Result is a plan.
type Result struct {
	Steps   []Step
	Blocked map[object.Key]Blocked
}

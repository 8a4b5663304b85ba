package engine

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/sai"
)

// gatherFacts reads what the ASIC decided about objects that are there and not
// known yet: features publish it with them.
func (e *Engine) gatherFacts(ctx context.Context, keys []object.Key) error {
	for _, k := range keys {
		o := e.actual[k]
		if _, known := e.facts[k]; known || o == nil {
			continue
		}
		var f publish.Facts
		var err error
		switch {
		case o.Type == sai.ObjectTypePort && k.Kind() == "port" && k != object.CPUPort:
			f.Parts, err = e.portParts(ctx, k)
		case o.Type == sai.ObjectTypeDebugCounter:
			f.Index, err = e.ASIC.Number(ctx, k, sai.DebugCounterAttrIndex)
		case k == object.Switch:
			f.STPInstances, _, err = e.ASIC.SwitchNumber(ctx, sai.SwitchAttrMaxSTPInstance)
		default:
			continue
		}
		if err != nil {
			return err
		}
		e.facts[k] = f
	}
	return nil
}

func (e *Engine) portParts(ctx context.Context, k object.Key) ([]publish.Part, error) {
	list, err := e.ASIC.PortParts(ctx, k)
	if err != nil {
		return nil, err
	}
	parts := make([]publish.Part, len(list))
	for i, p := range list {
		parts[i] = publish.Part{Type: p.Type, VID: p.VID.String(), Index: p.Index}
		if p.Type == sai.ObjectTypeQueue {
			parts[i].Kind = p.Queue.String()
		}
	}
	return parts, nil
}

// event describes an object that is there.
func (e *Engine) event(o *object.Object) publish.Event {
	return publish.Event{Object: o, VID: e.vidText(o.Key), Facts: e.facts[o.Key]}
}

// gone tells the features that an object is no longer there; vid is what it had.
func (e *Engine) gone(o *object.Object, vid string) {
	e.publish(publish.Event{Object: o, VID: vid, Gone: true, Facts: e.facts[o.Key]})
	delete(e.facts, o.Key)
}

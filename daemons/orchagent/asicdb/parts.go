package asicdb

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// Part is an object that came with a port: a queue or a priority group.
type Part struct {
	Type  sai.ObjectType
	VID   sai.ObjectID
	Index int
	Queue sai.QueueType // of a queue
}

// partKind says how a port tells its parts of one type.
type partKind struct {
	typ  sai.ObjectType
	list sai.AttrID   // of the port
	asks []sai.AttrID // of the part: its index, then its kind
}

func partKinds() []partKind {
	return []partKind{
		{sai.ObjectTypeQueue, sai.PortAttrQoSQueueList, []sai.AttrID{sai.QueueAttrIndex, sai.QueueAttrType}},
		{sai.ObjectTypeIngressPriorityGroup, sai.PortAttrIngressPriorityGroupList, []sai.AttrID{sai.IngressPriorityGroupAttrIndex}},
	}
}

// partsRoom is how many parts of a type a port is asked for at first.
const partsRoom = 16

// PortParts reads which queues and priority groups a port has. An ASIC that does
// not tell has none.
func (a *ASIC) PortParts(ctx context.Context, k object.Key) ([]Part, error) {
	port, ok := a.keys.vid[k]
	if !ok {
		return nil, nil
	}
	var parts []Part
	for _, kind := range partKinds() {
		list, ok, err := a.get(ctx, sai.ObjectTypePort, port, kind.list, partsRoom)
		if err != nil {
			return nil, fmt.Errorf("parts of %s: %w", k, err)
		}
		if !ok {
			continue
		}
		more, err := a.readParts(ctx, kind, list.OIDs())
		if err != nil {
			return nil, fmt.Errorf("parts of %s: %w", k, err)
		}
		parts = append(parts, more...)
	}
	return parts, nil
}

// readParts asks all parts at once for what sets them apart. One that does not
// answer is left out.
func (a *ASIC) readParts(ctx context.Context, kind partKind, vids []sai.ObjectID) ([]Part, error) {
	reqs := make([]Request, 0, len(vids)*len(kind.asks))
	for _, vid := range vids {
		for _, id := range kind.asks {
			r, err := a.getRequest(kind.typ, vid, id, 0)
			if err != nil {
				return nil, err
			}
			reqs = append(reqs, r)
		}
	}
	answers, err := a.Do(ctx, reqs...)
	if err != nil {
		return nil, err
	}
	parts := make([]Part, 0, len(vids))
	for i, vid := range vids {
		p, ok, err := makePart(kind, vid, answers[i*len(kind.asks):(i+1)*len(kind.asks)])
		if err != nil {
			return nil, err
		}
		if ok {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

func makePart(kind partKind, vid sai.ObjectID, answers []Response) (p Part, all bool, err error) {
	p = Part{Type: kind.typ, VID: vid}
	for i, r := range answers {
		at, ok, err := decodeGet(kind.typ, r)
		if err != nil || !ok {
			return p, false, err
		}
		if i == 0 {
			p.Index = int(at.Value.Uint())
		} else {
			p.Queue = sai.QueueType(at.Value.Enum())
		}
	}
	return p, true, nil
}

package asicdb

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/plan"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// window bounds how many single requests are under way at once.
const window = 256

// ASIC is the switch as seen through ASIC_DB. It belongs to one goroutine,
// but for Run of its Channel.
type ASIC struct {
	*Channel
	db   *statedb.DB
	keys *keyMap
	ids  allocator
	log  *slog.Logger

	vrCache map[string]sai.ObjectID
	free    map[string]sai.ObjectID    // discovered ports that no row has claimed, by lanes
	lanes   map[sai.ObjectID]sai.Value // lanes of every discovered port
}

// New returns the switch behind ASIC_DB.
func New(db *statedb.DB, timeout time.Duration, log *slog.Logger) *ASIC {
	return &ASIC{
		Channel: NewChannel(db, timeout, log),
		db:      db,
		keys:    newKeyMap(db),
		ids:     allocator{db: db},
		log:     log,
	}
}

// VID returns the virtual id of an object.
func (a *ASIC) VID(k object.Key) (sai.ObjectID, bool) {
	vid, ok := a.keys.vid[k]
	return vid, ok
}

// Key returns the key of a virtual id.
func (a *ASIC) Key(vid sai.ObjectID) (object.Key, bool) {
	k, ok := a.keys.key[vid]
	return k, ok
}

// Outcome is what became of a step.
type Outcome struct {
	Status sai.Status
	Err    error // the step could not even be expressed
}

// Apply carries out steps that do not depend on each other and calls done for
// each. It waits for all answers. An error means that the ASIC's state is
// unknown.
func (a *ASIC) Apply(ctx context.Context, steps []plan.Step, done func(int, Outcome)) error {
	for start := 0; start < len(steps); start += window {
		end := min(start+window, len(steps))
		if err := a.applySome(ctx, steps[start:end], start, done); err != nil {
			return err
		}
	}
	return nil
}

func (a *ASIC) applySome(ctx context.Context, steps []plan.Step, base int, done func(int, Outcome)) error {
	reqs := make([]Request, 0, len(steps))
	of := make([]int, 0, len(steps)) // request -> step
	for i, s := range steps {
		for _, f := range a.flushes(s) {
			reqs, of = append(reqs, f), append(of, -1)
		}
		r, err := a.request(ctx, s)
		if err != nil {
			done(base+i, Outcome{Err: err})
			continue
		}
		reqs, of = append(reqs, r), append(of, i)
	}
	// Keys are saved before the objects exist: a crash in between leaves a key
	// without an object, which loading drops, never an object without a key.
	if err := a.keys.save(ctx); err != nil {
		return fmt.Errorf("%w: %w", err, ErrOutOfStep)
	}
	each := func(i int, r Response) error {
		if of[i] >= 0 {
			a.finished(steps[of[i]], r.Status)
			done(base+of[i], Outcome{Status: r.Status})
		}
		return nil
	}
	if err := a.PostAll(ctx, reqs, each, nil); err != nil {
		return err
	}
	if err := a.Flush(ctx, 0); err != nil {
		return err
	}
	return a.keys.save(ctx)
}

// request expresses a step; a create gets its virtual id here.
func (a *ASIC) request(ctx context.Context, s plan.Step) (Request, error) {
	if s.Op == plan.OpCreate && s.Object.Entry.IsZero() {
		vid, err := a.ids.alloc(ctx, s.Object.Type)
		if err != nil {
			return Request{}, err
		}
		a.keys.bind(s.Key, vid)
	}
	id, err := a.keys.identity(s.Object)
	if err != nil {
		return Request{}, err
	}
	switch s.Op {
	case plan.OpRemove:
		return Request{Op: opRemove, Key: id}, nil
	case plan.OpCreate:
		fields, err := a.keys.fields(s.Object.Type, s.Object.Attrs)
		if err != nil {
			a.keys.unbind(s.Key)
		}
		return Request{Op: opCreate, Key: id, Values: fields}, err
	default:
		fields, err := a.keys.fields(s.Object.Type, []object.Attr{s.Attr})
		return Request{Op: opSet, Key: id, Values: fields}, err
	}
}

func (a *ASIC) finished(s plan.Step, status sai.Status) {
	ok := status == sai.StatusSuccess
	if s.Op == plan.OpCreate && !ok || s.Op == plan.OpRemove && (ok || status == sai.StatusItemNotFound) {
		a.keys.unbind(s.Key)
	}
}

// flushes returns which learned addresses must be forgotten: they refer to
// their bridge port and VLAN, which cannot be removed before. And whoever was
// behind a LAG that goes down may come back elsewhere; for ports the
// notification of the ASIC tells that.
func (a *ASIC) flushes(s plan.Step) []Request {
	var port, vlan object.Key
	switch {
	case goesDown(s):
		port = object.BridgePort(s.Key.Name())
	case s.Op != plan.OpRemove:
		return nil
	case s.Object.Type == sai.ObjectTypeBridgePort:
		port = s.Key
	case s.Object.Type == sai.ObjectTypeVLAN:
		vlan = s.Key
	case s.Object.Type == sai.ObjectTypeVLANMember:
		port = refOf(s.Object, sai.VLANMemberAttrBridgePortID)
		vlan = refOf(s.Object, sai.VLANMemberAttrVLANID)
	default:
		return nil
	}
	if r, ok := a.flushRequest(port, vlan); ok {
		return []Request{r}
	}
	return nil
}

// goesDown tells that a LAG, whose host interface the step is about, goes down.
func goesDown(s plan.Step) bool {
	return s.Op == plan.OpSet && s.Object.Type == sai.ObjectTypeHostif && s.Attr.ID == sai.HostifAttrOperStatus &&
		!s.Attr.Value.Bool() && refOf(s.Object, sai.HostifAttrObjID).Kind() == object.LAG("").Kind()
}

func refOf(o *object.Object, id sai.AttrID) object.Key {
	if at := o.Attr(id); at != nil && len(at.Refs) == 1 {
		return at.Refs[0]
	}
	return ""
}

func (a *ASIC) flushRequest(port, vlan object.Key) (Request, bool) {
	r := flushDynamic()
	if vid, ok := a.keys.vid[port]; ok {
		r.Values = append(r.Values, "SAI_FDB_FLUSH_ATTR_BRIDGE_PORT_ID", vid.String())
	}
	if vid, ok := a.keys.vid[vlan]; ok {
		r.Values = append(r.Values, "SAI_FDB_FLUSH_ATTR_BV_ID", vid.String())
	}
	return r, len(r.Values) > 2 // never flush everything by accident
}

// flushDynamic makes the ASIC forget all that it learned.
func flushDynamic() Request {
	return Request{
		Op: opFlush, Key: objectKey(sai.ObjectTypeFDBFlush, SwitchVID),
		Values: []string{"SAI_FDB_FLUSH_ATTR_ENTRY_TYPE", "SAI_FDB_FLUSH_ENTRY_TYPE_DYNAMIC"},
	}
}

// FlushFDB makes the ASIC forget the addresses learned on a bridge port, in a
// VLAN, or on the one in the other. Without either it forgets all.
func (a *ASIC) FlushFDB(ctx context.Context, port, vlan object.Key) error {
	r := flushDynamic()
	if port != "" || vlan != "" {
		var known bool
		if r, known = a.flushRequest(port, vlan); !known {
			return nil
		}
	}
	return a.Post(ctx, r, func(resp Response) error {
		if resp.Status != sai.StatusSuccess {
			a.log.Warn("flush learned addresses", "port", port, "vlan", vlan, "status", resp.Status)
		}
		return nil
	})
}

package asicd

import (
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/control"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// answer serves a request and returns the whole reply frame. An error ends the
// connection.
func (a *asic) answer(id sessionID, h wire.Header, body []byte) ([]byte, error) {
	a.exec.Lock()
	defer a.exec.Unlock()
	if reply, err := a.sessions.replay(id, h.Seq); err != nil || reply != nil {
		return reply, err
	}
	req, err := wire.DecodeRequest(h, body)
	if err != nil {
		return nil, err
	}
	rep := &wire.Reply{Seq: req.Seq, Op: req.Op, Type: req.Type}
	a.do(req, rep)
	frame := wire.AppendReply(nil, rep)
	a.sessions.answered(id, req.Seq, frame)
	a.persist(id, req.Seq, frame)
	return frame, nil
}

// persist writes what a request did to the journal. If that fails, the journal
// is written anew as a whole, now or with a later request; the ASIC works on, as
// its hardware does.
func (a *asic) persist(id sessionID, seq uint64, frame []byte) {
	err := a.journal.commit(id, seq, frame)
	if err == nil && !a.journal.grown() || time.Since(a.rewriteFailed) < rewritePause {
		return
	}
	if err != nil {
		a.cfg.Log.Error("journal is behind", "err", err)
	}
	if err := a.journal.rewrite(a.store, a.sessions); err != nil {
		a.rewriteFailed = time.Now()
		a.cfg.Log.Error("journal is not written anew", "err", err)
	}
}

// rewritePause keeps a full disk from being filled over and over.
const rewritePause = 5 * time.Second

// do carries a request out.
func (a *asic) do(req *wire.Request, rep *wire.Reply) {
	switch req.Op {
	case wire.OpCreate:
		rep.Statuses = a.store.Create(req.Type, req.Switch, req.Create, req.Stop)
		rep.OIDs = createdIDs(req, rep.Statuses)
	case wire.OpRemove:
		rep.Statuses = a.store.Remove(req.Objects, req.Stop)
	case wire.OpSet:
		rep.Statuses = a.store.Set(req.Objects, req.Attrs, req.Stop)
	case wire.OpGet:
		rep.Status = a.store.Get(req.Objects[0], req.Attrs)
		rep.Attrs = req.Attrs
	case wire.OpGetBulk:
		a.getBulk(req.Wanted, rep)
	case wire.OpStats:
		rep.Counters, rep.Status = a.store.Stats(req.Objects[0], req.Stats, req.Mode)
	case wire.OpStatsBulk:
		a.statsBulk(req, rep)
	case wire.OpClearStats:
		rep.Status = a.store.ClearStats(req.Objects[0], req.Stats)
	case wire.OpFlushFDB:
		rep.Status = a.store.FlushFDB(req.Switch, req.Attrs)
	default:
		a.query(req, rep)
	}
}

// getBulk reads objects until the reply is half of what a frame may hold: one
// more always fits.
func (a *asic) getBulk(wanted []sai.NewObject, rep *wire.Reply) {
	var encoded []byte
	size := 0
	for i := range wanted {
		w := &wanted[i]
		rep.Statuses = append(rep.Statuses, a.store.Get(w.Object, w.Attrs))
		rep.Got = append(rep.Got, w.Attrs)
		encoded = wire.AppendAttrs(encoded[:0], rep.Type, w.Attrs)
		if size += len(encoded) + 4; size > wire.MaxFrame/2 {
			return
		}
	}
}

// statsBulk reads the same counters of many objects. An object that has not all
// of them reads as zeros, and its status says why.
func (a *asic) statsBulk(req *wire.Request, rep *wire.Reply) {
	rep.Statuses = make([]sai.Status, len(req.Objects))
	rep.Counters = make([]uint64, len(req.Objects)*len(req.Stats))
	for i, o := range req.Objects {
		var values []uint64
		values, rep.Statuses[i] = a.store.Stats(o, req.Stats, req.Mode)
		copy(rep.Counters[i*len(req.Stats):], values)
	}
}

func createdIDs(req *wire.Request, statuses []sai.Status) []sai.ObjectID {
	if len(req.Create) == 0 || req.Create[0].Entry != nil {
		return nil
	}
	ids := make([]sai.ObjectID, len(req.Create))
	for i := range req.Create {
		if statuses[i] == sai.StatusSuccess {
			ids[i] = req.Create[i].OID
		}
	}
	return ids
}

// maxKeys bounds the objects listed in one reply, so that it fits a frame.
const maxKeys = 1 << 17

// listing is a list of objects that is being read in pieces.
type listing struct {
	typ  sai.ObjectType
	objs []sai.Object
}

// keys lists objects. A list longer than one reply is kept until its end was
// read, or another one was begun.
func (a *asic) keys(req *wire.Request, rep *wire.Reply) {
	if req.Limit == 0 {
		a.store.Read(func(v strict.View) { rep.Number = uint64(v.Count(req.Type)) })
		return
	}
	if req.Offset == 0 || a.listing.typ != req.Type {
		a.listing = listing{req.Type, a.store.Keys(req.Type)}
	}
	n := len(a.listing.objs)
	from := min(int(req.Offset), n)
	to := min(from+int(min(req.Limit, maxKeys)), n)
	rep.Number, rep.Objects = uint64(n), a.listing.objs[from:to]
	if to == n {
		a.listing = listing{}
	}
}

// query answers what concerns the switch's abilities rather than its objects.
func (a *asic) query(req *wire.Request, rep *wire.Reply) {
	switch req.Op {
	case wire.OpKeys:
		a.keys(req, rep)
	case wire.OpAttrCapability:
		rep.Flags[0], rep.Flags[1], rep.Flags[2] = a.control.Capability(req.Type, req.Attrs[0].ID)
	case wire.OpEnumCapability:
		if rep.Enums = a.control.EnumValues(req.Type, req.Attrs[0].ID); rep.Enums == nil {
			rep.Status = sai.StatusNotSupported
		}
	case wire.OpAvailability:
		if !a.control.Supports(req.Type) {
			rep.Status = sai.StatusNotSupported
			return
		}
		rep.Number = uint64(a.store.Available(req.Type))
		a.store.Read(func(v strict.View) {
			if n, ok := a.control.Availability(v, req.Type, req.Attrs); ok {
				rep.Number = uint64(n)
			}
		})
	case wire.OpStatCapability:
		rep.Enums = control.Counters(req.Type)
	default:
		panic(fmt.Sprintf("operation %d was decoded but cannot be served", req.Op))
	}
}

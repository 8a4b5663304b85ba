package wire

import "github.com/heddle-nos/heddle/sai"

// Reply answers a Request. Which fields are used depends on Op.
type Reply struct {
	Seq      uint64
	Op       Op
	Status   sai.Status   // of the call as a whole
	Statuses []sai.Status // create, remove, set, in bulk: one per object
	OIDs     []sai.ObjectID
	Type     sai.ObjectType // keys and gets: of the objects
	Objects  []sai.Object   // keys: from the offset on
	Attrs    []sai.Attr     // get: in the order asked for; KindNone where there is no value
	Got      [][]sai.Attr   // get in bulk: of as many objects, from the first on, as a reply has room for
	Counters []uint64       // in bulk: all of one object, then of the next
	Enums    []int32        // capabilities: of an enum, or counter ids
	Flags    [3]bool        // attribute capability: create, set, get
	Number   uint64         // availability; number of keys
}

// AppendReply appends the whole frame.
func AppendReply(dst []byte, r *Reply) []byte {
	start := len(dst)
	dst = BeginFrame(dst, Header{Kind: KindReply, Op: r.Op, Seq: r.Seq})
	dst = le.AppendUint32(dst, uint32(r.Status))
	switch r.Op {
	case OpCreate, OpRemove, OpSet:
		dst = appendValue(appendStatuses(dst, r.Statuses), sai.OIDList(r.OIDs))
	case OpKeys:
		dst = le.AppendUint64(dst, r.Number)
		dst = le.AppendUint32(le.AppendUint32(dst, uint32(r.Type)), uint32(len(r.Objects)))
		for _, o := range r.Objects {
			dst = AppendObject(dst, o)
		}
	case OpGet:
		dst = AppendAttrs(dst, r.Type, r.Attrs)
	case OpGetBulk:
		dst = le.AppendUint32(dst, uint32(len(r.Got)))
		for i, attrs := range r.Got {
			dst = AppendAttrs(le.AppendUint32(dst, uint32(r.Statuses[i])), r.Type, attrs)
		}
	case OpStats:
		dst = appendCounters(dst, r.Counters)
	case OpStatsBulk:
		dst = appendCounters(appendStatuses(dst, r.Statuses), r.Counters)
	case OpAttrCapability:
		for _, f := range r.Flags {
			dst = appendValue(dst, sai.Bool(f))
		}
	case OpEnumCapability, OpStatCapability:
		dst = appendValue(dst, sai.EnumList(r.Enums))
	case OpAvailability:
		dst = le.AppendUint64(dst, r.Number)
	}
	return EndFrame(dst, start)
}

func appendStatuses(dst []byte, statuses []sai.Status) []byte {
	dst = le.AppendUint32(dst, uint32(len(statuses)))
	for _, s := range statuses {
		dst = le.AppendUint32(dst, uint32(s))
	}
	return dst
}

func appendCounters(dst []byte, counters []uint64) []byte {
	dst = le.AppendUint32(dst, uint32(len(counters)))
	for _, c := range counters {
		dst = le.AppendUint64(dst, c)
	}
	return dst
}

// DecodeReply reads the body of a Reply.
func DecodeReply(h Header, body []byte) (*Reply, error) {
	d := &Decoder{b: body}
	r := &Reply{Seq: h.Seq, Op: h.Op, Status: sai.Status(d.U32())}
	switch r.Op {
	case OpCreate, OpRemove, OpSet:
		r.Statuses = d.statuses()
		r.OIDs = d.list(sai.KindOIDList).OIDs()
	case OpKeys:
		r.Number, r.Type = d.U64(), sai.ObjectType(d.U32())
		r.Objects = takeList(d, 8, func() sai.Object { return d.Object(r.Type) })
	case OpGet:
		_, r.Attrs = d.Attrs(nil)
	case OpGetBulk:
		r.Got = takeList(d, 6, func() []sai.Attr {
			r.Statuses = append(r.Statuses, sai.Status(d.U32()))
			_, attrs := d.Attrs(nil)
			return attrs
		})
	case OpStats:
		r.Counters = takeList(d, 8, d.U64)
	case OpStatsBulk:
		r.Statuses, r.Counters = d.statuses(), takeList(d, 8, d.U64)
	case OpAttrCapability:
		r.Flags = [3]bool{d.U8() != 0, d.U8() != 0, d.U8() != 0}
	case OpEnumCapability, OpStatCapability:
		r.Enums = d.list(sai.KindEnumList).Ints()
	case OpAvailability:
		r.Number = d.U64()
	case OpClearStats, OpFlushFDB:
	default:
		d.fail("operation %d", r.Op)
	}
	return r, d.Done()
}

func (d *Decoder) statuses() []sai.Status {
	return takeList(d, 4, func() sai.Status { return sai.Status(d.U32()) })
}

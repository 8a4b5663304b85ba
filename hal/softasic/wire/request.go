package wire

import "github.com/heddle-nos/heddle/sai"

// Op is what a request asks for.
type Op uint8

// The requests.
const (
	OpCreate         Op = iota + 1 // objects with attributes
	OpRemove                       // objects
	OpSet                          // objects with one attribute each
	OpGet                          // one object, attribute ids
	OpStats                        // one object, counter ids
	OpClearStats                   // one object, counter ids
	OpFlushFDB                     // attributes
	OpKeys                         // offset and limit in the list of all objects of the type
	OpAttrCapability               // one attribute id
	OpEnumCapability               // one attribute id
	OpAvailability                 // attributes
	OpStatCapability               // nothing
	OpGetBulk                      // objects, attribute ids of each
	OpStatsBulk                    // objects, counter ids of all
)

// Request is one call. Which fields are used depends on Op.
type Request struct {
	Seq     uint64
	Op      Op
	Type    sai.ObjectType
	Switch  sai.ObjectID
	Stop    bool          // create, remove, set: stop at the first failure
	Mode    sai.StatsMode // stats
	Create  []sai.NewObject
	Objects []sai.Object
	Wanted  []sai.NewObject // get in bulk: attributes are ids only
	Attrs   []sai.Attr      // set: one per object; get and capabilities: ids only
	Stats   []sai.StatID
	Offset  uint32 // keys
	Limit   uint32 // keys
}

// AppendRequest appends the whole frame.
func AppendRequest(dst []byte, r *Request) []byte {
	start := len(dst)
	dst = BeginFrame(dst, Header{Kind: KindRequest, Op: r.Op, Seq: r.Seq})
	dst = le.AppendUint32(dst, uint32(r.Type))
	dst = le.AppendUint64(dst, uint64(r.Switch))
	mode := byte(r.Mode)
	if r.Stop {
		mode = 1
	}
	return EndFrame(appendOperands(append(dst, mode), r), start)
}

func appendOperands(dst []byte, r *Request) []byte {
	switch r.Op {
	case OpCreate:
		oid, _ := hasOID(r.Type)
		dst = le.AppendUint32(dst, uint32(len(r.Create)))
		for i := range r.Create {
			if !oid {
				dst = AppendObject(dst, r.Create[i].Object)
			}
			dst = AppendAttrs(dst, r.Type, r.Create[i].Attrs)
		}
	case OpRemove:
		dst = appendObjects(dst, r.Objects)
	case OpSet:
		dst = le.AppendUint32(dst, uint32(len(r.Objects)))
		for i, o := range r.Objects {
			dst = AppendAttr(AppendObject(dst, o), r.Type, r.Attrs[i])
		}
	case OpGet:
		dst = appendIDs(AppendObject(dst, r.Objects[0]), r.Attrs)
	case OpGetBulk:
		dst = le.AppendUint32(dst, uint32(len(r.Wanted)))
		for i := range r.Wanted {
			dst = appendIDs(AppendObject(dst, r.Wanted[i].Object), r.Wanted[i].Attrs)
		}
	case OpAttrCapability, OpEnumCapability:
		dst = appendIDs(dst, r.Attrs)
	case OpStats, OpClearStats:
		dst = appendStats(AppendObject(dst, r.Objects[0]), r.Stats)
	case OpStatsBulk:
		dst = appendStats(appendObjects(dst, r.Objects), r.Stats)
	case OpFlushFDB, OpAvailability:
		dst = AppendAttrs(dst, r.Type, r.Attrs)
	case OpKeys:
		dst = le.AppendUint32(le.AppendUint32(dst, r.Offset), r.Limit)
	}
	return dst
}

func appendIDs(dst []byte, attrs []sai.Attr) []byte {
	dst = le.AppendUint32(dst, uint32(len(attrs)))
	for _, a := range attrs {
		dst = le.AppendUint32(dst, uint32(a.ID))
	}
	return dst
}

func appendObjects(dst []byte, objs []sai.Object) []byte {
	dst = le.AppendUint32(dst, uint32(len(objs)))
	for _, o := range objs {
		dst = AppendObject(dst, o)
	}
	return dst
}

func appendStats(dst []byte, ids []sai.StatID) []byte {
	dst = le.AppendUint32(dst, uint32(len(ids)))
	for _, id := range ids {
		dst = le.AppendUint32(dst, uint32(id))
	}
	return dst
}

// DecodeRequest reads the body of a Request. The result shares no memory with
// body.
func DecodeRequest(h Header, body []byte) (*Request, error) {
	d := Decoder{b: body}
	r := &Request{Seq: h.Seq, Op: h.Op, Type: sai.ObjectType(d.U32()), Switch: d.oid()}
	mode := d.U8()
	r.Stop, r.Mode = mode == 1, sai.StatsMode(mode)
	d.operands(r)
	return r, d.Done()
}

func (d *Decoder) operands(r *Request) {
	switch r.Op {
	case OpCreate:
		d.creates(r)
	case OpRemove:
		r.Objects = d.objects(r.Type)
	case OpSet:
		n := d.objectCount()
		r.Objects, r.Attrs = make([]sai.Object, n), make([]sai.Attr, n)
		for i := range n {
			r.Objects[i], r.Attrs[i] = d.Object(r.Type), d.Attr()
		}
	case OpGet:
		r.Objects = []sai.Object{d.Object(r.Type)}
		r.Attrs = d.ids()
	case OpGetBulk:
		r.Wanted = make([]sai.NewObject, d.objectCount())
		for i := range r.Wanted {
			r.Wanted[i] = sai.NewObject{Object: d.Object(r.Type), Attrs: d.ids()}
		}
	case OpAttrCapability, OpEnumCapability:
		if r.Attrs = d.ids(); len(r.Attrs) != 1 {
			d.fail("%d attributes where one belongs", len(r.Attrs))
		}
	case OpStats, OpClearStats:
		r.Objects = []sai.Object{d.Object(r.Type)}
		r.Stats = d.stats()
	case OpStatsBulk:
		r.Objects = d.objects(r.Type)
		if r.Stats = d.stats(); len(r.Objects)*len(r.Stats) > MaxCounters {
			d.fail("%d counters of %d objects at once", len(r.Stats), len(r.Objects))
		}
	case OpFlushFDB, OpAvailability:
		_, r.Attrs = d.Attrs(nil)
	case OpKeys:
		r.Offset, r.Limit = d.U32(), d.U32()
	case OpStatCapability:
	default:
		d.fail("operation %d", r.Op)
	}
}

func (d *Decoder) creates(r *Request) {
	oid, ok := hasOID(r.Type)
	if !ok {
		d.fail("objects of type %d", r.Type)
		return
	}
	n := d.Count(2)
	if n > MaxCount {
		d.fail("%d objects at once", n)
		return
	}
	r.Create = make([]sai.NewObject, n)
	arena := make([]sai.Attr, 0, min(2*n, len(d.b)/minAttr))
	for i := range r.Create {
		c := &r.Create[i]
		if c.Type = r.Type; !oid {
			c.Object = d.Object(r.Type)
		}
		arena, c.Attrs = d.Attrs(arena)
	}
}

// objectCount takes the number of objects, each of at least eight bytes.
func (d *Decoder) objectCount() int {
	n := d.Count(8)
	if n > MaxCount {
		d.fail("%d objects at once", n)
		return 0
	}
	return n
}

func (d *Decoder) objects(t sai.ObjectType) []sai.Object {
	list := make([]sai.Object, d.objectCount())
	for i := range list {
		list[i] = d.Object(t)
	}
	return list
}

func (d *Decoder) stats() []sai.StatID {
	return takeList(d, 4, func() sai.StatID { return sai.StatID(d.U32()) })
}

func (d *Decoder) ids() []sai.Attr {
	return takeList(d, 4, func() sai.Attr { return sai.Attr{ID: sai.AttrID(d.U32())} })
}

package executor

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// fdbTable remembers what a flush can select entries by. Learned entries come
// and go without requests, so the rows of ASIC_DB must follow a flush at once.
// Ids are virtual.
type fdbTable map[sai.FDBEntry]fdbInfo

type fdbInfo struct {
	port   sai.ObjectID // bridge port
	static bool
}

// create files an entry whose attributes hold ids that lookup makes virtual.
func (t fdbTable) create(entry sai.FDBEntry, attrs []sai.Attr, lookup vid.Lookup) {
	delete(t, entry)
	for _, a := range attrs {
		if v, err := vid.Value(a.Value, lookup); err == nil {
			t.set(entry, sai.Attr{ID: a.ID, Value: v})
		}
	}
}

func (t fdbTable) set(entry sai.FDBEntry, a sai.Attr) {
	info := t[entry]
	switch a.ID {
	case sai.FDBEntryAttrType:
		info.static = sai.FDBEntryType(a.Value.Enum()) == sai.FDBEntryTypeStatic
	case sai.FDBEntryAttrBridgePortID:
		info.port = a.Value.OID()
	}
	t[entry] = info
}

// fdbMatch selects entries; null ids select all.
type fdbMatch struct {
	bv, port        sai.ObjectID
	dynamic, static bool
}

func (m fdbMatch) selects(entry sai.FDBEntry, info fdbInfo) bool {
	return (m.bv == sai.NullObjectID || m.bv == entry.BV) &&
		(m.port == sai.NullObjectID || m.port == info.port) &&
		(info.static && m.static || !info.static && m.dynamic)
}

// forget deletes the entries that m selects, and their rows.
func (e *Executor) forget(m fdbMatch) {
	for entry, info := range e.fdb {
		if m.selects(entry, info) {
			e.w.DeleteRow(asicstate.Table, text.EncodeObject(sai.EntryOf(entry)))
			delete(e.fdb, entry)
		}
	}
}

// flush performs SAI's flush of FDB entries. The key names the switch as an
// object of the pseudo type FDB_FLUSH.
func (e *Executor) flush(r sairedis.Request) sairedis.Response {
	_, id, _ := strings.Cut(r.Key, ":")
	sw, err := text.ParseOID(id)
	if err != nil {
		return e.malformed(r, err)
	}
	var attrs []sai.Attr
	for i := 0; i < len(r.Values); i += 2 {
		if r.Values[i] == "NULL" {
			continue
		}
		a, err := text.DecodeAttr(sai.ObjectTypeFDBFlush, r.Values[i], r.Values[i+1])
		if err != nil {
			return e.malformed(r, fmt.Errorf("flush: %w", err))
		}
		attrs = append(attrs, a)
	}
	return sairedis.Answer(r.Op, e.flushFDB(sw, attrs))
}

func (e *Executor) flushFDB(sw sai.ObjectID, attrs []sai.Attr) sai.Status {
	rid, ok := e.ids.RID(sw)
	if !ok || rid == sai.NullObjectID {
		return sai.StatusItemNotFound
	}
	m := flushMatch(attrs)
	if err := vid.Attrs(attrs, e.ids.RID); err != nil {
		return statusOf(err)
	}
	s := e.asic.FlushFDB(rid, attrs)
	if s == sai.StatusSuccess {
		e.forget(m)
	}
	return s
}

// flushMatch reads a flush's attributes, ids virtual. SAI flushes dynamic
// entries unless told otherwise.
func flushMatch(attrs []sai.Attr) fdbMatch {
	m := fdbMatch{dynamic: true}
	for _, a := range attrs {
		switch a.ID {
		case sai.FDBFlushAttrBridgePortID:
			m.port = a.Value.OID()
		case sai.FDBFlushAttrBvID:
			m.bv = a.Value.OID()
		case sai.FDBFlushAttrEntryType:
			t := sai.FDBFlushEntryType(a.Value.Enum())
			m.dynamic = t != sai.FDBFlushEntryTypeStatic
			m.static = t != sai.FDBFlushEntryTypeDynamic
		}
	}
	return m
}

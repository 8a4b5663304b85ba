package counters

import (
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// bunchKey is what objects have in common that are read with one call.
type bunchKey struct {
	names string // of the counters, which tell the type too
	mode  sai.StatsMode
}

// bunch is targets of a job, by their places in it.
type bunch struct {
	key    bunchKey
	places []int
	objs   []sai.Object // real
}

// read returns names and values of what is polled of each target; nothing of one
// that cannot be read.
func (p *Poller) read(j job) [][]any {
	rows := make([][]any, len(j.targets))
	for _, b := range p.bunches(j) {
		for from := 0; from < len(b.places); from += j.chunk {
			to := min(from+j.chunk, len(b.places))
			p.readBunch(j, bunch{b.key, b.places[from:to], b.objs[from:to]}, rows)
		}
	}
	return rows
}

// bunches sorts targets that have a real id by what is read of them.
func (p *Poller) bunches(j job) []*bunch {
	var list []*bunch
	byKey := map[bunchKey]*bunch{}
	for i, t := range j.targets {
		rid, ok := p.IDs.RID(t.obj.OID)
		if !ok {
			continue
		}
		k := bunchKey{t.key, j.mode}
		if t.mode != nil {
			k.mode = *t.mode
		}
		b := byKey[k]
		if b == nil {
			b = &bunch{key: k}
			byKey[k] = b
			list = append(list, b)
		}
		b.places, b.objs = append(b.places, i), append(b.objs, sai.ObjectOf(t.obj.Type, rid))
	}
	return list
}

// readBunch reads targets with one call, and those that fail there one by one,
// which finds out what of them the ASIC counts.
func (p *Poller) readBunch(j job, b bunch, rows [][]any) {
	values, statuses := p.bulk(j, b)
	for n, i := range b.places {
		t := j.targets[i]
		if statuses != nil && statuses[n] == sai.StatusSuccess {
			rows[i] = t.fields(values[n*len(t.ids) : (n+1)*len(t.ids)])
		} else {
			rows[i] = p.counters(t, b.objs[n], b.key.mode)
		}
		if statuses != nil && unsupported(statuses[n]) && rows[i] != nil && t.key == b.key.names {
			p.single[b.key] = true // the call was refused, not the counters
		}
		rows[i] = append(rows[i], p.attrs(t, b.objs[n])...)
	}
}

// bulk reads the counters of several targets at once; nothing if that cannot be.
func (p *Poller) bulk(j job, b bunch) ([]uint64, []sai.Status) {
	if p.Bulk == nil || len(b.objs) < 2 || b.key.names == "" || p.single[b.key] {
		return nil, nil
	}
	ids := j.targets[b.places[0]].ids
	values, statuses := p.Bulk.StatsBulk(b.objs, ids, b.key.mode)
	if len(statuses) != len(b.objs) || len(values) != len(b.objs)*len(ids) {
		return nil, nil
	}
	return values, statuses
}

func unsupported(s sai.Status) bool {
	return s == sai.StatusNotSupported || s == sai.StatusNotImplemented
}

// attrs reads attributes one by one, as any of them may be unsupported.
func (p *Poller) attrs(t *target, obj sai.Object) []any {
	var fields []any
	for _, m := range t.attrs {
		attr := []sai.Attr{{ID: m.ID}}
		if p.Stats.Get(obj, attr) != sai.StatusSuccess {
			continue
		}
		value, err := text.AppendValue(nil, m, attr[0].Value)
		if err != nil {
			p.Log.Debug("polled attribute", "attr", m.Name, "err", err)
			continue
		}
		fields = append(fields, m.Name, string(value))
	}
	return fields
}

// counters returns names and values of an object's counters.
func (p *Poller) counters(t *target, obj sai.Object, mode sai.StatsMode) []any {
	if len(t.ids) == 0 {
		return nil
	}
	values, s := p.Stats.Stats(obj, t.ids, mode)
	if s != sai.StatusSuccess && !t.checked {
		t.checked = true
		if p.sortOut(t, obj); len(t.ids) == 0 {
			return nil
		}
		values, s = p.Stats.Stats(obj, t.ids, mode)
	}
	if s != sai.StatusSuccess || len(values) != len(t.names) {
		return nil
	}
	return t.fields(values)
}

// fields are names and values of counters.
func (t *target) fields(values []uint64) []any {
	fields := make([]any, 0, 2*len(values))
	for i, v := range values {
		fields = append(fields, t.names[i], strconv.FormatUint(v, 10))
	}
	return fields
}

// sortOut keeps the counters that the ASIC has: one that is missing fails a
// read of them all. An object of which it counts nothing is not polled any more.
func (p *Poller) sortOut(t *target, obj sai.Object) {
	ids, names := t.ids[:0:0], t.names[:0:0]
	refused := 0
	for i, id := range t.ids {
		switch _, s := p.Stats.Stats(obj, []sai.StatID{id}, sai.StatsModeRead); {
		case s == sai.StatusSuccess:
			ids, names = append(ids, id), append(names, t.names[i])
		case unsupported(s):
			refused++
		}
	}
	if len(ids) == 0 && refused < len(t.ids) { // the object is not there, or not yet
		t.checked = false
		return
	}
	p.Log.Debug("counters sorted out", "object", t.obj.OID, "asked", len(t.ids), "counted", len(ids))
	t.ids, t.names, t.key = ids, names, strings.Join(names, ",")
}

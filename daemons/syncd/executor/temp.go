package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// tempView is what a starting client says that the ASIC should hold, gathered
// between INIT_VIEW and APPLY_VIEW without touching the ASIC.
type tempView struct {
	want    *view.View
	rows    map[sai.Object]*tempRow
	dropped map[sai.Object]bool // came with the switch, and are to go
}

// fieldDropped marks the row of a dropped object, so that a restart of syncd
// between INIT_VIEW and APPLY_VIEW does not forget it.
const fieldDropped = "HEDDLE_DROPPED"

type tempRow struct {
	key    string
	fields []string
}

func newTempView() *tempView {
	return &tempView{want: view.New(), rows: map[sai.Object]*tempRow{}, dropped: map[sai.Object]bool{}}
}

// give adds an object that exists whatever the client says.
func (t *tempView) give(o sai.Object) {
	if _, ok := t.want.Get(o); !ok {
		t.want.Add(o, nil, true)
	}
}

// pending tells whether an object exists only in this view.
func (t *tempView) pending(o sai.Object) bool {
	obj, ok := t.want.Get(o)
	return ok && !obj.Given
}

func (t *tempView) create(c sairedis.Create, w *asicstate.Writes) []sai.Status {
	statuses := make([]sai.Status, len(c.Objects))
	for i, n := range c.Objects {
		if _, dup := t.want.Get(n.Object); dup {
			statuses[i] = sai.StatusItemAlreadyExists
			continue
		}
		t.want.Add(n.Object, n.Attrs, false)
		t.store(n.Object, c.Rows[i], w)
	}
	return statuses
}

// keepSwitch takes a create of the switch that already exists.
func (t *tempView) keepSwitch(n sai.NewObject, row sairedis.Row, w *asicstate.Writes) {
	t.want.Add(n.Object, n.Attrs, true)
	t.store(n.Object, row, w)
}

func (t *tempView) remove(rm sairedis.Remove, w *asicstate.Writes) []sai.Status {
	statuses := make([]sai.Status, len(rm.Objects))
	for i, o := range rm.Objects {
		obj, ok := t.want.Get(o)
		if !ok {
			statuses[i] = sai.StatusItemNotFound
			continue
		}
		t.want.Remove(o)
		delete(t.rows, o)
		w.DeleteRow(asicstate.TempTable, rm.Keys[i])
		if obj.Given {
			t.dropped[o] = true
			w.SetRow(asicstate.TempTable, rm.Keys[i], []string{fieldDropped, "true"})
		}
	}
	return statuses
}

// drop takes up an object that was dropped before syncd was restarted.
func (t *tempView) drop(o sai.Object) {
	t.want.Remove(o)
	t.dropped[o] = true
}

// release makes the objects that came with the switch and were dropped ordinary
// ones of the current view, which the plan then removes.
func (t *tempView) release(cur *view.View) {
	for o := range t.dropped {
		if obj, ok := cur.Get(o); ok {
			obj.Given = false
		}
	}
}

// clear takes the rows of the view out of the database.
func (t *tempView) clear(w *asicstate.Writes) {
	for _, row := range t.rows {
		w.DeleteRow(asicstate.TempTable, row.key)
	}
	for o := range t.dropped {
		w.DeleteRow(asicstate.TempTable, text.EncodeObject(o))
	}
}

func (t *tempView) set(s sairedis.Set, w *asicstate.Writes) []sai.Status {
	statuses := make([]sai.Status, len(s.Objects))
	for i, o := range s.Objects {
		obj, ok := t.want.Get(o)
		if !ok {
			statuses[i] = sai.StatusItemNotFound
			continue
		}
		obj.Set(s.Attrs[i])
		t.store(o, s.Rows[i], w)
	}
	return statuses
}

// store adds fields to the row of an object.
func (t *tempView) store(o sai.Object, row sairedis.Row, w *asicstate.Writes) {
	w.SetRow(asicstate.TempTable, row.Key, row.Fields)
	r, ok := t.rows[o]
	if !ok {
		r = &tempRow{key: row.Key}
		t.rows[o] = r
	}
	r.merge(row.Fields)
}

func (r *tempRow) merge(fields []string) {
next:
	for i := 0; i+1 < len(fields); i += 2 {
		for j := 0; j+1 < len(r.fields); j += 2 {
			if r.fields[j] == fields[i] {
				r.fields[j+1] = fields[i+1]
				continue next
			}
		}
		r.fields = append(r.fields, fields[i], fields[i+1])
	}
}

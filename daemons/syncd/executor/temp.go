package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
)

// tempView is what a starting client says that the ASIC should hold, gathered
// between INIT_VIEW and APPLY_VIEW without touching the ASIC.
type tempView struct {
	want *view.View
	rows map[sai.Object]*tempRow
}

type tempRow struct {
	key    string
	fields []string
}

func newTempView() *tempView {
	return &tempView{want: view.New(), rows: map[sai.Object]*tempRow{}}
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
		if !t.want.Remove(o) {
			statuses[i] = sai.StatusItemNotFound
			continue
		}
		delete(t.rows, o)
		w.DeleteRow(asicstate.TempTable, rm.Keys[i])
	}
	return statuses
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

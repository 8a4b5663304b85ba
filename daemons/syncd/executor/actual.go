package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// readBatch is how many objects are read at once.
const readBatch = 4096

// survey gathers the view of what the ASIC holds. Objects of one type are read
// together: with a hundred thousand routes, single exchanges with the library
// would be most of a restart.
type survey struct {
	*starter
	view  *view.View
	gets  []sai.NewObject // of one type, real ids
	reads []read
}

// read says what the object is that is read: reads[i] goes with gets[i].
type read struct {
	want   *view.Object
	listed bool // the ASIC has it for certain
}

// actual is the view of what the ASIC holds, in virtual ids, as far as the
// database has an opinion about it.
func (s *starter) actual() *view.View {
	v := survey{starter: s, view: view.New()}
	for _, o := range s.ordered() {
		v.listed(o)
	}
	v.flush()
	s.want.Each(func(o *view.Object) { // ask for what cannot be listed
		if _, seen := v.view.Get(o.ID); seen || s.all[o.ID.Type] {
			return
		}
		if real, err := vid.Object(o.ID, s.ids.RID); err == nil {
			v.read(real, read{want: o})
		}
	})
	v.flush()
	return v.view
}

// listed takes in an object that the ASIC has.
func (s *survey) listed(real sai.Object) {
	id, err := vid.Object(real, s.ids.VID)
	if err != nil {
		s.log.Debug("object of the asic names an unknown one", "object", text.EncodeObject(real), "err", err)
		return
	}
	if want, wanted := s.want.Get(id); wanted {
		s.read(real, read{want: want, listed: true})
		return
	}
	if s.learnedEntry(id, real) {
		return
	}
	// What the database does not know is not given, even if it came with the
	// switch: a client removed it.
	given := belongsToPort(id.Type) || id.Type == sai.ObjectTypeSwitch
	s.view.Add(id, s.identity(real), given)
}

// read reads those attributes that the database knows, now or with objects that
// follow.
func (s *survey) read(real sai.Object, r read) {
	if len(s.gets) == readBatch || len(s.gets) > 0 && s.gets[0].Type != real.Type {
		s.flush()
	}
	attrs := make([]sai.Attr, len(r.want.Attrs))
	for i, a := range r.want.Attrs {
		attrs[i].ID = a.ID
	}
	if len(attrs) == 0 {
		if r.listed || s.exists(real) {
			s.view.Add(r.want.ID, nil, r.want.Given)
		}
		return
	}
	s.gets = append(s.gets, sai.NewObject{Object: real, Attrs: attrs})
	s.reads = append(s.reads, r)
}

// flush carries the gathered reads out.
func (s *survey) flush() {
	for i, st := range s.getAll(s.gets) {
		get, r := &s.gets[i], s.reads[i]
		if !r.listed && !present(st) {
			continue
		}
		if st != sai.StatusSuccess {
			s.readSingly(get)
		}
		s.believe(get.Attrs, r.want.Attrs)
		s.view.Add(r.want.ID, get.Attrs, r.want.Given)
	}
	s.gets, s.reads = s.gets[:0], s.reads[:0]
}

func (s *survey) getAll(gets []sai.NewObject) []sai.Status {
	if s.asic.Bulk != nil && len(gets) > 1 {
		return s.asic.Bulk.GetBulk(gets)
	}
	statuses := make([]sai.Status, len(gets))
	for i := range gets {
		statuses[i] = s.asic.Get(gets[i].Object, gets[i].Attrs)
	}
	return statuses
}

// readSingly reads attribute by attribute: some may not be readable.
func (s *survey) readSingly(get *sai.NewObject) {
	for i := range get.Attrs {
		one := get.Attrs[i : i+1]
		one[0].Value = sai.Value{}
		if s.asic.Get(get.Object, one) != sai.StatusSuccess {
			one[0].Value = sai.Value{}
		}
	}
}

// believe translates what was read. Where the ASIC does not tell, the database
// is believed.
func (s *survey) believe(attrs, want []sai.Attr) {
	for i, a := range want {
		v, err := vid.Value(attrs[i].Value, s.ids.VID)
		if err != nil || v.Kind() != a.Value.Kind() {
			v = a.Value
		}
		attrs[i].Value = v
	}
}

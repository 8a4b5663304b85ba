package strictasic

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/strict"
)

// New wraps a store. Events are what the test sends.
func New(store *strict.Store, events <-chan event.Event) hardware.ASIC {
	extra := asic{store}
	return hardware.ASIC{Driver: store, Types: extra, List: extra, Bulk: extra, Count: extra, Can: extra, Events: events}
}

// WithoutEntries is an ASIC that lists only objects with an id, as libraries
// commonly do.
func WithoutEntries(a hardware.ASIC) hardware.ASIC {
	a.List = idLister{a.List}
	return a
}

type idLister struct{ hardware.Lister }

func (l idLister) Objects(sw sai.ObjectID, t sai.ObjectType) ([]sai.Object, sai.Status) {
	if info, ok := sai.ObjectTypeInfo(t); !ok || !info.HasOID {
		return nil, sai.StatusNotImplemented
	}
	return l.Lister.Objects(sw, t)
}

// asic answers from the store and from metadata.
type asic struct{ store *strict.Store }

func (a asic) TypeOf(rid sai.ObjectID) (sai.ObjectType, bool) { return strict.TypeOf(rid) }

func (a asic) Objects(_ sai.ObjectID, t sai.ObjectType) ([]sai.Object, sai.Status) {
	return a.store.Keys(t), sai.StatusSuccess
}

func (a asic) GetBulk(objs []sai.NewObject) []sai.Status {
	statuses := make([]sai.Status, len(objs))
	for i := range objs {
		statuses[i] = a.store.Get(objs[i].Object, objs[i].Attrs)
	}
	return statuses
}

func (a asic) StatsBulk(objs []sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, []sai.Status) {
	values, statuses := make([]uint64, len(objs)*len(ids)), make([]sai.Status, len(objs))
	for i, o := range objs {
		var read []uint64
		read, statuses[i] = a.store.Stats(o, ids, mode)
		copy(values[i*len(ids):], read)
	}
	return values, statuses
}

func (a asic) AttrCapability(_ sai.ObjectID, t sai.ObjectType, id sai.AttrID) (sai.AttrCapability, sai.Status) {
	m, s := attr(t, id)
	if s != sai.StatusSuccess {
		return sai.AttrCapability{}, s
	}
	return sai.AttrCapability{Create: !m.ReadOnly, Set: m.Settable, Get: true}, s
}

func (a asic) EnumValues(_ sai.ObjectID, t sai.ObjectType, id sai.AttrID) ([]int32, sai.Status) {
	m, s := attr(t, id)
	if s != sai.StatusSuccess || m.Enum == nil {
		return nil, sai.StatusNotSupported
	}
	var list []int32
	for _, v := range m.Enum.Values() {
		list = append(list, v.Number)
	}
	return slices.Compact(list), sai.StatusSuccess // several names may share a number
}

func (a asic) Availability(sai.ObjectID, sai.ObjectType, []sai.Attr) (uint64, sai.Status) {
	return strict.DefaultLimit, sai.StatusSuccess
}

func (a asic) StatsCapability(_ sai.ObjectID, t sai.ObjectType) ([]sai.StatCapability, sai.Status) {
	info, ok := sai.ObjectTypeInfo(t)
	if !ok || info.Stats == nil {
		return nil, sai.StatusNotSupported
	}
	var list []sai.StatCapability
	for _, v := range info.Stats.Values() {
		list = append(list, sai.StatCapability{ID: sai.StatID(v.Number), Modes: uint32(sai.StatsModeRead)})
	}
	return slices.Compact(list), sai.StatusSuccess
}

func attr(t sai.ObjectType, id sai.AttrID) (*sai.AttrMeta, sai.Status) {
	info, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil, sai.StatusInvalidParameter
	}
	m := info.Attr(id)
	if m == nil {
		return nil, sai.StatusInvalidParameter
	}
	return m, sai.StatusSuccess
}

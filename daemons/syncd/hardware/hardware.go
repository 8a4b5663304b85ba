package hardware

import (
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
)

// ASIC is one opened SAI implementation.
type ASIC struct {
	sai.Driver
	Types  Typer
	List   Lister
	Bulk   BulkGetter
	Count  BulkCounter
	Can    Capabilities
	Log    Logger             // nil for one that keeps no log of its own
	Events <-chan event.Event // real ids; closed by the driver when it ends
}

// Typer tells the object type of a real id (sai_object_type_query).
type Typer interface {
	TypeOf(rid sai.ObjectID) (sai.ObjectType, bool)
}

// Lister enumerates the objects of a type (sai_get_object_key). Switches are
// listed with a null switch id.
type Lister interface {
	Objects(switchID sai.ObjectID, t sai.ObjectType) ([]sai.Object, sai.Status)
}

// BulkGetter reads many objects of one type at once, each as sai.Driver.Get
// reads one.
type BulkGetter interface {
	GetBulk(objs []sai.NewObject) []sai.Status
}

// BulkCounter reads the same counters of many objects of one type with one
// call: the values of the first object, then of the next. Values of an object
// that has a status other than success mean nothing; StatusNotImplemented or
// StatusNotSupported of all says that there is no such call.
type BulkCounter interface {
	StatsBulk(objs []sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, []sai.Status)
}

// Capabilities answers what the library implements.
type Capabilities interface {
	AttrCapability(switchID sai.ObjectID, t sai.ObjectType, id sai.AttrID) (sai.AttrCapability, sai.Status)
	EnumValues(switchID sai.ObjectID, t sai.ObjectType, id sai.AttrID) ([]int32, sai.Status)
	Availability(switchID sai.ObjectID, t sai.ObjectType, attrs []sai.Attr) (uint64, sai.Status)
	StatsCapability(switchID sai.ObjectID, t sai.ObjectType) ([]sai.StatCapability, sai.Status)
}

// Logger sets how much the library logs on its own (sai_log_set).
type Logger interface {
	SetLog(api sai.API, level sai.LogLevel) sai.Status
}

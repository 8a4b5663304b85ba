package hardware

import "github.com/heddle-nos/heddle/sai"

// ASIC is one opened SAI implementation.
type ASIC struct {
	sai.Driver
	Types  Typer
	List   Lister
	Bulk   BulkGetter
	Can    Capabilities
	Events <-chan Event // closed by the driver when it ends
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

// Capabilities answers what the library implements.
type Capabilities interface {
	AttrCapability(switchID sai.ObjectID, t sai.ObjectType, id sai.AttrID) (AttrCapability, sai.Status)
	EnumValues(switchID sai.ObjectID, t sai.ObjectType, id sai.AttrID) ([]int32, sai.Status)
	Availability(switchID sai.ObjectID, t sai.ObjectType, attrs []sai.Attr) (uint64, sai.Status)
	StatsCapability(switchID sai.ObjectID, t sai.ObjectType) ([]StatCapability, sai.Status)
}

// AttrCapability says what can be done with an attribute.
type AttrCapability struct{ Create, Set, Get bool }

// StatCapability says in which modes (bits of sai_stats_mode_t) a counter can
// be read.
type StatCapability struct {
	ID    sai.StatID
	Modes uint32
}

// Event is a notification of the ASIC. Exactly one field is set; ids are real.
type Event struct {
	FDB      []FDBEvent
	Port     []PortEvent
	Switch   *SwitchEvent
	Shutdown *ShutdownEvent
}

// FDBEvent reports a change of one forwarding-database entry. An Entry with a
// zero MAC and an event of SAI_FDB_EVENT_FLUSHED stands for all entries that
// match BV and the bridge port among the attributes, where those are not null.
type FDBEvent struct {
	Event sai.FDBEvent
	Entry sai.FDBEntry
	Attrs []sai.Attr
}

// PortEvent reports the operational state of a port.
type PortEvent struct {
	Port   sai.ObjectID
	Status sai.PortOperStatus
	Errors sai.PortErrorStatus
}

// SwitchEvent reports the operational state of the switch.
type SwitchEvent struct {
	Switch sai.ObjectID
	Status sai.SwitchOperStatus
}

// ShutdownEvent asks for the switch to be shut down.
type ShutdownEvent struct{ Switch sai.ObjectID }

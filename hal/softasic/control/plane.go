package control

import (
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// Plane is the part of a dataplane.Plane that control drives.
type Plane interface {
	PortPlane
	BridgePlane
	RouterPlane
	HostPlane
	SyncPlane
}

// PortPlane sets up front-panel ports and LAGs.
type PortPlane interface {
	SetPort(dataplane.PortID, dataplane.Port) error
	DeletePort(dataplane.PortID) error
	SetLAG(dataplane.PortID, dataplane.LAG) error
	DeleteLAG(dataplane.PortID) error
	SetLAGMember(dataplane.PortID, dataplane.LAGMember) error
	DeleteLAGMember(dataplane.PortID) error
	SetHash(dataplane.HashKind, dataplane.Hash) error
	PortState(dataplane.PortID) bool
	PortCounters(dataplane.PortID) (dataplane.PortCounters, error)
	RIFCounters(dataplane.RIFID) (dataplane.RIFCounters, error)
	PortDrops(dataplane.PortID) (map[dataplane.DropReason]uint64, error)
	DropCounters() (map[dataplane.DropReason]uint64, error)
}

// BridgePlane sets up VLANs and the FDB.
type BridgePlane interface {
	SetVLAN(vid uint16, v dataplane.VLAN) error
	DeleteVLAN(vid uint16) error
	SetVLANMember(vid uint16, id dataplane.PortID, tagged bool) error
	DeleteVLANMember(vid uint16, id dataplane.PortID) error
	SetSTPState(i dataplane.STPID, id dataplane.PortID, s dataplane.STPState) error
	DeleteSTPState(i dataplane.STPID, id dataplane.PortID) error
	SetStream(vid uint16, s dataplane.Stream, ports []dataplane.PortID) error
	DeleteStream(vid uint16, s dataplane.Stream) error
	SetFDB(vid uint16, mac dataplane.MAC, f dataplane.FDB) error
	DeleteFDB(vid uint16, mac dataplane.MAC) error
	FlushFDB(f dataplane.FlushFilter) ([]dataplane.FDBEntry, error)
	FDBEntries() ([]dataplane.FDBEntry, error)
	SetAgeing(time.Duration) error
}

// RouterPlane sets up routing.
type RouterPlane interface {
	SetRIF(dataplane.RIFID, dataplane.RIF) error
	DeleteRIF(dataplane.RIFID) error
	SetAdj(dataplane.AdjID, dataplane.Adj) error
	DeleteAdj(dataplane.AdjID) error
	SetGroup(dataplane.GroupID, dataplane.Group) error
	DeleteGroup(dataplane.GroupID) error
	UpdateRoutes(dataplane.VRFID, []dataplane.RouteUpdate) []error
	RouteCounters(dataplane.RouteCounterID) (dataplane.FlowCounters, error)
	ClearRouteCounters(dataplane.RouteCounterID) error
}

// HostPlane sets up what reaches the CPU.
type HostPlane interface {
	SetHostif(dataplane.HostifID, dataplane.Hostif) error
	DeleteHostif(dataplane.HostifID) error
	SetTrap(dataplane.TrapKind, dataplane.Trap) error
	TrapCounters(dataplane.TrapKind) (dataplane.FlowCounters, error)
	SetLimit(dataplane.LimitID, dataplane.Limit) error
	DeleteLimit(dataplane.LimitID) error
	LimitCounters(dataplane.LimitID) (dataplane.LimitCounters, error)
	Events() <-chan dataplane.Event
}

// SyncPlane brackets a complete restatement after a restart.
type SyncPlane interface {
	BeginSync() error
	EndSync() error
}

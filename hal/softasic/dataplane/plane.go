package dataplane

import (
	"errors"
	"time"
)

var errStub = errors.New("not written yet")

// Plane is a running pipeline. Its methods are safe for concurrent use.
type Plane struct{}

func Open(cfg Config) (*Plane, error)                                   { return nil, errStub }
func (p *Plane) Adopted() bool                                          { return false }
func (p *Plane) Close() error                                           { return errStub }
func (p *Plane) Destroy() error                                         { return errStub }
func (p *Plane) BeginSync() error                                       { return errStub }
func (p *Plane) EndSync() error                                         { return errStub }
func (p *Plane) SetPort(id PortID, port Port) error                     { return errStub }
func (p *Plane) DeletePort(id PortID) error                             { return errStub }
func (p *Plane) PortState(id PortID) bool                               { return false }
func (p *Plane) SetVLAN(vid uint16, v VLAN) error                       { return errStub }
func (p *Plane) DeleteVLAN(vid uint16) error                            { return errStub }
func (p *Plane) SetVLANMember(vid uint16, id PortID, tagged bool) error { return errStub }
func (p *Plane) DeleteVLANMember(vid uint16, id PortID) error           { return errStub }
func (p *Plane) SetSTPState(i STPID, id PortID, s STPState) error       { return errStub }
func (p *Plane) SetHostif(id HostifID, h Hostif) error                  { return errStub }
func (p *Plane) DeleteHostif(id HostifID) error                         { return errStub }
func (p *Plane) SetRIF(id RIFID, r RIF) error                           { return errStub }
func (p *Plane) DeleteRIF(id RIFID) error                               { return errStub }
func (p *Plane) SetAdj(id AdjID, a Adj) error                           { return errStub }
func (p *Plane) DeleteAdj(id AdjID) error                               { return errStub }
func (p *Plane) UpdateRoutes(vrf VRFID, u []RouteUpdate) []error        { return nil }
func (p *Plane) SetFDB(vid uint16, mac MAC, f FDB) error                { return errStub }
func (p *Plane) DeleteFDB(vid uint16, mac MAC) error                    { return errStub }
func (p *Plane) FlushFDB(f FlushFilter) ([]FDBEntry, error)             { return nil, errStub }
func (p *Plane) FDBEntries() ([]FDBEntry, error)                        { return nil, errStub }
func (p *Plane) SetAgeing(d time.Duration) error                        { return errStub }
func (p *Plane) SetTrap(k TrapKind, a TrapAction) error                 { return errStub }
func (p *Plane) Events() <-chan Event                                   { return nil }
func (p *Plane) PortCounters(id PortID) (PortCounters, error)           { return PortCounters{}, errStub }
func (p *Plane) ClearPortCounters(id PortID) error                      { return errStub }
func (p *Plane) RIFCounters(id RIFID) (RIFCounters, error)              { return RIFCounters{}, errStub }
func (p *Plane) ClearRIFCounters(id RIFID) error                        { return errStub }
func (p *Plane) DropCounters() (map[string]uint64, error)               { return nil, errStub }

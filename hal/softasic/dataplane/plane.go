package dataplane

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// eventRoom bounds the events that wait for the caller. Behind it the kernel's
// ring waits, and behind that the next scan of the FDB finds what was lost.
const eventRoom = 4096

// Plane is a running pipeline. Its methods are safe for concurrent use; one
// goroutine, which lives in the silicon's namespace, carries them out in turn.
type Plane struct {
	cfg    Config
	log    *slog.Logger
	t      *tables
	spaces *spaces
	attach attachments

	jobs   chan job
	events chan Event
	ctx    context.Context // ends the goroutines; not a caller's
	cancel context.CancelFunc
	joined sync.WaitGroup

	state
	fdb *fdbWatch
}

// state is what the worker goroutine alone touches.
type state struct {
	settings pipelineSettings
	ports    map[PortID]*portRow
	lags     map[PortID]LAG
	vlans    map[uint16]*vlanRow
	hostifs  map[HostifID]*hostifRow
	rifs     map[RIFID]RIF
	subports map[PortID]int // how many router interfaces of VLANs a port or LAG has
	adjs     map[AdjID]Adj
	groups   map[GroupID]*groupRow
	sharing  map[PortID]bool // ports that members of groups go out of; nil: to be found
	stp      map[stpKey]STPState
	metered  map[PortID]bool // ports with storm control
	limits   map[LimitID]limitRow
	slots    streamSlots
	fib4     *fib4
	fib4vrf  *trie[pipelineRoute4Key]
	fib6     *trie[pipelineRoute6Key]
	stale    *stale // between BeginSync and EndSync
}

type job struct {
	do   func() error
	done chan<- error
}

// Open starts a plane, or takes over the one that is pinned in cfg.PinDir
// without disturbing what it forwards.
func Open(cfg Config) (*Plane, error) {
	cfg.setDefaults()
	p, err := open(cfg)
	if err != nil {
		return nil, fmt.Errorf("open data plane: %w", err)
	}
	return p, nil
}

func open(cfg Config) (*Plane, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if err := mountBPF(cfg.PinDir); err != nil {
		return nil, err
	}
	p := &Plane{cfg: cfg, log: cfg.Log, jobs: make(chan job), events: make(chan Event, eventRoom)}
	var err error
	if p.spaces, err = openSpaces(cfg.Netns, cfg.HostNetns); err != nil {
		return nil, err
	}
	p.attach = attachments{filepath.Join(cfg.PinDir, "links"), p.spaces.siliconNl}
	if p.t, err = loadTables(&cfg); err != nil {
		p.spaces.close()
		return nil, err
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	if err := p.start(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Plane) start() error {
	if err := os.MkdirAll(p.attach.dir, 0o700); err != nil {
		return fmt.Errorf("make link directory: %w", err)
	}
	p.state = state{
		ports: map[PortID]*portRow{}, lags: map[PortID]LAG{}, vlans: map[uint16]*vlanRow{}, hostifs: map[HostifID]*hostifRow{},
		rifs: map[RIFID]RIF{}, subports: map[PortID]int{}, adjs: map[AdjID]Adj{}, groups: map[GroupID]*groupRow{}, stp: map[stpKey]STPState{}, metered: map[PortID]bool{}, limits: map[LimitID]limitRow{},
		fib4:    newFIB4(p.t.slots, p.t.cells, int(p.cfg.MaxRoutes4), p.t.adopted),
		fib4vrf: newTrie4(p.t.Fib4Vrf), fib6: newTrie6(p.t.Fib6),
	}
	ready := make(chan error, 1)
	p.joined.Go(func() { p.work(ready) })
	if err := <-ready; err != nil {
		return err
	}
	if err := p.do(p.adopt); err != nil {
		return err
	}
	if err := p.startFDB(); err != nil {
		return err
	}
	return p.startLinks()
}

// work carries out jobs in the silicon's namespace until the plane ends. The
// thread stays locked and so ends with the goroutine.
func (p *Plane) work(ready chan<- error) {
	err := p.spaces.enter()
	ready <- err
	if err != nil {
		return
	}
	for {
		select {
		case j := <-p.jobs:
			j.done <- j.do()
		case <-p.ctx.Done():
			return
		}
	}
}

// do runs f on the worker.
func (p *Plane) do(f func() error) error {
	done := make(chan error, 1)
	select {
	case p.jobs <- job{f, done}:
		return <-done
	case <-p.ctx.Done():
		return ErrClosed
	}
}

// Adopted tells whether Open found tables of an earlier run.
func (p *Plane) Adopted() bool { return p.t.adopted }

// Events delivers what happens in the plane. The channel is closed by Close.
func (p *Plane) Events() <-chan Event { return p.events }

func (p *Plane) tell(e Event) {
	select {
	case p.events <- e:
	case <-p.ctx.Done():
	}
}

// Close ends this process's hold on the plane. What was set goes on forwarding.
func (p *Plane) Close() error {
	if p.ctx.Err() != nil {
		return nil
	}
	p.cancel()
	var err error
	if p.fdb != nil {
		err = p.fdb.close()
	}
	p.joined.Wait()
	close(p.events)
	for _, v := range p.vlans {
		v.flood.close()
	}
	p.slots.close()
	p.t.close()
	p.spaces.close()
	return err
}

// Destroy takes the plane away: programs, tables and host interfaces.
func (p *Plane) Destroy() error {
	err := p.do(func() error {
		var err error
		for id := range p.hostifs {
			err = errors.Join(err, p.deleteHostif(id))
		}
		err = errors.Join(err, p.sweepWires())
		for id, r := range p.ports {
			err = errors.Join(err, p.attach.detachTC(portLink(id, "tc"), r.ifindex))
		}
		return errors.Join(err, p.sweepWires())
	})
	return errors.Join(err, p.Close(), removePins(p.cfg.PinDir))
}

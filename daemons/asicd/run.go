package asicd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/control"
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/sai/strict"
)

// Run serves an ASIC on the real data plane until ctx ends. The data plane
// forwards on after that.
func Run(ctx context.Context, cfg Config) error {
	plane, err := openPlane(cfg)
	if err != nil {
		return err
	}
	return errors.Join(Serve(ctx, cfg, plane), plane.Close())
}

// Destroy takes the data plane away, with everything that Run leaves behind.
func Destroy(cfg Config) error {
	plane, err := openPlane(cfg)
	if err != nil {
		return err
	}
	err = plane.Destroy()
	if rm := os.Remove(cfg.journal()); !errors.Is(rm, os.ErrNotExist) {
		err = errors.Join(err, rm)
	}
	return err
}

func openPlane(cfg Config) (*dataplane.Plane, error) {
	plane, err := dataplane.Open(dataplane.Config{PinDir: cfg.PinDir, Netns: netnsPath(cfg.Netns), HostNetns: netnsPath(cfg.HostNetns), Log: cfg.Log})
	if err != nil {
		return nil, fmt.Errorf("open data plane: %w", err)
	}
	return plane, nil
}

// asic is the running whole.
type asic struct {
	cfg      Config
	store    *strict.Store
	control  *control.Control
	journal  *journal
	sessions *sessions
	clients  *clients

	// guarded by exec
	rewriteFailed time.Time
	listing       listing

	exec sync.Mutex // one request at a time: store, journal and session change together
}

// Serve serves an ASIC on any data plane.
func Serve(ctx context.Context, cfg Config, plane control.Plane) error {
	if err := process.NotReady(cfg.ReadyFile); err != nil {
		return err
	}
	a, err := start(cfg, plane)
	if err != nil {
		return err
	}
	defer a.journal.Close()
	l, err := listen(cfg.Socket)
	if err != nil {
		return err
	}
	g := process.NewGroup(ctx)
	g.Go("events", func(ctx context.Context) error { return a.control.Run(ctx, a.store) })
	g.Go("clients", func(ctx context.Context) error { return a.accept(ctx, l) })
	if err := process.Ready(cfg.ReadyFile); err != nil {
		cfg.Log.Error("ready mark", "err", err)
	}
	cfg.Log.Info("serving", "socket", cfg.Socket, "ports", len(cfg.Board.Ports))
	return errors.Join(g.Wait(), process.NotReady(cfg.ReadyFile))
}

// start brings back the state of an earlier run and states it to the plane.
func start(cfg Config, plane control.Plane) (*asic, error) {
	mac, err := cfg.Board.mac()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.StateDir, 0o755); err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	a := &asic{cfg: cfg, sessions: newSessions(), clients: newClients(cfg.Log)}
	a.control = control.New(control.Config{
		Plane: plane, Ports: cfg.Board.frontPorts(), MAC: mac, Log: cfg.Log, Notify: a.clients.notify,
	})
	a.journal = newJournal(cfg.journal(), cfg.Log)
	a.store = strict.New(strict.Options{
		Ports: cfg.Board.strictPorts(), Queues: control.Queues, PriorityGroups: control.PriorityGroups,
		Limits: control.Limits(), Types: a.control.Types(), Commit: a.journal.collect,
	})
	if err := a.restore(); err != nil {
		return nil, err
	}
	if err := a.control.Sync(a.store); err != nil {
		return nil, err
	}
	a.store.SetBackend(a.control)
	return a, nil
}

// restore replays the journal and writes it anew, so that it starts compact and
// without a torn end. A journal that makes no sense is put aside.
func (a *asic) restore() error {
	err := a.store.Restore(func(r *strict.Restorer) error { return a.journal.replay(r, a.sessions) })
	var bad *CorruptError
	if errors.As(err, &bad) {
		aside := filepath.Join(a.cfg.StateDir, "journal.bad")
		a.cfg.Log.Error("journal put aside, starting without objects", "err", err, "aside", aside)
		a.sessions.clear()
		if err := os.Rename(a.cfg.journal(), aside); err != nil {
			return fmt.Errorf("put journal aside: %w", err)
		}
	} else if err != nil {
		return err
	}
	return a.journal.rewrite(a.store, a.sessions)
}

package supervise

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// supervisor runs the programs of one Spec.
type supervisor struct {
	runners []*runner
	cancels []context.CancelFunc
	joins   []*sync.WaitGroup
	log     *slog.Logger
}

// Run starts the programs of the Spec in dir and keeps them running until ctx
// ends or a client asks for the end; then it ends them in reverse order.
func Run(ctx context.Context, dir string, log *slog.Logger) error {
	spec, err := Read(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(LogFile(dir, "x")), 0o755); err != nil {
		return fmt.Errorf("make log directory: %w", err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &supervisor{log: log}
	server, err := listen(dir, s, cancel)
	if err != nil {
		return err
	}
	s.start(spec)
	served := make(chan error, 1)
	go func() { served <- server.serve(ctx) }()
	<-ctx.Done()
	s.stop()
	return <-served
}

// start runs each program under a context of its own, so that they can be ended one after the other.
func (s *supervisor) start(spec Spec) {
	for _, p := range spec.Programs {
		r := newRunner(p, spec.Dir, s.log)
		ctx, cancel := context.WithCancel(context.Background())
		join := new(sync.WaitGroup)
		join.Go(func() { r.run(ctx) })
		s.runners = append(s.runners, r)
		s.cancels = append(s.cancels, cancel)
		s.joins = append(s.joins, join)
	}
}

func (s *supervisor) stop() {
	for i := len(s.runners) - 1; i >= 0; i-- {
		s.cancels[i]()
		s.joins[i].Wait()
	}
}

func (s *supervisor) statuses() []Status {
	all := make([]Status, len(s.runners))
	for i, r := range s.runners {
		all[i] = r.report()
	}
	return all
}

// do carries out a request about one program.
func (s *supervisor) do(verb verb, name string, sig syscall.Signal) error {
	for _, r := range s.runners {
		if r.program.Name != name {
			continue
		}
		switch verb {
		case verbRestart:
			return r.signal(sig)
		case verbStop:
			return r.pause(sig)
		case verbStart:
			r.resume()
			return nil
		}
	}
	return fmt.Errorf("no program %q", name)
}

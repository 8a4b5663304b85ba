package supervise

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

const (
	pollInterval = 20 * time.Millisecond
	minBackoff   = 100 * time.Millisecond
	maxBackoff   = 5 * time.Second
	goodRun      = 10 * time.Second // after which a crash counts as the first one again
	graceTime    = 10 * time.Second // from SIGTERM to SIGKILL
)

// runner keeps one program running.
type runner struct {
	program Program
	dir     string
	log     *slog.Logger
	wake    chan struct{} // one waiting wish to start again at once is enough

	mu     sync.Mutex // guards what follows
	status Status
	paused bool // stopped by request
	asked  bool // the next end was asked for
}

func newRunner(p Program, dir string, log *slog.Logger) *runner {
	return &runner{
		program: p,
		dir:     dir,
		log:     log.With("program", p.Name),
		wake:    make(chan struct{}, 1),
		status:  Status{Name: p.Name, State: Waiting, Since: time.Now()},
	}
}

// run keeps one thread for the program: the kernel kills the program when the thread that started it ends, whatever ends it.
func (r *runner) run(ctx context.Context) {
	err := namespace.OwnThread(func() error {
		if err := r.enter(); err != nil {
			return err
		}
		r.runHere(ctx)
		return nil
	})
	if err != nil {
		r.setState(Failed, err.Error())
	}
}

// runHere starts the program again and again until ctx ends.
func (r *runner) runHere(ctx context.Context) {
	backoff := minBackoff
	for ctx.Err() == nil {
		if !r.waitForNeeds(ctx) {
			return
		}
		began := time.Now()
		err := r.once(ctx)
		if r.program.Once {
			r.finish(err)
			return
		}
		if time.Since(began) > goodRun {
			backoff = minBackoff
		}
		if !r.afterEnd(ctx, err, backoff) {
			return
		}
		backoff = min(2*backoff, maxBackoff)
	}
}

func (r *runner) enter() error {
	if r.program.Namespace == "" {
		return nil
	}
	return namespace.Enter(r.program.Namespace)
}

// waitForNeeds returns false when ctx ended first.
func (r *runner) waitForNeeds(ctx context.Context) bool {
	for {
		if r.mayStart() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(pollInterval):
		}
	}
}

func (r *runner) mayStart() bool {
	r.mu.Lock()
	paused := r.paused
	r.mu.Unlock()
	if paused {
		return false
	}
	for _, file := range r.program.Needs {
		if _, err := os.Stat(file); err != nil {
			return false
		}
	}
	return true
}

// once runs the program to its end.
func (r *runner) once(ctx context.Context) error {
	if err := r.clearReady(); err != nil {
		return err
	}
	out, err := os.OpenFile(LogFile(r.dir, r.program.Name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(r.program.Path, r.program.Args...)
	cmd.Env = append(os.Environ(), r.program.Env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	r.started(cmd.Process.Pid)
	ended := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() { terminate(ctx, cmd.Process, ended) })
	err = cmd.Wait()
	close(ended)
	watcher.Wait()
	return err
}

// terminate ends the process in order when ctx ends before the process does.
func terminate(ctx context.Context, p *os.Process, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	_ = p.Signal(syscall.SIGTERM) // fails only when it has ended
	select {
	case <-ended:
	case <-time.After(graceTime):
		_ = p.Kill()
	}
}

func (r *runner) clearReady() error {
	if r.program.Ready == "" {
		return nil
	}
	if err := os.Remove(r.program.Ready); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear ready mark: %w", err)
	}
	return nil
}

// finish records the end of a program that runs once.
func (r *runner) finish(err error) {
	if err == nil && r.program.Ready != "" {
		err = mark(r.program.Ready)
	}
	if err != nil {
		r.log.Error("program failed", "err", err)
		r.setState(Failed, err.Error())
		return
	}
	r.setState(Done, "exit status 0")
}

func mark(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, nil, 0o644)
}

// afterEnd waits before the next start and returns false when ctx ended.
func (r *runner) afterEnd(ctx context.Context, err error, backoff time.Duration) bool {
	exit := "exit status 0"
	if err != nil {
		exit = err.Error()
	}
	if ctx.Err() != nil {
		r.setState(Stopped, exit)
		return false
	}
	if r.takeAsked() {
		r.setState(Waiting, exit)
		return true
	}
	r.log.Warn("program ended, starting it again", "exit", exit, "backoff", backoff)
	r.setState(Backoff, exit)
	select {
	case <-ctx.Done():
		return false
	case <-r.wake:
	case <-time.After(backoff):
	}
	return true
}

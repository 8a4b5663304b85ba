package supervise

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

func (r *runner) setState(s State, exit string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused && s == Waiting {
		s = Stopped
	}
	r.status.State, r.status.Exit, r.status.PID, r.status.Since = s, exit, 0, time.Now()
}

func (r *runner) started(pid int) {
	r.log.Info("program started", "pid", pid)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.State, r.status.PID, r.status.Since = Running, pid, time.Now()
	r.status.Starts++
}

// takeAsked reports whether the last end was asked for.
func (r *runner) takeAsked() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.asked
	r.asked = false
	return asked
}

// report returns the program's status.
func (r *runner) report() Status {
	r.mu.Lock()
	s := r.status
	r.mu.Unlock()
	switch {
	case s.State == Done:
		s.Ready = true
	case s.State == Running && r.program.Ready == "":
		s.Ready = true
	case s.State == Running:
		_, err := os.Stat(r.program.Ready)
		s.Ready = err == nil
	}
	return s
}

// signal ends the running program, which is then started again at once.
func (r *runner) signal(sig syscall.Signal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status.PID == 0 {
		return fmt.Errorf("%s is not running", r.program.Name)
	}
	r.asked = true
	return syscall.Kill(r.status.PID, sig)
}

// pause ends the program until resume.
func (r *runner) pause(sig syscall.Signal) error {
	r.mu.Lock()
	r.paused = true
	pid := r.status.PID
	r.asked = pid != 0
	r.mu.Unlock()
	if pid == 0 {
		return nil
	}
	return syscall.Kill(pid, sig)
}

// resume starts a paused program again.
func (r *runner) resume() {
	r.mu.Lock()
	r.paused = false
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

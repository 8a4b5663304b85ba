package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

// endTime is how long the daemons of a switch may take to end.
const endTime = 30 * time.Second

// Down takes away everything that belongs to the lab, in whatever state it is, and reports all that could not be.
func (l *Lab) Down(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, endTime)
	defer cancel()
	var errs []error
	for _, node := range l.supervised() {
		// Not being asked is normal for a node that was never started.
		_ = l.Supervisor(node).Shutdown(ctx)
	}
	for _, node := range l.supervised() {
		if _, err := os.Stat(l.Paths(node).RunDir); err == nil {
			errs = append(errs, l.Supervisor(node).WaitGone(ctx))
		}
	}
	for _, ns := range l.namespaces() {
		if namespace.Exists(ns) {
			errs = append(errs, killMembers(ctx, ns), namespace.Delete(ns))
		}
	}
	for _, s := range l.Topology.Switches {
		errs = append(errs, os.RemoveAll(l.Paths(s.Name).BPFDir()))
	}
	errs = append(errs, os.RemoveAll(l.dir()))
	// These fail while another lab is up.
	_ = os.Remove(root)
	if len(l.Topology.Switches) > 0 {
		_ = os.Remove(filepath.Dir(l.Paths(l.Topology.Switches[0].Name).BPFDir()))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("take down lab %s: %w", l.Topology.Name, err)
	}
	return nil
}

// killMembers ends what still runs in a namespace, an operator's shell for example.
func killMembers(ctx context.Context, ns string) error {
	for {
		members, err := namespace.Members(ns)
		if err != nil || len(members) == 0 {
			return err
		}
		for _, pid := range members {
			_ = syscall.Kill(pid, syscall.SIGKILL) // fails only when it has ended
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("end processes %v in %s: %w", members, ns, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

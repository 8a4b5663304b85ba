package apply

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// Units is who runs services.
type Units interface {
	Relearn(ctx context.Context) error
	Reload(ctx context.Context, unit string) error
	Restart(ctx context.Context, unit string) error
	Start(ctx context.Context, unit string) error
	Stop(ctx context.Context, unit string) error
}

// System is the part of the host that is no file.
type System interface {
	SetHostname(name string) error
	SetAges(ctx context.Context, ages render.Ages) error
	UpdateBoot(ctx context.Context) error
}

// Applier applies services to a host. It is used by one goroutine.
type Applier struct {
	Disk   Disk
	Units  Units  // nil where nobody runs services
	System System // nil where files are all
	Owed   string // directory with a mark for each service that has not been told yet
	Log    *slog.Logger

	seen map[string]bool // services applied before in this life
}

// Apply makes the files of a service what was rendered. The problems are rows that its checkers refuse: then nothing was changed.
func (a *Applier) Apply(ctx context.Context, s render.Service, out render.Output) ([]row.Problem, error) {
	changes, err := a.changes(out)
	if err != nil {
		return nil, fmt.Errorf("compare files of %s: %w", s.Name, err)
	}
	if len(changes) > 0 {
		if problems, err := a.replace(ctx, s, changes); err != nil || len(problems) > 0 {
			return problems, err
		}
	}
	return nil, errors.Join(a.named(out.Hostname), a.tell(ctx, s, out))
}

func (a *Applier) saw(service string) {
	if a.seen == nil {
		a.seen = make(map[string]bool)
	}
	a.seen[service] = true
}

func (a *Applier) changes(out render.Output) ([]*change, error) {
	list, err := a.Disk.strays(out.Owns, out.Files)
	if err != nil {
		return nil, err
	}
	for _, f := range out.Files {
		c, err := a.Disk.compare(f)
		if err != nil {
			return nil, err
		}
		if c != nil {
			list = append(list, c)
		}
	}
	return list, nil
}

// replace judges all files of a service, and then gives all of them their names.
func (a *Applier) replace(ctx context.Context, s render.Service, changes []*change) ([]row.Problem, error) {
	defer func() {
		for _, c := range changes {
			if c.temp != "" {
				_ = os.Remove(c.temp) // one that has its name by now is not there any more
			}
		}
	}()
	var problems []row.Problem
	for _, c := range changes {
		if !c.remove {
			if err := a.Disk.prepare(c); err != nil {
				return nil, err
			}
		}
		p, err := a.Disk.judge(ctx, c, s.Home)
		if err != nil {
			return nil, err
		}
		if p != nil {
			problems = append(problems, *p)
		}
	}
	if len(problems) > 0 {
		return problems, nil
	}
	if err := a.owe(s.Name); err != nil {
		return nil, err
	}
	for _, c := range changes {
		if err := a.Disk.finish(c); err != nil {
			return nil, err
		}
		a.Log.Info("file replaced", "service", s.Name, "file", c.file.Path, "removed", c.remove)
	}
	return nil, nil
}

func (a *Applier) mark(service string) string { return filepath.Join(a.Owed, service) }

// owe notes that a service has to be told, before anything of it changes.
func (a *Applier) owe(service string) error {
	if err := os.MkdirAll(a.Owed, 0o755); err != nil {
		return fmt.Errorf("note change of %s: %w", service, err)
	}
	if err := os.WriteFile(a.mark(service), nil, 0o600); err != nil {
		return fmt.Errorf("note change of %s: %w", service, err)
	}
	return nil
}

// tell has the units of a service take what changed.
func (a *Applier) tell(ctx context.Context, s render.Service, out render.Output) error {
	_, err := os.Stat(a.mark(s.Name))
	owed := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for change of %s: %w", s.Name, err)
	}
	for _, u := range out.Units {
		// What is to be stopped may have been started by the boot.
		if a.Units == nil || !owed && !(u.Action == render.Stop && !a.seen[s.Name]) {
			continue
		}
		if err := a.act(ctx, u); err != nil {
			return fmt.Errorf("apply %s: %w", s.Name, err)
		}
	}
	a.saw(s.Name)
	if !owed {
		return nil
	}
	if a.System != nil && out.Ages != nil { // only after a change: between changes, an operator may make an exception of a user
		if err := a.System.SetAges(ctx, *out.Ages); err != nil {
			return fmt.Errorf("apply %s: %w", s.Name, err)
		}
	}
	if a.System != nil && out.Boot {
		if err := a.System.UpdateBoot(ctx); err != nil {
			return fmt.Errorf("apply %s: %w", s.Name, err)
		}
	}
	if err := os.Remove(a.mark(s.Name)); err != nil {
		return fmt.Errorf("note that %s was told: %w", s.Name, err)
	}
	return nil
}

func (a *Applier) act(ctx context.Context, u render.Unit) error {
	switch u.Action {
	case render.Relearn:
		return a.Units.Relearn(ctx)
	case render.Reload:
		return a.Units.Reload(ctx, u.Name)
	case render.Restart:
		return a.Units.Restart(ctx, u.Name)
	case render.Start:
		return a.Units.Start(ctx, u.Name)
	case render.Stop:
		return a.Units.Stop(ctx, u.Name)
	}
	return fmt.Errorf("unit %s: no action %d", u.Name, u.Action)
}

func (a *Applier) named(hostname string) error {
	if a.System == nil || hostname == "" {
		return nil
	}
	return a.System.SetHostname(hostname)
}

package program

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// Systemd is the system's service manager, by systemctl.
type Systemd struct{}

// Running tells whether this machine is run by systemd.
func Running() bool {
	_, err := os.Stat("/run/systemd/system")
	return err == nil
}

func (Systemd) do(ctx context.Context, args ...string) error {
	said, err := Run(ctx, nil, append([]string{"systemctl", "--no-ask-password"}, args...)...)
	if err != nil {
		return fmt.Errorf("systemctl %s: %w: %s", strings.Join(args, " "), err, firstLine(said))
	}
	return nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// notLoaded is what systemctl ends with when there is no such unit (LSB: the program is not installed).
const notLoaded = 5

// ifThere forgives that there is no such unit: what is not installed needs not be told.
func ifThere(err error) error {
	if code, ok := ExitCode(err); ok && code == notLoaded {
		return nil
	}
	return err
}

// Relearn has systemd read its units again.
func (s Systemd) Relearn(ctx context.Context) error { return s.do(ctx, "daemon-reload") }

// Reload has a running unit read its files again.
func (s Systemd) Reload(ctx context.Context, unit string) error {
	return ifThere(s.do(ctx, "try-reload-or-restart", "--", unit))
}

// Restart restarts a running unit.
func (s Systemd) Restart(ctx context.Context, unit string) error {
	return ifThere(s.do(ctx, "try-restart", "--", unit))
}

// Start starts a unit, or restarts it.
func (s Systemd) Start(ctx context.Context, unit string) error {
	return s.do(ctx, "restart", "--", unit)
}

// Stop stops a unit.
func (s Systemd) Stop(ctx context.Context, unit string) error {
	return ifThere(s.do(ctx, "stop", "--", unit))
}

// Enable has a unit started now and at every boot. It does not wait for the start.
func (s Systemd) Enable(ctx context.Context, unit string) error {
	if err := s.do(ctx, "unmask", "--", unit); err != nil {
		return err
	}
	if err := s.do(ctx, "enable", "--", unit); err != nil {
		return err
	}
	return s.do(ctx, "start", "--no-block", "--", unit)
}

// Disable has a unit stopped now and started by nobody. It does not wait for the end.
func (s Systemd) Disable(ctx context.Context, unit string) error {
	if err := s.do(ctx, "stop", "--no-block", "--", unit); err != nil {
		return err
	}
	if err := s.do(ctx, "disable", "--", unit); err != nil {
		return err
	}
	return s.do(ctx, "mask", "--", unit)
}

// Properties of a unit that Show asks for.
const (
	LoadState     = "LoadState"     // loaded, not-found, masked ...
	UnitFileState = "UnitFileState" // enabled, disabled, masked, static ...
	ActiveState   = "ActiveState"   // active, inactive, failed, activating ...
)

// Show gives the properties of units.
func (s Systemd) Show(ctx context.Context, units ...string) (map[string]map[string]string, error) {
	if len(units) == 0 {
		return nil, nil
	}
	said, err := Run(ctx, nil, append([]string{"systemctl", "show", "--property=Id," + LoadState + "," + UnitFileState + "," + ActiveState, "--"}, units...)...)
	if err != nil {
		return nil, fmt.Errorf("ask for units: %w: %s", err, firstLine(said))
	}
	return parseShow(said), nil
}

// parseShow reads blocks of properties, of a unit each.
func parseShow(said string) map[string]map[string]string {
	out := make(map[string]map[string]string)
	for _, block := range strings.Split(said, "\n\n") {
		p := make(map[string]string)
		for _, l := range strings.Split(strings.TrimSpace(block), "\n") {
			name, value, _ := strings.Cut(l, "=")
			p[name] = value
		}
		if id := p["Id"]; id != "" {
			out[id] = p
		}
	}
	return out
}

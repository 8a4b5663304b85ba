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

// Relearn has systemd read its units again.
func (s Systemd) Relearn(ctx context.Context) error { return s.do(ctx, "daemon-reload") }

// Reload has a running unit read its files again.
func (s Systemd) Reload(ctx context.Context, unit string) error {
	return s.do(ctx, "try-reload-or-restart", "--", unit)
}

// Restart restarts a running unit.
func (s Systemd) Restart(ctx context.Context, unit string) error {
	return s.do(ctx, "try-restart", "--", unit)
}

// Start starts a unit, or restarts it.
func (s Systemd) Start(ctx context.Context, unit string) error {
	return s.do(ctx, "restart", "--", unit)
}

// Stop stops a unit.
func (s Systemd) Stop(ctx context.Context, unit string) error { return s.do(ctx, "stop", "--", unit) }

// Enable has a unit started now and at every boot.
func (s Systemd) Enable(ctx context.Context, unit string) error {
	if err := s.do(ctx, "unmask", "--", unit); err != nil {
		return err
	}
	return s.do(ctx, "enable", "--now", "--", unit)
}

// Disable has a unit stopped now and not started again.
func (s Systemd) Disable(ctx context.Context, unit string) error {
	if err := s.do(ctx, "disable", "--now", "--", unit); err != nil {
		return err
	}
	return s.do(ctx, "mask", "--", unit)
}

// States asks for the states of units: active, inactive, failed, activating and so on; not-found for one that is not installed.
func (s Systemd) States(ctx context.Context, units ...string) (map[string]string, error) {
	if len(units) == 0 {
		return nil, nil
	}
	said, err := Run(ctx, nil, append([]string{"systemctl", "show", "--property=Id,LoadState,ActiveState", "--"}, units...)...)
	if err != nil {
		return nil, fmt.Errorf("ask for units: %w: %s", err, firstLine(said))
	}
	return parseStates(said), nil
}

// parseStates reads blocks of properties, of a unit each.
func parseStates(said string) map[string]string {
	out := make(map[string]string)
	for _, block := range strings.Split(said, "\n\n") {
		p := make(map[string]string)
		for _, l := range strings.Split(block, "\n") {
			name, value, _ := strings.Cut(l, "=")
			p[name] = value
		}
		state := p["ActiveState"]
		if p["LoadState"] == "not-found" {
			state = "not-found"
		}
		if p["Id"] != "" {
			out[p["Id"]] = state
		}
	}
	return out
}

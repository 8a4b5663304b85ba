package machine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// QEMU is the emulator's program.
const QEMU = "qemu-system-x86_64"

// Config is a machine.
type Config struct {
	Kernel, Initrd string
	Accel          string // "tcg" translates and works everywhere, "kvm" is much faster where it works
	MemoryMB, CPUs int
	Dir            string // where the console's log and the results go
}

func (c Config) console() string { return filepath.Join(c.Dir, "console.log") }
func (c Config) results() string { return filepath.Join(c.Dir, "results.log") }

// arguments of QEMU. The machine has no network card: what tests need they make inside.
func (c Config) arguments() []string {
	return []string{
		"-machine", "q35", "-accel", c.Accel, "-cpu", "max",
		"-smp", strconv.Itoa(c.CPUs), "-m", strconv.Itoa(c.MemoryMB), "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
		"-serial", "file:" + c.console(), "-serial", "file:" + c.results(),
		"-kernel", c.Kernel, "-initrd", c.Initrd,
		"-append", "console=ttyS0 loglevel=4 panic=-1 mitigations=off nokaslr rdinit=/init",
	}
}

// Run boots the machine, waits until it has switched itself off, and returns what its programs reported. It is stopped when ctx ends;
// what was reported until then is returned with the error.
func Run(ctx context.Context, c Config) ([]Report, error) {
	cmd := exec.CommandContext(ctx, QEMU, c.arguments()...)
	cmd.WaitDelay = 5 * time.Second
	said, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	} else if err != nil {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(said)))
	}
	text, read := os.ReadFile(c.results())
	reports, parse := Parse(string(text))
	if err = errors.Join(err, read, parse); err != nil {
		return reports, fmt.Errorf("run machine: %w; the end of its console:\n%s", err, tail(c.console(), 30))
	}
	return reports, nil
}

// tail is the last lines of a file.
func tail(file string, lines int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

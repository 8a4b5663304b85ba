package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/internal/paths"
)

// root is where labs keep their run directories.
const root = "/run/heddle-lab"

// Lab is one lab on this machine.
type Lab struct {
	Topology *topology.Topology
	bin      string // directory of the product's programs
	log      *slog.Logger
}

// New describes a lab that is about to be brought up with the programs in bin.
func New(t *topology.Topology, bin string, log *slog.Logger) (*Lab, error) {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return nil, fmt.Errorf("find programs: %w", err)
	}
	return &Lab{Topology: t, bin: bin, log: log.With("lab", t.Name)}, nil
}

// record is what a lab leaves in its run directory for later calls.
type record struct {
	Bin      string
	Topology *topology.Topology
}

// ErrNotUp says that no lab of that name runs.
var ErrNotUp = errors.New("is not up")

// Open finds a lab that was brought up before.
func Open(name string, log *slog.Logger) (*Lab, error) {
	content, err := os.ReadFile(filepath.Join(root, name, "lab.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("lab %s %w", name, ErrNotUp)
	}
	if err != nil {
		return nil, fmt.Errorf("open lab %s: %w", name, err)
	}
	var r record
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("open lab %s: %w", name, err)
	}
	return New(r.Topology, r.Bin, log)
}

// List names the labs of this machine.
func List() ([]string, error) {
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list labs: %w", err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}

func (l *Lab) dir() string { return filepath.Join(root, l.Topology.Name) }

func (l *Lab) store() error {
	content, err := json.Marshal(record{Bin: l.bin, Topology: l.Topology})
	if err != nil {
		return fmt.Errorf("store lab: %w", err)
	}
	if err := os.WriteFile(filepath.Join(l.dir(), "lab.json"), content, 0o644); err != nil {
		return fmt.Errorf("store lab: %w", err)
	}
	return nil
}

// Namespace is the network namespace of a node: for a switch, the one of its operator.
func (l *Lab) Namespace(node string) string { return l.Topology.Name + "-" + node }

// Silicon is the network namespace of a switch's ASIC.
func (l *Lab) Silicon(sw string) string { return l.Namespace(sw) + "-asic" }

// Paths are the places of a switch.
func (l *Lab) Paths(sw string) paths.Paths {
	env := l.switchEnv(sw)
	return paths.From(func(name string) string { return env[name] })
}

func (l *Lab) switchEnv(sw string) map[string]string {
	dir := filepath.Join(l.dir(), sw)
	return map[string]string{
		"HEDDLE_RUN_DIR":  dir,
		"HEDDLE_ETC_DIR":  filepath.Join(dir, "etc"),
		"HEDDLE_INSTANCE": l.Namespace(sw),
	}
}

// Supervisor controls the daemons of a switch.
func (l *Lab) Supervisor(sw string) supervise.Client {
	return supervise.Client{Dir: l.Paths(sw).RunDir}
}

// namespaces lists every namespace of the lab.
func (l *Lab) namespaces() []string {
	var all []string
	for _, s := range l.Topology.Switches {
		all = append(all, l.Namespace(s.Name), l.Silicon(s.Name))
	}
	for _, h := range l.Topology.Hosts {
		all = append(all, l.Namespace(h.Name))
	}
	return all
}

// Program is the path of one of the product's programs.
func (l *Lab) Program(name string) string { return filepath.Join(l.bin, name) }

// hasNode reports whether a host or switch of that name exists.
func (l *Lab) hasNode(name string) bool {
	_, isSwitch := l.Topology.Switch(name)
	_, isHost := l.Topology.Host(name)
	return isSwitch || isHost
}

// environment is the environment of a switch's programs as the operating system takes it.
func (l *Lab) environment(sw string) []string {
	var env []string
	for name, value := range l.switchEnv(sw) {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return append(env, "PATH="+l.bin+":"+os.Getenv("PATH"))
}

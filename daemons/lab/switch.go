package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Daemons are the programs of a switch, in the order of their start.
func Daemons() []string {
	return []string{"asicd", "syncd", "orchagent", "cfgmgrd", "lacpd", "stpd", "mcsnoopd", "bfdd", "netsyncd", "routingd"}
}

// Names that the supervisor uses for what is not a daemon.
const (
	redisProgram = "redis"
	configSetup  = "config-setup"
)

// startSwitch writes a switch's files and starts its supervisor.
func (l *Lab) startSwitch(s topology.Switch) error {
	p := l.Paths(s.Name)
	for _, dir := range []string{p.RunDir, p.EtcDir, filepath.Join(p.RunDir, "log"), filepath.Join(p.RunDir, "redis")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(p.ConfigFile(), s.Config, 0o644); err != nil {
		return err
	}
	if err := statedb.DefaultConfig(p.RedisSocket()).Write(p.DatabaseConfig()); err != nil {
		return err
	}
	if err := l.writeBoard(s); err != nil {
		return err
	}
	programs, err := l.programs(s)
	if err != nil {
		return err
	}
	if err := (supervise.Spec{Dir: p.RunDir, Programs: programs}).Write(); err != nil {
		return err
	}
	return l.superviseInBackground(p.RunDir, supervise.LogFile(p.RunDir, "supervisor"))
}

// board is asicd's view of the front panel.
type board struct {
	MAC   string      `yaml:"mac"`
	Ports []boardPort `yaml:"ports"`
}

type boardPort struct {
	Name   string `yaml:"name"`
	Netdev string `yaml:"netdev"`
	Lanes  []int  `yaml:"lanes,flow"`
	Speed  int    `yaml:"speed"`

	Breakout []string `yaml:"breakout,flow,omitempty"`
}

func (l *Lab) boardFile(sw string) string { return filepath.Join(l.Paths(sw).RunDir, "board.yaml") }

func (l *Lab) writeBoard(s topology.Switch) error {
	b := board{MAC: s.MAC}
	for _, p := range s.Ports {
		b.Ports = append(b.Ports, boardPort{Name: p.Name, Netdev: p.Netdev, Lanes: p.Lanes, Speed: p.Speed, Breakout: p.Breakout})
	}
	content, err := yaml.Marshal(b)
	if err != nil {
		return fmt.Errorf("write board: %w", err)
	}
	if err := os.WriteFile(l.boardFile(s.Name), content, 0o644); err != nil {
		return err
	}
	return l.writeModel(s)
}

// writeModel tells the switch's commands what its sockets can be broken out into.
func (l *Lab) writeModel(s topology.Switch) error {
	m, err := s.Board()
	if err != nil {
		return err
	}
	content, err := m.Format()
	if err != nil {
		return fmt.Errorf("write board: %w", err)
	}
	return os.WriteFile(l.Paths(s.Name).BoardFile(), content, 0o644)
}

// programs is everything that runs on a switch.
func (l *Lab) programs(s topology.Switch) ([]supervise.Program, error) {
	redis, err := l.redis(s.Name)
	if err != nil {
		return nil, err
	}
	p := l.Paths(s.Name)
	loaded := p.ReadyFile(configSetup)
	all := []supervise.Program{redis, {
		Name: configSetup, Path: l.Program(configSetup),
		Env: l.environment(s.Name), Namespace: l.Namespace(s.Name),
		Needs: []string{p.RedisSocket()}, Once: true, Ready: loaded,
	}}
	for _, name := range Daemons() {
		d := supervise.Program{
			Name: name, Path: l.Program(name), Env: l.environment(s.Name), Namespace: l.Namespace(s.Name),
			Needs: []string{loaded}, Ready: p.ReadyFile(name),
		}
		switch name {
		case "asicd":
			d.Namespace = l.Silicon(s.Name)
			d.Args = []string{"--board", l.boardFile(s.Name), "--host-netns", namespace.Path(l.Namespace(s.Name))}
		case "syncd":
			d.Args = []string{"--libsai", l.Program("libsai.so")}
		}
		all = append(all, d)
	}
	return all, nil
}

// redis keeps an append-only file, so that a crash of Redis loses nothing that it has acknowledged. The file is rewritten late: the child that
// does it would take a whole CPU from a switch that is programming routes.
func (l *Lab) redis(sw string) (supervise.Program, error) {
	server, err := exec.LookPath("redis-server")
	if err != nil {
		return supervise.Program{}, fmt.Errorf("find redis-server: %w", err)
	}
	p := l.Paths(sw)
	return supervise.Program{
		Name: redisProgram, Path: server, Namespace: l.Namespace(sw),
		Args: []string{
			"--port", "0", "--unixsocket", p.RedisSocket(), "--unixsocketperm", "700",
			"--databases", "32", "--notify-keyspace-events", "AKE",
			"--dir", filepath.Join(p.RunDir, "redis"),
			"--save", "", "--appendonly", "yes", "--appendfsync", "no", "--auto-aof-rewrite-min-size", "256mb",
		},
	}, nil
}

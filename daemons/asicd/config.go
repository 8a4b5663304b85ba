package asicd

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/heddle-nos/heddle/hal/softasic/control"
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// Config says where an ASIC lives and what it is made of.
type Config struct {
	Board     Board
	Socket    string       // where libsai.so connects
	StateDir  string       // of the journal
	PinDir    string       // of the data plane, on a BPF file system
	Netns     string       // namespace of the front panel: a path or a name; empty: the current one
	HostNetns string       // namespace of the host interfaces: a path or a name; empty: the current one
	ReadyFile string       // written once clients are served; empty: none
	Log       *slog.Logger `json:"-"`
}

// Board describes the front panel.
type Board struct {
	MAC   string      `yaml:"mac"`
	Ports []BoardPort `yaml:"ports"`
}

// BoardPort is a socket of the front panel.
type BoardPort struct {
	Name   string   `yaml:"name"`
	Netdev string   `yaml:"netdev"` // in the namespace of this process
	Lanes  []uint32 `yaml:"lanes"`
	Speed  uint32   `yaml:"speed"` // Mbit/s
	// Breakout are the devices of ports that begin at the second lane, the third
	// and so on; what is absent or empty is a port without a wire.
	Breakout []string `yaml:"breakout"`
}

// LoadBoard reads and checks a board file.
func LoadBoard(file string) (Board, error) {
	var b Board
	text, err := os.ReadFile(file)
	if err != nil {
		return b, fmt.Errorf("load board: %w", err)
	}
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&b); err != nil {
		return b, fmt.Errorf("load board %s: %w", file, err)
	}
	if err := b.check(); err != nil {
		return b, fmt.Errorf("load board %s: %w", file, err)
	}
	return b, nil
}

func (b Board) check() error {
	if _, err := b.mac(); err != nil {
		return err
	}
	if len(b.Ports) > dataplane.MaxPort {
		return fmt.Errorf("%d ports, at most %d are supported", len(b.Ports), dataplane.MaxPort)
	}
	lanes, netdevs := map[uint32]string{}, map[string]string{}
	for _, p := range b.Ports {
		if p.Netdev == "" || len(p.Lanes) == 0 {
			return fmt.Errorf("port %q: netdev and lanes are needed", p.Name)
		}
		if len(p.Breakout) >= len(p.Lanes) {
			return fmt.Errorf("port %q: %d netdevs for the lanes after the first, of which there are %d", p.Name, len(p.Breakout), len(p.Lanes)-1)
		}
		for _, netdev := range p.netdevs() {
			if other, taken := netdevs[netdev]; taken && netdev != "" {
				return fmt.Errorf("port %q: netdev %s belongs to %q", p.Name, netdev, other)
			}
			netdevs[netdev] = p.Name
		}
		for _, l := range p.Lanes {
			if other, taken := lanes[l]; taken {
				return fmt.Errorf("port %q: lane %d belongs to %q", p.Name, l, other)
			}
			lanes[l] = p.Name
		}
	}
	return nil
}

func (b Board) mac() (m sai.MAC, err error) {
	hw, err := net.ParseMAC(b.MAC)
	if err != nil || len(hw) != len(m) || hw[0]&1 != 0 {
		return m, fmt.Errorf("mac %q is no unicast address", b.MAC)
	}
	copy(m[:], hw)
	return m, nil
}

func (b Board) strictPorts() []strict.Port {
	var out []strict.Port
	for _, p := range b.Ports {
		out = append(out, strict.Port{Lanes: p.Lanes, Speed: p.Speed})
	}
	return out
}

func (b Board) frontPorts() []control.FrontPort {
	var out []control.FrontPort
	for _, p := range b.Ports {
		out = append(out, control.FrontPort{Lanes: p.Lanes, Netdevs: p.netdevs()})
	}
	return out
}

// netdevs are the devices behind the lanes of the socket.
func (p BoardPort) netdevs() []string { return append([]string{p.Netdev}, p.Breakout...) }

// netnsDir is where iproute2 keeps named network namespaces.
const netnsDir = "/var/run/netns"

// netnsPath turns the name of a namespace into its path.
func netnsPath(name string) string {
	if name == "" || strings.Contains(name, "/") {
		return name
	}
	return filepath.Join(netnsDir, name)
}

func (c Config) journal() string { return filepath.Join(c.StateDir, "journal") }

package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
)

// ErrIsUp says that a lab of that name runs already.
var ErrIsUp = errors.New("is already up")

// Up brings the lab up and returns once everything is started; Wait waits until it serves. When it fails, nothing is left.
func (l *Lab) Up(ctx context.Context) error {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return fmt.Errorf("bring up lab %s: %w", l.Topology.Name, err)
	}
	// Making the directory is what decides between two callers.
	if err := os.Mkdir(l.dir(), 0o755); err != nil {
		if errors.Is(err, fs.ErrExist) {
			err = ErrIsUp
		}
		return fmt.Errorf("bring up lab %s: %w", l.Topology.Name, err)
	}
	if err := l.up(); err != nil {
		err = fmt.Errorf("bring up lab %s: %w", l.Topology.Name, err)
		return errors.Join(err, l.Down(context.WithoutCancel(ctx)))
	}
	return nil
}

func (l *Lab) up() error {
	if err := l.store(); err != nil {
		return err
	}
	if err := mountBPF(); err != nil {
		return err
	}
	if err := raiseNeighbours(); err != nil {
		return err
	}
	for _, ns := range l.namespaces() {
		if err := namespace.Create(ns); err != nil {
			return err
		}
		if err := wire.Up(ns); err != nil {
			return fmt.Errorf("set up namespace %s: %w", ns, err)
		}
	}
	if err := l.layCables(); err != nil {
		return err
	}
	for _, h := range l.Topology.Hosts {
		if err := wire.Attach(l.Namespace(h.Name), h); err != nil {
			return err
		}
	}
	for _, s := range l.Topology.Switches {
		if err := l.startSwitch(s); err != nil {
			return fmt.Errorf("start switch %s: %w", s.Name, err)
		}
	}
	for _, h := range l.routers() {
		if err := l.startRouter(h); err != nil {
			return fmt.Errorf("start router %s: %w", h.Name, err)
		}
	}
	return nil
}

// neighbourLimits are how many neighbours the kernel keeps, of all namespaces together: always, before it ages them early, and at most.
var neighbourLimits = map[string]int{"gc_thresh1": 8192, "gc_thresh2": 16384, "gc_thresh3": 32768}

// raiseNeighbours makes room for the neighbours of all switches and hosts of this machine's labs. The kernel's own limits are those of a single host.
func raiseNeighbours() error {
	for _, family := range []string{"ipv4", "ipv6"} {
		for name, limit := range neighbourLimits {
			file := fmt.Sprintf("/proc/sys/net/%s/neigh/default/%s", family, name)
			text, err := os.ReadFile(file)
			if err != nil {
				return fmt.Errorf("make room for neighbours: %w", err)
			}
			if now, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && now >= limit {
				continue
			}
			if err := os.WriteFile(file, []byte(strconv.Itoa(limit)), 0o644); err != nil {
				return fmt.Errorf("make room for neighbours: %w", err)
			}
		}
	}
	return nil
}

// mountBPF mounts the file system that keeps the pipeline of asicd while it restarts.
func mountBPF() error {
	const dir = "/sys/fs/bpf"
	var fsInfo syscall.Statfs_t
	if err := syscall.Statfs(dir, &fsInfo); err != nil {
		return fmt.Errorf("look at %s: %w", dir, err)
	}
	const bpfMagic = 0xcafe4a11 // linux/magic.h
	if uint32(fsInfo.Type) == bpfMagic {
		return nil
	}
	if err := syscall.Mount("bpf", dir, "bpf", 0, ""); err != nil {
		return fmt.Errorf("mount %s: %w", dir, err)
	}
	return nil
}

func (l *Lab) layCables() error {
	linked := map[topology.End]bool{}
	for _, link := range l.Topology.Links {
		if err := wire.Lay(l.plug(link.A), l.plug(link.B)); err != nil {
			return err
		}
		linked[link.A], linked[link.B] = true, true
	}
	// A port without a cable still has a device; its far end stays down, so the port has no carrier.
	for _, s := range l.Topology.Switches {
		for _, p := range s.Ports {
			near := l.plug(topology.End{Node: s.Name, Interface: p.Name})
			if linked[topology.End{Node: s.Name, Interface: p.Name}] {
				continue
			}
			if err := wire.Lay(near, wire.Plug{Namespace: near.Namespace, Device: "open-" + near.Device}); err != nil {
				return err
			}
		}
	}
	return nil
}

// plug finds the device that is one end of a link.
func (l *Lab) plug(e topology.End) wire.Plug {
	if s, ok := l.Topology.Switch(e.Node); ok {
		device, _ := s.Device(e.Interface) // the topology has checked that it exists
		return wire.Plug{Namespace: l.Silicon(e.Node), Device: device}
	}
	host, _ := l.Topology.Host(e.Node)
	i, _ := host.Interface(e.Interface)
	return wire.Plug{Namespace: l.Namespace(e.Node), Device: e.Interface, MTU: i.MTU, MAC: l.hostMAC(e)}
}

// hostMAC makes addresses that one recognises in `show mac`: 02:00:00:00:<host>:<interface>, counted in the order of the topology.
func (l *Lab) hostMAC(e topology.End) net.HardwareAddr {
	for h, host := range l.Topology.Hosts {
		for i, ifc := range host.Interfaces {
			if host.Name == e.Node && ifc.Name == e.Interface {
				return net.HardwareAddr{0x02, 0, 0, byte((h + 1) >> 8), byte(h + 1), byte(i)}
			}
		}
	}
	return nil
}

// superviseInBackground starts the supervisor of a run directory; it outlives the caller.
func (l *Lab) superviseInBackground(dir, logFile string) error {
	out, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	cmd := exec.Command(l.Program("heddle-lab"), "supervise", dir)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

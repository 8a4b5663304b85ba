package techsupport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// fileLimit is how many bytes of a log are taken, its end.
const fileLimit = 64 << 20

// item is one file of the archive.
type item struct {
	name string
	fill func(ctx context.Context, w io.Writer) error
}

// databases are those that are dumped.
var databases = []statedb.DBID{statedb.ConfigDB, statedb.ApplDB, statedb.AsicDB, statedb.StateDB, statedb.CountersDB, statedb.FlexCounterDB, statedb.ApplStateDB}

// shows are the commands of show whose output is packed.
var shows = []string{
	"version", "uptime", "clock", "runningconfiguration all", "interfaces status", "interfaces counters", "interfaces counters errors", "interfaces counters rates",
	"interfaces transceiver presence", "interfaces portchannel", "interfaces breakout", "vlan brief", "vlan config", "mac", "arp", "ndp",
	"ip interfaces", "ipv6 interfaces", "ip route", "ipv6 route", "ip bgp summary", "ipv6 bgp summary", "ip bgp neighbors", "bfd summary",
	"spanning-tree", "igmp snooping", "vrf", "dropcounters counts", "queue counters", "feature status", "warm_restart state", "platform summary",
}

// procFiles are files of the kernel.
var procFiles = []string{"cmdline", "cpuinfo", "interrupts", "loadavg", "meminfo", "mounts", "softirqs", "stat", "uptime", "version", "vmstat", "net/dev", "net/snmp", "net/softnet_stat", "net/netstat"}

// items lists what belongs into an archive.
func (o *options) items(since time.Time) []item {
	var list []item
	for _, id := range databases {
		list = append(list, item{"dump/" + id.String() + ".json", func(ctx context.Context, w io.Writer) error {
			db, err := o.session.DB(id)
			if err != nil {
				return err
			}
			return dumpDatabase(ctx, db, w)
		}})
	}
	for _, line := range shows {
		name := "dump/show_" + strings.ReplaceAll(line, " ", "_") + ".txt"
		list = append(list, item{name, func(ctx context.Context, w io.Writer) error { return o.masked(ctx, strings.Fields(line), w) }})
	}
	for _, name := range procFiles {
		list = append(list, copied("proc/"+name, filepath.Join(o.root, "proc", name)))
	}
	list = append(list, item{"dump/processes.txt", func(_ context.Context, w io.Writer) error { return processes(filepath.Join(o.root, "proc"), w) }})
	list = append(list, item{"dump/kernel.txt", kernelState})
	return append(list, o.files(since)...)
}

// masked writes the output of a command without its secrets.
func (o *options) masked(ctx context.Context, args []string, w io.Writer) error {
	var out bytes.Buffer
	err := o.show(ctx, args, &out)
	_, writeErr := w.Write(maskText(out.Bytes()))
	return errors.Join(err, writeErr)
}

// files lists logs and configuration files, logs only if they were written since a time.
func (o *options) files(since time.Time) []item {
	var list []item
	paths := o.session.Paths
	for _, place := range []struct{ from, to string }{
		{paths.EtcDir, "etc/sonic"},
		{filepath.Join(paths.RunDir, "log"), "log/heddle"},
		{filepath.Join(o.root, "var/log"), "log"},
		{filepath.Join(o.root, "var/core"), "core"},
	} {
		entries, _ := os.ReadDir(place.from) // a place that is not there has nothing to pack
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() || place.to != "etc/sonic" && info.ModTime().Before(since) {
				continue
			}
			list = append(list, copied(place.to+"/"+e.Name(), filepath.Join(place.from, e.Name())))
		}
	}
	return list
}

// copied is a file of the switch, the end of it if it is long. Text is masked.
func copied(name, from string) item {
	return item{name, func(_ context.Context, w io.Writer) error {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.Size() > fileLimit {
			if _, err := f.Seek(-fileLimit, io.SeekEnd); err != nil {
				return err
			}
		}
		text, err := io.ReadAll(io.LimitReader(f, fileLimit))
		if err != nil {
			return err
		}
		if !slices.Contains([]string{".gz", ".core"}, filepath.Ext(from)) {
			text = maskText(text)
		}
		_, err = w.Write(text)
		return err
	}}
}

// processes lists the processes of the machine with memory and state.
func processes(proc string, w io.Writer) error {
	dirs, err := filepath.Glob(filepath.Join(proc, "[0-9]*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		status, err := os.ReadFile(filepath.Join(dir, "status"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it ended meanwhile
		}
		if err != nil {
			return err
		}
		line := filepath.Base(dir)
		for field := range strings.Lines(string(status)) {
			name, value, _ := strings.Cut(field, ":")
			if slices.Contains([]string{"Name", "State", "PPid", "Threads", "VmHWM", "VmRSS"}, name) {
				line += fmt.Sprintf(" %s=%s", name, strings.Join(strings.Fields(value), " "))
			}
		}
		fmt.Fprintln(w, line)
	}
	return nil
}

// kernelState writes links, addresses, neighbours and routes as the kernel has them.
func kernelState(_ context.Context, w io.Writer) error {
	k, err := kernel.Here()
	if err != nil {
		return err
	}
	defer k.Close()
	links, err := k.Links()
	for _, l := range links {
		a := l.Attrs()
		fmt.Fprintf(w, "link %d %s type %s mtu %d state %s flags %s mac %s master %d\n", a.Index, a.Name, l.Type(), a.MTU, a.OperState, a.Flags, a.HardwareAddr, a.MasterIndex)
	}
	addresses, addressesErr := k.Addrs()
	for link, list := range addresses {
		for _, a := range list {
			fmt.Fprintf(w, "address link %d %s\n", link, a)
		}
	}
	neighbours, neighboursErr := k.Neighbours()
	for _, n := range neighbours {
		fmt.Fprintf(w, "neighbour link %d state %#x %s\n", n.LinkIndex, n.State, n.String())
	}
	err = errors.Join(err, addressesErr, neighboursErr)
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		routes, routesErr := k.Routes(family)
		err = errors.Join(err, routesErr)
		for _, r := range routes {
			fmt.Fprintf(w, "route %s\n", r)
		}
	}
	return err
}

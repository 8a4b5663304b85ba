package lab

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

// frrPrograms is where Debian's frr package has its daemons.
const frrPrograms = "/usr/lib/frr"

// routers are the hosts that run FRR.
func (l *Lab) routers() []topology.Host {
	var all []topology.Host
	for _, h := range l.Topology.Hosts {
		if h.FRR != nil {
			all = append(all, h)
		}
	}
	return all
}

// supervised names the nodes that have a supervisor.
func (l *Lab) supervised() []string {
	var all []string
	for _, s := range l.Topology.Switches {
		all = append(all, s.Name)
	}
	for _, h := range l.routers() {
		all = append(all, h.Name)
	}
	return all
}

// startRouter runs zebra and bgpd of FRR on a host. `vtysh --vty_socket` with the host's run directory reaches them.
func (l *Lab) startRouter(h topology.Host) error {
	dir := l.Paths(h.Name).RunDir
	if err := os.MkdirAll(filepath.Join(dir, "log"), 0o755); err != nil {
		return err
	}
	config := filepath.Join(dir, "frr.conf")
	if err := os.WriteFile(config, h.FRR, 0o644); err != nil {
		return err
	}
	if err := giveToFRR(dir); err != nil {
		return err
	}
	zebraSocket := filepath.Join(dir, "zserv.api")
	program := func(name, config string, needs ...string) supervise.Program {
		return supervise.Program{
			Name: name, Path: filepath.Join(frrPrograms, name), Namespace: l.Namespace(h.Name), Needs: needs, Ready: filepath.Join(dir, name+".vty"),
			Args: []string{"-f", config, "-z", zebraSocket, "-i", filepath.Join(dir, name+".pid"), "--vty_socket", dir, "-A", "127.0.0.1", "-P", "0", "--log", "stdout"},
		}
	}
	spec := supervise.Spec{Dir: dir, Programs: []supervise.Program{program("zebra", os.DevNull), program("bgpd", config, zebraSocket)}}
	if err := spec.Write(); err != nil {
		return err
	}
	return l.superviseInBackground(dir, supervise.LogFile(dir, "supervisor"))
}

// giveToFRR makes the user that FRR's daemons turn into the owner of a directory.
func giveToFRR(dir string) error {
	u, err := user.Lookup("frr")
	if err != nil {
		return fmt.Errorf("Debian's frr package is needed: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	return os.Chown(dir, uid, gid)
}

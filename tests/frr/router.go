package frr

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/kernel"
)

const (
	programs = "/usr/lib/frr"
	patience = 30 * time.Second
)

// Router is one instance of FRR.
type Router struct {
	t       testing.TB
	dir     string
	running map[string]*exec.Cmd
}

// Start runs zebra and the daemons that are named, with one configuration for all of them. args are further arguments of zebra. The test is
// skipped where FRR is not installed.
func Start(t testing.TB, k *kernel.Kernel, config string, args []string, daemons ...string) *Router {
	t.Helper()
	if _, err := os.Stat(filepath.Join(programs, "zebra")); err != nil {
		t.Skipf("needs FRR: %v", err)
	}
	dir, err := os.MkdirTemp("", "frr") // short: a socket's path has 107 characters at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	own(t, dir)
	r := &Router{t, dir, make(map[string]*exec.Cmd)}
	for name, content := range map[string]string{"frr.conf": config, "vtysh.conf": ""} {
		if err := os.WriteFile(r.file(name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r.run(k, "zebra", args)
	r.await("zserv.api")
	for _, d := range daemons {
		r.run(k, d, r.args(d))
	}
	r.vtysh("-f", r.file("frr.conf"))
	return r
}

// args are the further arguments of a program.
func (r *Router) args(name string) []string {
	if name == "bfdd" {
		return []string{"--bfdctl", r.file("bfdd.sock")}
	}
	return nil
}

// own gives the directory to the user that FRR's programs turn into.
func own(t testing.TB, dir string) {
	t.Helper()
	u, err := user.Lookup("frr")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		t.Fatal(err)
	}
}

func (r *Router) file(name string) string { return filepath.Join(r.dir, name) }

// run starts one program, which the test ends.
func (r *Router) run(k *kernel.Kernel, name string, more []string) {
	r.t.Helper()
	args := append([]string{
		"-f", "/dev/null", "-z", r.file("zserv.api"), "-i", r.file(name + ".pid"), "--vty_socket", r.dir,
		"-A", "127.0.0.1", "-P", "0", "--log", "stdout", "--log-level", "warnings",
	}, more...)
	cmd := exec.Command(filepath.Join(programs, name), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := k.Inside(cmd.Start); err != nil { // a child is in the namespace of the thread that starts it
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if r.t.Failed() {
			r.t.Logf("%s: %s", name, out.String())
		}
	})
	r.running[name] = cmd
	r.await(name + ".vty")
}

// Kill ends one program without a last word.
func (r *Router) Kill(name string) {
	r.t.Helper()
	if err := r.running[name].Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
}

// Revive runs a program again that was killed, with the configuration that the router was started with.
func (r *Router) Revive(k *kernel.Kernel, name string) {
	r.t.Helper()
	_ = r.running[name].Wait()
	_ = os.Remove(r.file(name + ".vty"))
	r.run(k, name, r.args(name))
	r.vtysh("-d", name, "-f", r.file("frr.conf"))
}

// Configure replaces the configuration that a program gets when it is revived.
func (r *Router) Configure(config string) {
	r.t.Helper()
	if err := os.WriteFile(r.file("frr.conf"), []byte(config), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// await waits for a socket that accepts.
func (r *Router) await(name string) {
	r.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("unix", r.file(name))
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			r.t.Fatalf("FRR never ready: %v", err)
		}
	}
}

// Do gives a router commands, as an operator would in vtysh.
func (r *Router) Do(commands ...string) string {
	r.t.Helper()
	var args []string
	for _, c := range commands {
		args = append(args, "-c", c)
	}
	return r.vtysh(args...)
}

func (r *Router) vtysh(args ...string) string {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	args = append([]string{"--vty_socket", r.dir, "--config_dir", r.dir}, args...)
	out, err := exec.CommandContext(ctx, "vtysh", args...).CombinedOutput()
	if err != nil {
		r.t.Fatalf("vtysh %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

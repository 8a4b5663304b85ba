package qemu_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/tests/qemu/image"
	"github.com/heddle-nos/heddle/tests/qemu/machine"
)

const (
	root = "../.." // of the module
	home = "/heddle"

	bootTime = 60 * time.Second // at most, besides what the programs may take
	memoryMB = 3072
)

// TestDebianKernel runs the programs of the plan on Debian's kernel and passes their results on, test by test.
func TestDebianKernel(t *testing.T) {
	kernel := need(t)
	dir := workFolder(t)
	initrd := compose(t, dir, kernel)
	limit := bootTime
	for _, p := range programs() {
		limit += time.Duration(p.seconds) * time.Second
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), limit, fmt.Errorf("it ran longer than %v", limit))
	defer cancel()
	begin := time.Now()
	reports, err := machine.Run(ctx, machine.Config{
		Kernel: kernel.file, Initrd: initrd, Accel: cmp.Or(os.Getenv("HEDDLE_QEMU_ACCEL"), "tcg"), MemoryMB: memoryMB, CPUs: 2, Dir: dir,
	})
	t.Logf("the machine ran for %.0f s", time.Since(begin).Seconds())
	for _, r := range reports {
		t.Run(strings.ReplaceAll(r.Program, "/", "."), func(t *testing.T) { pass(t, r) })
	}
	if err != nil {
		t.Error(err)
	}
	if want := len(programs()); len(reports) != want {
		t.Errorf("%d of %d programs ran", len(reports), want)
	}
}

// pass turns what was reported into tests of this program.
func pass(t *testing.T, r machine.Report) {
	if len(r.Tests) == 0 {
		t.Errorf("no test ran:\n%s", r.Output)
	}
	for _, test := range r.Tests {
		t.Run(test.Name, func(t *testing.T) {
			switch test.Verdict {
			case "FAIL":
				t.Errorf("in %.2f s:\n%s", test.Seconds, test.Said)
			case "SKIP": // it is in the plan because the guest can do it
				t.Errorf("skipped:\n%s", test.Said)
			default:
				t.Logf("in %.2f s", test.Seconds)
			}
		})
	}
	if r.Status != 0 && !t.Failed() {
		t.Errorf("exit status %d:\n%s", r.Status, r.Output)
	}
}

// workFolder holds the guest's file system, its console and its results; HEDDLE_QEMU_DIR keeps them for a look afterwards.
func workFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HEDDLE_QEMU_DIR")
	if dir == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// guestKernel is an unpacked kernel package.
type guestKernel struct{ file, modules string }

// need skips the test where something is missing that `make setup` installs.
func need(t *testing.T) guestKernel {
	t.Helper()
	if os.Getenv("HEDDLE_QEMU") == "" {
		t.Skip("tests on Debian's kernel run with HEDDLE_QEMU=1: make qemu")
	}
	if _, err := exec.LookPath(machine.QEMU); err != nil {
		t.Skipf("needs QEMU: make setup: %v", err)
	}
	dir := cmp.Or(os.Getenv("HEDDLE_GUEST_KERNEL"), "/var/cache/heddle/kernel")
	files, err := filepath.Glob(filepath.Join(dir, "boot/vmlinuz-*"))
	if err != nil || len(files) != 1 {
		t.Skipf("needs Debian's kernel in %s, there are %d: make setup", dir, len(files))
	}
	release := strings.TrimPrefix(filepath.Base(files[0]), "vmlinuz-")
	return guestKernel{files[0], filepath.Join(dir, "lib/modules", release)}
}

// compose builds the guest's file system and returns its archive.
func compose(t *testing.T, dir string, k guestKernel) string {
	t.Helper()
	var img image.Image
	orders := machine.Orders{}
	for _, p := range programs() {
		orders.Programs = append(orders.Programs, addTests(t, &img, dir, p))
	}
	var err error
	if orders.Modules, err = img.Modules(k.modules, modules()...); err != nil {
		t.Fatal(err)
	}
	build(t, []string{"CGO_ENABLED=0"}, "build", "-o", filepath.Join(dir, "init"), "./tests/qemu/guest")
	text, err := json.Marshal(orders)
	if err != nil {
		t.Fatal(err)
	}
	img.Add(machine.OrdersFile, 0o644, text)
	if err := errors.Join(img.Copy("/init", filepath.Join(dir, "init")), addSwitch(&img), addSystem(&img)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "initrd")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(img.Write(f), f.Close()); err != nil {
		t.Fatalf("write the guest's file system: %v", err)
	}
	return file
}

func build(t *testing.T, env []string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// addTests compiles the tests of a package and adds them with their data.
func addTests(t *testing.T, img *image.Image, dir string, p program) machine.Program {
	t.Helper()
	file := filepath.Join(dir, strings.ReplaceAll(p.folder, "/", "-")+".test")
	build(t, []string{"CGO_ENABLED=0"}, "test", "-c", "-o", file, "./"+p.folder)
	at := filepath.Join(home, p.folder)
	img.Dir(at)
	name := filepath.Join(at, "tests")
	if err := errors.Join(img.Copy(name, file), addFolder(img, filepath.Join(at, "testdata"), filepath.Join(root, p.folder, "testdata"))); err != nil {
		t.Fatal(err)
	}
	args := []string{name, "-test.v", "-test.timeout", fmt.Sprintf("%ds", p.seconds-5)}
	if p.run != "" {
		args = append(args, "-test.run", p.run)
	}
	return machine.Program{Name: p.folder, Dir: at, Args: args, Env: p.env, Seconds: p.seconds}
}

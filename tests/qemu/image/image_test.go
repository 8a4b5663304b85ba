package image

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// entries reads an archive back.
func entries(t *testing.T, b []byte) map[string]string {
	t.Helper()
	got := map[string]string{}
	for {
		if len(b) < 110 || string(b[:6]) != "070701" {
			t.Fatalf("no header: %.110q", b)
		}
		field := func(i int) int {
			n, err := strconv.ParseUint(string(b[6+8*i:14+8*i]), 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			return int(n)
		}
		mode, size, nameSize := field(1), field(6), field(11)
		name := string(b[110 : 110+nameSize-1])
		at := (110 + nameSize + 3) &^ 3
		if name == "TRAILER!!!" {
			return got
		}
		got[name] = strconv.FormatInt(int64(mode), 8) + " " + string(b[at:at+size])
		b = b[(at+size+3)&^3:]
	}
}

func TestWrite(t *testing.T) {
	source := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(source, []byte("12345"), 0o640); err != nil {
		t.Fatal(err)
	}
	var img Image
	img.Add("/etc/hosts", 0o644, []byte("x"))
	img.Link("/bin", "usr/bin")
	img.Dir("/proc")
	if err := img.Copy("usr/bin/tool", source); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := img.Write(&b); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"etc": "40755 ", "etc/hosts": "100644 x", "bin": "120777 usr/bin", "proc": "40755 ", "usr": "40755 ", "usr/bin": "40755 ", "usr/bin/tool": "100640 12345",
	}
	if d := cmp.Diff(want, entries(t, b.Bytes())); d != "" {
		t.Error(d)
	}
	if err := img.Copy("x", filepath.Dir(source)); err == nil {
		t.Error("a folder was added as a file")
	}
}

func TestProgram(t *testing.T) {
	const program = "/bin/sh"
	source, err := filepath.EvalSymlinks(program)
	if err != nil {
		t.Skip(err)
	}
	var img Image
	if err := img.Program("/bin/sh", source); err != nil {
		t.Skipf("the shell of this machine: %v", err)
	}
	libc := false
	for name := range img.entries {
		libc = libc || strings.HasSuffix(name, "/libc.so.6")
	}
	if !libc {
		t.Errorf("without libc: %v", img.entries)
	}
	if err := img.Program("x", "/etc/passwd"); err == nil {
		t.Error("a file that is no program was added as one")
	}
}

func TestModulesNotThere(t *testing.T) {
	var img Image
	if _, err := img.Modules(filepath.Join(t.TempDir(), "none"), "veth"); err == nil {
		t.Error("no folder, no error")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "veth.ko"), []byte("not a module"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := img.Modules(dir, "veth"); err == nil {
		t.Error("what is no module was taken for one")
	}
	if order, err := img.Modules(dir, "tun"); err != nil || len(order) != 0 {
		t.Errorf("a built-in module: %v %v", order, err)
	}
}

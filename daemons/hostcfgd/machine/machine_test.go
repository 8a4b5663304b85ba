package machine

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
)

// TestSetHostname gives a name to a namespace of its own.
func TestSetHostname(t *testing.T) {
	done := make(chan error, 1)
	var got string
	go func() {
		runtime.LockOSThread() // and never unlock: the thread ends with the goroutine, and its namespace with it
		if err := unix.Unshare(unix.CLONE_NEWUTS); err != nil {
			done <- err
			return
		}
		err := Machine{}.SetHostname("heddle-test")
		var u unix.Utsname
		if err == nil {
			err = unix.Uname(&u)
		}
		got = unix.ByteSliceToString(u.Nodename[:])
		done <- err
	}()
	if err := <-done; err == unix.EPERM {
		t.Skip("needs root")
	} else if err != nil {
		t.Fatal(err)
	}
	if got != "heddle-test" {
		t.Errorf("the name is %q", got)
	}
	if now, _ := os.Hostname(); now == "heddle-test" {
		t.Error("the machine itself was named")
	}
}

func TestOutdated(t *testing.T) {
	dir := t.TempDir()
	m := Machine{Passwd: filepath.Join(dir, "passwd"), Shadow: filepath.Join(dir, "shadow")}
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(m.Passwd, "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\nkey:x:1002:1002::/:/bin/sh\nnobody:x:65534:1::/:/bin/sh\nshort\nodd:x:y:z\n")
	write(m.Shadow, "root:$y$x:1:0:99999:7:::\nada:$y$x:1:0:99999:7:::\nbob:$y$x:1:0:90:10:::\nkey:!:1:0:99999:7:::\nnobody:$y$x:1:0:1:1:::\nshort\n")
	got, err := m.outdated(render.Ages{Max: 90, Warn: 10})
	if err != nil || !slices.Equal(got, []string{"ada"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if err := (Machine{Passwd: m.Passwd, Shadow: filepath.Join(dir, "none")}).SetAges(t.Context(), render.Ages{}); err != nil {
		t.Errorf("without passwords: %v", err)
	}
	if _, err := exec.LookPath("chage"); err != nil {
		t.Skip("needs chage")
	}
	if err := m.SetAges(t.Context(), render.Ages{Max: 90, Warn: 10}); err == nil {
		t.Error("this machine has a user ada, or nobody said that it has none")
	}
}

// TestUpdateBoot: a machine without GRUB has nothing to be told.
func TestUpdateBoot(t *testing.T) {
	if err := (Machine{Grub: filepath.Join(t.TempDir(), "grub.cfg")}).UpdateBoot(t.Context()); err != nil {
		t.Error(err)
	}
}

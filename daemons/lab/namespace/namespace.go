package namespace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// dir is where iproute2 keeps named namespaces.
const dir = "/run/netns"

// Path is the file that holds a named namespace.
func Path(name string) string { return filepath.Join(dir, name) }

// Exists reports whether a named namespace is there.
func Exists(name string) bool {
	_, err := os.Stat(Path(name))
	return err == nil
}

// Create makes a named namespace; an existing one is an error.
func Create(name string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("create namespace %s: %w", name, err)
	}
	f, err := os.OpenFile(Path(name), os.O_CREATE|os.O_EXCL|os.O_RDONLY, 0)
	if err != nil {
		return fmt.Errorf("create namespace %s: %w", name, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("create namespace %s: %w", name, err)
	}
	if err := OwnThread(func() error { return unshareTo(name) }); err != nil {
		return errors.Join(fmt.Errorf("create namespace %s: %w", name, err), os.Remove(Path(name)))
	}
	return nil
}

// unshareTo gives the calling thread a new namespace and names it.
func unshareTo(name string) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	return unix.Mount(threadNamespace(), Path(name), "none", unix.MS_BIND, "")
}

func threadNamespace() string {
	return "/proc/self/task/" + strconv.Itoa(unix.Gettid()) + "/ns/net"
}

// Delete removes a named namespace, and with it all devices once the last
// process has left it. One that is not there is no error.
func Delete(name string) error {
	err := unix.Unmount(Path(name), unix.MNT_DETACH)
	if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
		return fmt.Errorf("delete namespace %s: %w", name, err)
	}
	if err := os.Remove(Path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete namespace %s: %w", name, err)
	}
	return nil
}

// Do runs f on a thread of its own inside a named namespace. Sockets that f
// opens stay in that namespace.
func Do(name string, f func() error) error {
	return OwnThread(func() error {
		if err := Enter(name); err != nil {
			return err
		}
		return f()
	})
}

// Enter moves the calling thread, which must be locked, into a named namespace.
func Enter(name string) error {
	fd, err := unix.Open(Path(name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("enter namespace %s: %w", name, err)
	}
	defer unix.Close(fd)
	if err := unix.Setns(fd, unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter namespace %s: %w", name, err)
	}
	return nil
}

// OwnThread runs f on a thread that ends with it, so that no other goroutine
// ever runs where f has been. The process's first thread is never taken: it
// cannot end, and the kernel takes its namespace for that of the process.
func OwnThread(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			done <- OwnThread(f) // elsewhere, while this goroutine holds the first thread
			runtime.UnlockOSThread()
			return
		}
		done <- f() // never unlocked: the runtime ends the thread with the goroutine
	}()
	return <-done
}

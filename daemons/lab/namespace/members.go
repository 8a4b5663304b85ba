package namespace

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Members lists the other processes inside a named namespace.
func Members(name string) ([]int, error) {
	var want unix.Stat_t
	if err := unix.Stat(Path(name), &want); err != nil {
		return nil, fmt.Errorf("look into namespace %s: %w", name, err)
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("look into namespace %s: %w", name, err)
	}
	var members []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		var got unix.Stat_t // a process that has ended meanwhile is no member
		if unix.Stat(filepath.Join("/proc", e.Name(), "ns/net"), &got) == nil && got.Ino == want.Ino && got.Dev == want.Dev {
			members = append(members, pid)
		}
	}
	return members, nil
}

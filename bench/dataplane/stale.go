package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// pinRoot is where pins of all runs are: pinPrefix, the process, the contestant.
const (
	pinRoot   = "/sys/fs/bpf"
	pinPrefix = "heddle-bench-"
)

// pins is a directory of this run alone on the BPF file system.
func pins(name string) string {
	return filepath.Join(pinRoot, fmt.Sprintf("%s%d-%s", pinPrefix, os.Getpid(), name))
}

// removeStale removes what runs that were killed left on the BPF file system: some
// hundred megabytes of tables each.
func removeStale() error {
	dirs, err := filepath.Glob(filepath.Join(pinRoot, pinPrefix+"*"))
	if err != nil {
		return err
	}
	for _, d := range dirs {
		if !abandoned(d) {
			continue
		}
		if rm := os.RemoveAll(d); rm != nil {
			err = errors.Join(err, fmt.Errorf("remove what a killed run left: %w", rm))
		}
	}
	return err
}

// abandoned tells whether the process that made a directory of pins is gone.
func abandoned(dir string) bool {
	text, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), pinPrefix), "-")
	pid, err := strconv.Atoi(text)
	return err == nil && pid > 0 && errors.Is(unix.Kill(pid, 0), unix.ESRCH)
}

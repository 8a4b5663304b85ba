package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// kernelProbe counts the routes in the kernel's main table where a process lives. The kernel sums them up itself, which is much less work than
// to list them.
func kernelProbe(pid int) probe {
	return probe{inKernel, func(context.Context) (int, error) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/fib_triestat", pid))
		if err != nil {
			return 0, err
		}
		return mainPrefixes(string(text))
	}}
}

// mainPrefixes reads the number of prefixes of the table "Main".
func mainPrefixes(text string) (int, error) {
	inMain := false
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case name == "Main":
			inMain = true
		case inMain && name == "Prefixes":
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, fmt.Errorf("no table Main in %q", text)
}

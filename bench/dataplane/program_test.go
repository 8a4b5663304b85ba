package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"testing"
)

func TestMixedRoutes(t *testing.T) {
	const n = 20_000
	seen := map[netip.Prefix]bool{}
	deep := 0
	for _, p := range mixedRoutes(n) {
		if p != p.Masked() || seen[p] {
			t.Fatalf("prefix %s", p)
		}
		seen[p] = true
		if p.Bits() > 24 {
			deep++
		}
	}
	if len(seen) != n || deep != n/200 {
		t.Errorf("%d routes, %d beyond /24", len(seen), deep)
	}
}

func TestMedianOfRatios(t *testing.T) {
	if got := median(ratios([]float64{9, 2, 8}, []float64{3, 2, 2})); got != 3 {
		t.Errorf("got %v", got)
	}
}

func TestAbandoned(t *testing.T) {
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{
		pins("l2"): false,
		fmt.Sprintf("/sys/fs/bpf/heddle-bench-%d-l3", gone.Process.Pid): true,
		fmt.Sprintf("/sys/fs/bpf/heddle-bench-%d-l3", os.Getppid()):     false,
		"/sys/fs/bpf/heddle-bench-x-l3":                                 false,
		"/sys/fs/bpf/heddle-bench-0-l3":                                 false,
	} {
		if got := abandoned(dir); got != want {
			t.Errorf("%s: %v", dir, got)
		}
	}
}

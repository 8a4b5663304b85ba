package main

import (
	"bufio"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPick(t *testing.T) {
	list, err := pick("bird,heddle")
	if err != nil || len(list) != 2 || list[0].name != "bird" || list[1].name != "heddle" {
		t.Errorf("%v, %v", list, err)
	}
	for _, names := range []string{"", "quagga", "frr,"} {
		if _, err := pick(names); err == nil {
			t.Errorf("%q: no error", names)
		}
	}
}

func TestMainPrefixes(t *testing.T) {
	const text = "Basic info: size of leaf: 48 bytes, size of tnode: 40 bytes.\nMain:\n\tAver depth:     1.00\n\tLeaves:         4\n\tPrefixes:       5\n" +
		"Local:\n\tPrefixes:       9\n"
	if n, err := mainPrefixes(text); n != 5 || err != nil {
		t.Errorf("%d, %v; want 5", n, err)
	}
	if _, err := mainPrefixes("nothing"); err == nil {
		t.Error("found a table where there is none")
	}
}

func TestImported(t *testing.T) {
	const answer = "0001 BIRD 2.0.12 ready.\n1002-peer BGP --- up 10:00:00 Established\n     Routes:         12 imported, 0 exported, 12 preferred\n0000 \n"
	if n, err := imported(bufio.NewScanner(strings.NewReader(answer))); n != 12 || err != nil {
		t.Errorf("%d, %v; want 12", n, err)
	}
	if _, err := imported(bufio.NewScanner(strings.NewReader("0001 BIRD\n"))); err == nil {
		t.Error("an answer without end was taken")
	}
}

// TestAwait: it ends with the last route, tells how many came if they do not, and stops when the session does.
func TestAwait(t *testing.T) {
	n := 0
	p := probe{inRIB, func(context.Context) (int, error) { n += 60; return n, nil }}
	well := func() error { return nil }
	if _, err := p.await(t.Context(), time.Now(), 60, 100, well); err != nil || n != 180 {
		t.Errorf("%v after %d; want none after 180", err, n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	stuck := probe{inASIC, func(context.Context) (int, error) { return 7, nil }}
	if _, err := stuck.await(ctx, time.Now(), 0, 100, well); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "7 of 100") {
		t.Error(err)
	}
	down := errors.New("down")
	if _, err := stuck.await(t.Context(), time.Now(), 0, 100, func() error { return down }); !errors.Is(err, down) {
		t.Error(err)
	}
}

func TestCompare(t *testing.T) {
	of := func(name string, s ...stage) []result { return []result{{name: name, n: 1000, stages: s}} }
	var out strings.Builder
	compare(&out, map[string][]result{
		"heddle": of("heddle", stage{inRIB, 2 * time.Second}, stage{inASIC, 4 * time.Second}),
		"frr":    of("frr", stage{inRIB, time.Second}, stage{inKernel, 8 * time.Second}),
	})
	for _, want := range []string{"heddle peer -> RIB     / frr  peer -> RIB      0.50", "heddle peer -> ASIC    / frr  peer -> kernel   2.00"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q lacks %q", out.String(), want)
		}
	}
}

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// trieRoutes are enough to see what the kernel's trie costs.
const trieRoutes = 200_000

// mixedRoutes are distinct prefixes in about the mix of lengths of the
// Internet's table, a few of them beyond /24, in no order.
func mixedRoutes(n int) []netip.Prefix {
	rnd := rand.New(rand.NewPCG(1, 2))
	// In thousandths: the share of each length in today's table.
	shares := []struct{ bits, n int }{
		{24, 605}, {23, 100}, {22, 110}, {21, 52}, {20, 45}, {19, 26}, {18, 14}, {17, 8}, {16, 13}, {15, 2},
	}
	var lengths []int
	for _, s := range shares {
		for range s.n {
			lengths = append(lengths, s.bits)
		}
	}
	seen := make(map[netip.Prefix]bool, n)
	out := make([]netip.Prefix, 0, n)
	for len(out) < n {
		bits := lengths[rnd.IntN(len(lengths))]
		if len(out)%200 == 0 {
			bits = 25 + rnd.IntN(8)
		}
		a := 0x0b000000 + rnd.Uint32N(0xd0000000-0x0b000000) // between 11/8 and 208/8
		if a>>24 == 127 {
			continue
		}
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], a)
		p := netip.PrefixFrom(netip.AddrFrom4(b), bits).Masked()
		if seen[p] {
			continue
		}
		seen[p] = true
		out = append(out, p)
	}
	return out
}

func cpuOf(f func() error) (time.Duration, error) {
	var a, b unix.Timespec
	err := errors.Join(unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &a), f(),
		unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &b))
	return time.Duration(b.Nano() - a.Nano()), err
}

// programming compares setting IPv4 routes with the kernel's trie map.
func (t *tournament) programming(routes []netip.Prefix) error {
	ns, err := newSpace()
	if err != nil {
		return err
	}
	defer ns.Close()
	p, err := dataplane.Open(dataplane.Config{
		PinDir: pins("fib"), Netns: path(ns),
		Log: slog.Default(),
	})
	if err != nil {
		return err
	}
	own, err := cpuOf(func() error { return setRoutes(p, 0, routes) })
	if err := errors.Join(err, p.Destroy()); err != nil {
		return err
	}
	some := routes[:min(trieRoutes, len(routes))]
	trie, err := cpuOf(func() error { return fillTrie(some) })
	if err != nil {
		return err
	}
	a, b := float64(len(routes))/own.Seconds()/1e6, float64(len(some))/trie.Seconds()/1e6
	fmt.Fprintf(t.out, "Programming IPv4 routes, M/s of CPU time: software ASIC %.2f (%d routes), LPM_TRIE %.2f (%d routes), ratio %.1f\n",
		a, len(routes), b, len(some), a/b)
	return nil
}

func fillTrie(routes []netip.Prefix) error {
	m, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.LPMTrie, KeySize: 8, ValueSize: 4, MaxEntries: 1 << 20, Flags: unix.BPF_F_NO_PREALLOC})
	if err != nil {
		return fmt.Errorf("make trie: %w", err)
	}
	defer m.Close()
	key := make([]byte, 8)
	for _, r := range routes {
		binary.NativeEndian.PutUint32(key, uint32(r.Bits()))
		a := r.Addr().As4()
		copy(key[4:], a[:])
		if err := m.Put(key, uint32(1)); err != nil {
			return fmt.Errorf("fill trie: %w", err)
		}
	}
	return nil
}

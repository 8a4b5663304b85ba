package dataplane

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// fib6 is the IPv6 FIB: the kernel's longest-prefix trie.
type fib6 struct {
	m       *ebpf.Map
	routes  map[netip.Prefix]AdjID
	syncing bool
}

func newFIB6(m *ebpf.Map) *fib6 { return &fib6{m: m, routes: map[netip.Prefix]AdjID{}} }

// vrfBits is what the key's routing table adds to every prefix length.
const vrfBits = 32

func key6(p netip.Prefix) pipelineRoute6Key {
	return pipelineRoute6Key{Prefixlen: vrfBits + uint32(p.Bits()), Addr: p.Addr().As16()}
}

func (f *fib6) set(p netip.Prefix, adj AdjID) error {
	if old, ok := f.routes[p]; ok && old == adj {
		return nil
	}
	if err := full(f.m.Put(key6(p), uint32(adj))); err != nil {
		return err
	}
	f.routes[p] = adj
	return nil
}

func (f *fib6) unset(p netip.Prefix) error {
	if _, ok := f.routes[p]; !ok {
		return ErrNotFound
	}
	delete(f.routes, p)
	if f.syncing {
		return nil // end removes it
	}
	return ignoreMissing(f.m.Delete(key6(p)))
}

func (f *fib6) begin() {
	f.syncing = true
	clear(f.routes)
}

// end removes the routes that were not set during the sync.
func (f *fib6) end() error {
	f.syncing = false
	var gone []pipelineRoute6Key
	var k pipelineRoute6Key
	var v uint32
	it := f.m.Iterate()
	for it.Next(&k, &v) {
		p := netip.PrefixFrom(netip.AddrFrom16(k.Addr), int(k.Prefixlen)-vrfBits)
		if _, stays := f.routes[p]; !stays {
			gone = append(gone, k)
		}
	}
	err := it.Err()
	for _, k := range gone {
		err = errors.Join(err, ignoreMissing(f.m.Delete(k)))
	}
	if err != nil {
		return fmt.Errorf("remove old IPv6 routes: %w", err)
	}
	return nil
}

// adopt reads the routes that an earlier run left.
func (f *fib6) adopt() error {
	var k pipelineRoute6Key
	var v uint32
	it := f.m.Iterate()
	for it.Next(&k, &v) {
		f.routes[netip.PrefixFrom(netip.AddrFrom16(k.Addr), int(k.Prefixlen)-vrfBits)] = AdjID(v)
	}
	if err := it.Err(); err != nil {
		return fmt.Errorf("read IPv6 routes: %w", err)
	}
	return nil
}

// full turns the kernel's "no room" errors into ErrTableFull.
func full(err error) error {
	if errors.Is(err, unix.E2BIG) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.ENOMEM) {
		return fmt.Errorf("%w: %w", ErrTableFull, err)
	}
	return err
}

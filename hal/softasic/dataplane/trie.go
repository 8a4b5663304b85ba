package dataplane

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// trie is a FIB in the kernel's longest-prefix trie: of IPv6, and of IPv4 in
// routing tables other than 0. K is its key, in which the routing table is a part
// of the prefix.
type trie[K any] struct {
	m       *ebpf.Map
	routes  map[tablePrefix]AdjID
	syncing bool
	key     func(tablePrefix) K
	prefix  func(K) tablePrefix
}

// tablePrefix is a prefix of a routing table.
type tablePrefix struct {
	vrf VRFID
	netip.Prefix
}

// vrfBits is what the key's routing table adds to every prefix length.
const vrfBits = 32

func newTrie4(m *ebpf.Map) *trie[pipelineRoute4Key] {
	return &trie[pipelineRoute4Key]{
		m: m, routes: map[tablePrefix]AdjID{},
		key: func(p tablePrefix) pipelineRoute4Key {
			return pipelineRoute4Key{Prefixlen: vrfBits + uint32(p.Bits()), Vrf: uint32(p.vrf), Addr: p.Addr().As4()}
		},
		prefix: func(k pipelineRoute4Key) tablePrefix {
			return tablePrefix{VRFID(k.Vrf), netip.PrefixFrom(netip.AddrFrom4(k.Addr), int(k.Prefixlen)-vrfBits)}
		},
	}
}

func newTrie6(m *ebpf.Map) *trie[pipelineRoute6Key] {
	return &trie[pipelineRoute6Key]{
		m: m, routes: map[tablePrefix]AdjID{},
		key: func(p tablePrefix) pipelineRoute6Key {
			return pipelineRoute6Key{Prefixlen: vrfBits + uint32(p.Bits()), Vrf: uint32(p.vrf), Addr: p.Addr().As16()}
		},
		prefix: func(k pipelineRoute6Key) tablePrefix {
			return tablePrefix{VRFID(k.Vrf), netip.PrefixFrom(netip.AddrFrom16(k.Addr), int(k.Prefixlen)-vrfBits)}
		},
	}
}

func (f *trie[K]) update(vrf VRFID, u RouteUpdate) error {
	if u.Delete {
		return f.unset(tablePrefix{vrf, u.Prefix})
	}
	return f.set(tablePrefix{vrf, u.Prefix}, u.Adj)
}

func (f *trie[K]) set(p tablePrefix, adj AdjID) error {
	if old, ok := f.routes[p]; ok && old == adj {
		return nil
	}
	if err := full(f.m.Put(f.key(p), uint32(adj))); err != nil {
		return err
	}
	f.routes[p] = adj
	return nil
}

func (f *trie[K]) unset(p tablePrefix) error {
	if _, ok := f.routes[p]; !ok {
		return ErrNotFound
	}
	delete(f.routes, p)
	if f.syncing {
		return nil // end removes it
	}
	return ignoreMissing(f.m.Delete(f.key(p)))
}

func (f *trie[K]) begin() {
	f.syncing = true
	clear(f.routes)
}

// end removes the routes that were not set during the sync.
func (f *trie[K]) end() error {
	f.syncing = false
	var gone []K
	err := f.each(func(k K, _ uint32) {
		if _, stays := f.routes[f.prefix(k)]; !stays {
			gone = append(gone, k)
		}
	})
	for _, k := range gone {
		err = errors.Join(err, ignoreMissing(f.m.Delete(k)))
	}
	if err != nil {
		return fmt.Errorf("remove old routes: %w", err)
	}
	return nil
}

// adopt reads the routes that an earlier run left.
func (f *trie[K]) adopt() error {
	return f.each(func(k K, v uint32) { f.routes[f.prefix(k)] = AdjID(v) })
}

func (f *trie[K]) each(see func(K, uint32)) error {
	var k K
	var v uint32
	it := f.m.Iterate()
	for it.Next(&k, &v) {
		see(k, v)
	}
	if err := it.Err(); err != nil {
		return fmt.Errorf("read %s: %w", f.m, err)
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

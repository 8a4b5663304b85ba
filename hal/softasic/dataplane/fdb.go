package dataplane

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// Flags of struct fdb_entry in bpf/defs.h.
const (
	fdbStatic = 1 << iota
	fdbDiscard
)

// fdbBatch is how many entries one system call reads.
const fdbBatch = 4096

func (k pipelineFdbKey) mac() MAC { return MAC(k.Mac) }

func entryOf(k pipelineFdbKey, v pipelineFdbEntry) FDBEntry {
	e := FDBEntry{VLAN: k.Vlan, MAC: k.mac(), FDB: FDB{Port: PortID(v.Port), Static: v.Flags&fdbStatic != 0}}
	if v.Flags&fdbDiscard != 0 {
		e.Action = FDBDrop
	}
	return e
}

// SetFDB makes an FDB entry, or changes it to what is given. A dynamic entry
// ages from now.
func (p *Plane) SetFDB(vid uint16, mac MAC, f FDB) error {
	if !goodVLAN(vid) || mac[0]&1 != 0 || f.Port > MaxPort || f.Port == 0 && f.Action != FDBDrop {
		return fmt.Errorf("set fdb entry %s vlan %d: %w", mac, vid, ErrInvalid)
	}
	err := p.do(func() error {
		key := pipelineFdbKey{Mac: mac, Vlan: vid}
		row := pipelineFdbEntry{
			Port: uint16(f.Port), Epoch: p.settings.Epoch,
			Flags: flags(bit{f.Static, fdbStatic}, bit{f.Action == FDBDrop, fdbDiscard}),
		}
		if p.stale != nil {
			delete(p.stale.fdb, key)
		}
		p.fdb.set(key, f.Port, f.Static)
		return full(p.t.Fdb.Put(key, row))
	})
	if err != nil {
		return fmt.Errorf("set fdb entry %s vlan %d: %w", mac, vid, err)
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

// DeleteFDB removes an FDB entry.
func (p *Plane) DeleteFDB(vid uint16, mac MAC) error {
	err := p.do(func() error { return p.deleteFDB(pipelineFdbKey{Mac: mac, Vlan: vid}) })
	if err != nil {
		return fmt.Errorf("delete fdb entry %s vlan %d: %w", mac, vid, err)
	}
	return nil
}

func (p *Plane) deleteFDB(key pipelineFdbKey) error {
	if p.stale != nil {
		delete(p.stale.fdb, key)
	}
	p.fdb.forget(key)
	err := p.t.Fdb.Delete(key)
	if errors.Is(err, ebpf.ErrKeyNotExist) {
		return ErrNotFound
	}
	return err
}

// FlushFDB removes the entries that a filter selects, and returns them.
func (p *Plane) FlushFDB(f FlushFilter) ([]FDBEntry, error) {
	var gone []FDBEntry
	err := p.do(func() error {
		return p.scanFDB(func(k pipelineFdbKey, v pipelineFdbEntry) error {
			e := entryOf(k, v)
			if !f.selects(e) {
				return nil
			}
			if err := p.deleteFDB(k); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
			gone = append(gone, e)
			return nil
		})
	})
	if err != nil {
		return gone, fmt.Errorf("flush fdb: %w", err)
	}
	return gone, nil
}

func (f FlushFilter) selects(e FDBEntry) bool {
	return (f.VLAN == 0 || f.VLAN == e.VLAN) && (f.Port == 0 || f.Port == e.Port) &&
		(f.Static && e.Static || f.Dynamic && !e.Static)
}

// FDBEntries lists the FDB.
func (p *Plane) FDBEntries() ([]FDBEntry, error) {
	var out []FDBEntry
	err := p.do(func() error {
		return p.scanFDB(func(k pipelineFdbKey, v pipelineFdbEntry) error {
			out = append(out, entryOf(k, v))
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list fdb: %w", err)
	}
	return out, nil
}

// scanFDB reads the whole FDB first, so that see may change it.
func (p *Plane) scanFDB(see func(pipelineFdbKey, pipelineFdbEntry) error) error {
	keys, rows, err := readFDB(p.t.Fdb)
	if err != nil {
		return err
	}
	for i, k := range keys {
		if err := see(k, rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func readFDB(m *ebpf.Map) ([]pipelineFdbKey, []pipelineFdbEntry, error) {
	var keys []pipelineFdbKey
	var rows []pipelineFdbEntry
	var at ebpf.MapBatchCursor
	k, v := make([]pipelineFdbKey, fdbBatch), make([]pipelineFdbEntry, fdbBatch)
	for {
		n, err := m.BatchLookup(&at, k, v, nil)
		keys, rows = append(keys, k[:n]...), append(rows, v[:n]...)
		if errors.Is(err, ebpf.ErrKeyNotExist) {
			return keys, rows, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read fdb: %w", err)
		}
	}
}

// staticKeys lists the static entries, which a sync states anew.
func (p *Plane) staticKeys() (map[pipelineFdbKey]bool, error) {
	keys := map[pipelineFdbKey]bool{}
	err := p.scanFDB(func(k pipelineFdbKey, v pipelineFdbEntry) error {
		if v.Flags&fdbStatic != 0 {
			keys[k] = true
		}
		return nil
	})
	return keys, err
}

package dataplane

import (
	"errors"
	"fmt"
)

// Flags of struct fdb_entry in bpf/defs.h.
const (
	fdbStatic = 1 << iota
	fdbDiscard
)

func entryOf(k fdbKey, v fdbValue) FDBEntry {
	e := FDBEntry{VLAN: k.vlan(), MAC: k.mac(), FDB: FDB{Port: v.port(), Static: v.static()}}
	if v.discard() {
		e.Action = FDBDrop
	}
	return e
}

// SetFDB makes an FDB entry, or changes it to what is given. A dynamic entry
// ages from now.
func (p *Plane) SetFDB(vid uint16, mac MAC, f FDB) error {
	if !goodVLAN(vid) || mac[0]&1 != 0 || f.Port > LastLAG || f.Port == 0 && f.Action != FDBDrop {
		return fmt.Errorf("set fdb entry %s vlan %d: %w", mac, vid, ErrInvalid)
	}
	err := p.do(func() error {
		key := keyOf(vid, mac)
		if p.t.fdb.find(key) == 0 && p.fdb.full() {
			return fmt.Errorf("%w: %d entries", ErrTableFull, p.cfg.MaxFDB)
		}
		fl := flags(bit{f.Static, fdbStatic}, bit{f.Action == FDBDrop, fdbDiscard})
		if err := p.t.fdb.set(key, valueOf(f.Port, fl, p.settings.Epoch)); err != nil {
			return err
		}
		if p.stale != nil {
			delete(p.stale.fdb, key)
		}
		p.fdb.set(key, f.Port, f.Static)
		return p.limitFDB()
	})
	if err != nil {
		return fmt.Errorf("set fdb entry %s vlan %d: %w", mac, vid, err)
	}
	return nil
}

// DeleteFDB removes an FDB entry.
func (p *Plane) DeleteFDB(vid uint16, mac MAC) error {
	err := p.do(func() error { return p.deleteFDB(keyOf(vid, mac)) })
	if err != nil {
		return fmt.Errorf("delete fdb entry %s vlan %d: %w", mac, vid, err)
	}
	return nil
}

func (p *Plane) deleteFDB(key fdbKey) error {
	if p.stale != nil {
		delete(p.stale.fdb, key)
	}
	p.fdb.forget(key)
	if !p.t.fdb.remove(key) {
		return ErrNotFound
	}
	return p.limitFDB()
}

// FlushFDB removes the entries that a filter selects, and returns them.
func (p *Plane) FlushFDB(f FlushFilter) ([]FDBEntry, error) {
	var gone []FDBEntry
	err := p.do(func() error {
		p.t.fdb.all(func(k fdbKey, v fdbValue) {
			if e := entryOf(k, v); f.selects(e) {
				gone = append(gone, e)
			}
		})
		for _, e := range gone {
			if err := p.deleteFDB(keyOf(e.VLAN, e.MAC)); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		return nil
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
		p.t.fdb.all(func(k fdbKey, v fdbValue) { out = append(out, entryOf(k, v)) })
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list fdb: %w", err)
	}
	return out, nil
}

// staticKeys lists the static entries, which a sync states anew.
func (p *Plane) staticKeys() map[fdbKey]bool {
	keys := map[fdbKey]bool{}
	p.t.fdb.all(func(k fdbKey, v fdbValue) {
		if v.static() {
			keys[k] = true
		}
	})
	return keys
}

// limitFDB stops the kernel's learning while the table is full.
func (p *Plane) limitFDB() error {
	var stop uint32
	if p.fdb.full() {
		stop = 1
	}
	if p.settings.FdbFull == stop {
		return nil
	}
	p.settings.FdbFull = stop
	return p.putSettings()
}

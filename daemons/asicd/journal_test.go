package asicd

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// TestTornTail: a journal cut anywhere in its last record restores everything
// before that record.
func TestTornTail(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	p.call(vlanRequest(sw, 100))
	before, err := os.ReadFile(r.cfg.journal())
	if err != nil {
		t.Fatal(err)
	}
	p.call(vlanRequest(sw, 200))
	whole, err := os.ReadFile(r.cfg.journal())
	if err != nil {
		t.Fatal(err)
	}
	r.stop()
	for _, cut := range []int{len(before) + 1, len(before) + recordHeader, len(whole) - 1} {
		if err := os.WriteFile(r.cfg.journal(), whole[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		a := r.load()
		if n := len(a.store.Keys(sai.ObjectTypeVLAN)); n != 2 {
			t.Errorf("cut to %d of %d bytes: %d VLANs, want 1 and 100", cut, len(whole), n)
		}
		a.journal.Close()
	}
}

// load is start without serving.
func (r *asicRig) load() *asic {
	r.Helper()
	a, err := start(r.cfg, r.plane)
	if err != nil {
		r.Fatal(err)
	}
	return a
}

func TestCorruptJournalIsPutAside(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	p.call(vlanRequest(sw, 100))
	p.call(vlanRequest(sw, 200))
	r.stop()
	b, err := os.ReadFile(r.cfg.journal())
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0xff
	if err := os.WriteFile(r.cfg.journal(), b, 0o644); err != nil {
		t.Fatal(err)
	}
	r.start()
	if !strings.Contains(r.logs.String(), "journal put aside") {
		t.Errorf("not said in the log:\n%s", r.logs)
	}
	if kept, err := os.ReadFile(filepath.Join(r.cfg.StateDir, "journal.bad")); err != nil || len(kept) != len(b) {
		t.Errorf("the bad journal was not kept: %v", err)
	}
	if p := r.dial(2); p.createSwitch() != sw {
		t.Error("the new switch has another id")
	}
}

// TestJournalRecovers: a journal that cannot be written costs no request, and is
// whole again once it can.
func TestJournalRecovers(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	r.stop()
	a := r.load()
	if err := a.journal.file.Close(); err != nil {
		t.Fatal(err)
	}
	req := vlanRequest(sw, 100)
	req.Seq = 50
	frame := wire.AppendRequest(nil, &req)
	h, body, err := wire.ReadFrame(strings.NewReader(string(frame)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.answer(sessionID{7}, h, body); err != nil {
		t.Fatal(err)
	}
	a.journal.Close()
	if !strings.Contains(r.logs.String(), "journal is behind") {
		t.Error("not said in the log")
	}
	b := r.load()
	defer b.journal.Close()
	if n := len(b.store.Keys(sai.ObjectTypeVLAN)); n != 2 || b.sessions.last(sessionID{7}) != 50 {
		t.Errorf("%d VLANs, last request %d", n, b.sessions.last(sessionID{7}))
	}
}

func TestJournalStaysSmall(t *testing.T) {
	r := newAsicRig(t)
	p := r.dial(1)
	sw := p.createSwitch()
	for range 50 {
		vlan := p.call(vlanRequest(sw, 100)).OIDs[0]
		p.call(wire.Request{Op: wire.OpRemove, Type: sai.ObjectTypeVLAN, Objects: []sai.Object{sai.ObjectOf(sai.ObjectTypeVLAN, vlan)}})
	}
	last := p.call(vlanRequest(sw, 100)).OIDs[0]
	grown := size(t, r)
	r.restart()
	if now := size(t, r); now >= grown/2 {
		t.Errorf("journal: %d bytes after a restart, %d before", now, grown)
	}
	p.connect(r)
	p.call(wire.Request{Op: wire.OpRemove, Type: sai.ObjectTypeVLAN, Objects: []sai.Object{sai.ObjectOf(sai.ObjectTypeVLAN, last)}})
	r.restart()
	p.connect(r)
	if next := p.call(vlanRequest(sw, 100)).OIDs[0]; next == last {
		t.Error("an id came back to life after a restart")
	}
}

func size(t *testing.T, r *asicRig) int64 {
	t.Helper()
	info, err := os.Stat(r.cfg.journal())
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func FuzzJournal(f *testing.F) {
	var j journal
	j.collect(strict.OpCreate, []strict.Change{{Object: sai.ObjectOf(sai.ObjectTypeVLAN, 0x1026000000000001), Attrs: []sai.Attr{{ID: 0, Value: sai.U16(5)}}}})
	f.Add(append([]byte(journalMagic), sealRecord(appendAnswer(nil, sessionID{1}, 1, []byte("reply"), j.pending))...))
	f.Add(append([]byte(journalMagic), sealRecord(appendGeneration(nil, sai.ObjectTypeVLAN, 3))...))
	f.Fuzz(func(t *testing.T, b []byte) {
		store := strict.New(strict.Options{})
		_ = store.Restore(func(r *strict.Restorer) error {
			p := &replayer{path: "fuzz", r: strings.NewReader(string(b)), size: int64(len(b)), log: slog.New(slog.DiscardHandler)}
			if err := p.all(func(payload []byte) error { return applyRecord(payload, r, newSessions()) }); err != nil {
				var bad *CorruptError
				if !errors.As(err, &bad) && !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Fatal(err)
				}
				return err
			}
			return nil
		})
		store.Dump()
	})
}

// FuzzRecord skips the checksum, so that the fuzzer gets behind it.
func FuzzRecord(f *testing.F) {
	f.Add(appendAnswer(nil, sessionID{1}, 1, []byte("reply"), appendChange(nil, strict.OpCreate,
		strict.Change{Object: sai.ObjectOf(sai.ObjectTypeVLAN, 0x1026000000000001), Attrs: []sai.Attr{{ID: 0, Value: sai.U16(5)}}})))
	f.Fuzz(func(_ *testing.T, b []byte) {
		store := strict.New(strict.Options{})
		_ = store.Restore(func(r *strict.Restorer) error { return applyRecord(b, r, newSessions()) })
		store.Dump()
	})
}

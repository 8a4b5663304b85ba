//go:build cgo

package asicd

import (
	"io"
	"log/slog"
	"net"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/libsai"
	"github.com/heddle-nos/heddle/sai/saitest"
)

// echoMissing is an object that an echo has no counters of.
const echoMissing = 8700

// echo is an asicd that keeps what it is told and knows nothing: every set
// succeeds, every get returns what was set last,
// and a counter is its object's id and its own.
type echo struct {
	testing.TB
	attrs map[sai.AttrID]sai.Value
}

func (e *echo) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		e.client(c)
		_ = c.Close()
	}
}

func (e *echo) client(c io.ReadWriter) {
	var buf []byte
	for {
		h, body, err := wire.ReadFrame(c, buf)
		if err != nil {
			return
		}
		buf = body
		answer := wire.AppendWelcome(nil, wire.Welcome{})
		if h.Kind == wire.KindRequest {
			req, err := wire.DecodeRequest(h, body)
			if err != nil {
				e.Error(err)
				return
			}
			answer = wire.AppendReply(nil, e.answer(req))
		}
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}

func (e *echo) answer(r *wire.Request) *wire.Reply {
	rep := &wire.Reply{Seq: r.Seq, Op: r.Op, Type: r.Type}
	switch r.Op {
	case wire.OpSet:
		rep.Statuses = make([]sai.Status, len(r.Attrs))
		for _, a := range r.Attrs {
			e.attrs[a.ID] = a.Value
		}
	case wire.OpStatsBulk:
		for _, o := range r.Objects {
			st := sai.StatusSuccess
			if o.OID == echoMissing {
				st = sai.StatusItemNotFound
			}
			rep.Statuses = append(rep.Statuses, st)
			for _, id := range r.Stats {
				rep.Counters = append(rep.Counters, uint64(o.OID)*10+uint64(id))
			}
		}
	case wire.OpGet:
		for _, a := range r.Attrs {
			rep.Attrs = append(rep.Attrs, sai.Attr{ID: a.ID, Value: e.attrs[a.ID]})
		}
	}
	return rep
}

// TestShimCarriesEveryAttribute sets and gets every attribute that SAI has
// through libsai.so: the C structs, the wire and Go agree about all of them, long
// lists and short ones.
func TestShimCarriesEveryAttribute(t *testing.T) {
	lib := newEcho(t)
	for _, obj := range anObjectOfEveryType() {
		info, _ := sai.ObjectTypeInfo(obj.Type)
		for i := range info.Attrs {
			m := &info.Attrs[i]
			if m.Kind == sai.KindPointer {
				continue // the library puts callbacks of its own there
			}
			for _, want := range []sai.Value{saitest.Sample(m), saitest.Zero(m), saitest.Long(m, 300)} {
				attr := sai.Attr{ID: m.ID, Value: want}
				if st := lib.Set([]sai.Object{obj}, []sai.Attr{attr}, false)[0]; st != sai.StatusSuccess {
					t.Errorf("set %s to %v: %s", m.Name, want, st)
					continue
				}
				got := []sai.Attr{{ID: m.ID}}
				if st := lib.Get(obj, got); st != sai.StatusSuccess || !got[0].Value.Equal(want) {
					t.Errorf("%s: %v became %v (%s)", m.Name, want, got[0].Value, st)
				}
			}
		}
	}
}

// newEcho returns a library that talks to an echo.
func newEcho(t *testing.T) *libsai.Library {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("needs gcc to build libsai.so")
	}
	so, err := buildShim()
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "asic.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	e := &echo{TB: t, attrs: map[sai.AttrID]sai.Value{}}
	served := make(chan struct{})
	go func() { defer close(served); e.serve(l) }()
	lib, err := libsai.Open(so, map[string]string{"HEDDLE_ASIC_SOCKET": socket}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = lib.Close()
		_ = l.Close()
		<-served
	})
	return lib
}

// anObjectOfEveryType lists objects whose attributes can be set and read; those of
// two types are arguments of other calls.
func anObjectOfEveryType() []sai.Object {
	var list []sai.Object
	for typ := sai.ObjectType(1); typ < sai.ObjectTypeMax; typ++ {
		call := typ == sai.ObjectTypeFDBFlush || typ == sai.ObjectTypeHostifPacket
		if info, ok := sai.ObjectTypeInfo(typ); ok && info.HasOID && !call {
			list = append(list, sai.ObjectOf(typ, 5))
		}
	}
	for _, e := range saitest.Entries() {
		list = append(list, sai.EntryOf(e))
	}
	return list
}

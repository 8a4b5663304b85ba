//go:build cgo

package libsai_test

import (
	"errors"
	"log/slog"
	"sync"
	"testing"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/libsai"
)

func TestFullQueueLosesAndCounts(t *testing.T) {
	l := open(t)
	listen(t, l)
	const bound, more = 8192, 10
	for range bound + more {
		if s := l.FlushFDB(theSwitch, nil); s != sai.StatusSuccess {
			t.Fatal(s)
		}
	}
	if l.Lost() != more || len(l.Notifications()) != bound {
		t.Errorf("%d lost and %d queued, want %d and %d", l.Lost(), len(l.Notifications()), more, bound)
	}
}

func listen(t *testing.T, l *libsai.Library) {
	t.Helper()
	attrs := []sai.Attr{{ID: sai.SwitchAttrFDBEventNotify, Value: sai.Pointer(1)}}
	if s := l.Create(sai.ObjectTypeSwitch, 0, []sai.NewObject{{Attrs: attrs}}, false); s[0] != sai.StatusSuccess {
		t.Fatal(s)
	}
}

// Each open library has its own callbacks; there are four sets of them.
func TestLibrariesAreApart(t *testing.T) {
	libs := []*libsai.Library{open(t), open(t), open(t), open(t)}
	if _, err := libsai.Open(build(t), nil, slog.New(slog.DiscardHandler)); !errors.Is(err, libsai.ErrTooMany) {
		t.Errorf("fifth library: %v", err)
	}
	for i, l := range libs {
		listen(t, l)
		for range i {
			l.FlushFDB(theSwitch, nil)
		}
	}
	for i, l := range libs {
		if n := len(l.Notifications()); n != i {
			t.Errorf("library %d has %d notifications, want %d", i, n, i)
		}
	}
}

func TestConcurrentUseAndClose(t *testing.T) {
	l := open(t)
	listen(t, l)
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			for n := range 200 {
				r := route(i<<16|n, 1)
				l.Create(sai.ObjectTypeRouteEntry, theSwitch, []sai.NewObject{r, route(i<<16|n|1<<15, 1)}, false)
				l.Get(r.Object, []sai.Attr{{ID: sai.RouteEntryAttrNextHopID}})
				l.FlushFDB(theSwitch, nil)
				if i == 0 && n == 150 {
					_ = l.Close()
				}
			}
		})
	}
	for range l.Notifications() { // ends with Close
	}
	users.Wait()
}

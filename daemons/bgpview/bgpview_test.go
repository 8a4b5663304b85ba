package bgpview_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

// source answers with 3 parts of routes, and refuses neighbours.
type source struct{}

func (source) Answer(_ context.Context, q bgpview.Query, each func(bgpview.Answer) error) error {
	if q.Ask == bgpview.AskNeighbors {
		return fmt.Errorf("no neighbour %s", q.Neighbor)
	}
	for i := range 3 {
		if err := each(bgpview.Answer{Routes: []bgpview.Route{{Prefix: fmt.Sprintf("10.0.%d.0/24", i)}}}); err != nil {
			return err
		}
	}
	return nil
}

// serve starts a server that ends with the test.
func serve(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bgp.sock")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- bgpview.Serve(ctx, path, source{}, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("serve: %v", err)
		}
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("unix", path); err == nil {
			conn.Close()
			return path
		} else if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func TestAnswerComesInParts(t *testing.T) {
	path := serve(t)
	var got []string
	err := bgpview.Ask(t.Context(), path, bgpview.Query{Ask: bgpview.AskRoutes}, func(a bgpview.Answer) error {
		for _, r := range a.Routes {
			got = append(got, r.Prefix)
		}
		return nil
	})
	if want := "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24"; err != nil || strings.Join(got, " ") != want {
		t.Errorf("got %v, error %v, want %s", got, err, want)
	}
}

func TestRefusalsReachTheAsker(t *testing.T) {
	path := serve(t)
	none := func(bgpview.Answer) error { return nil }
	for want, q := range map[string]bgpview.Query{
		"no neighbour 10.9.9.9":                       {Ask: bgpview.AskNeighbors, Neighbor: "10.9.9.9"},
		`ask "weather" is not one of`:                 {Ask: "weather"},
		`table "advertised" needs a neighbor`:         {Ask: bgpview.AskRoutes, Table: bgpview.TableAdvertised},
		`address family "ipv5" is not one of`:         {Ask: bgpview.AskRoutes, Family: "ipv5"},
		`direction "sideways" is not one of in, out,`: {Ask: bgpview.DoReset, Direction: "sideways"},
	} {
		if err := bgpview.Ask(t.Context(), path, q, none); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", q, err, want)
		}
	}
}

func TestNonsenseIsAnsweredWithAnError(t *testing.T) {
	conn, err := net.Dial("unix", serve(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 200)
	n, err := conn.Read(answer)
	if err != nil || !strings.Contains(string(answer[:n]), `"error":"read query: `) {
		t.Errorf("answer %q, error %v", answer[:n], err)
	}
}

func TestAskWithoutServer(t *testing.T) {
	err := bgpview.Ask(t.Context(), filepath.Join(t.TempDir(), "none.sock"), bgpview.Query{Ask: bgpview.AskVRFs}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "ask routingd: ") {
		t.Errorf("error %v", err)
	}
}

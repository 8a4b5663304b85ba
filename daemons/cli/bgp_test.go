package cli_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

// peerTables answers questions about BGP: by what is asked, and for routes by
// "table neighbour".
type peerTables struct {
	Summaries []bgpview.Summary
	Neighbors []bgpview.Neighbor
	Routes    map[string][]bgpview.Route
	Caches    []bgpview.Cache
	ROAs      map[string][]bgpview.ROA // by prefix
}

func (p peerTables) Answer(_ context.Context, q bgpview.Query, each func(bgpview.Answer) error) error {
	var a bgpview.Answer
	switch q.Ask {
	case bgpview.AskSummary:
		for _, s := range p.Summaries {
			if q.Family == "" || q.Family == s.Family {
				a.Summaries = append(a.Summaries, s)
			}
		}
	case bgpview.AskNeighbors:
		for _, n := range p.Neighbors {
			if q.Neighbor == "" || q.Neighbor == n.Neighbor {
				a.Neighbors = append(a.Neighbors, n)
			}
		}
		if q.Neighbor != "" && a.Neighbors == nil {
			return fmt.Errorf("no neighbor %s", q.Neighbor)
		}
	case bgpview.AskRoutes:
		for _, r := range p.Routes[q.Table+" "+q.Neighbor] {
			if q.Prefix == "" || q.Longer || q.Prefix == r.Prefix {
				a.Routes = append(a.Routes, r)
			}
		}
	case bgpview.AskCaches:
		a.Caches = p.Caches
	case bgpview.AskROAs:
		a.ROAs = p.ROAs[q.Prefix]
	case bgpview.DoReset:
		return fmt.Errorf("reset %q %s soft %t %s", q.Neighbor, q.Family, q.Soft, q.Direction)
	}
	return each(a)
}

// serveBGP is routingd's side of the questions, until the script ends.
func serveBGP(ts *testscript.TestScript, _ bool, args []string) {
	var tables peerTables
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &tables))
	path := filepath.Join(ts.Getenv("HEDDLE_RUN_DIR"), bgpview.SocketName+".sock")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = bgpview.Serve(ctx, path, tables, slog.New(slog.DiscardHandler))
	}()
	ts.Defer(func() {
		cancel()
		<-ended
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		conn, err := net.Dial("unix", path)
		if err == nil {
			ts.Check(conn.Close())
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%v", err)
		}
	}
}

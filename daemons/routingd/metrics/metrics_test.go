package metrics

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Labels come from peers' names and the like: whatever is in them, it stays within its quotes.
func TestWrite(t *testing.T) {
	var b strings.Builder
	err := Write(&b, []Metric{
		{Name: "b", Help: "one\nline \\", Kind: Gauge, Samples: []Sample{{Value: math.Inf(1)}}},
		{Name: "a_total", Help: "of many", Kind: Counter, Samples: []Sample{
			{Labels: map[string]string{"z": "2", "a": "x\"} 1\nevil 1\\"}, Value: 1e6}, {Labels: map[string]string{"a": "w"}, Value: 0.5},
		}},
	})
	want := "# HELP b one\\nline \\\\\n# TYPE b gauge\nb +Inf\n# HELP a_total of many\n# TYPE a_total counter\n" +
		"a_total{a=\"w\"} 0.5\na_total{a=\"x\\\"} 1\\nevil 1\\\\\",z=\"2\"} 1e+06\n"
	if d := cmp.Diff(want, b.String()); err != nil || d != "" {
		t.Errorf("error %v (-want +got):\n%s", err, d)
	}
}

func TestParseAddress(t *testing.T) {
	for text, good := range map[string]bool{
		"/run/x.sock": true, "127.0.0.1:9100": true, "[::1]:9100": true, "0.0.0.0:9100": false, "192.0.2.1:80": false, "x": false, "localhost:1": false, "": false,
	} {
		if _, err := ParseAddress(text); (err == nil) != good {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestServe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.sock")
	at, err := ParseAddress(path)
	if err != nil {
		t.Fatal(err)
	}
	fail := errors.New("no")
	var result error
	gather := func(context.Context) ([]Metric, error) {
		return []Metric{{Name: "x", Kind: Gauge, Samples: []Sample{{Value: 3}}}}, result
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, at, gather, slog.New(slog.DiscardHandler)) }()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	get := func(url string) (int, string) {
		for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			r, err := client.Get("http://routingd" + url)
			if err != nil && time.Now().Before(end) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			return r.StatusCode, string(body)
		}
	}
	if code, text := get("/metrics"); code != http.StatusOK || !strings.Contains(text, "\nx 3\n") {
		t.Errorf("%d %q", code, text)
	}
	if code, _ := get("/"); code != http.StatusNotFound {
		t.Errorf("/: %d", code)
	}
	result = fail
	if code, _ := get("/metrics"); code != http.StatusInternalServerError {
		t.Errorf("what cannot be gathered: %d", code)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

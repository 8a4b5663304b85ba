package metrics

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"
)

// Address is where metrics are served.
type Address struct{ network, text string }

// ParseAddress reads "/run/x.sock" or "127.0.0.1:9100".
func ParseAddress(text string) (Address, error) {
	if strings.HasPrefix(text, "/") {
		return Address{"unix", text}, nil
	}
	a, err := netip.ParseAddrPort(text)
	if err != nil {
		return Address{}, fmt.Errorf("%q is neither the path of a socket nor an address with a port", text)
	}
	if !a.Addr().IsLoopback() {
		return Address{}, fmt.Errorf("%s is no loopback address", a.Addr())
	}
	return Address{"tcp", text}, nil
}

// IsZero says whether metrics are served at all.
func (a Address) IsZero() bool { return a == Address{} }

// requestTime bounds a request: an answer of a large router takes its time.
const requestTime = 30 * time.Second

// Serve answers /metrics with what gather gives, until ctx ends.
func Serve(ctx context.Context, at Address, gather func(context.Context) ([]Metric, error), log *slog.Logger) error {
	if at.network == "unix" {
		if err := os.Remove(at.text); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clear the socket of an earlier life: %w", err)
		}
	}
	l, err := net.Listen(at.network, at.text)
	if err != nil {
		return fmt.Errorf("serve metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		list, err := gather(r.Context())
		var text bytes.Buffer
		if err == nil {
			err = Write(&text, list)
		}
		if err != nil {
			log.Warn("gather metrics", "err", err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", ContentType)
		_, _ = text.WriteTo(w) // who does not listen any more misses nothing
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: requestTime, ReadTimeout: requestTime, WriteTimeout: requestTime, MaxHeaderBytes: 1 << 14}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); ctx.Err() == nil {
		return fmt.Errorf("serve metrics: %w", err)
	}
	return ctx.Err()
}

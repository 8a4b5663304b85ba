// Commit measures the commit engine on a database of its own: replacing a whole
// configuration of many rows in one transaction, a small change on top of it,
// each with and without the journal, and committers at once, of whose commits
// none may be lost.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

func main() {
	rows := flag.Int("rows", 10_000, "rows of the configuration")
	runs := flag.Int("runs", 5, "runs of each measurement; the median counts")
	writers := flag.Int("writers", 8, "committers at once")
	each := flag.Int("each", 1000, "commits of each of them")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *rows, *runs, *writers, *each); err != nil {
		fmt.Fprintln(os.Stderr, "bench commit:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rows, runs, writers, each int) error {
	dir, err := os.MkdirTemp("", "bench-commit")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	client, end, err := startRedis(ctx, dir)
	if err != nil {
		return err
	}
	defer end()
	if err := measure(ctx, client, dir, rows, runs); err != nil {
		return err
	}
	return race(ctx, client, filepath.Join(dir, "race"), writers, each)
}

// startRedis runs a database that keeps nothing on the disk, as a switch's does.
func startRedis(ctx context.Context, dir string) (*statedb.Client, func(), error) {
	socket := filepath.Join(dir, "redis.sock")
	cmd := exec.CommandContext(ctx, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no",
		"--dir", dir, "--databases", "32", "--notify-keyspace-events", "AKE")
	if err := cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("start redis-server: %w", err)
	}
	end := func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	client, err := statedb.Open(statedb.DefaultConfig(socket), slog.New(slog.DiscardHandler))
	if err != nil {
		end()
		return nil, nil, err
	}
	wait, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := client.Wait(wait); err != nil {
		end()
		return nil, nil, fmt.Errorf("wait for redis-server: %w", err)
	}
	return client, func() { _ = client.Close(); end() }, nil
}

// Command netsyncd brings the kernel's links, neighbours and routes into the databases.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/netsyncd"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := resident.DefaultConfig(paths.FromEnv(), netsyncd.Name)
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, netsyncd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return netsyncd.Run(ctx, cfg) }))
}

// Command syncd serves the sairedis protocol on a SAI library.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/syncd"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware/library"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := syncd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, syncd.Name)
	cfg.Open = library.Open
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return syncd.Run(ctx, cfg) }))
}

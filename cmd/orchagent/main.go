// Command orchagent turns intent into SAI objects.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/orchagent"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := orchagent.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, orchagent.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return orchagent.Run(ctx, cfg) }))
}

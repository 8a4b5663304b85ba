// Command bfdd watches paths: it speaks BFD with the peers that APPL_DB names.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/bfdd"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := resident.DefaultConfig(paths.FromEnv(), bfdd.Name)
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, bfdd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return bfdd.Run(ctx, cfg) }))
}

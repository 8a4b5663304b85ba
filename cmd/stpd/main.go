// Command stpd keeps the switch's VLANs free of loops: it speaks the spanning tree protocol with its neighbours.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/stpd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := stpd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, stpd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return stpd.Run(ctx, cfg) }))
}

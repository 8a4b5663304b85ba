// Command lacpd aggregates links: it speaks LACP with the partners of the switch's port channels.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/lacpd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := lacpd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, lacpd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return lacpd.Run(ctx, cfg) }))
}

// Command cfgmgrd turns the configuration into intent for orchagent and the kernel.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/cfgmgrd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := cfgmgrd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, cfgmgrd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return cfgmgrd.Run(ctx, cfg) }))
}

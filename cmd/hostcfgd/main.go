// Command hostcfgd configures the services of the host from CONFIG_DB: clock, log, resolver, SSH, SNMP, logins.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/hostcfgd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := hostcfgd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, hostcfgd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return hostcfgd.Run(ctx, cfg) }))
}

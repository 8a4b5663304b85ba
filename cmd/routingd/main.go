// Command routingd computes routes: static, connected and BGP.
//
// BGP's listening sockets are TCP, not Go's MPTCP: the kernel has neither TCP MD5 (RFC 2385) nor TTL security (RFC 5082) for that.
//
//go:debug multipathtcp=0
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/routingd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := routingd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, routingd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return routingd.Run(ctx, cfg) }))
}

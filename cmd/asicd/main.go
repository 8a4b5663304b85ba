// Command asicd is the software ASIC: it forwards packets between the netdevs of
// its front panel and serves SAI to libsai.so over a unix socket.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/heddle-nos/heddle/daemons/asicd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	p := paths.FromEnv()
	var (
		log     process.Log
		cfg     asicd.Config
		fs      = flag.NewFlagSet("asicd", flag.ExitOnError)
		board   = fs.String("board", "", "board file: the front panel, in YAML")
		destroy = fs.Bool("destroy", false, "remove the data plane and all state, then exit")
	)
	fs.StringVar(&cfg.Socket, "socket", p.AsicSocket(), "unix socket to serve SAI on")
	fs.StringVar(&cfg.StateDir, "state-dir", p.AsicState(), "directory of the journal")
	fs.StringVar(&cfg.PinDir, "pin-dir", p.BPFDir(), "directory of the data plane on a BPF file system")
	fs.StringVar(&cfg.Netns, "netns", "", "network namespace of the front panel: name or path (default: the current one)")
	fs.StringVar(&cfg.HostNetns, "host-netns", "", "network namespace of the host interfaces: name or path (default: the current one)")
	fs.StringVar(&cfg.ReadyFile, "ready-file", p.ReadyFile("asicd"), "file that marks readiness")
	log.Register(fs)
	_ = fs.Parse(os.Args[1:])
	cfg.Log = log.Logger(os.Stderr, "asicd")

	if *destroy {
		exit(asicd.Destroy(cfg))
	}
	var err error
	if cfg.Board, err = asicd.LoadBoard(*board); err != nil {
		exit(err)
	}
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return asicd.Run(ctx, cfg) }))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "asicd:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

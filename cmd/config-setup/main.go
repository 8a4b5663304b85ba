// Command config-setup gives the switch its configuration when it starts: the saved one, or a first one made from its board.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/firstboot"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := firstboot.Config{Paths: paths.FromEnv(), Syslog: "/dev/log"}
	flag.StringVar(&cfg.Machine, "machine", "/host/machine.conf", "what the installer left of the machine's platform")
	flag.StringVar(&cfg.Management, "management", "eth0", "port whose MAC address is the switch's")
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, firstboot.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return firstboot.Run(ctx, cfg) }))
}

package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	o := options{rounds: 7, frames: 300_000, routes: 1_000_000, kernelRoutes: 100_000, pings: 5000, out: os.Stdout}
	short := flag.Bool("short", false, "fewer rounds and frames, for under a minute")
	flag.IntVar(&o.routes, "routes", o.routes, "IPv4 routes of the software ASIC")
	flag.Parse()
	if *short {
		o.rounds, o.frames, o.pings = 3, 100_000, 1000
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench dataplane:", err)
		os.Exit(1)
	}
}

package main

import (
	"fmt"
	"io"
	"time"
)

// Places that all contestants have, or one.
const (
	inRIB    = "RIB"
	inAppl   = "APPL_DB"
	inASIC   = "ASIC"
	inKernel = "kernel"
)

func (r result) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s\n", r.name)
	for _, s := range r.stages {
		fmt.Fprintf(out, "  peer -> %-8s %7.2f s  %8.0f routes/s\n", s.place, s.took.Seconds(), r.rate(s.place))
	}
	if rib, appl := r.took(inRIB), r.took(inAppl); rib > 0 && appl > 0 {
		fmt.Fprintf(out, "  RIB -> APPL_DB   %7.2f s behind\n", (appl - rib).Seconds())
	}
	fmt.Fprintf(out, "  %-12s %8s %10s %12s\n", "process", "CPU s", "us/route", "peak RSS MB")
	for _, c := range r.costs {
		if c.CPU > 0 {
			fmt.Fprintf(out, "  %-12s %8.2f %10.2f %12.1f\n", c.Name, c.CPU.Seconds(), c.CPU.Seconds()*1e6/float64(r.n), float64(c.Peak)/1024)
		}
	}
}

func (r result) took(place string) time.Duration {
	for _, s := range r.stages {
		if s.place == place {
			return s.took
		}
	}
	return 0
}

func (r result) rate(place string) float64 {
	if t := r.took(place); t > 0 {
		return float64(r.n) / t.Seconds()
	}
	return 0
}

// best is the highest rate of several rounds.
func best(rounds []result, place string) float64 {
	most := 0.0
	for _, r := range rounds {
		most = max(most, r.rate(place))
	}
	return most
}

// compare prints the ratios of Heddle to the others. Its ASIC is what the kernel is to them: what forwards.
func compare(out io.Writer, results map[string][]result) {
	fmt.Fprintln(out)
	if with, without := best(results["heddle-suppress"], inASIC), best(results["heddle"], inASIC); with > 0 && without > 0 {
		fmt.Fprintf(out, "suppress-fib-pending on / off, peer -> ASIC       %5.2f\n", with/without)
	}
	for _, other := range []string{"frr", "bird"} {
		for _, pair := range [][2]string{{inRIB, inRIB}, {inASIC, inKernel}, {inKernel, inKernel}} {
			ours, theirs := best(results["heddle"], pair[0]), best(results[other], pair[1])
			if ours > 0 && theirs > 0 {
				fmt.Fprintf(out, "heddle peer -> %-7s / %-4s peer -> %-7s %5.2f\n", pair[0], other, pair[1], ours/theirs)
			}
		}
	}
}

// Routes measures how fast a switch programs routes, from rows in APPL_DB until
// the ASIC has acknowledged them, and what each process pays for it; and how long
// flows suffer when a link of the group behind all those routes is pulled.
//
// It brings up a lab of its own, so it needs root and the programs in bin/.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

//go:embed topology.yaml
var topologyYAML []byte

func main() {
	bin := flag.String("bin", "bin", "directory of the product's programs")
	counts := flag.String("routes", "10000,100000", "comma list of table sizes to measure")
	pull := flag.String("convergence", "1,1000000", "comma list of table sizes with which links are pulled; empty: none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := run(ctx, *bin, *counts, *pull)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench routes:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, bin, counts, pull string) error {
	for _, part := range []struct {
		sizes   string
		measure func(context.Context, string, []int, io.Writer) error
	}{{counts, measure}, {pull, converge}} {
		if part.sizes == "" {
			continue
		}
		sizes, err := parseCounts(part.sizes)
		if err == nil {
			err = part.measure(ctx, bin, sizes, os.Stdout)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func parseCounts(text string) ([]int, error) {
	var sizes []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > maxRoutes {
			return nil, fmt.Errorf("%q is no number of routes between 1 and %d", word, maxRoutes)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

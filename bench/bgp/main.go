package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/heddle-nos/heddle/bench/bgp/sender"
	"github.com/heddle-nos/heddle/bench/bgp/table"
)

// settings are what the command line says.
type settings struct {
	bin      string
	prefixes int
	seed     uint64
	rounds   int
	who      string
}

func main() {
	var s settings
	flag.StringVar(&s.bin, "bin", "bin", "directory of the product's programs")
	flag.IntVar(&s.prefixes, "prefixes", 500_000, "size of the table")
	flag.Uint64Var(&s.seed, "seed", 1, "of the table: the same gives the same one")
	flag.IntVar(&s.rounds, "rounds", 1, "how often each contestant takes the table; the best counts")
	flag.StringVar(&s.who, "contestants", "heddle,heddle-suppress,frr,bird", "comma list of who takes part")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	err := run(ctx, s, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench bgp:", err)
		os.Exit(1)
	}
}

// load is the table, ready to be sent.
type load struct {
	sets    []table.Set
	n       int
	updates []byte
}

func run(ctx context.Context, s settings, out io.Writer) error {
	who, err := pick(s.who)
	if err != nil {
		return err
	}
	sets, err := table.Make(s.prefixes, s.seed)
	if err != nil {
		return err
	}
	updates, err := sender.Updates(sets, peerAS, netip.MustParseAddr(peerAddr))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d IPv4 prefixes with %d sets of attributes from one eBGP peer, %.1f MB of UPDATEs\n",
		s.prefixes, len(sets), float64(len(updates))/1e6)
	results := make(map[string][]result)
	for range s.rounds {
		for _, c := range who {
			r, err := c.race(ctx, s.bin, load{sets, s.prefixes, updates})
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			r.print(out)
			results[c.name] = append(results[c.name], r)
		}
	}
	compare(out, results)
	return nil
}

// pick finds contestants by name.
func pick(names string) ([]contestant, error) {
	var list []contestant
	for name := range strings.SplitSeq(names, ",") {
		all := contestants()
		i := slices.IndexFunc(all, func(c contestant) bool { return c.name == name })
		if i < 0 {
			return nil, fmt.Errorf("%q is no contestant: heddle, frr and bird are", name)
		}
		list = append(list, all[i])
	}
	return list, nil
}

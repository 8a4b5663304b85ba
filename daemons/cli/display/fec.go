package display

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// fecTable shows what forward error correction mended, and what it could not.
func fecTable() counterKind {
	return counterKind{
		nameMap: portNameMap, saved: savedPorts,
		headers: []string{
			"IFACE", "STATE", "FEC_CORR", "FEC_UNCORR", "FEC_SYMBOL_ERR", "FEC_PRE_BER", "FEC_POST_BER", "FEC_PRE_BER_MAX",
			"FLR(O)", "FLR(P) (Accuracy)", "FEC_MAX_T",
		},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			n := func(stat string) string { return difference(now.counters, base, "SAI_PORT_STAT_IF_IN_FEC_"+stat) }
			return []string{
				p.shown(name), linkLetter(p.app[name]), n("CORRECTABLE_FRAMES"), n("NOT_CORRECTABLE_FRAMES"), n("SYMBOL_ERRORS"),
				scientific(now.rates["FEC_PRE_BER"]), scientific(now.rates["FEC_POST_BER"]), scientific(now.rates["FEC_PRE_BER_MAX"]),
				lossRatio(now.rates["FEC_FLR"], ""), lossRatio(now.rates["FEC_FLR_PREDICTED"], now.rates["FEC_FLR_R_SQUARED"]),
				oneDecimal(now.rates["FEC_MAX_T"]),
			}
		},
	}
}

// trimTable shows packets that were cut off instead of being dropped.
func trimTable() counterKind {
	return counterKind{
		nameMap: portNameMap, saved: savedPorts,
		headers: []string{"IFACE", "STATE", "TRIM_PKTS", "TRIM_TX_PKTS", "TRIM_DRP_PKTS"},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			n := func(stat string) string { return difference(now.counters, base, "SAI_PORT_STAT_"+stat) }
			return []string{p.shown(name), linkLetter(p.app[name]), n("TRIM_PACKETS"), n("TX_TRIM_PACKETS"), n("DROPPED_TRIM_PACKETS")}
		},
	}
}

// scientific writes an error ratio as 1.23e-10.
func scientific(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return "N/A"
	}
	return strconv.FormatFloat(f, 'e', 2, 64)
}

// lossRatio writes the share of lost frames, and how well a prediction fits.
func lossRatio(s, fit string) string {
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil:
		return "N/A"
	case f == 0:
		return "0"
	}
	text := strconv.FormatFloat(f, 'e', 2, 64)
	if r, err := strconv.ParseFloat(fit, 64); err == nil {
		text += " (" + strconv.Itoa(int(r*100)) + "%)"
	}
	return text
}

func oneDecimal(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return "N/A"
	}
	return strconv.FormatFloat(f, 'f', 1, 64)
}

// fecBins is how many symbol errors a codeword can have and still be mended, and
// one (IEEE 802.3 clause 91: RS(544,514)).
const fecBins = 16

// newFECHistogram makes `show interfaces counters fec-histogram`.
func newFECHistogram(s *session.Session) *cobra.Command {
	var iface string
	const arg = "[INTERFACE]"
	cmd := command(s, "fec-histogram "+arg, "Show interface counters fec-histogram", click.Args(arg), func(ctx context.Context, v *view, args []string) error {
		name := iface
		if len(args) > 0 {
			name = args[0]
		}
		if name == "" {
			return click.Fail(v.cmd, "Missing argument 'INTERFACENAME'.")
		}
		return showFECHistogram(ctx, v, name)
	})
	cmd.Flags().StringVarP(&iface, "interface", "i", "", "Show only this interface")
	return cmd
}

func showFECHistogram(ctx context.Context, v *view, name string) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	if name, err = p.named(v, name); err != nil {
		return err
	}
	oids, err := v.hash(ctx, statedb.CountersDB, portNameMap)
	if err != nil {
		return err
	}
	if oids[name] == "" {
		return &click.ExitError{Code: click.CodeError, Text: "Port not found: " + name}
	}
	rows, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", []string{oids[name]})
	if err != nil {
		return err
	}
	t := table{headers: []string{"Symbol Errors Per Codeword", "Codewords"}, layout: tabulate.Options{}}
	for i := range fecBins {
		n := strconv.Itoa(i)
		t.rows = append(t.rows, []string{"BIN" + n, or(rows[oids[name]]["SAI_PORT_STAT_IF_IN_FEC_CODEWORD_ERRORS_S"+n], "N/A")})
	}
	return v.print(t)
}

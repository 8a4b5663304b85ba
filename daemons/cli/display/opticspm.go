package display

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// coherentReading is what a coherent module keeps statistics of: the fields of TRANSCEIVER_PM begin with prefix, those of its limits with limit.
type coherentReading struct{ name, unit, prefix, limit string }

func coherentReadings() []coherentReading {
	return []coherentReading{
		{"Tx Power", "dBm", "tx_power", "txpower"}, {"Rx Total Power", "dBm", "rx_tot_power", "rxtotpower"},
		{"Rx Signal Power", "dBm", "rx_sig_power", "rxsigpower"}, {"CD-short link", "ps/nm", "cd", "cdshort"},
		{"PDL", "dB", "pdl", "pdl"}, {"OSNR", "dB", "osnr", "osnr"}, {"eSNR", "dB", "esnr", "esnr"}, {"CFO", "MHz", "cfo", "cfo"},
		{"DGD", "ps", "dgd", "dgd"}, {"SOPMD", "ps^2", "sopmd", "sopmd"}, {"SOP ROC", "krad/s", "soproc", "soproc"},
		{"Pre-FEC BER", "N/A", "prefec_ber", "prefecber"}, {"Post-FEC BER", "N/A", "uncorr_frames", "postfecber"}, {"EVM", "%", "evm", "evm"},
	}
}

func (v *view) opticsPM(ctx context.Context, ports []string) (opticsText, error) {
	tables, err := v.opticsRows(ctx, ports, tableOpticsPM, tableOpticsThreshold)
	if err != nil {
		return nil, err
	}
	return func(port string) (string, ordered) {
		row, limits := tables[tableOpticsPM][port], tables[tableOpticsThreshold][port]
		if len(row) == 0 {
			return "Transceiver performance monitoring not applicable\n", ordered{}
		}
		t := table{headers: []string{
			"Parameter", "Unit", "Min", "Avg", "Max", "Threshold\nHigh\nAlarm", "Threshold\nHigh\nWarning", "Threshold\nCrossing\nAlert-High",
			"Threshold\nLow\nAlarm", "Threshold\nLow\nWarning", "Threshold\nCrossing\nAlert-Low",
		}, layout: tabulate.Options{AllText: true}}
		for _, r := range coherentReadings() {
			t.rows = append(t.rows, r.cells(row, limits))
		}
		const indent = "\n    "
		return indent + strings.ReplaceAll(tabulate.Render(t.headers, t.rows, t.layout), "\n", indent) + "\n", ordered{{tableOpticsPM, row}}
	}, nil
}

func (r coherentReading) cells(row, limits statedb.Fields) []string {
	value := func(from statedb.Fields, field string) float64 {
		n, err := strconv.ParseFloat(from[field], 64)
		if err != nil {
			return math.NaN()
		}
		return n
	}
	low, average, high := value(row, r.prefix+"_min"), value(row, r.prefix+"_avg"), value(row, r.prefix+"_max")
	highAlarm, lowAlarm := value(limits, r.limit+"highalarm"), value(limits, r.limit+"lowalarm")
	return []string{
		r.name, r.unit, r.text(low), r.text(average), r.text(high),
		r.text(highAlarm), r.text(value(limits, r.limit+"highwarning")), crossed(high > highAlarm, high, highAlarm),
		r.text(lowAlarm), r.text(value(limits, r.limit+"lowwarning")), crossed(low < lowAlarm, low, lowAlarm),
	}
}

// crossed says whether a limit was, if both numbers are there.
func crossed(is bool, value, limit float64) string {
	switch {
	case math.IsNaN(value) || math.IsNaN(limit):
		return "N/A"
	case is:
		return "True"
	}
	return "False"
}

// text writes a number as Python does; error rates with three digits.
func (r coherentReading) text(n float64) string {
	switch {
	case math.IsNaN(n):
		return "N/A"
	case r.limit == "prefecber" && n != 0:
		return fmt.Sprintf("%.2E", n)
	}
	return pythonFloat(n)
}

// pythonFloat is the shortest text of a number that has a point or an exponent.
func pythonFloat(n float64) string {
	if a := math.Abs(n); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(n, 'e', -1, 64)
	}
	text := strconv.FormatFloat(n, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

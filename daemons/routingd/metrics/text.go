package metrics

import (
	"bufio"
	"cmp"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Kind is how a metric behaves.
type Kind string

// The kinds.
const (
	Gauge   Kind = "gauge"
	Counter Kind = "counter"
)

// Metric is a name and its values.
type Metric struct {
	Name, Help string
	Kind       Kind
	Samples    []Sample
}

// Sample is a value, for labels.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// ContentType is that of the text format.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Write writes metrics in the text format (https://prometheus.io/docs/instrumenting/exposition_formats), samples in the order of their labels.
func Write(w io.Writer, list []Metric) error {
	b := bufio.NewWriter(w)
	help := strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	for _, m := range list {
		b.WriteString("# HELP " + m.Name + " " + help.Replace(m.Help) + "\n# TYPE " + m.Name + " " + string(m.Kind) + "\n")
		type line struct{ labels, value string }
		var lines []line
		for _, s := range m.Samples {
			lines = append(lines, line{labels(s.Labels), number(s.Value)})
		}
		slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(a.labels, b.labels) })
		for _, l := range lines {
			b.WriteString(m.Name + l.labels + " " + l.value + "\n")
		}
	}
	return b.Flush()
}

func labels(all map[string]string) string {
	if len(all) == 0 {
		return ""
	}
	value := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, name+`="`+value.Replace(all[name])+`"`)
	}
	return "{" + strings.Join(out, ",") + "}"
}

func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

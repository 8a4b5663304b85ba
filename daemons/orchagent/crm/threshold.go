package crm

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// measure is what a threshold is compared with.
type measure string

const (
	byPercentage measure = "percentage"
	byUsed       measure = "used"
	byFree       measure = "free"
)

// threshold raises an alarm at high and ends it at low. Of what is free it is
// the other way round: little of it is alarming.
type threshold struct {
	by        measure
	low, high uint64
}

// settings are those of the row CRM|Config.
type settings struct {
	interval   time.Duration
	thresholds map[string]threshold // by resource
}

// What SONiC uses without configuration.
const (
	defaultInterval = 5 * time.Minute
	defaultLow      = 70
	defaultHigh     = 85
)

// parse reads the row. What cannot be used is told and stays at its default.
func parse(row statedb.Fields) (settings, []error) {
	p := parser{row: row}
	s := settings{interval: defaultInterval, thresholds: make(map[string]threshold)}
	if n := p.number("polling_interval", 0); n > 0 {
		s.interval = time.Duration(n) * time.Second
	}
	for _, r := range resources() {
		s.thresholds[r.name] = threshold{
			by:  p.measure(r.name + "_threshold_type"),
			low: p.number(r.name+"_low_threshold", defaultLow), high: p.number(r.name+"_high_threshold", defaultHigh),
		}
	}
	return s, p.bad
}

type parser struct {
	row statedb.Fields
	bad []error
}

func (p *parser) number(field string, missing uint64) uint64 {
	text, ok := p.row[field]
	if !ok {
		return missing
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		p.bad = append(p.bad, fmt.Errorf("%s %q is not a number up to 65535", field, text))
		return missing
	}
	return n
}

func (p *parser) measure(field string) measure {
	text, ok := p.row[field]
	m := measure(strings.ToLower(text))
	switch {
	case !ok:
		return byPercentage
	case m == byPercentage || m == byUsed || m == byFree:
		return m
	}
	p.bad = append(p.bad, fmt.Errorf("%s %q is none of percentage, used, free", field, text))
	return byPercentage
}

// level is how full a resource is.
type level struct{ used, free uint64 }

// percent of all that fits is used.
func (l level) percent() uint64 {
	if l.used+l.free == 0 {
		return 0
	}
	return l.used * 100 / (l.used + l.free)
}

// exceeded says whether there is to be an alarm, given whether there is one.
// Between the two bounds it stays as it is.
func (t threshold) exceeded(l level, before bool) bool {
	value := l.percent()
	switch t.by {
	case byUsed:
		value = l.used
	case byFree:
		return l.free <= t.low || before && l.free < t.high
	}
	return value >= t.high || before && value > t.low
}

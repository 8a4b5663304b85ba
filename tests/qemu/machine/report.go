package machine

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Report is what one program said.
type Report struct {
	Program string
	Status  int // exit status; -1 if it was killed or did not end
	Output  string
	Tests   []Test
}

// Test is the result of a test of the top level.
type Test struct {
	Name, Verdict string // Verdict is PASS, FAIL or SKIP
	Seconds       float64
	Said          string // what it printed
}

// verdictLine is how a Go test program tells of a test of the top level.
var verdictLine = regexp.MustCompile(`^--- (PASS|FAIL|SKIP): (\S+) \(([0-9.]+)s\)$`)

// Parse reads the stream of results.
func Parse(stream string) ([]Report, error) {
	p := parser{}
	for line := range strings.Lines(stream) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	switch {
	case p.open:
		p.faults = append(p.faults, fmt.Errorf("the machine ended while %s ran", p.last().Program))
	case !p.done:
		p.faults = append(p.faults, errors.New("the machine ended before its tests"))
	}
	return p.reports, errors.Join(p.faults...)
}

// parser is where a reading stands.
type parser struct {
	reports []Report
	faults  []error
	said    strings.Builder // by the test that runs
	open    bool            // a program runs
	done    bool
}

func (p *parser) last() *Report { return &p.reports[len(p.reports)-1] }

func (p *parser) line(line string) {
	if name, ok := strings.CutPrefix(line, MarkBegin); ok {
		p.reports, p.open = append(p.reports, Report{Program: name, Status: -1}), true
		p.said.Reset()
		return
	}
	if reason, ok := strings.CutPrefix(line, MarkFault); ok {
		p.faults = append(p.faults, errors.New(reason))
		return
	}
	if line == MarkDone {
		p.done = true
		return
	}
	if !p.open {
		return
	}
	if status, ok := strings.CutPrefix(line, MarkEnd); ok {
		p.end(status)
		return
	}
	p.last().Output += line + "\n"
	p.testLine(line)
}

func (p *parser) end(status string) {
	p.open = false
	n, err := strconv.Atoi(status)
	if err != nil {
		p.faults = append(p.faults, fmt.Errorf("exit status of %s: %w", p.last().Program, err))
		return
	}
	p.last().Status = n
}

// testLine sorts a line of output under its test.
func (p *parser) testLine(line string) {
	if strings.HasPrefix(line, "=== RUN ") && !strings.Contains(line, "/") {
		p.said.Reset()
	}
	m := verdictLine.FindStringSubmatch(line)
	if m == nil {
		p.said.WriteString(line + "\n")
		return
	}
	seconds, _ := strconv.ParseFloat(m[3], 64) // the pattern admits numbers only, or dots that say nothing
	p.last().Tests = append(p.last().Tests, Test{Name: m[2], Verdict: m[1], Seconds: seconds, Said: p.said.String()})
}

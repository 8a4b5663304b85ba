package sairedis_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
)

// step is one line of a script:
//
//	verdict operation subject [NAME=value ...] [-> NAME=value ...]
//
// Names of object types and attributes go without their prefixes, ids are names
// after an @. Elements of bulk operations are separated by semicolons. Behind
// the arrow is what the answer must hold: @x names the id that is there, @x[]
// those of a list in turn, and other values are regular expressions.
type step struct {
	line    int
	text    string
	verdict string // must: succeeds; may: succeeds or is said to be unsupported; or a status
	op      string
	parts   []part
	expect  []pair
}

// part is an object with what the request says about it.
type part struct {
	typ, subject string // ROUTER_INTERFACE, @rif
	attrs        []pair
}

type pair struct{ name, value string }

// operations are the words for them in scripts.
var operations = map[string]sairedis.Op{
	"notify": sairedis.OpNotify, "create": sairedis.OpCreate, "remove": sairedis.OpRemove, "set": sairedis.OpSet, "get": sairedis.OpGet,
	"bulkcreate": sairedis.OpBulkCreate, "bulkremove": sairedis.OpBulkRemove, "bulkset": sairedis.OpBulkSet, "bulkget": sairedis.OpBulkGet,
	"flush": sairedis.OpFlush, "stats": sairedis.OpGetStats, "clearstats": sairedis.OpClearStats,
	"attrcap": sairedis.OpAttrCapability, "enumcap": sairedis.OpEnumCapability, "avail": sairedis.OpAvailability,
	"statcap": sairedis.OpStatsCapability, "statstcap": sairedis.OpStatsStCapability,
	"group": sairedis.OpSetCounterGroup, "nogroup": sairedis.OpDelCounterGroup, "poll": sairedis.OpStartPoll, "nopoll": sairedis.OpStopPoll,
	"damping": sairedis.OpLinkDamping,
}

// parseScript reads a script; empty lines and those that begin with # are
// comments.
func parseScript(text string) ([]step, error) {
	var steps []step
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		s, err := parseStep(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		s.line = i + 1
		steps = append(steps, s)
	}
	return steps, nil
}

func parseStep(line string) (step, error) {
	request, expect, _ := strings.Cut(line, " -> ")
	f := strings.Fields(request)
	if len(f) < 3 {
		return step{}, fmt.Errorf("%q: want verdict, operation and subject", line)
	}
	s := step{text: line, verdict: f[0], op: f[1], expect: pairs(strings.Fields(expect))}
	if _, known := operations[s.op]; !known && !strings.HasPrefix(s.op, "?") {
		return step{}, fmt.Errorf("unknown operation %q", s.op)
	}
	for _, element := range strings.Split(strings.Join(f[2:], " "), " ; ") {
		words := strings.Fields(element)
		p := part{typ: words[0], attrs: pairs(words[1:])}
		if i := strings.IndexAny(words[0], "@{:"); i >= 0 {
			p.typ, p.subject = words[0][:i], strings.TrimPrefix(words[0][i:], ":")
		}
		s.parts = append(s.parts, p)
	}
	return s, nil
}

func pairs(words []string) []pair {
	var list []pair
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		list = append(list, pair{name, value})
	}
	return list
}

// names are the ids that names of the script stand for.
type names map[string]string

var nameInText = regexp.MustCompile(`@[a-z][a-z0-9]*`)

// resolve exchanges names for ids; missing is a name that stands for nothing.
func (n names) resolve(s string) (text, missing string) {
	return nameInText.ReplaceAllStringFunc(s, func(name string) string {
		id, ok := n[name]
		if !ok {
			missing = name
		}
		return id
	}), missing
}

// learn compares a value of an answer with what the script expects, and gives
// names to the ids in it.
func (n names) learn(want, got string) error {
	name, list := strings.CutSuffix(want, "[]")
	switch {
	case list:
		_, ids, _ := strings.Cut(got, ":")
		for i, id := range strings.Split(ids, ",") {
			n[name+strconv.Itoa(i)] = id
		}
	case want != "" && nameInText.FindString(want) == want && n[want] == "":
		if !oid.MatchString(got) || got == nullID {
			return fmt.Errorf("%s: %q is no object", want, got)
		}
		n[want] = got
	default:
		text, _ := n.resolve(want)
		if ok, err := regexp.MatchString("^(?:"+text+")$", got); err != nil || !ok {
			return fmt.Errorf("%q, want %s", got, text)
		}
	}
	return nil
}

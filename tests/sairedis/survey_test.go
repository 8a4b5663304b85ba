package sairedis_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// TestClientStart plays what SONiC's orchagent asks of syncd from its start until
// it routes, over the strict SAI and over the software ASIC. What that client
// does not survive must succeed; the rest may be refused, as silicon does, but
// only as unsupported.
func TestClientStart(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *rig{
		"strict":   func(t *testing.T) *rig { return newRig(t, ports, "") },
		"softasic": func(t *testing.T) *rig { return newSoftRig(t, ports) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, file := range []string{"testdata/client-start.txt"} {
				newActor(open(t)).perform(file)
			}
		})
	}
}

// actor performs scripts as a sairedis client.
type actor struct {
	t     testing.TB
	db    *statedb.DB
	out   *statedb.QueueProducer
	in    *statedb.QueueConsumer
	names names
}

func newActor(r *rig) *actor {
	p := newPlayer(r)
	return &actor{t: r.t, db: p.db, out: p.out, in: p.in, names: names{"@switch": switchID, "@null": nullID}}
}

func (a *actor) perform(file string) {
	a.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	steps, err := parseScript(string(text))
	if err != nil {
		a.t.Fatalf("%s: %v", file, err)
	}
	for _, s := range steps {
		if err := a.step(s); err != nil {
			a.t.Errorf("%s:%d: %s: %v", file, s.line, s.text, err)
		}
	}
}

// step performs one step. A step about an object that was refused before is
// passed over, as the client does.
func (a *actor) step(s step) error {
	item, missing, err := a.request(s)
	if err != nil {
		return err
	}
	if missing != "" {
		if s.verdict == "must" {
			return fmt.Errorf("%s does not exist", missing)
		}
		a.t.Logf("line %d: %s was refused, passed over", s.line, missing)
		return nil
	}
	status, op, fields := a.exchange(item)
	a.t.Logf("line %d: %s: %s %.300q", s.line, s.text, status, fields)
	if want := string(s.operation().Response()); op != "S"+want {
		return fmt.Errorf("answered by %s, want S%s", op, want)
	}
	if err := accept(s, status); err != nil {
		if s.op == "create" {
			delete(a.names, s.parts[0].subject)
		}
		return fmt.Errorf("%w %q", err, fields)
	}
	if status != success {
		if s.op == "create" {
			delete(a.names, s.parts[0].subject)
		}
		if s.verdict == "may" {
			return nil
		}
	}
	return a.compare(s, fields)
}

func (s step) operation() sairedis.Op {
	if op, unknown := strings.CutPrefix(s.op, "?"); unknown {
		return sairedis.Op(op)
	}
	return operations[s.op]
}

// accept judges a status.
func accept(s step, status string) error {
	switch {
	case status == success && (s.verdict == "must" || s.verdict == "may"):
	case s.verdict == "may" && unsupported(status):
	case s.verdict == "may" && status == "SAI_STATUS_BUFFER_OVERFLOW" && strings.HasSuffix(s.op, "cap"):
	case status == s.verdict:
	default:
		return fmt.Errorf("answered %s", status)
	}
	return nil
}

// unsupported tells the ways to say that an implementation lacks something.
func unsupported(status string) bool {
	for _, class := range []string{"SAI_STATUS_NOT_SUPPORTED", "SAI_STATUS_NOT_IMPLEMENTED", "SAI_STATUS_ATTR_NOT_SUPPORTED_", "SAI_STATUS_ATTR_NOT_IMPLEMENTED_"} {
		if strings.HasPrefix(status, class) {
			return true
		}
	}
	return false
}

// compare checks the fields of an answer, by name, or by place for bulk gets.
func (a *actor) compare(s step, fields []string) error {
	prefix := ""
	if len(s.parts) > 0 && (s.op == "get" || s.op == "bulkget") {
		prefix = "SAI_" + s.parts[0].typ + "_ATTR_"
	}
	for _, want := range s.expect {
		got, found := "", false
		for i := 0; i+1 < len(fields); i += 2 {
			if fields[i] == prefix+want.name || fields[i] == want.name {
				got, found = fields[i+1], true
			}
		}
		if !found {
			return fmt.Errorf("no %s in %q", want.name, fields)
		}
		if err := a.names.learn(want.value, got); err != nil {
			return fmt.Errorf("%s: %w", want.name, err)
		}
	}
	return nil
}

// exchange sends a request and waits for its answer.
func (a *actor) exchange(item statedb.QueueItem) (status, op string, fields []string) {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := a.out.Push(ctx, item); err != nil {
		a.t.Fatal(err)
	}
	items, err := a.in.Pop(ctx)
	if err != nil || len(items) != 1 {
		a.t.Fatalf("%s %s: no answer: %v", item.Op, item.Key, err)
	}
	return items[0].Key, items[0].Op, items[0].Values
}

// request writes a step as the queue holds it.
func (a *actor) request(s step) (item statedb.QueueItem, missing string, err error) {
	if s.op == "create" || s.op == "bulkcreate" {
		for _, p := range s.parts {
			if err := a.reserve(p); err != nil {
				return item, "", err
			}
		}
	}
	item = statedb.QueueItem{Op: letter(s.operation()) + string(s.operation())}
	item.Key, item.Values = s.key(), s.values()
	all := append([]string{item.Key}, item.Values...)
	for i := range all {
		text, miss := a.names.resolve(all[i])
		if all[i] = text; miss != "" {
			missing = miss
		}
	}
	item.Key, item.Values = all[0], all[1:]
	return item, missing, nil
}

// reserve makes the id of a new object.
func (a *actor) reserve(p part) error {
	if !strings.HasPrefix(p.subject, "@") || p.subject == "@switch" {
		return nil
	}
	t, ok := sai.ObjectTypeByName("SAI_OBJECT_TYPE_" + p.typ)
	if !ok {
		return fmt.Errorf("no object type %s", p.typ)
	}
	n, err := a.db.Redis().Incr(context.Background(), "VIDCOUNTER").Result()
	if err != nil {
		return err
	}
	const typeBits = 48
	a.names[p.subject] = fmt.Sprintf("oid:0x%x", uint64(t)<<typeBits|uint64(n))
	return nil
}

// key and values are those of the request, ids still names.
func (s step) key() string {
	p := s.parts[0]
	switch s.op {
	case "attrcap", "enumcap", "avail", "statcap", "statstcap":
		return "@switch"
	case "notify", "group", "nogroup", "poll", "nopoll":
		if p.subject != "" {
			return p.typ + ":" + p.subject
		}
		return p.typ
	case "bulkcreate", "bulkremove", "bulkset", "bulkget":
		return "SAI_OBJECT_TYPE_" + p.typ + ":" + strconv.Itoa(len(s.parts))
	}
	return "SAI_OBJECT_TYPE_" + p.typ + ":" + p.subject
}

func (s step) values() []string {
	p := s.parts[0]
	object, attr := "SAI_OBJECT_TYPE_"+p.typ, "SAI_"+p.typ+"_ATTR_"
	switch s.op {
	case "attrcap":
		return []string{"OBJECT_TYPE", object, "ATTR_ID", attr + p.attrs[0].name}
	case "enumcap":
		return []string{"OBJECT_TYPE", object, "ATTR_ID", attr + p.attrs[0].name, "LIST_SIZE", p.attrs[0].value}
	case "avail":
		return append(flat(attr, p.attrs), "OBJECT_TYPE", object)
	case "statcap", "statstcap":
		return []string{"OBJECT_TYPE", object, "LIST_SIZE", p.attrs[0].name}
	case "group", "nogroup", "poll", "nopoll", "stats", "clearstats", "damping":
		return flat("", p.attrs)
	case "bulkcreate", "bulkremove", "bulkset", "bulkget":
		var list []string
		for _, e := range s.parts {
			list = append(list, e.subject, sairedis.Join(flat(attr, e.attrs)))
		}
		return list
	}
	return flat(attr, p.attrs)
}

func flat(prefix string, attrs []pair) []string {
	var fv []string
	for _, a := range attrs {
		if a.name != "NULL" {
			a.name = prefix + a.name
		}
		fv = append(fv, a.name, a.value)
	}
	return fv
}

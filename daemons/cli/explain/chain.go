package explain

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Layer is how far down the switch a link of a chain is.
type Layer string

// The layers, from the operator's row to the silicon's.
const (
	Configuration Layer = "configuration"
	Intent        Layer = "intent"
	State         Layer = "state"
	Object        Layer = "object"
)

// Chain is what the switch makes of a subject.
type Chain struct {
	Subject string `json:"subject"`
	Verdict string `json:"verdict"` // in a sentence
	Links   []Link `json:"links"`
}

// Link is one row or object.
type Link struct {
	Layer  Layer          `json:"layer"`
	Place  string         `json:"place"` // "CONFIG_DB VLAN|Vlan100"; of an object its name
	Fields statedb.Fields `json:"fields,omitempty"`
	ID     string         `json:"id,omitempty"` // of an object: its virtual id
	// What became of an object, and since when (RFC 3339).
	Status string `json:"status,omitempty"`
	Reason string `json:"reason,omitempty"`
	Since  string `json:"since,omitempty"`
	Owner  string `json:"owner,omitempty"`
}

// builder reads the links of one chain. Its first error ends the chain.
type builder struct {
	ctx   context.Context
	dbs   func(statedb.DBID) (*statedb.DB, error)
	chain Chain
	seen  map[string]bool
	err   error
}

func newBuilder(ctx context.Context, s *session.Session, subject string) *builder {
	return &builder{ctx: ctx, dbs: s.DB, chain: Chain{Subject: subject}, seen: make(map[string]bool)}
}

// db opens a database, or remembers why that failed.
func (b *builder) db(id statedb.DBID) *statedb.DB {
	db, err := b.dbs(id)
	if err != nil && b.err == nil {
		b.err = err
	}
	return db
}

// fail keeps the first error.
func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// row adds a row of a database, if there is one.
func (b *builder) row(layer Layer, id statedb.DBID, table, key string) (statedb.Fields, bool) {
	db := b.db(id)
	if b.err != nil {
		return nil, false
	}
	place := id.String() + " " + db.RowKey(table, key)
	fields, ok, err := db.Get(b.ctx, table, key)
	if err != nil {
		b.fail(err)
	}
	if ok && !b.seen[place] {
		b.seen[place] = true
		b.chain.Links = append(b.chain.Links, Link{Layer: layer, Place: place, Fields: fields})
	}
	return fields, ok
}

// rows adds the rows of a table whose keys match.
func (b *builder) rows(layer Layer, id statedb.DBID, table string, match func(key string) bool) {
	db := b.db(id)
	if b.err != nil {
		return
	}
	keys, err := db.Keys(b.ctx, table)
	if err != nil {
		b.fail(err)
		return
	}
	slices.Sort(keys)
	for _, k := range keys {
		if match(k) {
			b.row(layer, id, table, k)
		}
	}
}

// object adds an object by its name, with what the ASIC was told of it, and says whether anything of the sort exists.
func (b *builder) object(name string) (attributes statedb.Fields, ok bool) {
	state, asic := b.db(statedb.StateDB), b.db(statedb.AsicDB)
	if b.err != nil {
		return nil, false
	}
	status, wanted, err := state.Get(b.ctx, schema.StateTableObject, name)
	if err != nil {
		b.fail(err)
		return nil, false
	}
	id := asic.Redis().HGet(b.ctx, schema.AsicNames, name).Val()
	if !wanted && id == "" {
		return nil, false
	}
	if key := asicKey(id); key != "" {
		if attributes, _, err = asic.Get(b.ctx, "ASIC_STATE", key); err != nil {
			b.fail(err)
		}
	}
	if b.seen[name] {
		return attributes, true
	}
	b.seen[name] = true
	b.chain.Links = append(b.chain.Links, Link{
		Layer: Object, Place: name, ID: id, Fields: attributes,
		Status: status["state"], Reason: status["reason"], Since: status["since"], Owner: status["owner"],
	})
	return attributes, true
}

// asicKey gives the key of an object in ASIC_STATE; "" for what is no id. A virtual id has the object's type above bit 48.
func asicKey(id string) string {
	n, err := strconv.ParseUint(strings.TrimPrefix(id, "oid:"), 0, 64)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s:%s", sai.ObjectType(n>>48&0xff), id)
}

// nameOf gives the name of a virtual id, or "".
func (b *builder) nameOf(id string) string {
	asic := b.db(statedb.AsicDB)
	if b.err != nil || !strings.HasPrefix(id, "oid:") {
		return ""
	}
	return asic.Redis().HGet(b.ctx, schema.AsicNamesByID, id).Val()
}

// objects lists the names of all objects that match.
func (b *builder) objects(match func(name string) bool) []string {
	db := b.db(statedb.StateDB)
	if b.err != nil {
		return nil
	}
	names, err := db.Keys(b.ctx, schema.StateTableObject)
	if err != nil {
		b.fail(err)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return !match(n) })
	slices.Sort(names)
	return names
}

// worst gives the verdict on the objects of the chain: the first that failed, or else the first that waits.
func (c *Chain) worst() string {
	for _, status := range []string{"failed", "waiting"} {
		for _, l := range c.Links {
			if l.Status == status {
				return fmt.Sprintf("%s %s: %s", l.Place, is(status), l.Reason)
			}
		}
	}
	return ""
}

func is(status string) string {
	if status == "waiting" {
		return "waits"
	}
	return status
}

// count gives how many objects the chain has.
func (c *Chain) count() int {
	n := 0
	for _, l := range c.Links {
		if l.Layer == Object {
			n++
		}
	}
	return n
}

// conclude gives the verdict of a subject that is no route.
func (c *Chain) conclude() {
	switch worst := c.worst(); {
	case worst != "":
		c.Verdict = worst
	case c.count() > 0:
		c.Verdict = fmt.Sprintf("all %d objects are in the ASIC as wanted", c.count())
	case len(c.Links) > 0:
		c.Verdict = "no object was made of it: is orchagent running, and does it know this table?"
	default:
		c.Verdict = "the switch knows nothing of it"
	}
}

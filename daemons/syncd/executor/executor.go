package executor

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/damping"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Database is what the executor needs to read or reserve at once, outside the
// transaction that its Writes end up in.
type Database interface {
	// ReserveVIDs returns the first of n new indices of virtual ids.
	ReserveVIDs(ctx context.Context, n int) (uint64, error)
	// Has tells whether the object has a row.
	Has(ctx context.Context, key string) (bool, error)
	// Load reads what ASIC_DB says about the ASIC.
	Load(ctx context.Context) (*asicstate.Snapshot, error)
}

// FlexCounters keeps what is to be polled.
type FlexCounters interface {
	SetGroup(ctx context.Context, group string, fields []string) error
	DeleteGroup(ctx context.Context, group string) error
	Start(ctx context.Context, key string, fields []string) error
	Stop(ctx context.Context, key string) error
}

// Options make an Executor.
type Options struct {
	ASIC  hardware.ASIC
	DB    Database
	Flex  FlexCounters // optional
	Log   *slog.Logger
	Async bool             // create, remove and set are not answered
	Now   func() time.Time // time.Now, unless a test has another
}

// Executor performs requests.
type Executor struct {
	asic  hardware.ASIC
	db    Database
	flex  FlexCounters
	log   *slog.Logger
	async bool

	ids  *vid.Bindings
	w    *asicstate.Writes
	sw   sai.ObjectID                    // VID of the switch, null before it exists
	cold map[sai.ObjectID]sai.ObjectType // objects that came with the switch, by VID
	fdb  fdbTable
	temp *tempView // between INIT_VIEW and APPLY_VIEW

	now    func() time.Time
	damper *damping.Damper
	damped map[sai.ObjectID]bool // ports whose damping changed, by VID
}

// New returns an executor for an ASIC of which nothing is known yet.
func New(o Options) *Executor {
	w := new(asicstate.Writes)
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Executor{
		now: o.Now, damper: damping.New(), damped: map[sai.ObjectID]bool{},
		asic: o.ASIC, db: o.DB, flex: o.Flex, log: o.Log, async: o.Async,
		w: w, ids: vid.NewBindings(w), cold: map[sai.ObjectID]sai.ObjectType{}, fdb: fdbTable{},
	}
}

// Writes returns what ASIC_DB has to learn; the owner resets it after the
// commit.
func (e *Executor) Writes() *asicstate.Writes { return e.w }

// IDs returns the id mapping, for readers such as the counter pollers.
func (e *Executor) IDs() *vid.Bindings { return e.ids }

// Do performs one request and returns its answer, which is among the Writes
// unless the client does not wait for it.
func (e *Executor) Do(ctx context.Context, r sairedis.Request) sairedis.Response {
	answer := e.perform(ctx, r)
	if !e.async || !r.Op.AsyncSilent() {
		e.w.Respond(answer)
	}
	return answer
}

func (e *Executor) perform(ctx context.Context, r sairedis.Request) sairedis.Response {
	switch r.Op {
	case sairedis.OpCreate, sairedis.OpBulkCreate:
		return e.create(ctx, r)
	case sairedis.OpRemove, sairedis.OpBulkRemove:
		return e.remove(r)
	case sairedis.OpSet, sairedis.OpBulkSet:
		return e.set(r)
	case sairedis.OpGet:
		return e.get(ctx, r)
	case sairedis.OpBulkGet:
		return e.bulkGet(ctx, r)
	case sairedis.OpGetStats:
		return e.getStats(r)
	case sairedis.OpClearStats:
		return e.clearStats(r)
	case sairedis.OpFlush:
		return e.flush(r)
	case sairedis.OpNotify:
		return e.notify(ctx, r)
	case sairedis.OpAttrCapability, sairedis.OpEnumCapability, sairedis.OpAvailability,
		sairedis.OpStatsCapability, sairedis.OpStatsStCapability:
		return e.query(r)
	case sairedis.OpStartPoll, sairedis.OpStopPoll, sairedis.OpSetCounterGroup, sairedis.OpDelCounterGroup:
		return e.counters(ctx, r)
	case sairedis.OpLinkDamping:
		return e.setDamping(r)
	}
	e.log.Warn("unknown operation", "op", string(r.Op), "key", r.Key)
	return sairedis.Answer(r.Op, sai.StatusNotImplemented)
}

// malformed answers a request that does not decode. Nothing of it was done. To
// ask for what only a newer SAI defines is no mistake of the client's.
func (e *Executor) malformed(r sairedis.Request, err error) sairedis.Response {
	e.log.Warn("malformed request", "op", string(r.Op), "err", err)
	if errors.Is(err, text.ErrUnknown) {
		return sairedis.Answer(r.Op, sai.StatusNotImplemented)
	}
	return sairedis.Answer(r.Op, sai.StatusInvalidParameter)
}

// statusOf turns the error of an id exchange into a status.
func statusOf(err error) sai.Status {
	var unknown vid.UnknownError
	if errors.As(err, &unknown) {
		return sai.StatusItemNotFound
	}
	return sai.StatusNotSupported
}

// switchRID returns the real id of the switch.
func (e *Executor) switchRID() sai.ObjectID {
	rid, _ := e.ids.RID(e.sw)
	return rid
}

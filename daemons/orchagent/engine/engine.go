package engine

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/moveguard"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/daemons/orchagent/routecount"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Feature turns rows of its tables into objects. Its functions are pure, but for Derive.
type Feature struct {
	Name   string
	Tables []string // of APPL_DB
	Fed    []string // of no database: the engine makes the rows
	Config []string // of CONFIG_DB
	// Render gives what a row wants.
	Render func(object.Row) (object.Rendering, error)
	// Derive gives the rows of Fed tables that follow from a changed row, one
	// without fields to be deleted. It may remember rows; may be nil.
	Derive func(object.Row) []object.Row
	// Publish gives what to tell other databases about an object; may be nil.
	Publish func(publish.Event) []publish.Write
	// Flush tells which learned addresses a row that was just set wants forgotten, on a bridge port or in a VLAN; may be nil.
	Flush func(object.Row) (port, vlan object.Key, ok bool)
	// Questions are put to the ASIC whenever its state is read, and Capable gives
	// what to tell other databases of the answers; may be nil.
	Questions []publish.Question
	Capable   func([]publish.Answer) []publish.Write
}

// Config is what an Engine needs.
type Config struct {
	Client   *statedb.Client
	ASIC     *asicdb.ASIC
	Features []Feature
	// Switch is the switch as created, and what it needs without any row.
	Switch object.Rendering
	// RouteTable is the table whose rows Routes puts into the compact table.
	RouteTable string
	Routes     func(*fib.Table, statedb.KeyOp) error
	// Groups renders the groups of next hops that routes want.
	Groups func(fib.Group) object.Rendering
	// Guards are what the move guard shall be; may be nil.
	Guards <-chan moveguard.Config
	// FineGroups renders a fine-grained group with the next hop of each bucket.
	FineGroups func(object.Key, []object.Key) object.Rendering
	// Flushes are requests to forget learned addresses; may be nil.
	Flushes <-chan statedb.Notification
	// Feedback tells in APPL_STATE_DB which routes are in the ASIC. Feedbacks says
	// when that changes; may be nil.
	Feedback  bool
	Feedbacks <-chan bool
	Log       *slog.Logger
	// Grace is how long to wait for more rows before objects of an earlier
	// life that no row wants are removed; see hold.go.
	Grace time.Duration
	Now   func() time.Time
	// Ready is called once, when everything known has been applied.
	Ready func()
}

// Bounds of the engine's queues.
const (
	fastInputs  = 64        // batches of rows other than routes
	slowInputs  = 2         // batches of routes
	maxPending  = 32 * 1024 // routes to be changed, before more are read
	bulkSize    = 1000      // routes in one bulk request
	bulksFlying = 4         // bulk requests under way
)

// Engine reconciles. Post and Usage may be called from any goroutine,
// everything else belongs to Run.
type Engine struct {
	Config
	fast, slow chan batch
	asks       chan ask // see usage.go

	render  map[string]Feature
	config  map[string]map[string]struct{} // rows of CONFIG_DB read at the start; see config.go
	desired *object.Store
	actual  map[object.Key]*object.Object
	users   map[object.Key]map[object.Key]struct{}
	holders map[object.Claim]object.Key // of actual objects; see claims.go
	dirty   map[object.Key]struct{}
	wait    waiting
	retry   retries
	routes  *fib.Table
	places  places
	fine    fine
	counted counted

	out      *publish.Writer
	status   *status.Table
	ports    ports
	held     bool // see hold.go
	grace    <-chan time.Time
	loaded   bool // the ASIC's state has been read
	told     told
	learned  map[address]place
	guard    *moveguard.Guard
	holding  map[heldRow]struct{}         // rows fed for the guard
	facts    map[object.Key]publish.Facts // of what is in actual
	flushes  []flush                      // that rows asked for; see flush.go
	settling []settling                   // who waits; see settle.go
	asked    *statedb.Desired             // neighbours that routes wait for
}

// batch is a number of changed rows of one table.
type batch struct {
	table string
	ops   []statedb.KeyOp
	whole bool // all that the table holds

	settling *settling // instead of rows
}

// New returns an engine that has read nothing yet.
func New(c Config) *Engine {
	e := &Engine{
		Config:  c,
		fast:    make(chan batch, fastInputs),
		slow:    make(chan batch, slowInputs),
		asks:    make(chan ask),
		render:  make(map[string]Feature),
		config:  make(map[string]map[string]struct{}),
		desired: object.NewStore(),
		actual:  make(map[object.Key]*object.Object),
		users:   make(map[object.Key]map[object.Key]struct{}),
		holders: make(map[object.Claim]object.Key),
		dirty:   make(map[object.Key]struct{}),
		wait:    newWaiting(),
		routes:  fib.New(),
		places:  newPlaces(),
		fine:    newFine(),
		counted: counted{config: routecount.NewConfig()},
		out:     publish.NewWriter(c.Client),
		ports:   newPorts(),
		learned: make(map[address]place),
		guard:   moveguard.New(),
		holding: make(map[heldRow]struct{}),
		facts:   make(map[object.Key]publish.Facts),
		asked:   statedb.NewDesiredProduced(c.Client.DB(statedb.ApplDB), schema.AppTableNeighResolve, statedb.DesiredOptions{}),
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	e.routes.Refine = e.refine
	e.routes.CounterOf = e.counterOf
	e.retry = newRetries(e.Now)
	e.status = status.NewTable(e.out, e.Now)
	for _, f := range c.Features {
		for _, t := range slices.Concat(f.Tables, f.Fed) {
			e.render[t] = f
		}
		for _, t := range f.Config {
			e.render[t] = f
			e.config[t] = make(map[string]struct{})
		}
	}
	return e
}

// Post hands over changed rows. It blocks while the engine is busy with
// earlier ones.
func (e *Engine) Post(ctx context.Context, table string, ops []statedb.KeyOp) error {
	return e.post(ctx, batch{table: table, ops: ops})
}

// PostWhole hands over all the rows that a table of CONFIG_DB holds.
func (e *Engine) PostWhole(ctx context.Context, table string, ops []statedb.KeyOp) error {
	return e.post(ctx, batch{table: table, ops: ops, whole: true})
}

func (e *Engine) post(ctx context.Context, b batch) error {
	to := e.fast
	if b.table == e.RouteTable {
		to = e.slow
	}
	select {
	case to <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package crm

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/engine"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Where the numbers and the alarms go.
const (
	tableStats = "CRM" // of COUNTERS_DB
	keyStats   = "STATS"

	// TableAlarm of STATE_DB has a row for each resource beyond its threshold.
	TableAlarm = "HEDDLE_CRM_ALARM"
)

// ASIC tells how full it is.
type ASIC interface {
	Usage(ctx context.Context, about []engine.Capacity) (engine.Usage, error)
}

// Monitor watches the resources.
type Monitor struct {
	client *statedb.Client
	asic   ASIC
	log    *slog.Logger
	news   chan settings // one element: the latest

	// OnMark is told how far the monitor has come with its table; may be nil.
	OnMark func(ctx context.Context, mark string) error

	row statedb.Fields // the subscription's

	// The loop alone uses these.
	now    settings
	alarms map[string]bool
}

// New watches asic.
func New(client *statedb.Client, asic ASIC, log *slog.Logger) *Monitor {
	return &Monitor{client: client, asic: asic, log: log, news: make(chan settings, 1), alarms: make(map[string]bool)}
}

// Run watches until ctx ends.
func (m *Monitor) Run(ctx context.Context) error {
	g := process.NewGroup(ctx)
	g.Go(schema.TableCRM, func(ctx context.Context) error {
		return statedb.NewSubscriber(m.client.DB(statedb.ConfigDB), schema.TableCRM).OnMark(m.OnMark).Run(ctx, m.configured)
	})
	g.Go("poll", m.poll)
	return g.Wait()
}

// configured takes the row of the table; without one the defaults hold.
func (m *Monitor) configured(_ context.Context, ops []statedb.KeyOp) error {
	for _, op := range ops {
		if op.Key == schema.KeyCRM {
			m.row = op.Map() // empty when it is deleted
		}
	}
	s, bad := parse(m.row)
	for _, err := range bad {
		m.log.Warn("skip field", "table", schema.TableCRM, "key", schema.KeyCRM, "err", err)
	}
	select { // only the latest counts
	case <-m.news:
	default:
	}
	m.news <- s
	return nil
}

// poll looks at the ASIC at once when it is configured, and then each interval.
func (m *Monitor) poll(ctx context.Context) error {
	tick := time.NewTimer(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case m.now = <-m.news:
		case <-tick.C:
		}
		if err := m.look(ctx); err != nil && ctx.Err() == nil {
			m.log.Warn("watch resources", "err", err)
		}
		tick.Reset(m.now.interval)
	}
}

func (m *Monitor) look(ctx context.Context) error {
	list := resources()
	u, err := m.asic.Usage(ctx, questions(list))
	if err != nil {
		return err
	}
	stats := make(statedb.Fields)
	for i, r := range list {
		if u.Free[i] == nil {
			continue
		}
		l := level{uint64(u.Used[r.counts]), *u.Free[i]}
		stats["crm_stats_"+r.name+"_used"] = strconv.FormatUint(l.used, 10)
		stats["crm_stats_"+r.name+"_available"] = strconv.FormatUint(l.free, 10)
		if err := m.judge(ctx, r.name, l); err != nil {
			return err
		}
	}
	if len(stats) == 0 {
		return nil
	}
	return m.client.DB(statedb.CountersDB).Set(ctx, tableStats, keyStats, stats)
}

// judge raises or ends the alarm of a resource.
func (m *Monitor) judge(ctx context.Context, name string, l level) error {
	t := m.now.thresholds[name]
	before, known := m.alarms[name]
	now := t.exceeded(l, before)
	if known && now == before {
		return nil
	}
	if err := m.tell(ctx, name, l, now); err != nil {
		return err
	}
	m.alarms[name] = now
	if now || before {
		word := map[bool]string{true: "THRESHOLD_EXCEEDED", false: "THRESHOLD_CLEAR"}[now]
		m.log.Warn("resource threshold", "event", word, "resource", name, "by", string(t.by),
			"percent", l.percent(), "used", l.used, "free", l.free, "low", t.low, "high", t.high)
	}
	return nil
}

func (m *Monitor) tell(ctx context.Context, name string, l level, alarm bool) error {
	db := m.client.DB(statedb.StateDB)
	var err error
	if alarm {
		err = db.Set(ctx, TableAlarm, name, statedb.Fields{
			"percent": strconv.FormatUint(l.percent(), 10), "used": strconv.FormatUint(l.used, 10), "free": strconv.FormatUint(l.free, 10),
			"since": time.Now().UTC().Format(time.RFC3339),
		})
	} else {
		err = db.Delete(ctx, TableAlarm, name)
	}
	if err != nil {
		return fmt.Errorf("alarm of %s: %w", name, err)
	}
	return nil
}

package engine

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/routecount"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// counted is which routes are to be counted.
type counted struct {
	config *routecount.Config
	able   bool // the ASIC can count routes
	stale  bool // the patterns have changed
}

// takeCounted gives counters to the routes that are to have one now, and takes
// them from those that are not any more.
func (e *Engine) takeCounted() {
	if e.counted.stale {
		e.counted.stale = false
		e.setPatterns()
	}
	e.routes.TakeCounted(func(c fib.Counted) {
		route := e.countedName(c.Key)
		op := statedb.KeyOp{Op: statedb.OpDel, Key: route}
		if !c.Gone {
			op = statedb.KeyOp{Op: statedb.OpSet, Key: route, Fields: []statedb.Field{{Name: "NULL", Value: "NULL"}}}
			e.out.Add(routecount.Matched(route, routecount.Name(e.routes.VRFName(c.Pattern.VRF), c.Pattern.Prefix)))
		}
		e.take(batch{table: routecount.Fed, ops: []statedb.KeyOp{op}})
	})
}

func (e *Engine) setPatterns() {
	var list []fib.Pattern
	for _, p := range e.counted.config.Patterns() {
		if e.counted.able {
			list = append(list, fib.Pattern{VRF: e.routes.VRF(p.VRF), Prefix: p.Prefix, Max: p.Max})
		}
	}
	e.routes.SetPatterns(list)
}

func (e *Engine) counterOf(k fib.Key) object.Key { return object.RouteCounter(e.countedName(k)) }

func (e *Engine) countedName(k fib.Key) string {
	return routecount.Name(e.routes.VRFName(k.VRF()), k.Prefix())
}

// takePattern takes a row that may say which routes are counted, already judged.
func (e *Engine) takePattern(row object.Row) {
	if e.counted.config.Take(row) {
		e.counted.stale = true
	}
}

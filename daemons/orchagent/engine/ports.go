package engine

import (
	"context"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Rows of the handshake that brings up the ports: whoever configures them
// writes PortConfigDone with their number after the last of them, and
// orchagent answers PortInitDone once all have their host interface.
const (
	tablePort     = "PORT_TABLE"
	keyConfigDone = "PortConfigDone"
	keyInitDone   = "PortInitDone"

	// TableOper is a table without a database: the engine feeds the ports'
	// operational state through it to the feature that renders it.
	TableOper = "PORT_OPER"
)

// ports follows the bring-up of the ports and their operational state.
type ports struct {
	table      string
	configDone bool
	count      int
	initDone   bool
	wanted     map[string]bool
	ready      map[string]bool // host interface is there
	oper       map[string]operState
}

type operState struct {
	up    bool
	flaps int
	past  bool // as an earlier life left it in the table
}

func newPorts() ports {
	return ports{
		table:  tablePort,
		wanted: make(map[string]bool),
		ready:  make(map[string]bool),
		oper:   make(map[string]operState),
	}
}

// special takes the rows of PORT_TABLE that are no ports.
func (p *ports) special(row object.Row) bool {
	if row.Table != p.table {
		return false
	}
	switch row.Key {
	case keyConfigDone:
		p.configDone = row.Fields != nil
		p.count, _ = strconv.Atoi(row.Fields["count"])
		return true
	case keyInitDone:
		return true
	}
	return false
}

func (p *ports) row(row object.Row, valid bool) {
	p.recall(row)
	if row.Fields != nil && valid {
		p.wanted[row.Key] = true
		return
	}
	delete(p.wanted, row.Key)
}

// recall takes over what an earlier life counted.
func (p *ports) recall(row object.Row) {
	word := row.Fields["oper_status"]
	if _, known := p.oper[row.Key]; known || word == "" {
		return
	}
	flaps, _ := strconv.Atoi(row.Fields["flap_count"]) // none is none
	p.oper[row.Key] = operState{up: word == "up", flaps: max(flaps, 0), past: true}
}

// stands notes whether a host interface is there.
func (p *ports) stands(k object.Key, applied bool) {
	if k.Kind() != "hostif" {
		return
	}
	if applied {
		p.ready[k.Name()] = true
	} else {
		delete(p.ready, k.Name())
	}
}

// complete reports, once, that every port has its host interface.
func (p *ports) complete() bool {
	if p.initDone || !p.configDone || len(p.wanted) < p.count {
		return false
	}
	for name := range p.wanted {
		if !p.ready[name] {
			return false
		}
	}
	p.initDone = true
	return true
}

// tellPorts answers the handshake.
func (e *Engine) tellPorts() {
	if e.ports.complete() {
		e.Log.Info("all ports are initialised", "ports", len(e.ports.wanted))
		e.out.Add(publish.Set(statedb.ApplDB, tablePort, keyInitDone, map[string]string{"lanes": "0"}))
	}
}

func (e *Engine) readPortStates(ctx context.Context) error {
	states, err := e.ASIC.PortStates(ctx)
	if err != nil {
		return err
	}
	for k, up := range states {
		e.portState(k, up)
		if err := e.tellAbilities(ctx, k); err != nil {
			return err
		}
		if err := e.tellLink(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// greetPort reads what is to be told of a port that is new.
func (e *Engine) greetPort(ctx context.Context, k object.Key) error {
	up, err := e.ASIC.PortState(ctx, k)
	if err != nil {
		return err
	}
	e.portState(k, up)
	return e.tellAbilities(ctx, k)
}

// portChanged notes that a port was made or is gone.
func (x *execution) portChanged(o *object.Object) {
	if o.Type == sai.ObjectTypePort {
		x.ports = append(x.ports, o.Key)
	}
}

// greetPorts reads the state of the ports that a plan made or set, and forgets
// that of those it took away.
func (e *Engine) greetPorts(ctx context.Context, x *execution) error {
	for _, k := range x.ports {
		if e.actual[k] == nil {
			e.forgetPort(k)
		} else if err := e.greetPort(ctx, k); err != nil {
			return err
		}
	}
	for k := range x.touched {
		if o := e.actual[k]; o == nil || o.Type != sai.ObjectTypePort {
			continue
		}
		if err := e.tellLink(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// forgetPort takes back what was told of a port that is gone.
func (e *Engine) forgetPort(k object.Key) {
	name := k.Name()
	if _, known := e.ports.oper[name]; !known || k.Kind() != "port" {
		return
	}
	delete(e.ports.oper, name)
	e.out.Add(publish.Set(statedb.ApplDB, tablePort, name, map[string]string{
		"oper_status": "", "flap_count": "", "last_up_time": "", "last_down_time": "",
	}))
	e.take(batch{table: TableOper, ops: []statedb.KeyOp{{Op: statedb.OpDel, Key: name}}})
}

// timeLayout is how SONiC writes the moments of a port, in UTC.
const timeLayout = "Mon Jan 02 15:04:05 2006"

// portState takes a port's operational state and reports whether it is news.
func (e *Engine) portState(k object.Key, up bool) bool {
	name := k.Name()
	old, known := e.ports.oper[name]
	if known && !old.past && old.up == up {
		return false
	}
	s := operState{up: up, flaps: old.flaps}
	word := map[bool]string{true: "up", false: "down"}[up]
	fields := map[string]string{"oper_status": word}
	if known && old.up != up {
		s.flaps++
		fields["flap_count"] = strconv.Itoa(s.flaps)
		fields["last_"+word+"_time"] = e.Now().UTC().Format(timeLayout)
	}
	e.ports.oper[name] = s
	e.out.Add(publish.Set(statedb.ApplDB, tablePort, name, fields))
	e.take(batch{table: TableOper, ops: []statedb.KeyOp{{Op: statedb.OpSet, Key: name, Fields: []statedb.Field{{Name: "oper_status", Value: word}}}}})
	e.Log.Info("port state", "port", name, "oper_status", strings.ToLower(word))
	return true
}

package stpd

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/stpd/rstp"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// past is what an earlier life left.
type past struct {
	memory    map[treeID][]rstp.Memory
	instances map[schema.VLANName]int
	shut      map[schema.InterfaceName]bool
}

// renderMemory writes what a later life of the daemon needs.
func (m *machine) renderMemory(out linkproto.Tables, t *tree, name string) error {
	for port := range t.plan.ports {
		r, key := t.bridge.Memory(rstp.PortName(port)), name+schema.ConfigSeparator+string(port)
		if old := m.told[t.id][schema.StateTableSTPMemory][key]; old != nil && t.kept[port] == r {
			out.Set(schema.StateTableSTPMemory, key, old)
			continue
		}
		t.kept[port] = r
		row := schema.STPMemory{
			Root: r.Vector.Root.String(), Cost: r.Vector.Cost, Bridge: r.Vector.Bridge.String(), Port: uint16(r.Vector.Port),
			MessageAge: uint16(r.Times.MessageAge), MaxAge: uint16(r.Times.MaxAge), HelloTime: uint16(r.Times.Hello),
			ForwardDelay: uint16(r.Times.ForwardDelay), Heard: r.Heard, Role: uint8(r.Role), State: schema.STPState(r.State),
			Edge: r.Edge, RSTP: r.RSTP, Silent: r.Silent,
		}
		if err := out.Put(schema.StateTableSTPMemory, key, row); err != nil {
			return err
		}
	}
	return nil
}

func remember(port string, row schema.STPMemory) (rstp.Memory, error) {
	r := rstp.Memory{
		Port: rstp.PortName(port), Heard: row.Heard, Role: rstp.Role(row.Role), State: rstp.State(row.State), Edge: row.Edge, RSTP: row.RSTP, Silent: row.Silent,
		Times: rstp.Times{
			MessageAge: rstp.Units(row.MessageAge), MaxAge: rstp.Units(row.MaxAge), Hello: rstp.Units(row.HelloTime),
			ForwardDelay: rstp.Units(row.ForwardDelay),
		},
	}
	var err error
	if r.Vector.Root, err = parseID(row.Root); err != nil {
		return r, err
	}
	if r.Vector.Bridge, err = parseID(row.Bridge); err != nil {
		return r, err
	}
	r.Vector.Cost, r.Vector.Port = row.Cost, rstp.PortID(row.Port)
	if r.Role > rstp.Disabled {
		return r, fmt.Errorf("role %d is unknown", row.Role)
	}
	return r, nil
}

func parseID(text string) (rstp.BridgeID, error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != 8 {
		return rstp.BridgeID{}, fmt.Errorf("bridge identifier %q is not 16 hexadecimal digits", text)
	}
	return rstp.BridgeID{Priority: binary.BigEndian.Uint16(b), MAC: rstp.MAC(b[2:])}, nil
}

// treeName reads "Vlan100" or "MST0".
func treeName(text string) (treeID, bool) {
	if text == "MST0" {
		return 0, true
	}
	var vlan schema.VLANName
	err := vlan.UnmarshalText([]byte(text))
	return treeID(vlan.ID()), err == nil
}

// readPast reads what an earlier life left. A row that cannot be read is forgotten.
func readPast(ctx context.Context, client *statedb.Client) (past, error) {
	p := past{
		memory: make(map[treeID][]rstp.Memory), instances: make(map[schema.VLANName]int), shut: make(map[schema.InterfaceName]bool),
	}
	appl := client.DB(statedb.ApplDB)
	memory, err := client.DB(statedb.StateDB).All(ctx, schema.StateTableSTPMemory)
	if err != nil {
		return p, err
	}
	instances, err := appl.All(ctx, schema.AppTableSTPVLANInstance)
	if err != nil {
		return p, err
	}
	ports, err := appl.All(ctx, schema.AppTableSTPPort)
	if err != nil {
		return p, err
	}
	p.recallMemory(memory)
	for key, fields := range instances {
		var row schema.AppSTPVLANInstance
		if statedb.Decode(fields, &row) == nil {
			p.instances[schema.VLANName(key)] = int(row.Instance)
		}
	}
	for key, fields := range ports {
		var row schema.AppSTPPort
		if statedb.Decode(fields, &row) == nil && row.GuardShutdown == yes(true) {
			p.shut[schema.InterfaceName(key)] = true
		}
	}
	return p, nil
}

func (p past) recallMemory(rows map[string]statedb.Fields) {
	for key, fields := range rows {
		tree, port, _ := strings.Cut(key, schema.ConfigSeparator)
		id, ok := treeName(tree)
		var row schema.STPMemory
		if !ok || statedb.Decode(fields, &row) != nil {
			continue
		}
		if r, err := remember(port, row); err == nil {
			p.memory[id] = append(p.memory[id], r)
		}
	}
}

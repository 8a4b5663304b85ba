package cfgmgrd

import (
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func takeFDB(in *intent, op statedb.KeyOp) error {
	key, err := schema.ParseFDBKey(op.Key)
	if err != nil {
		return err
	}
	return keep(in.fdb, key, op)
}

// renderFDB gives orchagent the static entries of ports that are in the VLAN.
func renderFDB(in *intent, p *plan) {
	for key, row := range in.fdb {
		if _, ok := in.members[schema.VLANMemberKey{VLAN: key.VLAN, Port: row.Port}]; !ok {
			p.miss(schema.TableFDB, key.Config(), "%s is no member of %s", row.Port, key.VLAN)
			continue
		}
		p.fdb[key.String()] = fields(schema.AppFDB{Port: row.Port, Type: schema.FDBStatic})
	}
}

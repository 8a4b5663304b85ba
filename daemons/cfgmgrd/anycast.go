package cfgmgrd

import (
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func takeSAG(in *intent, op statedb.KeyOp) error {
	if op.Key != schema.KeyGlobal {
		return nil
	}
	var row schema.SAG
	if op.Op != statedb.OpDel {
		if err := statedb.DecodeList(op.Fields, &row); err != nil {
			return err
		}
	}
	in.anycast = row.GatewayMAC
	return nil
}

// gateway gives the router interface of a VLAN the address that anycast gateways
// share, if it is one of them.
func (in *intent) gateway(name schema.InterfaceName, row schema.Interface) schema.Interface {
	if name.Kind() == schema.InterfaceVLAN && row.Anycast && !in.anycast.IsZero() {
		row.MAC = in.anycast
	}
	return row
}

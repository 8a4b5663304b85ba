package stpd

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// configTables are those of CONFIG_DB that stpd follows.
func configTables() []string {
	return append([]string{
		schema.TableDeviceMetadata, schema.TablePort, schema.TablePortChannel, schema.TablePortChannelMember, schema.TableVLAN, schema.TableVLANMember,
	}, ownTables()...)
}

// ownTables are those of which stpd judges the rows.
func ownTables() []string {
	return []string{
		schema.TableSTP, schema.TableSTPVLAN, schema.TableSTPPort, schema.TableSTPVLANPort,
		schema.TableSTPMST, schema.TableSTPMSTInst, schema.TableSTPMSTPort,
	}
}

// mstPortKey names a port in an instance of MST.
type mstPortKey struct {
	instance int
	port     schema.InterfaceName
}

// intent is the configuration, as far as it could be read.
type intent struct {
	short     bool
	mac       schema.MAC // of the switch
	speeds    map[schema.PortName]schema.Speed
	lags      map[schema.PortName]schema.PortChannelName // by member
	vlans     map[schema.VLANName]bool
	members   map[schema.VLANMemberKey]schema.TaggingMode
	global    *schema.STPGlobal
	mst       schema.STPMST
	trees     map[schema.VLANName]schema.STPVLAN
	ports     map[schema.InterfaceName]schema.STPPort
	vlanPorts map[schema.VLANMemberKey]schema.STPVLANPort
	instances map[int]schema.STPMSTInstance
	mstPorts  map[mstPortKey]schema.STPVLANPort
	bad       map[linkproto.RowRef]error // own rows that could not be read
}

func newIntent(short bool) *intent {
	return &intent{
		short:     short,
		speeds:    make(map[schema.PortName]schema.Speed),
		lags:      make(map[schema.PortName]schema.PortChannelName),
		vlans:     make(map[schema.VLANName]bool),
		members:   make(map[schema.VLANMemberKey]schema.TaggingMode),
		trees:     make(map[schema.VLANName]schema.STPVLAN),
		ports:     make(map[schema.InterfaceName]schema.STPPort),
		vlanPorts: make(map[schema.VLANMemberKey]schema.STPVLANPort),
		instances: make(map[int]schema.STPMSTInstance),
		mstPorts:  make(map[mstPortKey]schema.STPVLANPort),
		bad:       make(map[linkproto.RowRef]error),
	}
}

// take notes one changed row. A row of ours that is bad keeps the good state it had before, if any; rows of others are theirs to judge.
func (in *intent) take(table string, op statedb.KeyOp) {
	ref := linkproto.RowRef{Table: table, Key: op.Key}
	delete(in.bad, ref)
	err := in.read(table, op)
	if err != nil && op.Op == statedb.OpSet && strings.HasPrefix(table, schema.TableSTP) {
		in.bad[ref] = err
	}
}

func (in *intent) read(table string, op statedb.KeyOp) error {
	switch table {
	case schema.TableDeviceMetadata:
		return linkproto.ReadSwitchMAC(&in.mac, op)
	case schema.TablePort:
		return linkproto.ReadRow(in.speeds, op, linkproto.PlainKey[schema.PortName], func(r struct {
			Speed schema.Speed `db:"speed"`
		}) schema.Speed {
			return r.Speed
		})
	case schema.TablePortChannel:
		return nil // only its being started up matters, which is no state
	case schema.TableVLAN:
		return linkproto.ReadRow(in.vlans, op, linkproto.PlainKey[schema.VLANName], linkproto.Exists)
	case schema.TableVLANMember:
		return linkproto.ReadRow(in.members, op, linkproto.VLANPortKey, func(r schema.VLANMember) schema.TaggingMode { return r.TaggingMode })
	case schema.TablePortChannelMember:
		return linkproto.ReadLAGMember(in.lags, op)
	case schema.TableSTP:
		return in.readGlobal(op)
	case schema.TableSTPVLAN:
		return linkproto.ReadRow(in.trees, op, linkproto.PlainKey[schema.VLANName], linkproto.Same[schema.STPVLAN])
	case schema.TableSTPPort:
		return linkproto.ReadRow(in.ports, op, linkproto.PlainKey[schema.InterfaceName], linkproto.Same[schema.STPPort])
	case schema.TableSTPVLANPort:
		return linkproto.ReadRow(in.vlanPorts, op, linkproto.VLANPortKey, linkproto.Same[schema.STPVLANPort])
	case schema.TableSTPMST:
		return in.readMST(op)
	case schema.TableSTPMSTInst:
		return linkproto.ReadRow(in.instances, op, schema.ParseMSTInstance, linkproto.Same[schema.STPMSTInstance])
	case schema.TableSTPMSTPort:
		return linkproto.ReadRow(in.mstPorts, op, parseMSTPort, linkproto.Same[schema.STPVLANPort])
	}
	return fmt.Errorf("table %s is not followed", table)
}

// parseMSTPort reads "2|Ethernet0", or "MST_INSTANCE|2|Ethernet0" as SONiC's command writes it.
func parseMSTPort(key string) (mstPortKey, error) {
	at := strings.LastIndexAny(key, "|:")
	if at < 0 {
		return mstPortKey{}, fmt.Errorf("key %q is not an instance and a port", key)
	}
	n, err := schema.ParseMSTInstance(key[:at])
	if err != nil {
		return mstPortKey{}, err
	}
	k := mstPortKey{instance: n}
	return k, k.port.UnmarshalText([]byte(key[at+1:]))
}

func (in *intent) readGlobal(op statedb.KeyOp) error {
	if op.Key != schema.KeyGlobal {
		return fmt.Errorf("key %q is not %s", op.Key, schema.KeyGlobal)
	}
	if op.Op == statedb.OpDel {
		in.global = nil
		return nil
	}
	var row schema.STPGlobal
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	in.global = &row
	return nil
}

func (in *intent) readMST(op statedb.KeyOp) error {
	if op.Key != schema.KeyGlobal {
		return fmt.Errorf("key %q is not %s", op.Key, schema.KeyGlobal)
	}
	var row schema.STPMST
	if op.Op == statedb.OpSet {
		if err := statedb.DecodeList(op.Fields, &row); err != nil {
			return err
		}
	}
	in.mst = row
	return nil
}

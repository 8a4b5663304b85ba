package cfgmgrd

import (
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// rowRef names a row of CONFIG_DB.
type rowRef struct{ table, key string }

// interfaceRow is a row of one of the interface tables.
type interfaceRow struct {
	table string
	row   schema.Interface
}

// addressRow is a row of one of the interface tables with an address.
type addressRow struct {
	table string
	row   schema.InterfaceAddress
}

// intent is the configuration, decoded.
type intent struct {
	device     schema.DeviceMetadata
	anycast    schema.MAC // of anycast gateways; zero: none
	switches   map[string]statedb.Fields
	ports      map[schema.PortName]schema.Port
	vrfs       map[schema.VRFName]schema.VRF
	vlans      map[schema.VLANName]schema.VLAN
	members    map[schema.VLANMemberKey]schema.VLANMember
	lags       map[schema.PortChannelName]schema.PortChannel
	lagMembers map[schema.PortChannelMemberKey]struct{}
	interfaces map[schema.InterfaceName]interfaceRow
	addresses  map[schema.InterfaceKey]addressRow
	fdb        map[schema.FDBKey]schema.FDB
	neighbours map[schema.NeighKey]schema.Neigh
	copp       coppIntent

	mgmtVRF       bool
	mgmtPorts     map[schema.InterfaceName]schema.MgmtPort
	mgmtAddresses map[schema.InterfaceKey]schema.MgmtAddress

	dangling map[rowRef]bool // reported as such
}

func newIntent() *intent {
	return &intent{
		switches:   make(map[string]statedb.Fields),
		ports:      make(map[schema.PortName]schema.Port),
		vrfs:       make(map[schema.VRFName]schema.VRF),
		vlans:      make(map[schema.VLANName]schema.VLAN),
		members:    make(map[schema.VLANMemberKey]schema.VLANMember),
		lags:       make(map[schema.PortChannelName]schema.PortChannel),
		lagMembers: make(map[schema.PortChannelMemberKey]struct{}),
		interfaces: make(map[schema.InterfaceName]interfaceRow),
		addresses:  make(map[schema.InterfaceKey]addressRow),
		fdb:        make(map[schema.FDBKey]schema.FDB),
		neighbours: make(map[schema.NeighKey]schema.Neigh),
		copp:       newCoPP(),

		mgmtPorts:     make(map[schema.InterfaceName]schema.MgmtPort),
		mgmtAddresses: make(map[schema.InterfaceKey]schema.MgmtAddress),

		dangling: make(map[rowRef]bool),
	}
}

// takers says which tables are read, and how a row of each enters the intent.
func takers() map[string]func(*intent, statedb.KeyOp) error {
	return map[string]func(*intent, statedb.KeyOp) error{
		schema.TableDeviceMetadata:       takeDevice,
		schema.TableSwitch:               takeSwitch,
		schema.TablePort:                 takePort,
		schema.TableSAG:                  takeSAG,
		schema.TableVRF:                  takeVRF,
		schema.TableVLAN:                 takeVLAN,
		schema.TableVLANMember:           takeMember,
		schema.TableFDB:                  takeFDB,
		schema.TableNeigh:                takeNeighbour,
		schema.TableCoPPGroup:            takeFields(func(in *intent) rows { return in.copp.groups }),
		schema.TableCoPPTrap:             takeFields(func(in *intent) rows { return in.copp.traps }),
		schema.TableFeature:              takeFields(func(in *intent) rows { return in.copp.features }),
		schema.TableInterface:            takeInterface(schema.TableInterface, schema.InterfacePort),
		schema.TableVLANInterface:        takeInterface(schema.TableVLANInterface, schema.InterfaceVLAN),
		schema.TableVLANSubInterface:     takeInterface(schema.TableVLANSubInterface, schema.InterfaceSub),
		schema.TableLoopbackInterface:    takeInterface(schema.TableLoopbackInterface, schema.InterfaceLoopback),
		schema.TableMgmtInterface:        takeMgmtAddress,
		schema.TableMgmtPort:             takeMgmtPort,
		schema.TableMgmtVRFConfig:        takeMgmtVRF,
		schema.TablePortChannel:          takeLAG,
		schema.TablePortChannelMember:    takeLAGMember,
		schema.TablePortChannelInterface: takeInterface(schema.TablePortChannelInterface, schema.InterfacePortChannel),
	}
}

func configTables() []string {
	var names []string
	for name := range takers() {
		names = append(names, name)
	}
	return names
}

// foreign says whose bad rows another daemon reports: lacpd reads those of port channels too.
func foreign(table string) bool {
	return table == schema.TablePortChannel || table == schema.TablePortChannelMember
}

func (in *intent) take(table string, op statedb.KeyOp) error {
	f, ok := takers()[table]
	if !ok {
		return fmt.Errorf("table %s is not followed", table)
	}
	return f(in, op)
}

// keep stores a decoded row, or deletes the one of its key.
func keep[K comparable, R any](rows map[K]R, key K, op statedb.KeyOp) error {
	if op.Op == statedb.OpDel {
		delete(rows, key)
		return nil
	}
	var row R
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	rows[key] = row
	return nil
}

func takeDevice(in *intent, op statedb.KeyOp) error {
	if op.Key != schema.KeyLocalhost {
		return nil
	}
	row := schema.DeviceMetadata{}
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	in.device = row
	return nil
}

func takeSwitch(in *intent, op statedb.KeyOp) error {
	if op.Op == statedb.OpDel {
		delete(in.switches, op.Key)
		return nil
	}
	if err := statedb.DecodeList(op.Fields, &schema.AppSwitch{}); err != nil {
		return err
	}
	in.switches[op.Key] = op.Map()
	return nil
}

// ifNameMax is what the kernel allows for the name of a device (IFNAMSIZ without the final zero).
const ifNameMax = 15

func takePort(in *intent, op statedb.KeyOp) error {
	var name schema.PortName
	if err := name.UnmarshalText([]byte(op.Key)); err != nil {
		return err
	}
	if len(name) > ifNameMax {
		return fmt.Errorf("port name has %d characters, a network device at most %d", len(name), ifNameMax)
	}
	return keep(in.ports, name, op)
}

func takeVRF(in *intent, op statedb.KeyOp) error {
	var name schema.VRFName
	if err := name.UnmarshalText([]byte(op.Key)); err != nil {
		return err
	}
	return keep(in.vrfs, name, op)
}

func takeVLAN(in *intent, op statedb.KeyOp) error {
	var name schema.VLANName
	if err := name.UnmarshalText([]byte(op.Key)); err != nil {
		return err
	}
	return keep(in.vlans, name, op)
}

func takeMember(in *intent, op statedb.KeyOp) error {
	key, err := schema.ParseVLANMemberKey(op.Key, schema.ConfigSeparator)
	if err != nil {
		return err
	}
	return keep(in.members, key, op)
}

func takeLAG(in *intent, op statedb.KeyOp) error {
	var name schema.PortChannelName
	if err := name.UnmarshalText([]byte(op.Key)); err != nil {
		return err
	}
	return keep(in.lags, name, op)
}

func takeLAGMember(in *intent, op statedb.KeyOp) error {
	key, err := schema.ParsePortChannelMemberKey(op.Key, schema.ConfigSeparator)
	if err != nil {
		return err
	}
	if op.Op == statedb.OpDel {
		delete(in.lagMembers, key)
		return nil
	}
	in.lagMembers[key] = struct{}{}
	return nil
}

// takeInterface reads rows of an interface table: the interface itself, or one address of it.
func takeInterface(table string, kind schema.InterfaceKind) func(*intent, statedb.KeyOp) error {
	return func(in *intent, op statedb.KeyOp) error {
		key, err := schema.ParseInterfaceKey(op.Key, schema.ConfigSeparator)
		if err != nil {
			return err
		}
		if key.Name.Kind() != kind || len(key.Name) > ifNameMax {
			return fmt.Errorf("%s is no interface for this table", key.Name)
		}
		if key.HasPrefix() {
			return takeAddress(in, table, key, op)
		}
		if op.Op == statedb.OpDel {
			delete(in.interfaces, key.Name)
			return nil
		}
		row := interfaceRow{table: table}
		if err := statedb.DecodeList(op.Fields, &row.row); err != nil {
			return err
		}
		in.interfaces[key.Name] = row
		return nil
	}
}

func takeAddress(in *intent, table string, key schema.InterfaceKey, op statedb.KeyOp) error {
	if op.Op == statedb.OpDel {
		delete(in.addresses, key)
		return nil
	}
	if err := checkAddress(key.Prefix.Addr()); err != nil {
		return err
	}
	row := addressRow{table: table}
	if err := statedb.DecodeList(op.Fields, &row.row); err != nil {
		return err
	}
	in.addresses[key] = row
	return nil
}

func checkAddress(a netip.Addr) error {
	if a.IsMulticast() || a.IsUnspecified() || a.IsLoopback() || a.Is4In6() {
		return fmt.Errorf("address %s cannot be that of an interface", a)
	}
	return nil
}

package linkproto

import (
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// ReadRow keeps what a changed row says under its key, or forgets it. A row that cannot be read leaves what was there.
func ReadRow[K comparable, R, V any](into map[K]V, op statedb.KeyOp, parse func(string) (K, error), value func(R) V) error {
	key, err := parse(op.Key)
	if err != nil {
		return err
	}
	if op.Op == statedb.OpDel {
		delete(into, key)
		return nil
	}
	var row R
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	into[key] = value(row)
	return nil
}

// Same is the value of a row that is kept whole.
func Same[R any](r R) R { return r }

// Exists is the value of a row of which only the key matters.
func Exists(struct{}) bool { return true }

// name is a key that reads itself.
type name[K any] interface {
	*K
	UnmarshalText([]byte) error
}

// PlainKey reads a key that is one name.
func PlainKey[K any, P name[K]](key string) (K, error) {
	var k K
	err := P(&k).UnmarshalText([]byte(key))
	return k, err
}

// VLANPortKey reads the key of a VLAN and a port in CONFIG_DB.
func VLANPortKey(key string) (schema.VLANMemberKey, error) {
	return schema.ParseVLANMemberKey(key, schema.ConfigSeparator)
}

// ReadSwitchMAC takes the switch's address from a row of DEVICE_METADATA; the rest of it is others' to judge.
func ReadSwitchMAC(mac *schema.MAC, op statedb.KeyOp) error {
	if op.Key != schema.KeyLocalhost {
		return nil
	}
	var row struct {
		MAC schema.MAC `db:"mac"`
	}
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	*mac = row.MAC
	return nil
}

// ReadLAGMember keeps which port channel a port is in from a row of PORTCHANNEL_MEMBER.
func ReadLAGMember(lags map[schema.PortName]schema.PortChannelName, op statedb.KeyOp) error {
	key, err := schema.ParsePortChannelMemberKey(op.Key, schema.ConfigSeparator)
	switch {
	case err != nil:
		return err
	case op.Op == statedb.OpSet:
		lags[key.Port] = key.PortChannel
	case lags[key.Port] == key.PortChannel:
		delete(lags, key.Port)
	}
	return nil
}

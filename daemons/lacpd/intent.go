package lacpd

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// configTables are those of CONFIG_DB that lacpd follows.
func configTables() []string {
	return []string{schema.TableDeviceMetadata, schema.TablePortChannel, schema.TablePortChannelMember}
}

// intent is the configuration, as far as it could be read.
type intent struct {
	mac      schema.MAC // of the switch
	priority uint16
	lags     map[schema.PortChannelName]schema.PortChannel
	members  map[schema.PortChannelMemberKey]bool
	bad      map[linkproto.RowRef]error // rows that could not be read
}

func newIntent(priority uint16) *intent {
	return &intent{
		priority: priority,
		lags:     make(map[schema.PortChannelName]schema.PortChannel),
		members:  make(map[schema.PortChannelMemberKey]bool),
		bad:      make(map[linkproto.RowRef]error),
	}
}

// take notes one changed row. A row that is bad keeps the good state it had before, if any.
func (in *intent) take(table string, op statedb.KeyOp) {
	ref := linkproto.RowRef{Table: table, Key: op.Key}
	delete(in.bad, ref)
	if err := in.read(table, op); err != nil && op.Op == statedb.OpSet { // what is gone is not bad, whatever its key
		in.bad[ref] = err
	}
}

func (in *intent) read(table string, op statedb.KeyOp) error {
	switch table {
	case schema.TableDeviceMetadata:
		return linkproto.ReadSwitchMAC(&in.mac, op)
	case schema.TablePortChannel:
		return linkproto.ReadRow(in.lags, op, linkproto.PlainKey[schema.PortChannelName], linkproto.Same[schema.PortChannel])
	case schema.TablePortChannelMember:
		return linkproto.ReadRow(in.members, op, portChannelMember, linkproto.Exists)
	}
	return fmt.Errorf("table %s is not followed", table)
}

func portChannelMember(key string) (schema.PortChannelMemberKey, error) {
	return schema.ParsePortChannelMemberKey(key, schema.ConfigSeparator)
}

// plan is what the protocol is to be configured with.
type plan struct {
	lags  map[schema.PortChannelName]lacp.LAGConfig
	ports map[schema.PortName]lacp.PortConfig
	bad   map[linkproto.RowRef]error
}

// resolve makes the plan. fallback is the switch's address where CONFIG_DB has none.
func (in *intent) resolve(fallback schema.MAC) plan {
	p := plan{
		lags:  make(map[schema.PortChannelName]lacp.LAGConfig),
		ports: make(map[schema.PortName]lacp.PortConfig),
		bad:   maps.Clone(in.bad),
	}
	for name, row := range in.lags {
		p.lags[name] = in.lagConfig(name, row, cmp.Or(row.SystemMAC, in.mac, fallback))
	}
	inOrder := func(a, b schema.PortChannelMemberKey) int {
		return cmp.Or(cmp.Compare(a.PortChannel, b.PortChannel), cmp.Compare(a.Port, b.Port))
	}
	for _, key := range slices.SortedFunc(maps.Keys(in.members), inOrder) {
		ref := linkproto.RowRef{Table: schema.TablePortChannelMember, Key: key.String()}
		if _, ok := p.lags[key.PortChannel]; !ok {
			p.bad[ref] = fmt.Errorf("%s does not exist", key.PortChannel)
		} else if other, taken := p.ports[key.Port]; taken {
			p.bad[ref] = fmt.Errorf("%s is a member of %s", key.Port, other.LAG)
		} else {
			p.ports[key.Port] = lacp.PortConfig{
				LAG: lacp.LAGName(key.PortChannel), ID: lacp.PortID{Priority: defaultPortPriority, Number: portNumber(key.Port)},
			}
		}
	}
	return p
}

func (in *intent) lagConfig(name schema.PortChannelName, row schema.PortChannel, mac schema.MAC) lacp.LAGConfig {
	return lacp.LAGConfig{
		System:   lacp.SystemID{Priority: in.priority, MAC: lacp.MAC(mac)},
		Key:      cmp.Or(uint16(row.LACPKey), autoKey(name)),
		Fast:     row.FastRate,
		MinLinks: int(row.MinLinks),
		Fallback: row.Fallback,
		Down:     row.AdminStatus == schema.AdminDown || mac.IsZero(), // a system without an address cannot speak
	}
}

// autoKey is 1 before the number with its four places, so that no port channel has key 0 or that of another: 10001 for PortChannel1.
// PortChannel1 and PortChannel0001 are two names of one key, and of one network.
func autoKey(name schema.PortChannelName) uint16 { return uint16(10000 + name.Number()) }

// portNumber is one more than the number in the port's name, as SONiC has it, since 0 is no port; a name without one gets a number out of
// its characters, above those of front-panel ports.
func portNumber(name schema.PortName) uint16 {
	const named = 0x8000
	digits := strings.TrimLeft(string(name), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
	if n, err := strconv.ParseUint(digits, 10, 16); err == nil && n+1 < named {
		return uint16(n + 1)
	}
	h := uint16(0)
	for _, c := range []byte(name) {
		h = h*31 + uint16(c)
	}
	return named | h
}

package cfgmgrd

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	mgmtDevice   = "eth0" // the management port of every switch
	mgmtLoopback = "lo-m" // what "localhost" is in the management VRF
)

func takeMgmtVRF(in *intent, op statedb.KeyOp) error {
	if op.Key != schema.KeyMgmtVRFGlobal {
		return nil
	}
	var row schema.MgmtVRFConfig
	if err := statedb.DecodeList(op.Fields, &row); err != nil {
		return err
	}
	if row.InBand == "true" {
		return &statedb.FieldError{Field: "in_band_mgmt_enabled", Value: row.InBand, Err: errors.New("in-band management is not supported")}
	}
	in.mgmtVRF = op.Op == statedb.OpSet && row.Enabled == "true"
	return nil
}

func takeMgmtPort(in *intent, op statedb.KeyOp) error {
	name := schema.InterfaceName(op.Key)
	if name.Kind() != schema.InterfaceMgmt || len(name) > ifNameMax {
		return fmt.Errorf("%.40q is no management port", op.Key)
	}
	return keep(in.mgmtPorts, name, op)
}

func takeMgmtAddress(in *intent, op statedb.KeyOp) error {
	key, err := schema.ParseInterfaceKey(op.Key, schema.ConfigSeparator)
	if err != nil {
		return err
	}
	if key.Name.Kind() != schema.InterfaceMgmt || len(key.Name) > ifNameMax {
		return fmt.Errorf("%s is no interface for this table", key.Name)
	}
	if !key.HasPrefix() {
		return nil
	}
	if err := checkAddress(key.Prefix.Addr()); err != nil {
		return err
	}
	return keep(in.mgmtAddresses, key, op)
}

// renderManagement prepares the management ports. Nothing is told to the ASIC.
func renderManagement(in *intent, p *plan) {
	if in.mgmtVRF {
		p.kernel[schema.MgmtVRF] = vrfDevice{table: mgmtVRFTable}
		p.addMgmtPort(in, mgmtDevice)
		p.devices[mgmtLoopback] = device{
			up: true, mtu: loopbackMTU, ipv6: true, loopback: true, vrf: schema.MgmtVRF, addrs: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/16")},
		}
	}
	for name := range in.mgmtPorts {
		p.addMgmtPort(in, name)
	}
	for key, row := range in.mgmtAddresses {
		p.addMgmtPort(in, key.Name)
		p.addMgmtAddress(key, row)
	}
	for name, d := range p.devices {
		if d.management {
			slices.SortFunc(d.addrs, netip.Prefix.Compare)
			slices.SortFunc(d.gateways, netip.Addr.Compare)
			slices.SortFunc(d.forced, netip.Prefix.Compare)
			p.devices[name] = d
		}
	}
}

func (p *plan) addMgmtPort(in *intent, name schema.InterfaceName) {
	if p.devices[name.String()].management {
		return
	}
	row := in.mgmtPorts[name]
	d := device{up: orElse(row.AdminStatus, schema.AdminUp).Up(), mtu: int(row.MTU), ipv6: true, management: true}
	if in.mgmtVRF {
		d.vrf = schema.MgmtVRF
	}
	p.devices[name.String()] = d
}

func (p *plan) addMgmtAddress(key schema.InterfaceKey, row schema.MgmtAddress) {
	d := p.devices[key.Name.String()]
	d.addrs = append(d.addrs, key.Prefix)
	for _, f := range row.ForcedRoutes {
		d.forced = append(d.forced, f.Masked())
	}
	gw := row.Gateway
	onLink := key.Prefix.Contains(gw) || gw.Is6() && gw.IsLinkLocalUnicast() && key.Prefix.Addr().Is6()
	switch {
	case !gw.IsValid():
	case !onLink || gw == key.Prefix.Addr():
		p.refuse(schema.TableMgmtInterface, key.String(), fmt.Errorf("gateway %s is no other host in %s", gw, key.Prefix.Masked()))
	case !slices.Contains(d.gateways, gw):
		d.gateways = append(d.gateways, gw)
	}
	p.devices[key.Name.String()] = d
}

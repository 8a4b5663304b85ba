package bgpconf

import (
	"errors"
	"fmt"

	"github.com/heddle-nos/heddle/yang/schema"
)

// ranges reads the tables of peers that come by themselves.
func (r *resolver) ranges(s *sources) {
	for _, k := range read[schema.BGPRange](r, schema.TableBGPPeerRange, 1) {
		if err := r.peerRange(s, k); err != nil {
			r.wrong(schema.TableBGPPeerRange, k.name, err)
		}
	}
}

func (r *resolver) peerRange(s *sources, k keyed[schema.BGPRange]) error {
	in := r.out.Instances[k.VRF]
	if in == nil {
		return errors.New("the VRF has no BGP: no AS or no router id (BGP_GLOBALS, DEVICE_METADATA)")
	}
	if len(k.row.Ranges) == 0 {
		return errors.New("field ip_range: empty")
	}
	six := k.row.Ranges[0].Addr().Is6()
	external := schema.BGPExternal
	row := schema.BGPPeer{ASN: k.row.ASN, PeerType: &external}
	if k.row.Source != nil {
		text := k.row.Source.String()
		row.LocalAddr = &text
	}
	p := &Range{Name: k.Parts[0], Table: schema.TableBGPPeerRange, Row: k.name}
	for _, prefix := range k.row.Ranges {
		if prefix.Addr().Is6() != six {
			return fmt.Errorf("field ip_range: %s and %s are of different families", k.row.Ranges[0], prefix)
		}
		p.Prefixes = append(p.Prefixes, prefix.Masked())
	}
	at := source{schema.TableBGPPeerRange, k.name, six}
	if err := r.session(&p.Session, in, s, row, at); err != nil {
		return err
	}
	p.Families = r.familiesOf(&p.Session, s, in, "", "", k.row.Ranges[0].Addr(), row, at)
	in.Ranges[p.Name] = p
	return nil
}

package speaker

import (
	"context"
	"fmt"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// reconcileBMP exports to the station that is wanted (RFC 7854).
func (in *instance) reconcileBMP(ctx context.Context, want bgpconf.Station) error {
	if in.station == want {
		return nil
	}
	if in.station.Addr.IsValid() {
		r := &api.DeleteBmpRequest{Address: in.station.Addr.String(), Port: uint32(in.station.Port)}
		if err := in.server.DeleteBmp(ctx, r); err != nil {
			return fmt.Errorf("stop BMP export: %w", err)
		}
		in.station = bgpconf.Station{}
	}
	if !want.Addr.IsValid() {
		return nil
	}
	r := &api.AddBmpRequest{
		Address: want.Addr.String(), Port: uint32(want.Port), Policy: api.AddBmpRequest_PRE, SysName: "routingd", SysDescr: "Heddle",
	}
	if err := in.server.AddBmp(ctx, r); err != nil {
		return fmt.Errorf("start BMP export: %w", err)
	}
	in.station = want
	return nil
}

package bgpconf

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Cache is a validating cache of the RPKI that the routes of a VRF are judged by (RFC 8210).
type Cache struct {
	Addr       netip.Addr
	Port       uint16
	Preference uint8      // the least that has data counts
	LocalAddr  netip.Addr // that it is asked from; invalid: any
	Device     string     // of the VRF that it is reached through; empty: the default one

	Refresh, Retry, Expire time.Duration // 0: as the cache says, or as is usual
}

// Address is where the cache is.
func (c Cache) Address() netip.AddrPort { return netip.AddrPortFrom(c.Addr, c.Port) }

// Compare orders caches by preference, then by address.
func (c Cache) Compare(d Cache) int {
	return cmp.Or(cmp.Compare(c.Preference, d.Preference), c.Address().Compare(d.Address()))
}

// Validation is what the RPKI says of a path (RFC 6811 section 2).
type Validation int

// The validation states.
const (
	AnyValidation Validation = iota
	NotFound
	Valid
	Invalid
)

// validations are their names in ROUTE_MAP.
var validations = map[string]Validation{"": AnyValidation, "not-found": NotFound, "valid": Valid, "invalid": Invalid}

// validation reads the condition match_rpki. A name that is none fits nothing.
func (c *compiler) validation(k keyed[schema.RouteMap]) (v Validation, ok bool) {
	v, ok = validations[k.row.RPKI]
	if !ok {
		c.warn(schema.TableRouteMap, k.name, "match_rpki", k.row.RPKI, errors.New("not one of valid, invalid, not-found: nothing fits it"))
	}
	return v, ok
}

const defaultCachePort = 323 // RFC 8210 section 13

// caches reads BGP_RPKI_CACHE.
func (r *resolver) caches() {
	for _, k := range read[schema.BGPRPKICache](r, schema.TableBGPRPKICache, 1) {
		if err := r.cache(k); err != nil {
			r.wrong(schema.TableBGPRPKICache, k.name, err)
		}
	}
}

func (r *resolver) cache(k keyed[schema.BGPRPKICache]) error {
	in := r.out.Instances[k.VRF]
	if in == nil {
		return errNoBGP
	}
	addr, err := netip.ParseAddr(k.Parts[0])
	if err != nil {
		return fmt.Errorf("cache %.80q is not an address", k.Parts[0])
	}
	row := k.row
	c := Cache{
		Addr: addr.Unmap(), Port: or(row.Port, defaultCachePort), Preference: or(row.Preference, 1), Device: k.VRF,
		Refresh: wholeSeconds(row.Refresh), Retry: wholeSeconds(row.Retry), Expire: wholeSeconds(row.Expire),
	}
	if c.Port == 0 {
		return errors.New("field port: 0 is no port")
	}
	if c.Expire > 0 && c.Refresh >= c.Expire {
		return fmt.Errorf("field expire_interval: %v is not more than refresh_interval %v (RFC 8210 section 6)", c.Expire, c.Refresh)
	}
	if row.LocalAddr != nil {
		c.LocalAddr = row.LocalAddr.Unmap()
		if c.LocalAddr.Is4() != c.Addr.Is4() {
			return fmt.Errorf("field local_addr: %v is of another family than the cache", c.LocalAddr)
		}
	}
	if row.TransportVRF != nil {
		if c.Device = *row.TransportVRF; c.Device == schema.DefaultVRF {
			c.Device = ""
		}
	}
	if row.AdminStatus != nil && !row.AdminStatus.Up() {
		return nil
	}
	if slices.ContainsFunc(in.Caches, func(d Cache) bool { return d.Addr == c.Addr }) {
		return fmt.Errorf("cache %v is configured twice", c.Addr)
	}
	in.Caches = append(in.Caches, c)
	return nil
}

func wholeSeconds(n *uint32) time.Duration { return time.Duration(or(n, 0)) * time.Second }

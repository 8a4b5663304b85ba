package configure

import (
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newRPKI makes `config bgp rpki cache`: the validating caches of the RPKI.
func newRPKI(s *session.Session) *cobra.Command {
	options := []option{
		{name: "port", short: "p", field: "port", check: whole(1, 65535)},
		{name: "preference", field: "preference", check: whole(1, 255)},
		{name: "refresh-interval", field: "refresh_interval", check: whole(1, 86400)},
		{name: "retry-interval", field: "retry_interval", check: whole(1, 7200)},
		{name: "expire-interval", field: "expire_interval", check: whole(600, 172800)},
		{name: "local-addr", field: "local_addr"},
		{name: "transport-vrf", field: "transport_vrf"},
	}
	add := newEdit(s, "add ADDRESS", "Ask a validating cache what prefixes which AS may announce", func(e *edit) error {
		key, err := e.cacheKey()
		if err == nil {
			err = e.fresh(schema.TableBGPRPKICache, key)
		}
		if err != nil {
			return err
		}
		row, err := e.optionRow(options)
		if err == nil {
			e.c.Replace(schema.TableBGPRPKICache, key, row)
		}
		return err
	})
	remove := newEdit(s, "remove ADDRESS", "Ask a validating cache no more", func(e *edit) error {
		key, err := e.cacheKey()
		if err == nil && !e.c.Has(schema.TableBGPRPKICache, key) {
			err = e.failf("RPKI cache %s does not exist", key)
		}
		if err == nil {
			e.c.Delete(schema.TableBGPRPKICache, key)
		}
		return err
	})
	withOptions(add, options)
	for _, cmd := range []*cobra.Command{add, remove} {
		cmd.Flags().String("vrf", schema.DefaultVRF, "VRF whose routes are judged")
	}
	return click.Group("rpki", "Validation of BGP routes", click.Group("cache", "Validating caches (RFC 8210)", add, remove))
}

// cacheKey is the key of the cache that a command names.
func (e *edit) cacheKey() (string, error) {
	a, err := netip.ParseAddr(e.args[0])
	if err != nil {
		return "", e.failf("Invalid address %s", e.args[0])
	}
	return e.cmd.Flags().Lookup("vrf").Value.String() + schema.ConfigSeparator + a.String(), nil
}

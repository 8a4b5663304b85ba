package configure

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// pbhKind is one of the four kinds of rows of policy-based hashing.
type pbhKind struct {
	name, table, title string
	keys               []string // arguments that make the key
	options            []option
	check              func(e *edit, row commit.Row) error
}

const (
	tablePBH          = "PBH_TABLE"
	tablePBHRule      = "PBH_RULE"
	tablePBHHash      = "PBH_HASH"
	tablePBHHashField = "PBH_HASH_FIELD"
)

func pbhKinds() []pbhKind {
	return []pbhKind{
		{name: "table", table: tablePBH, title: "PBH table", keys: []string{"TABLE_NAME"}, options: []option{
			{name: "interface-list", field: "interface_list@", needed: true, check: pbhInterfaces},
			{name: "description", field: "description", needed: true},
		}},
		{name: "hash-field", table: tablePBHHashField, title: "PBH hash field", keys: []string{"HASH_FIELD_NAME"}, check: maskFits, options: []option{
			{name: "hash-field", field: "hash_field", needed: true, words: []string{
				"INNER_IP_PROTOCOL", "INNER_L4_DST_PORT", "INNER_L4_SRC_PORT", "INNER_DST_IPV4", "INNER_SRC_IPV4", "INNER_DST_IPV6", "INNER_SRC_IPV6"}},
			{name: "ip-mask", field: "ip_mask", check: addressOption},
			{name: "sequence-id", field: "sequence_id", needed: true, check: whole(0, -1)},
		}},
		{name: "hash", table: tablePBHHash, title: "PBH hash", keys: []string{"HASH_NAME"}, options: []option{
			{name: "hash-field-list", field: "hash_field_list@", needed: true, check: listOf(tablePBHHashField, "PBH hash field")},
		}},
		{name: "rule", table: tablePBHRule, title: "PBH rule", keys: []string{"TABLE_NAME", "RULE_NAME"}, options: pbhRuleOptions()},
	}
}

func pbhRuleOptions() []option {
	return []option{
		{name: "priority", field: "priority", needed: true, check: whole(0, 65535)},
		{name: "gre-key", field: "gre_key", check: shaped(`0x[0-9a-fA-F]{1,8}/0x[0-9a-fA-F]{1,8}`)},
		{name: "ether-type", field: "ether_type", check: shaped(`0x[0-9a-fA-F]{1,4}`)},
		{name: "ip-protocol", field: "ip_protocol", check: shaped(`0x[0-9a-fA-F]{1,2}`)},
		{name: "ipv6-next-header", field: "ipv6_next_header", check: shaped(`0x[0-9a-fA-F]{1,2}`)},
		{name: "l4-dst-port", field: "l4_dst_port", check: shaped(`0x[0-9a-fA-F]{1,4}`)},
		{name: "inner-ether-type", field: "inner_ether_type", check: shaped(`0x[0-9a-fA-F]{1,4}`)},
		{name: "hash", field: "hash", needed: true, check: listOf(tablePBHHash, "PBH hash")},
		{name: "packet-action", field: "packet_action", words: []string{"SET_ECMP_HASH", "SET_LAG_HASH"}},
		{name: "flow-counter", field: "flow_counter", words: []string{"DISABLED", "ENABLED"}},
	}
}

// newPBH makes `config pbh`.
func newPBH(s *session.Session) *cobra.Command {
	g := click.Group("pbh", "Policy based hashing configuration")
	for _, k := range pbhKinds() {
		g.AddCommand(k.group(s))
	}
	return g
}

func (k pbhKind) use(verb string) string {
	return verb + " " + strings.Join(k.keys, " ")
}

func (k pbhKind) group(s *session.Session) *cobra.Command {
	optional := slices.Clone(k.options)
	for i := range optional {
		optional[i].needed = false
	}
	update := withOptions(newEdit(s, k.use("update"), "Update "+k.title, func(e *edit) error { return k.update(e, optional) }), optional)
	if k.table == tablePBHRule {
		set := withOptions(newEdit(s, k.use("set"), "Set fields of a "+k.title, func(e *edit) error { return k.update(e, optional) }), optional)
		update = click.Group("update", "Update "+k.title, click.Group("field", "Fields of a "+k.title, set, newPBHFieldDel(s, k)))
	}
	return click.Group(k.name, k.title+" configuration",
		withOptions(newEdit(s, k.use("add"), "Add "+k.title, k.add), k.options),
		update, newEdit(s, k.use("delete"), "Delete "+k.title, k.remove))
}

// key checks that what the row belongs to exists and gives the row's key.
func (k pbhKind) key(e *edit) (string, error) {
	if k.table == tablePBHRule && !e.c.Has(tablePBH, e.args[0]) {
		return "", e.failf("Invalid value for 'TABLE_NAME': %s is not a valid PBH table", e.args[0])
	}
	return strings.Join(e.args, "|"), nil
}

func (k pbhKind) add(e *edit) error {
	row, err := e.optionRow(k.options)
	if err != nil {
		return err
	}
	key, err := k.key(e)
	if err != nil {
		return err
	}
	if k.check != nil {
		if err := k.check(e, row); err != nil {
			return err
		}
	}
	if err := e.fresh(k.table, key); err != nil {
		return err
	}
	e.c.Replace(k.table, key, row)
	return nil
}

// existing gives the key of a row that must be there.
func (k pbhKind) existing(e *edit) (string, error) {
	key, err := k.key(e)
	if err == nil && !e.c.Has(k.table, key) {
		last := len(k.keys) - 1
		err = e.failf("Invalid value for '%s': %s is not a valid %s", k.keys[last], e.args[last], k.title)
	}
	return key, err
}

func (k pbhKind) update(e *edit, options []option) error {
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	key, err := k.existing(e)
	if err != nil {
		return err
	}
	if len(row) == 0 {
		return e.failf("Failed to update %s: options are not provided", k.title)
	}
	e.c.Set(k.table, key, row)
	if k.check != nil {
		return k.check(e, e.row(k.table, key))
	}
	return nil
}

func (k pbhKind) remove(e *edit) error {
	key, err := k.existing(e)
	if err == nil {
		e.c.Delete(k.table, key)
	}
	return err
}

// newPBHFieldDel makes `rule update field del`, which takes fields away that a
// rule need not have.
func newPBHFieldDel(s *session.Session, k pbhKind) *cobra.Command {
	cmd := newEdit(s, k.use("del"), "Delete fields of a rule", func(e *edit) error {
		key, err := k.existing(e)
		if err != nil {
			return err
		}
		var fields []string
		for _, o := range k.options {
			if f := e.cmd.Flags().Lookup(o.name); f != nil && f.Changed {
				fields = append(fields, o.field)
			}
		}
		if len(fields) == 0 {
			return e.failf("Failed to update %s: options are not provided", k.title)
		}
		e.c.Unset(k.table, key, fields...)
		return nil
	})
	for _, o := range k.options {
		if !o.needed {
			cmd.Flags().Bool(o.name, false, "Delete "+o.name)
		}
	}
	return cmd
}

// shaped accepts text of one form.
func shaped(pattern string) func(*edit, string, string) (string, error) {
	return func(e *edit, hint, said string) (string, error) {
		if ok, _ := regexp.MatchString("^(?:"+pattern+")$", said); !ok {
			return "", e.failf("Invalid value for %s: %s is ill-formed", hint, said)
		}
		return said, nil
	}
}

// listOf accepts names of rows of a table.
func listOf(table, title string) func(*edit, string, string) (string, error) {
	return func(e *edit, hint, said string) (string, error) {
		for name := range strings.SplitSeq(said, ",") {
			if !e.c.Has(table, name) {
				return "", e.failf("Invalid value for %s: %s is not a valid %s", hint, name, title)
			}
		}
		return said, nil
	}
}

func pbhInterfaces(e *edit, hint, said string) (string, error) {
	for name := range strings.SplitSeq(said, ",") {
		if !e.c.Has(schema.TablePort, name) && !e.c.Has(schema.TablePortChannel, name) {
			return "", e.failf("Invalid value for %s: %s is not a valid interface", hint, name)
		}
	}
	return said, nil
}

// addressOption accepts an address and stores it in its usual spelling.
func addressOption(e *edit, hint, said string) (string, error) {
	a, err := netip.ParseAddr(said)
	if err != nil {
		return "", e.failf("Invalid value for %s: '%s' does not appear to be an IPv4 or IPv6 address", hint, said)
	}
	return a.String(), nil
}

// maskFits refuses a mask for a field that is no address of its family, and
// an address without one.
func maskFits(e *edit, row commit.Row) error {
	mask, field := row["ip_mask"], row["hash_field"]
	isIP := strings.HasSuffix(field, "_IPV4") || strings.HasSuffix(field, "_IPV6")
	switch {
	case mask == "" && isIP:
		return e.failf("Failed to configure PBH hash field: --ip-mask is required for %s", field)
	case mask != "" && (!isIP || strings.Contains(mask, ":") != strings.HasSuffix(field, "_IPV6")):
		return e.failf("Invalid value for \"--ip-mask\": %s is not compatible with %s", mask, field)
	}
	return nil
}

package configure

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// rowKind is a table whose rows are added, updated and deleted as they are,
// without a word of their own about it: the tables for which SONiC generates
// its commands from the model.
type rowKind struct {
	name, table string
	keys        []string
	options     []option
}

func rowKinds() []rowKind {
	return []rowKind{
		{name: "fg-nhg", table: "FG_NHG", keys: []string{"NAME"}, options: []option{
			{name: "bucket-size", field: "bucket_size"}, {name: "match-mode", field: "match_mode"}, {name: "max-next-hops", field: "max_next_hops"}}},
		{name: "fg-nhg-prefix", table: "FG_NHG_PREFIX", keys: []string{"IP_PREFIX"}, options: []option{{name: "fg-nhg", field: "FG_NHG"}}},
		{name: "fg-nhg-member", table: "FG_NHG_MEMBER", keys: []string{"NEXT_HOP_IP"}, options: []option{
			{name: "fg-nhg", field: "FG_NHG"}, {name: "bank", field: "bank"}, {name: "link", field: "link"}}},
		{name: "nvgre-tunnel", table: "NVGRE_TUNNEL", keys: []string{"TUNNEL_NAME"}, options: []option{
			{name: "src-ip", field: "src_ip", needed: true, check: addressOption}}},
		{name: "nvgre-tunnel-map", table: "NVGRE_TUNNEL_MAP", keys: []string{"TUNNEL_NAME", "TUNNEL_MAP_NAME"}, options: []option{
			{name: "vlan-id", field: "vlan_id", needed: true}, {name: "vsid", field: "vsid", needed: true}}},
		{name: "ldap-server", table: "LDAP_SERVER", keys: []string{"HOSTNAME"}, options: []option{{name: "priority", field: "priority"}}},
		{name: "auto-techsupport-feature", table: "AUTO_TECHSUPPORT_FEATURE", keys: []string{"FEATURE_NAME"}, options: []option{
			{name: "state", field: "state"}, {name: "rate-limit-interval", field: "rate_limit_interval"},
			{name: "available-mem-threshold", field: "available_mem_threshold"}}},
	}
}

// newRows makes the commands of all kinds below a root.
func newRows(s *session.Session, root *cobra.Command) {
	for _, k := range rowKinds() {
		arguments := " " + strings.Join(k.keys, " ")
		optional := make([]option, len(k.options))
		for i, o := range k.options {
			o.needed = false
			optional[i] = o
		}
		root.AddCommand(click.Group(k.name, k.name+" configuration",
			withOptions(newEdit(s, "add"+arguments, "Add a row", k.add), k.options),
			withOptions(newEdit(s, "update"+arguments, "Change fields of a row", func(e *edit) error { return k.update(e, optional) }), optional),
			newEdit(s, "delete"+arguments, "Delete a row", k.remove)))
	}
}

func (k rowKind) add(e *edit) error {
	key := strings.Join(e.args, "|")
	row, err := e.optionRow(k.options)
	if err != nil {
		return err
	}
	if e.c.Has(k.table, key) {
		return quitf(click.CodeError, "Error: %s already exists\nAborted!", key)
	}
	e.c.Replace(k.table, key, row)
	return nil
}

func (k rowKind) present(e *edit) (string, error) {
	key := strings.Join(e.args, "|")
	if !e.c.Has(k.table, key) {
		return key, quitf(click.CodeError, "Error: %s does not exist\nAborted!", key)
	}
	return key, nil
}

func (k rowKind) update(e *edit, options []option) error {
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	key, err := k.present(e)
	if err != nil {
		return err
	}
	if len(row) == 0 {
		return quitf(click.CodeError, "Error: No field/values to update %s\nAborted!", key)
	}
	e.c.Set(k.table, key, row)
	return nil
}

func (k rowKind) remove(e *edit) error {
	key, err := k.present(e)
	if err == nil {
		e.c.Delete(k.table, key)
	}
	return err
}

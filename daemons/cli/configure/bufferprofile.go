package configure

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableLosslessDefault = "DEFAULT_LOSSLESS_BUFFER_PARAMETER"
	losslessPool         = "ingress_lossless_pool"
)

// newBuffers makes `config buffer`: profiles of lossless traffic, and the
// headroom that ports share.
func newBuffers(s *session.Session) *cobra.Command {
	options := []option{
		{name: "xon", check: anyWhole}, {name: "xoff", check: anyWhole}, {name: "size", check: anyWhole}, {name: "dynamic_th"}, {name: "pool"},
	}
	put := func(verb string, isNew bool) *cobra.Command {
		return withOptions(newEdit(s, verb+" <profile>", "Add or modify a buffer profile", dynamic(func(e *edit) error { return e.putProfile(options, isNew) })), options)
	}
	return click.Group("buffer", "Configure buffer_profile",
		click.Group("profile", "Configure buffer profile", put("add", true), put("set", false), newEdit(s, "remove <profile>", "Delete a buffer profile", dynamic(removeProfile))),
		click.Group("shared-headroom-pool", "Configure buffer shared headroom pool",
			newEdit(s, "over-subscribe-ratio <ratio>", "Configure over subscribe ratio", dynamic(setOverSubscription)),
			newEdit(s, "size <size>", "Configure shared headroom pool size", dynamic(setHeadroomSize))))
}

// dynamic refuses a command where buffers are not computed.
func dynamic(run func(*edit) error) func(*edit) error {
	return func(e *edit) error {
		if err := e.dynamicBuffers("supported"); err != nil {
			return err
		}
		return run(e)
	}
}

// anyWhole accepts any whole number.
func anyWhole(e *edit, hint, said string) (string, error) {
	n, err := strconv.Atoi(said)
	if err != nil {
		return "", e.failf("Invalid value for %s: '%s' is not a valid integer.", hint, said)
	}
	return strconv.Itoa(n), nil
}

// sharedHeadroom says whether ports share their headroom.
func (e *edit) sharedHeadroom() (bool, error) {
	if e.row(tableBufferPool, losslessPool)["xoff"] != "" {
		return true, nil
	}
	keys := e.c.Keys(tableLosslessDefault)
	if len(keys) == 0 {
		return false, e.failf("Dynamic buffer calculation is enabled while no entry found in %s table", tableLosslessDefault)
	}
	ratio := e.row(tableLosslessDefault, keys[0])["over_subscribe_ratio"]
	return ratio != "" && ratio != "0", nil
}

func (e *edit) putProfile(options []option, isNew bool) error {
	name := e.args[0]
	row, known := e.c.Row(tableBufferProfile, name)
	said := make(map[string]string)
	for _, o := range options {
		value, ok, err := e.option(o)
		if err != nil {
			return err
		}
		if ok && value != "0" {
			said[o.name] = value
		}
	}
	switch {
	case isNew && known:
		return e.failf("Profile %s already exist", name)
	case !isNew && !known:
		return e.failf("Profile %s doesn't exist", name)
	case known && row["xoff"] == "" && said["xoff"] != "":
		return e.failf("Can't change profile %s from dynamically calculating headroom to non-dynamically one", name)
	}
	shared, err := e.sharedHeadroom()
	if err != nil {
		return err
	}
	next := copyRow(row)
	if next["pool"] = said["pool"]; said["pool"] == "" {
		next["pool"] = losslessPool
	}
	if !e.c.Has(tableBufferPool, next["pool"]) {
		return e.failf("Pool %s doesn't exist", next["pool"])
	}
	for _, f := range []string{"xon", "xoff", "size"} {
		if said[f] != "" {
			next[f] = said[f]
		}
	}
	if next["xon"]+next["xoff"]+next["size"] == "" {
		next["headroom_type"] = "dynamic"
		if said["dynamic_th"] == "" {
			return e.failf("Either size information (xon, xoff, size) or dynamic_th needs to be provided")
		}
	} else if err := e.staticHeadroom(next, said["dynamic_th"], shared); err != nil {
		return err
	}
	if said["dynamic_th"] != "" {
		next["dynamic_th"] = said["dynamic_th"]
	}
	e.c.Replace(tableBufferProfile, name, next)
	return nil
}

// staticHeadroom completes a profile whose headroom the operator gives.
func (e *edit) staticHeadroom(row commit.Row, threshold string, shared bool) error {
	number := func(field string) int { n, _ := strconv.Atoi(row[field]); return n }
	switch {
	case row["xon"] == "":
		return e.failf("Xon is mandatory for non-dynamic profile")
	case row["xoff"] != "":
	case shared:
		return e.failf("Shared headroom pool is enabled, xoff is mandatory for non-dynamic profile")
	case row["size"] == "":
		return e.failf("Neither xoff nor size is provided")
	case number("size") <= number("xon"):
		return e.failf("The xoff must be greater than 0 while we got %d (calculated by: size %s - xon %s)", number("size")-number("xon"), row["size"], row["xon"])
	default:
		row["xoff"] = strconv.Itoa(number("size") - number("xon"))
	}
	if row["size"] == "" {
		size := number("xon")
		if !shared {
			size += number("xoff")
		}
		row["size"] = strconv.Itoa(size)
	}
	if threshold != "" || row["dynamic_th"] != "" {
		return nil
	}
	keys := e.c.Keys(tableLosslessDefault)
	if len(keys) != 1 {
		return e.failf("Multiple entries are found in %s while no dynamic_th specified", tableLosslessDefault)
	}
	usual := e.row(tableLosslessDefault, keys[0])["default_dynamic_th"]
	if usual == "" {
		return e.failf("No dynamic_th defined in %s", tableLosslessDefault)
	}
	row["dynamic_th"] = usual
	return nil
}

func removeProfile(e *edit) error {
	name := e.args[0]
	for _, key := range e.c.Keys(tableBufferGroup) {
		if e.row(tableBufferGroup, key)["profile"] == name {
			return e.failf("Profile %s is referenced by %s and can't be removed", name, key)
		}
	}
	if !e.c.Has(tableBufferProfile, name) {
		return e.failf("Profile %s doesn't exist", name)
	}
	e.c.Delete(tableBufferProfile, name)
	return nil
}

func setOverSubscription(e *edit) error {
	ratio, err := e.number(0, "<ratio>")
	if err != nil {
		return err
	}
	if ports := len(e.c.Keys(schema.TablePort)); ratio < 0 || ratio > ports {
		return e.failf("Invalid over-subscribe-ratio value %d. It should be in range [0, %d]", ratio, ports)
	}
	keys := e.c.Keys(tableLosslessDefault)
	switch {
	case len(keys) > 1:
		return e.failf("More than one item in %s table. Only the first one is updated", tableLosslessDefault)
	case len(keys) == 1 && ratio == 0:
		e.c.Unset(tableLosslessDefault, keys[0], "over_subscribe_ratio")
	case len(keys) == 1:
		e.c.SetField(tableLosslessDefault, keys[0], "over_subscribe_ratio", strconv.Itoa(ratio))
	}
	return nil
}

func setHeadroomSize(e *edit) error {
	size, err := e.number(0, "<size>")
	if err != nil {
		return err
	}
	limits, err := e.state("BUFFER_MAX_PARAM_TABLE", "global")
	if err != nil {
		return err
	}
	if most, err := strconv.Atoi(limits["mmu_size"]); err == nil && most < size {
		return e.failf("Shared headroom pool must be less than mmu size (%d)", most)
	}
	if size == 0 {
		e.c.Unset(tableBufferPool, losslessPool, "xoff")
	} else {
		e.c.SetField(tableBufferPool, losslessPool, "xoff", strconv.Itoa(size))
	}
	return nil
}

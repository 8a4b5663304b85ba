package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addSNMP makes `show runningconfiguration snmp`.
func addSNMP(s *session.Session, root *cobra.Command) {
	snmp := command(s, "snmp", "Show SNMP running configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		for _, show := range []func(context.Context, *view, []string) error{showSNMPLocation, showSNMPContact, showSNMPCommunities, showSNMPUsers} {
			if err := show(ctx, v, nil); err != nil {
				return err
			}
			if !v.json {
				v.Printf("\n\n")
			}
		}
		return nil
	})
	snmp.AddCommand(
		command(s, "location", "Show SNMP location", click.Args(), showSNMPLocation),
		command(s, "contact", "Show SNMP contact", click.Args(), showSNMPContact),
		command(s, "community", "Show SNMP communities", click.Args(), showSNMPCommunities),
		command(s, "user", "Show SNMP users", click.Args(), showSNMPUsers),
	)
	groupAt(root, "runningconfiguration").AddCommand(snmp)
}

// pythonDict writes a row as SONiC's scripts print it for --json here, which
// is Python's notation, not JSON: scripts depend on it.
func (v *view) pythonDict(row ordered) {
	parts := make([]string, len(row))
	for i, m := range row {
		value := ""
		switch x := m.value.(type) {
		case ordered:
			inner := make([]string, len(x))
			for j, f := range x {
				inner[j] = "'" + f.name + "': '" + f.value.(string) + "'"
			}
			value = "{" + strings.Join(inner, ", ") + "}"
		case string:
			value = "'" + x + "'"
		}
		parts[i] = "'" + m.name + "': " + value
	}
	v.Printf("{%s}\n", strings.Join(parts, ", "))
}

// fieldsOf lists a row by field.
func fieldsOf(row statedb.Fields) ordered {
	var out ordered
	for _, f := range slices.Sorted(maps.Keys(row)) {
		out = append(out, member{f, row[f]})
	}
	return out
}

func showSNMPLocation(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SNMP")
	if err != nil {
		return err
	}
	location := rows["LOCATION"]
	if v.json {
		v.pythonDict(fieldsOf(location))
		return nil
	}
	t := table{headers: []string{"Location"}}
	if at := location["Location"]; at != "" {
		t.rows = [][]string{{at}}
	}
	return v.print(t)
}

func showSNMPContact(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SNMP")
	if err != nil {
		return err
	}
	contact := fieldsOf(rows["CONTACT"])
	if v.json {
		v.pythonDict(contact)
		return nil
	}
	t := table{headers: []string{"Contact", "Contact Email"}}
	for _, f := range contact {
		t.rows = append(t.rows, []string{f.name, f.value.(string)})
	}
	return v.print(t)
}

func showSNMPCommunities(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SNMP_COMMUNITY")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Community String", "Community Type"}}
	var dict ordered
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		t.rows = append(t.rows, []string{name, rows[name]["TYPE"]})
		dict = append(dict, member{name, fieldsOf(rows[name])})
	}
	if v.json {
		v.pythonDict(dict)
		return nil
	}
	return v.print(t)
}

func showSNMPUsers(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SNMP_USER")
	if err != nil {
		return err
	}
	t := table{headers: []string{"User", "Permission Type", "Type", "Auth Type", "Auth Password", "Encryption Type", "Encryption Password"}}
	var dict ordered
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[name]
		t.rows = append(t.rows, []string{
			name, row["SNMP_USER_PERMISSION"], row["SNMP_USER_TYPE"], row["SNMP_USER_AUTH_TYPE"], row["SNMP_USER_AUTH_PASSWORD"],
			row["SNMP_USER_ENCRYPTION_TYPE"], row["SNMP_USER_ENCRYPTION_PASSWORD"],
		})
		dict = append(dict, member{name, fieldsOf(row)})
	}
	if v.json {
		v.pythonDict(dict)
		return nil
	}
	return v.print(t)
}

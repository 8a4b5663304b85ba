package configure

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/aclfile"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/natural"
)

// newACLUpdate makes `config acl update`: rules from a file in OpenConfig's words.
// SONiC changes only what differs of lists for its own daemons when it is
// incremental; a commit of Heddle changes only what differs in any case.
func newACLUpdate(s *session.Session) *cobra.Command {
	options := []option{
		{name: "session_name"}, {name: "mirror_stage", words: []string{"ingress", "egress"}},
		{name: "max_priority", check: whole(0, 999999)},
	}
	table := option{name: "table_name"}
	update := func(name, short string, options []option) *cobra.Command {
		return withOptions(newEdit(s, name+" FILE_NAME", short, func(e *edit) error { return updateACL(e, options) }), options)
	}
	full := update("full", "Full update of ACL rules configuration.", append([]option{table}, options...))
	full.Flags().Bool("skip_action_validation", false, "Skip action validation")
	return click.Group("update", "ACL-related configuration tasks", full, update("incremental", "Incremental update of ACL rule configuration.", options))
}

// updateACL puts the rules of a file in the place of those that there are.
func updateACL(e *edit, options []option) error {
	said := make(map[string]string)
	for _, o := range options {
		v, _, err := e.option(o)
		if err != nil {
			return err
		}
		said[o.name] = v
	}
	only, target := said["table_name"], aclfile.Target{Session: said["session_name"], Egress: said["mirror_stage"] == "egress", Highest: aclfile.DefaultHighest}
	if n, err := strconv.Atoi(said["max_priority"]); err == nil && n > 0 {
		target.Highest = n
	}
	if s := target.Session; s != "" && !e.c.Has(tableMirror, s) {
		return quitf(click.CodeError, "Error: Session %s does not exist", s)
	}
	if target.Session == "" {
		target.Session = everflow(e.c)
	}
	if only != "" && !e.c.Has(tableACL, only) {
		e.tellf("Warning: Table \"%s\" not found", only)
	}
	sets, err := readACLFile(e)
	if err != nil {
		return err
	}
	for _, key := range slices.Clone(e.c.Keys(tableACLRule)) {
		if list, _, _ := strings.Cut(key, "|"); only == "" || list == only {
			e.c.Delete(tableACLRule, key)
		}
	}
	for _, set := range sets {
		switch {
		case !e.c.Has(tableACL, set.Table):
			e.tellf("Warning: %s table does not exist", set.Table)
		case only == "" || only == set.Table:
			if err := addACLRules(e, set, target); err != nil {
				return err
			}
		}
	}
	return nil
}

func readACLFile(e *edit) ([]aclfile.Set, error) {
	data, err := os.ReadFile(e.args[0])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, e.failf("Invalid value for 'FILE_NAME': Path '%s' does not exist.", e.args[0])
	}
	if err != nil {
		return nil, err
	}
	sets, err := aclfile.Parse(data)
	if err != nil {
		return nil, quitf(click.CodeError, "Error: Invalid input file %s: %s", e.args[0], err)
	}
	return sets, nil
}

// everflow gives the session that mirrors when no other is named.
func everflow(c *commit.Candidate) string {
	sessions := slices.Clone(c.Keys(tableMirror))
	slices.SortFunc(sessions, natural.Compare)
	for _, name := range sessions {
		if strings.HasPrefix(name, "everflow") {
			return name
		}
	}
	return ""
}

// addACLRules adds the rules of a list. One that cannot be made is left out.
func addACLRules(e *edit, set aclfile.Set, target aclfile.Target) error {
	list := e.row(tableACL, set.Table)
	target.Kind = strings.ToUpper(list["type"])
	stage := strings.ToUpper(list["stage"])
	if stage == "" {
		stage = "INGRESS"
	}
	can, err := newACLActions(e, target.Kind, stage)
	if err != nil {
		return err
	}
	for _, entry := range set.Entries {
		name, row, err := target.Rule(entry)
		if err == nil && !can.do(row) {
			err = errors.New("the rule's action is not supported")
		}
		if err != nil {
			e.tellf("Error: Error processing rule %s: %s. Skipped.", entry.Name, err)
			continue
		}
		e.c.Replace(tableACLRule, set.Table+"|"+name, row)
	}
	if row, ok := target.Default(); ok && stage != "EGRESS" {
		e.c.Replace(tableACLRule, set.Table+"|DEFAULT_RULE", row)
	}
	return nil
}

// aclActions is what the ASIC has said of the actions of a stage, if it has.
type aclActions struct {
	known   bool
	actions []string
	values  string // of PACKET_ACTION
}

func newACLActions(e *edit, kind, stage string) (aclActions, error) {
	if skip, err := e.cmd.Flags().GetBool("skip_action_validation"); err == nil && skip || kind == "CTRLPLANE" {
		return aclActions{}, nil
	}
	of, err := e.state("ACL_STAGE_CAPABILITY_TABLE", stage)
	if err != nil {
		return aclActions{}, err
	}
	can, err := e.capabilities()
	return aclActions{known: len(of) > 0, actions: strings.Split(of["action_list"], ","), values: can["ACL_ACTION|PACKET_ACTION"]}, err
}

// do tells whether the ASIC can do the actions of a rule.
func (a aclActions) do(row map[string]string) bool {
	if !a.known {
		return true
	}
	for field := range row {
		if strings.HasSuffix(field, "_ACTION") && !slices.Contains(a.actions, field) {
			return false
		}
	}
	said := row["PACKET_ACTION"]
	return said == "" || a.values == "" || strings.Contains(a.values, said)
}

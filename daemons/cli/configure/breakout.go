package configure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/platform/board"
	"github.com/heddle-nos/heddle/yang"
	"github.com/heddle-nos/heddle/yang/schema"
)

const tableBreakout = "BREAKOUT_CFG"

// breakout is one run of `config interface breakout`.
type breakout struct {
	*session.Session
	force, predefined, yes, verbose bool
	name, mode                      string

	said  strings.Builder
	done  bool // the port is in the mode already
	asked bool // about what cannot be verified
}

func newBreakout(s *session.Session) *cobra.Command {
	o := &breakout{Session: s}
	cmd := click.Command("breakout <interface_name> MODE", "Set interface breakout mode", click.Args("<interface_name>", "MODE"),
		func(cmd *cobra.Command, args []string) error {
			o.name, o.mode = args[0], args[1]
			if !o.yes {
				if err := s.Confirm("Do you want to Breakout the port, continue?"); err != nil {
					return err
				}
			}
			return o.run(cmd.Context())
		})
	cmd.Flags().BoolVarP(&o.force, "force-remove-dependencies", "f", false, "Clear all dependencies internally first.")
	cmd.Flags().BoolVarP(&o.predefined, "load-predefined-config", "l", false, "load predefied user configuration (alias, lanes, speed etc) first.")
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "Do not ask for confirmation")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "Enable verbose output")
	return cmd
}

func (o *breakout) sayf(format string, args ...any) { fmt.Fprintf(&o.said, format+"\n", args...) }

// abortf refuses with a reason of SONiC's.
func (o *breakout) abortf(format string, args ...any) error {
	o.sayf("[ERROR] "+format, args...)
	return click.ErrAborted
}

func (o *breakout) run(ctx context.Context) error {
	err := o.Change(ctx, func(c *commit.Candidate) error {
		o.said.Reset()
		o.done = false
		return o.change(c)
	})
	o.Printf("%s", o.said.String())
	var invalid *commit.InvalidError
	switch {
	case errors.As(err, &invalid):
		return quitf(click.CodeError, "[ERROR] Port breakout Failed!!! Opting Out\nFailed to break out Port. Error: %s", invalid)
	case err == nil && !o.done:
		o.Printf("Breakout process got successfully completed.\n")
		o.Printf("Please note loaded setting will be lost after system reboot. To preserve setting, run `config save`.\n")
	}
	return err
}

// change edits the configuration as a whole: SONiC shuts the old ports, deletes
// them, waits and adds the new ones; here the daemons keep the order.
func (o *breakout) change(c *commit.Candidate) error {
	socket, current, err := o.socket(c)
	if err != nil {
		return err
	}
	if err := o.validate(c, socket, current); err != nil || o.done {
		return err
	}
	old, err := socket.Ports(current)
	if err != nil {
		return o.abortf("current mode: %s", err)
	}
	next, err := socket.Ports(o.mode)
	if err != nil {
		return o.abortf("%s", err)
	}
	o.sayf("\nPorts to be deleted : \n %s", speeds(old))
	o.sayf("Ports to be added : \n %s", speeds(next))
	if err := o.checkPorts(c, old, next); err != nil {
		return err
	}
	if err := o.confirmUnknown(c, old); err != nil {
		return err
	}
	if err := o.removeDependents(c, old); err != nil {
		return err
	}
	for _, p := range old {
		c.Delete(schema.TablePort, p.Name)
	}
	for _, p := range next {
		c.Replace(schema.TablePort, p.Name, p.Row())
	}
	c.Replace(tableBreakout, o.name, commit.Row{"brkout_mode": o.mode})
	if !o.predefined {
		return nil
	}
	return o.addPredefined(c, next)
}

// socket finds the socket of the board and the mode it is in.
func (o *breakout) socket(c *commit.Candidate) (board.Socket, string, error) {
	device, _ := c.Row("DEVICE_METADATA", "localhost")
	b, err := board.Find(board.Where{File: o.Paths.BoardFile(), DeviceDir: o.Paths.DevDir, Platform: device["platform"], HwSKU: device["hwsku"]})
	if errors.Is(err, board.ErrNone) {
		return board.Socket{}, "", o.abortf("Breakout feature is not available without platform.json file")
	}
	if err != nil {
		return board.Socket{}, "", err
	}
	s, isSocket := b.Socket(o.name)
	row, told := c.Row(tableBreakout, o.name)
	if mode, found := s.Current(c.Config()[schema.TablePort]); !told && found {
		return s, mode, nil
	}
	switch {
	case len(c.Keys(tableBreakout)) == 0:
		return s, "", o.abortf("BREAKOUT_CFG table is NOT present in CONFIG DB")
	case !told:
		return s, "", o.abortf("%s interface is NOT present in BREAKOUT_CFG table of CONFIG DB", o.name)
	case !isSocket:
		return s, "", o.abortf("%s is not a Parent port. So, Breakout Mode is not available on this port", o.name)
	}
	return s, row["brkout_mode"], nil
}

func (o *breakout) validate(c *commit.Candidate, s board.Socket, current string) error {
	if !s.Has(o.mode) {
		return o.abortf("Target mode %s is not available for the port %s", o.mode, o.name)
	}
	if len(c.Keys(schema.TablePort)) == 0 {
		o.sayf("port_dict is None!")
		return click.ErrAborted
	}
	if !c.Has(schema.TablePort, o.name) {
		return o.abortf("%s is not in port_dict", o.name)
	}
	o.sayf("\nRunning Breakout Mode : %s \nTarget Breakout Mode : %s", current, o.mode)
	if o.done = current == o.mode; o.done {
		o.sayf("[WARNING] No action will be taken as current and desired Breakout Mode are same.")
	}
	return nil
}

// checkPorts compares the ports that the board knows with those configured: a
// port on other lanes is another port.
func (o *breakout) checkPorts(c *commit.Candidate, old, next []board.Port) error {
	names := map[string]bool{}
	for _, p := range old {
		names[p.Name] = true
		row, ok := c.Row(schema.TablePort, p.Name)
		if !ok {
			return o.abortf("Interface name %s is invalid", p.Name)
		}
		if want := p.Row()["lanes"]; !sameLanes(row["lanes"], want) {
			return o.abortf("%s has lanes %s in CONFIG DB and %s on this board", p.Name, row["lanes"], want)
		}
	}
	for _, p := range next {
		if !names[p.Name] && c.Has(schema.TablePort, p.Name) {
			return o.abortf("%s exists and is not part of %s", p.Name, o.name)
		}
	}
	return nil
}

func sameLanes(a, b string) bool {
	x, y := strings.Split(a, ","), strings.Split(b, ",")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// speeds writes ports and their speeds as Python's json does, in their order.
func speeds(ports []board.Port) string {
	lines := make([]string, len(ports))
	for i, p := range ports {
		lines[i] = fmt.Sprintf("    %q: \"%d\"", p.Name, p.Speed)
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}"
}

// confirmUnknown asks about tables that nobody can check, if they name the ports.
func (o *breakout) confirmUnknown(c *commit.Candidate, old []board.Port) error {
	unknown := map[string]bool{}
	for _, p := range o.Checker.Check(c.Config()) {
		if p.Key == "" && p.Warning {
			unknown[p.Table] = true
		}
	}
	naming := commit.Config{}
	for table := range unknown {
		for _, key := range c.Keys(table) {
			if row, _ := c.Row(table, key); mentions(key, row, old) {
				if naming[table] == nil {
					naming[table] = commit.Table{}
				}
				naming[table][key] = row
			}
		}
	}
	if len(naming) == 0 || o.asked {
		return nil
	}
	o.asked = true // not again after a conflict
	text, err := json.MarshalIndent(naming, "", "  ")
	if err != nil {
		return err
	}
	o.sayf("Below Config can not be verified, It may cause harm to the system\n %s", text)
	o.Printf("%s", o.said.String())
	o.said.Reset()
	return o.Confirm("Do you wish to Continue?")
}

func mentions(key string, row commit.Row, ports []board.Port) bool {
	words := strings.Split(key, "|")
	for value := range maps.Values(row) {
		words = append(words, strings.Split(value, ",")...)
	}
	return slices.ContainsFunc(ports, func(p board.Port) bool { return slices.Contains(words, p.Name) })
}

// referrers finds what refers to rows; see yang.Checker.
type referrers interface {
	Dependents(config yang.Config, table string, keys ...string) ([]yang.Dependent, error)
}

// removeDependents takes away what refers to the old ports, if that was asked
// for, and lists it otherwise.
func (o *breakout) removeDependents(c *commit.Candidate, old []board.Port) error {
	names := make([]string, len(old))
	for i, p := range old {
		names[i] = p.Name
	}
	model, ok := o.Checker.(referrers)
	if !ok {
		return errors.New("the configuration's model tells no references")
	}
	list, err := model.Dependents(c.Config(), schema.TablePort, names...)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return nil
	}
	if !o.force {
		o.sayf("Dependencies Exist. No further action will be taken")
		o.sayf("*** Printing dependencies ***")
		for _, d := range list {
			o.sayf("%s", describeDependent(d))
		}
		return &click.ExitError{Code: click.CodeError}
	}
	for _, d := range list {
		removeDependent(c, d)
	}
	return nil
}

func describeDependent(d yang.Dependent) string {
	if d.InKey() {
		return d.Table + "|" + d.Key
	}
	return fmt.Sprintf("%s|%s %s: %s", d.Table, d.Key, strings.TrimSuffix(d.Field, "@"), d.Value)
}

// removeDependent takes a row away, or a value out of it.
func removeDependent(c *commit.Candidate, d yang.Dependent) {
	row, ok := c.Row(d.Table, d.Key)
	switch {
	case !ok:
	case d.InKey():
		c.Delete(d.Table, d.Key)
	default:
		rest := slices.DeleteFunc(strings.Split(row[d.Field], ","), func(v string) bool { return v == d.Value })
		if len(rest) == 0 {
			c.Unset(d.Table, d.Key, d.Field)
			return
		}
		c.SetField(d.Table, d.Key, d.Field, strings.Join(rest, ","))
	}
}

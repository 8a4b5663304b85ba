package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	tableFabricPort    = "FABRIC_PORT"
	tableFabricMonitor = "FABRIC_MONITOR"
	keyFabricMonitor   = "FABRIC_MONITOR_DATA"
	noFabricData       = "Fabric monitor configuration data not present"
)

// newFabric makes `config fabric`: the links between the ASICs of a chassis.
func newFabric(s *session.Session) *cobra.Command {
	unisolate := newEdit(s, "unisolate <portid>", "FABRIC PORT unisolate <portid>", unisolateLink)
	unisolate.Flags().BoolP("force", "f", false, "Force to unisolate a link even if it is auto isolated.")
	monitor := click.Group("monitor", "FABRIC PORT MONITOR configuration tasks",
		click.Group("error", "FABRIC PORT MONITOR ERROR configuration tasks", newEdit(s, "threshold <crcCells> <rxCells>", "Cells in error that isolate a link", setFabricErrors)),
		click.Group("poll", "FABRIC PORT MONITOR POLL configuration tasks", click.Group("threshold", "FABRIC PORT MONITOR POLL THRESHOLD configuration tasks",
			newFabricPoll(s, "isolation", "monPollThreshIsolation"), newFabricPoll(s, "recovery", "monPollThreshRecovery"))),
		newEdit(s, "state <state>", "FABRIC PORT MONITOR STATE configuration tasks", func(e *edit) error { return setFabric(e, "monState", e.args[0]) }))
	port := click.Group("port", "FABRIC PORT configuration tasks", newEdit(s, "isolate <portid>", "FABRIC PORT isolate <portid>", isolateLink), unisolate, monitor)
	return oneASIC(click.Group("fabric", "FABRIC-related configuration tasks", port))
}

// fabricLink gives the row of a link that is in use.
func fabricLink(e *edit) (string, error) {
	id := e.args[0]
	if strings.Trim(id, "0123456789") != "" || id == "" {
		return "", e.failf("Invalid portid")
	}
	state, err := e.state("FABRIC_PORT_TABLE", "PORT"+id)
	if err != nil {
		return "", err
	}
	if _, connected := state["REMOTE_PORT"]; !connected {
		return "", e.failf("Port %s is not in use", id)
	}
	if !e.c.Has(tableFabricPort, "Fabric"+id) {
		return "", e.failf(noFabricData)
	}
	return "Fabric" + id, nil
}

func isolateLink(e *edit) error {
	name, err := fabricLink(e)
	if err == nil {
		e.c.SetField(tableFabricPort, name, "isolateStatus", "True")
	}
	return err
}

func unisolateLink(e *edit) error {
	force := e.cmd.Flags().Changed("force")
	if e.args[0] == "all" {
		return unisolateAll(e, force)
	}
	name, err := fabricLink(e)
	if err != nil {
		return err
	}
	if unisolate(e, name, force); force {
		e.tellf("Force unisolate the link.")
		e.tellf("It will clear all fabric link monitoring status for this link!")
	}
	return nil
}

// unisolate takes a link back; a force is a count that the watcher sees change.
func unisolate(e *edit, name string, force bool) {
	e.c.SetField(tableFabricPort, name, "isolateStatus", "False")
	if force {
		n, _ := strconv.Atoi(e.row(tableFabricPort, name)["forceUnisolateStatus"])
		e.c.SetField(tableFabricPort, name, "forceUnisolateStatus", strconv.Itoa(n+1))
	}
}

func unisolateAll(e *edit, force bool) error {
	db, err := e.s.DB(statedb.StateDB)
	if err != nil {
		return err
	}
	rows, err := db.All(e.cmd.Context(), "FABRIC_PORT_TABLE")
	if err != nil {
		return err
	}
	for key, row := range rows {
		if _, connected := row["REMOTE_PORT"]; !connected {
			continue
		}
		name := "Fabric" + strings.TrimPrefix(key, "PORT")
		if !e.c.Has(tableFabricPort, name) {
			return e.failf(noFabricData)
		}
		unisolate(e, name, force)
	}
	return nil
}

func setFabric(e *edit, field, value string) error {
	if !e.c.Has(tableFabricMonitor, keyFabricMonitor) {
		return e.failf(noFabricData)
	}
	e.c.SetField(tableFabricMonitor, keyFabricMonitor, field, value)
	return nil
}

func setFabricErrors(e *edit) error {
	crc, err := e.number(0, "<crcCells>")
	if err != nil {
		return err
	}
	rx, err := e.number(1, "<rxCells>")
	switch {
	case err != nil:
		return err
	case crc < 1 || crc > 1000:
		return e.failf("crcCells must be in range 1...1000")
	case rx < 10_000 || rx > 100_000_000:
		return e.failf("rxCells must be in range 10000...100000000")
	}
	if err := setFabric(e, "monErrThreshCrcCells", strconv.Itoa(crc)); err != nil {
		return err
	}
	return setFabric(e, "monErrThreshRxCells", strconv.Itoa(rx))
}

func newFabricPoll(s *session.Session, name, field string) *cobra.Command {
	return newEdit(s, name+" <pollCount>", "FABRIC PORT MONITOR POLL THRESHOLD configuration tasks", func(e *edit) error {
		n, err := e.number(0, "<pollCount>")
		switch {
		case err != nil:
			return err
		case n < 1 || n > 10:
			return e.failf("pollCount must be in range 1...10")
		}
		return setFabric(e, field, strconv.Itoa(n))
	})
}

package configure

import (
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/yang/schema"
)

// What a port can do is what the ASIC has said of it in STATE_DB. What it has not
// said is left to orchagent's answer.

// portState reads a list of STATE_DB PORT_TABLE; known is false when the ASIC has
// not told it.
func portState(e *edit, port, field string) (list []string, text string, known bool, err error) {
	row, err := e.state(schema.StateTablePort, port)
	if err != nil || row[field] == "" {
		return nil, "", false, err
	}
	if row[field] == "N/A" {
		return nil, "", true, nil
	}
	return strings.Split(row[field], ","), row[field], true, nil
}

func checkSpeed(e *edit, port, speed string) error {
	if _, err := strconv.ParseUint(speed, 10, 32); err != nil {
		return click.Fail(e.cmd, "Invalid value for '<interface_speed>': '%s' is not a valid integer.", speed)
	}
	can, text, known, err := portState(e, port, "supported_speeds")
	if err != nil || !known || slices.Contains(can, speed) {
		return err
	}
	return quitf(click.CodeError, "Invalid speed specified: %s\nValid speeds:%s", speed, text)
}

func checkSpeeds(e *edit, port, list string) error {
	if list == "all" {
		return nil
	}
	can, text, known, err := portState(e, port, "supported_speeds")
	if err != nil || !known {
		return err
	}
	speeds := elements(list)
	if hasTwice(speeds) {
		return quitf(click.CodeError, "Invalid speed specified: %s. Please remove duplicate speed", list)
	}
	if wrong := without(speeds, can); len(wrong) > 0 {
		return quitf(click.CodeError, "Invalid speed specified: %s\nValid speeds:%s", strings.Join(wrong, ","), text)
	}
	return nil
}

// usualFECs are what SONiC takes a port for able to do whose ASIC does not say.
func usualFECs() []string { return []string{"rs", "fc", "none", "auto"} }

func checkFEC(e *edit, port, fec string) error {
	can, _, known, err := portState(e, port, "supported_fecs")
	if err != nil {
		return err
	}
	if !known {
		can = usualFECs()
	}
	switch {
	case slices.Contains(can, fec):
		return nil
	case len(can) == 0:
		return quitf(click.CodeError, "Setting fec is not supported on port %s", port)
	}
	return quitf(click.CodeError, "fec %s is not in ['%s']", fec, strings.Join(can, "', '"))
}

// media are the types of interfaces, in the order in which they are told.
func media() []string {
	return []string{
		"CR", "CR2", "CR4", "CR8", "SR", "SR2", "SR4", "SR8", "LR", "LR4", "LR8", "KR", "KR2", "KR4", "KR8",
		"CAUI", "CAUI4", "GMII", "SFI", "XLAUI", "XAUI", "XFI", "XGMII", "none",
	}
}

func checkType(e *edit, port, medium string) error {
	if err := refuseCopper(e, port, "type"); err != nil {
		return err
	}
	if !slices.Contains(media(), medium) {
		return invalidTypes(medium)
	}
	return nil
}

func checkTypes(e *edit, port, list string) error {
	if err := refuseCopper(e, port, "advertised types"); err != nil || list == "all" {
		return err
	}
	types := elements(list)
	if hasTwice(types) {
		return quitf(click.CodeError, "Invalid interface type specified: %s. Please remove duplicate interface type", list)
	}
	if wrong := without(types, media()); len(wrong) > 0 {
		return invalidTypes(strings.Join(wrong, ","))
	}
	return nil
}

func invalidTypes(wrong string) error {
	return quitf(click.CodeError, "Invalid interface type specified: %s\nValid interface types:%s", wrong, strings.Join(media(), ","))
}

// refuseCopper: the type of a port with a RJ45 socket cannot be changed.
func refuseCopper(e *edit, port, what string) error {
	row, err := e.state("TRANSCEIVER_INFO", port)
	if err == nil && row["type"] == "RJ45" {
		return quitf(click.CodeError, "Setting RJ45 ports' %s is not supported", what)
	}
	return err
}

func checkTPID(e *edit, port, tpid string) error {
	if err := tpidAllowed(e, tpid); err != nil {
		return err
	}
	if channel := channelOf(e.c, port); channel != "" {
		return quitf(click.CodeError, "%s is already member of %s. Set TPID NOT allowed.", port, channel)
	}
	can, err := e.capabilities()
	if err == nil && can["PORT_TPID_CAPABLE"] != "true" {
		return quitf(click.CodeError, "HW is not capable to support Port TPID config.")
	}
	return err
}

func setChannelTPID(e *edit, name, tpid string) error {
	if err := tpidAllowed(e, tpid); err != nil {
		return err
	}
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	if can["LAG_TPID_CAPABLE"] != "true" {
		return quitf(click.CodeError, "HW is not capable to support PortChannel TPID config.")
	}
	e.c.SetField(schema.TablePortChannel, name, "tpid", tpid)
	return nil
}

func tpidAllowed(e *edit, tpid string) error {
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	if can["PORT_TPID_CAPABLE"] == "" && can["LAG_TPID_CAPABLE"] == "" {
		return quitf(click.CodeError, "System not ready to accept TPID config. Please try again later.")
	}
	switch tpid {
	case "0x8100", "0x9100", "0x9200", "0x88A8", "0x88a8":
		return nil
	}
	return quitf(click.CodeError, "TPID %s is not allowed. Allowed: 0x8100, 9100, 9200, or 88A8.", tpid)
}

func elements(list string) []string {
	out := strings.Split(list, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

func hasTwice(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) < len(list)
}

// without gives the elements of a list that another one does not have.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
}

package display

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/pyliteral"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// doubleDensity is a type whose compliance is one text, as that of CMIS modules is.
const doubleDensity = "QSFP-DD Double Density 8X Pluggable Transceiver"

// moduleText writes what a module says of itself, sorted by label.
func moduleText(info, firmware statedb.Fields) string {
	_, cmis := info["cmis_rev"]
	_, coherent := info["supported_max_tx_power"]
	var b strings.Builder
	for _, l := range moduleLabels(cmis, coherent) {
		value, told := info[l.field]
		switch {
		case strings.HasSuffix(l.field, "_firmware"):
			version, known := firmware[l.field]
			if known || !strings.HasPrefix(l.field, "e") { // of the two ends of an active cable
				fmt.Fprintf(&b, "%s%s: %s\n", opticsIndent, l.text, or(version, "N/A"))
			}
		case !told:
		case l.field == "cable_type" && value != "N/A":
			fmt.Fprintf(&b, "%s%s: %s\n", opticsIndent, value, info["cable_length"])
		case l.field == "specification_compliance" && !cmis && info["type"] != doubleDensity:
			fmt.Fprintf(&b, "%s%s:\n%s", opticsIndent, l.text, complianceText(value))
		case l.field == "application_advertisement":
			b.WriteString(applicationsText(l.text, value))
		default:
			fmt.Fprintf(&b, "%s%s: %s\n", opticsIndent, l.text, value)
		}
	}
	return b.String()
}

// complianceText lists the standards of a module, by the names of their groups.
func complianceText(text string) string {
	value, err := pyliteral.Parse(text)
	groups, isDict := value.(pyliteral.Dict)
	if err != nil || !isDict {
		return opticsIndent + opticsIndent + "N/A\n"
	}
	slices.SortFunc(groups, func(a, b pyliteral.Pair) int { return natural.Compare(pythonText(a.Key), pythonText(b.Key)) })
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "%s%s%s: %s\n", opticsIndent, opticsIndent, pythonText(g.Key), pythonText(g.Value))
	}
	return b.String()
}

// pythonText writes a single value as Python does.
func pythonText(value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		return capital(strconv.FormatBool(v))
	case float64:
		return pythonFloat(v)
	}
	return fmt.Sprint(value)
}

// applicationsText lists what a CMIS module can be used for (CMIS section 6.2.1.4), one application a line.
func applicationsText(label, text string) string {
	head := opticsIndent + label + ": "
	value, err := pyliteral.Parse(text)
	applications, isDict := value.(pyliteral.Dict)
	if err != nil || !isDict {
		return head + text + "\n"
	}
	if len(applications) == 0 {
		return head + "N/A\n"
	}
	var lines []string
	for _, a := range applications {
		app, _ := a.Value.(pyliteral.Dict)
		host, _ := app.Get("host_electrical_interface_id").(string)
		if host == "" {
			continue
		}
		media, isText := app.Get("module_media_interface_id").(string)
		if !isText {
			media = "Unknown"
		}
		lines = append(lines, fmt.Sprintf("%s - Host Assign (%s) - %s - Media Assign (%s)", host,
			laneMask(app.Get("host_lane_assignment_options")), media, laneMask(app.Get("media_lane_assignment_options"))))
	}
	return head + strings.Join(lines, "\n"+strings.Repeat(" ", len(head))) + "\n"
}

func laneMask(value any) string {
	if n, ok := value.(int64); ok && n != 0 {
		return "0x" + strconv.FormatInt(n, 16)
	}
	return "Unknown"
}

// reading is a measured value or a limit of one.
type reading struct{ field, text, unit string }

// opticLimits gives the limits of a measured value, in the order of their names.
func opticLimits(field, text, unit string) (all []reading) {
	for _, l := range []string{"HighAlarm", "HighWarning", "LowAlarm", "LowWarning"} {
		all = append(all, reading{field + strings.ToLower(l), text + l, unit})
	}
	return all
}

// laneReadings are what is measured of each lane, by the name of the field.
func laneReadings(lanes int) (all []reading) {
	for _, kind := range []reading{{"rx%dpower", "RX%dPower", "dBm"}, {"tx%dbias", "TX%dBias", "mA"}, {"tx%dpower", "TX%dPower", "dBm"}} {
		for lane := 1; lane <= lanes; lane++ {
			all = append(all, reading{fmt.Sprintf(kind.field, lane), fmt.Sprintf(kind.text, lane), kind.unit})
		}
	}
	slices.SortFunc(all, func(a, b reading) int { return natural.Compare(a.field, b.field) })
	return all
}

// Widths of the labels of limits.
const (
	laneLimitWidth   = 18
	moduleLimitWidth = 15
)

// opticalText writes what a module measures, and between which limits that should be (SFF-8636, CMIS).
func opticalText(kind string, row statedb.Fields) string {
	monitors := []reading{{"temperature", "Temperature", "C"}, {"voltage", "Vcc", "Volts"}}
	moduleLimits := append(opticLimits("temp", "Temp", "C"), opticLimits("vcc", "Vcc", "Volts")...)
	laneLimits := append(opticLimits("rxpower", "RxPower", "dBm"), opticLimits("txbias", "TxBias", "mA")...)
	allLimits := append(slices.Clone(laneLimits), opticLimits("txpower", "TxPower", "dBm")...)
	heading := func(text string) string { return opticsIndent + text + ":\n" }
	lanes := 4
	switch {
	case strings.HasPrefix(kind, "QSFP-DD"), strings.HasPrefix(kind, "OSFP"):
		lanes, laneLimits = 8, allLimits
	case !strings.HasPrefix(kind, "QSFP"):
		one := []reading{{"rx1power", "RXPower", "dBm"}, {"tx1bias", "TXBias", "mA"}, {"tx1power", "TXPower", "dBm"}}
		return heading("MonitorData") + readings(row, one, 0) + readings(row, monitors, 0) +
			heading("ThresholdData") + readings(row, moduleLimits, moduleLimitWidth) + readings(row, allLimits, laneLimitWidth)
	}
	return heading("ChannelMonitorValues") + readings(row, laneReadings(lanes), 0) +
		heading("ChannelThresholdValues") + readings(row, laneLimits, laneLimitWidth) +
		heading("ModuleMonitorValues") + readings(row, monitors, 0) +
		heading("ModuleThresholdValues") + readings(row, moduleLimits, moduleLimitWidth)
}

// readings writes those that there are with their units, labels filled up to a width.
func readings(row statedb.Fields, list []reading, width int) string {
	var b strings.Builder
	for _, r := range list {
		value, ok := row[r.field]
		if !ok || value == "N/A" {
			continue
		}
		unit := r.unit
		if value == "Unknown" || strings.HasSuffix(value, unit) {
			unit = ""
		}
		fmt.Fprintf(&b, "%s%s%-*s: %s%s\n", opticsIndent, opticsIndent, width, r.text, value, unit)
	}
	return b.String()
}

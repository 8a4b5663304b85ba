package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addPlatform makes `show platform` for what the platform's daemon has put
// into STATE_DB.
func addPlatform(s *session.Session, root *cobra.Command) {
	index := -1
	psu := command(s, "psustatus", "Show PSU status information", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showPSUs(ctx, v, index)
	})
	psu.Flags().IntVarP(&index, "index", "i", -1, "The index of PSU")
	ssd := command(s, "ssdhealth [device]", "Show SSD Health information", click.Args("[device]"), showDisks)
	ssd.Flags().Bool("vendor", false, "Enable vendor specific output")
	group := groupAt(root, "platform")
	group.AddCommand(psu, ssd,
		command(s, "summary", "Show hardware platform information", click.Args(), showPlatform),
		command(s, "syseeprom", "Show system EEPROM information", click.Args(), showEEPROM),
		command(s, "fan", "Show fan status information", click.Args(), showFans),
		command(s, "temperature", "Show device temperature information", click.Args(), showTemperatures))
	absent := func(use, short string, args cobra.PositionalArgs, said string) *cobra.Command {
		return command(s, use, short, args, func(_ context.Context, v *view, _ []string) error {
			return &click.ExitError{Code: click.CodeError, Text: said}
		})
	}
	const noFirmware = "Error: no component of this platform has firmware that can be read"
	firmware := groupAt(group, "firmware")
	updates := absent("updates", "Show available firmware updates", click.Args(), noFirmware)
	updates.Flags().BoolP("image", "i", false, "Use the firmware of the next image")
	firmware.AddCommand(updates,
		absent("status", "Show platform components status", click.Args(), noFirmware),
		absent("version", "Show the version of the firmware utility", click.Args(), noFirmware))
	groupAt(group, "barefoot").AddCommand(absent("profile", "Show the P4 profile", click.Args(), "Error: the ASIC of this platform has no P4 profiles"))
	const noBMC = "Error: BMC is not available on this platform"
	groupAt(group, "bmc").AddCommand(
		absent("summary", "Show BMC summary information", click.Args(), noBMC), absent("eeprom", "Show BMC EEPROM information", click.Args(), noBMC))
	ztp := absent("status", "Show Zero Touch Provisioning status", click.Args(), "ZTP feature unavailable in this image version")
	alone := groupAt(root, "ztp")
	alone.RunE, alone.Args = ztp.RunE, ztp.Args
	alone.AddCommand(ztp)
}

// showPlatform tells the board and its labels.
func showPlatform(ctx context.Context, v *view, _ []string) error {
	device, err := v.all(ctx, statedb.ConfigDB, schema.TableDeviceMetadata)
	if err != nil {
		return err
	}
	chassis, err := v.rows(ctx, statedb.StateDB, "CHASSIS_INFO", []string{"chassis 1"})
	if err != nil {
		return err
	}
	meta, labels := device[schema.KeyLocalhost], chassis["chassis 1"]
	facts := []struct{ title, name, value string }{
		{"Platform", "platform", or(meta["platform"], "N/A")}, {"HwSKU", "hwsku", or(meta["hwsku"], "N/A")},
		{"ASIC", "asic_type", or(meta["asic_type"], "N/A")}, {"ASIC Count", "asic_count", "1"},
		{"Serial Number", "serial", or(labels["serial"], "N/A")}, {"Model Number", "model", or(labels["model"], "N/A")},
		{"Hardware Revision", "revision", or(labels["revision"], "N/A")},
	}
	if kind := meta["switch_type"]; kind != "" {
		facts = append(facts, struct{ title, name, value string }{"Switch Type", "switch_type", kind})
	}
	var all ordered
	for _, f := range facts {
		if all = append(all, member{f.name, f.value}); !v.json {
			v.Printf("%s: %s\n", f.title, f.value)
		}
	}
	if v.json {
		return v.printJSON(all)
	}
	return nil
}

// yes reads a truth as platforms write it.
func yes(value string) bool { return strings.EqualFold(value, "true") }

// psuState says how a power supply does.
func psuState(row statedb.Fields) string {
	switch {
	case !yes(row["presence"]):
		return "NOT PRESENT"
	case !yes(row["status"]):
		return "NOT OK"
	case yes(row["power_overload"]):
		return "WARNING"
	}
	return "OK"
}

func showPSUs(ctx context.Context, v *view, index int) error {
	rows, err := v.all(ctx, statedb.StateDB, "PSU_INFO")
	if err != nil {
		return err
	}
	names := slices.SortedFunc(maps.Keys(rows), natural.Compare)
	if index > len(names) {
		return &click.ExitError{Code: click.CodeError, Text: "Error: PSU " + strconv.Itoa(index) + " is not available. Number of supported PSUs: " + strconv.Itoa(len(names))}
	}
	if index > 0 {
		names = names[index-1 : index]
	}
	t := table{headers: []string{"PSU", "Model", "Serial", "HW Rev", "Voltage (V)", "Current (A)", "Power (W)", "Status", "LED"}, layout: tabulate.Options{Digits: 2}}
	var all []ordered
	for i, name := range names {
		row := rows[name]
		cells, facts := []string{name}, ordered{{"index", strconv.Itoa(i + 1)}, {"name", name}, {"presence", row["presence"]}, {"status", psuState(row)}, {"led_status", row["led_status"]}}
		for _, field := range []string{"model", "serial", "revision", "voltage", "current", "power"} {
			cells, facts = append(cells, or(row[field], "N/A")), append(facts, member{field, or(row[field], "N/A")})
		}
		t.rows, all = append(t.rows, append(cells, psuState(row), row["led_status"])), append(all, facts)
	}
	switch {
	case v.json:
		return v.printJSON(all)
	case len(names) == 0:
		v.Printf("PSU not detected\n")
		return nil
	}
	return v.print(t)
}

func showFans(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "FAN_INFO")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Drawer", "LED", "FAN", "Speed", "Direction", "Presence", "Status", "Timestamp"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[name]
		presence, status := "Not Present", or(row["status"], "N/A")
		if yes(row["presence"]) {
			presence = "Present"
		}
		switch strings.ToLower(status) {
		case "true":
			status = "OK"
		case "false":
			status = "Not OK"
		}
		t.rows = append(t.rows, []string{
			or(row["drawer_name"], "N/A"), or(row["led_status"], "N/A"), name, fanSpeed(row["speed"]), or(row["direction"], "N/A"), presence, status, or(row["timestamp"], "N/A"),
		})
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("Fan Not detected\n\n")
		return nil
	}
	return v.print(t)
}

// fanSpeed tells turns a minute from a percentage by its size, as no fan says
// which of them it reports.
func fanSpeed(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return "N/A"
	case n > 100:
		return strconv.Itoa(int(n)) + "RPM"
	}
	return text + "%"
}

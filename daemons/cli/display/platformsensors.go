package display

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// showTemperatures shows the board's sensors, then those of the optics.
func showTemperatures(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "TEMPERATURE_INFO")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Sensor", "Temperature", "High TH", "Low TH", "Crit High TH", "Crit Low TH", "Warning", "Timestamp"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		cells := []string{name}
		for _, f := range []string{"temperature", "high_threshold", "low_threshold", "critical_high_threshold", "critical_low_threshold", "warning_status", "timestamp"} {
			cells = append(cells, or(rows[name][f], "N/A"))
		}
		t.rows = append(t.rows, cells)
	}
	optics, err := v.opticTemperatures(ctx)
	if err != nil {
		return err
	}
	if t.rows = append(t.rows, optics...); len(t.rows) == 0 && !v.json {
		v.Printf("Thermal Not detected\n\n")
		return nil
	}
	return v.print(t)
}

func (v *view) opticTemperatures(ctx context.Context) ([][]string, error) {
	var tables [3]map[string]statedb.Fields
	for i, name := range []string{"TRANSCEIVER_DOM_TEMPERATURE", "TRANSCEIVER_DOM_THRESHOLD", "TRANSCEIVER_DOM_FLAG"} {
		rows, err := v.all(ctx, statedb.StateDB, name)
		if err != nil {
			return nil, err
		}
		tables[i] = rows
	}
	now := v.Now().Format("20060102 15:04:05")
	var out [][]string
	for _, port := range slices.SortedFunc(maps.Keys(tables[0]), natural.Compare) {
		cells := []string{port, or(tables[0][port]["temperature"], "N/A")}
		for _, f := range []string{"temphighwarning", "templowwarning", "temphighalarm", "templowalarm"} {
			cells = append(cells, or(tables[1][port][f], "N/A"))
		}
		out = append(out, append(cells, opticWarning(tables[2][port]), now))
	}
	return out, nil
}

// opticWarning says whether a module warns of its temperature.
func opticWarning(flags statedb.Fields) string {
	said := "N/A"
	for _, f := range []string{"tempHWarn", "tempLWarn", "tempHAlarm", "tempLAlarm"} {
		if value, ok := flags[f]; ok {
			if yes(value) {
				return "True"
			}
			said = "False"
		}
	}
	return said
}

// showEEPROM shows the board's identity as its EEPROM holds it: the TlvInfo
// format of ONIE, code by code.
func showEEPROM(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "EEPROM_INFO")
	if err != nil {
		return err
	}
	if rows["State"]["Initialized"] != "1" {
		return &click.ExitError{Code: click.CodeUsage, Text: "Failed to read system EEPROM info from DB"}
	}
	t := table{headers: []string{"TLV Name", "Code", "Len", "Value"}}
	add := func(code int, row statedb.Fields, suffix string) {
		t.rows = append(t.rows, []string{or(row["Name"+suffix], "N/A"), "0x" + upperHex(code), or(row["Len"+suffix], "N/A"), or(row["Value"+suffix], "N/A")})
	}
	const first, last, vendor, checksum = 0x21, 0x2f, 0xfd, 0xfe
	for code := first; code <= checksum; code++ {
		row, ok := rows["0x"+strconv.FormatInt(int64(code), 16)]
		if !ok || code > last && code < vendor {
			continue
		}
		if code != vendor {
			add(code, row, "")
			continue
		}
		n, _ := strconv.Atoi(row["Num_vendor_ext"])
		for i := range min(n, maxIndex) {
			add(code, row, "_"+strconv.Itoa(i))
		}
	}
	if v.json {
		return v.print(t)
	}
	head := rows["TlvHeader"]
	v.Printf("TlvInfo Header:\n   Id String:    %s\n   Version:      %s\n   Total Length: %s\n", or(head["Id String"], "N/A"), or(head["Version"], "N/A"), or(head["Total Length"], "N/A"))
	if err := v.print(t); err != nil {
		return err
	}
	said := "(checksum valid)"
	if rows["Checksum"]["Valid"] != "1" {
		said = "(*** checksum invalid)"
	}
	v.Printf("\n%s\n", said)
	return nil
}

func upperHex(n int) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[n>>4&15], digits[n&15]})
}

// showDisks shows the drives that are watched.
func showDisks(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "STORAGE_INFO")
	if err != nil {
		return err
	}
	delete(rows, "FSSTATS_SYNC") // when the table was last written
	var all []ordered
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if !named(args, 0, name) && !named(args, 0, "/dev/"+name) {
			continue
		}
		row := rows[name]
		facts := ordered{{"Device Model", or(row["device_model"], "N/A")}}
		if v.verbose {
			facts = append(facts, member{"Serial", or(row["serial"], "N/A")}, member{"Firmware", or(row["firmware"], "N/A")})
		}
		facts = append(facts, member{"Health", or(row["health"], "N/A")}, member{"Temperature", or(row["temperature"], "N/A")})
		if all = append(all, facts); v.json {
			continue
		}
		for _, f := range facts {
			v.Printf("%-12s : %s\n", f.name, f.value)
		}
	}
	switch {
	case v.json:
		return v.printJSON(all)
	case len(all) == 0:
		return &click.ExitError{Code: click.CodeError, Text: "Error: no storage device is watched"}
	}
	return nil
}

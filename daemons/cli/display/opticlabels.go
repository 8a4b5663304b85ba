package display

import (
	"fmt"
	"slices"
	"strings"
)

// label is what operators call a field of a transceiver.
type label struct{ field, text string }

// opticLanes is how many lanes a transceiver has at most.
const opticLanes = 8

// eachLane makes labels for all lanes; %d stands for the lane.
func eachLane(pairs ...string) (labels []label) {
	for i := 0; i < len(pairs); i += 2 {
		for lane := 1; lane <= opticLanes; lane++ {
			labels = append(labels, label{fmt.Sprintf(pairs[i], lane), fmt.Sprintf(pairs[i+1], lane)})
		}
	}
	return labels
}

// eachLimit makes labels for crossing each of four limits; the formats take the short and the long name of one.
func eachLimit(names []string, pairs ...string) (labels []label) {
	long := []string{"high alarm", "high warning", "low warning", "low alarm"}
	for i := 0; i < len(pairs); i += 2 {
		for n, name := range names {
			labels = append(labels, label{fmt.Sprintf(pairs[i], name), fmt.Sprintf(pairs[i+1], long[n])})
		}
	}
	return labels
}

func shortLimits() []string { return []string{"HAlarm", "HWarn", "LWarn", "LAlarm"} }
func longLimits() []string {
	return []string{"highalarm", "highwarning", "lowwarning", "lowalarm"}
}

// moduleLabels are those of what a module says of itself, by their text: plain ones, those of CMIS modules too, those of coherent ones too.
func moduleLabels(cmis, coherent bool) []label {
	labels := []label{
		{"model", "Vendor PN"}, {"vendor_oui", "Vendor OUI"}, {"vendor_date", "Vendor Date Code(YYYY-MM-DD Lot)"}, {"manufacturer", "Vendor Name"},
		{"vendor_rev", "Vendor Rev"}, {"serial", "Vendor SN"}, {"type", "Identifier"}, {"ext_identifier", "Extended Identifier"},
		{"ext_rateselect_compliance", "Extended RateSelect Compliance"}, {"cable_type", "Length"}, {"nominal_bit_rate", "Nominal Bit Rate(100Mbs)"},
		{"specification_compliance", "Specification compliance"}, {"encoding", "Encoding"}, {"connector", "Connector"},
		{"application_advertisement", "Application Advertisement"},
	}
	if cmis || coherent {
		labels = append(labels,
			label{"host_lane_count", "Host Lane Count"}, label{"media_lane_count", "Media Lane Count"},
			label{"media_interface_technology", "Media Interface Technology"}, label{"hardware_rev", "Module Hardware Rev"},
			label{"cmis_rev", "CMIS Rev"}, label{"active_firmware", "Active Firmware"}, label{"inactive_firmware", "Inactive Firmware"},
		)
		labels = append(labels, eachLane("active_apsel_hostlane%d", "Active application selected code assigned to host lane %d")...)
		for _, end := range []string{"e1", "e2"} {
			for _, part := range []string{"active", "inactive", "server"} {
				text := fmt.Sprintf("%s %s Firmware", strings.ToUpper(end), capital(part))
				labels = append(labels, label{end + "_" + part + "_firmware", text})
			}
		}
	}
	if coherent {
		labels = append(labels,
			label{"supported_max_tx_power", "Supported Max TX Power"}, label{"supported_min_tx_power", "Supported Min TX Power"},
			label{"supported_max_laser_freq", "Supported Max Laser Frequency"}, label{"supported_min_laser_freq", "Supported Min Laser Frequency"},
		)
	}
	slices.SortFunc(labels, func(a, b label) int { return strings.Compare(a.text, b.text) })
	return labels
}

// commonStatus are the labels of what every kind of transceiver can tell.
func commonStatus() []label {
	labels := append([]label{{"cmis_state", "CMIS State (SW)"}}, eachLane(
		"tx%dfault", "Tx fault flag on media lane %d",
		"rx%dlos", "Rx loss of signal flag on media lane %d",
		"tx%ddisable", "TX disable status on lane %d")...)
	return append(labels, label{"tx_disabled_channel", "Disabled TX channels"})
}

// moduleStatus are the labels of what a CMIS module tells beside.
func moduleStatus() []label {
	labels := append([]label{
		{"module_state", "Current module state"}, {"module_fault_cause", "Reason of entering the module fault state"},
		{"datapath_firmware_fault", "Datapath firmware fault"}, {"module_firmware_fault", "Module firmware fault"},
		{"module_state_changed", "Module state changed"},
	}, eachLane(
		"DP%dState", "Data path state indicator on host lane %d",
		"tx%dOutputStatus", "Tx output status on media lane %d",
		"rx%dOutputStatusHostlane", "Rx output status on host lane %d",
		"tx%dlos_hostlane", "Tx loss of signal flag on host lane %d",
		"tx%dcdrlol_hostlane", "Tx clock and data recovery loss of lock on host lane %d",
		"rx%dcdrlol", "Rx clock and data recovery loss of lock on media lane %d",
		"config_state_hostlane%d", "Configuration status for the data path of host line %d",
		"dpinit_pending_hostlane%d", "Data path configuration updated on host lane %d")...)
	labels = append(labels, eachLimit(shortLimits(), "temp%s", "Temperature %s flag", "vcc%s", "Vcc %s flag")...)
	for _, kind := range []label{{"tx%dpower", "Tx power"}, {"rx%dpower", "Rx power"}, {"tx%dbias", "Tx bias"}} {
		for n, limit := range shortLimits() {
			long := eachLimit(shortLimits(), "%s", "%s")[n].text
			labels = append(labels, eachLane(kind.field+limit, kind.text+" "+long+" flag on lane %d")...)
		}
	}
	labels = append(labels, eachLimit(shortLimits(), "lasertemp%s", "Laser temperature %s flag")...)
	return append(labels, eachLimit(longLimits(), "prefecber%s_flag", "Prefec ber %s flag", "postfecber%s_flag", "Postfec ber %s flag")...)
}

// coherentStatus are the labels of what a coherent module tells beside.
func coherentStatus() []label {
	labels := []label{
		{"tuning_in_progress", "Tuning in progress status"}, {"wavelength_unlock_status", "Laser unlocked status"},
		{"target_output_power_oor", "Target output power out of range flag"}, {"fine_tuning_oor", "Fine tuning out of range flag"},
		{"tuning_not_accepted", "Tuning not accepted flag"}, {"invalid_channel_num", "Invalid channel number flag"},
		{"tuning_complete", "Tuning complete flag"},
	}
	for _, what := range []string{"Bias xi", "Bias xq", "Bias xp", "Bias yi", "Bias yq", "Bias yp", "CD short", "CD long", "DGD", "SOPMD", "PDL",
		"OSNR", "ESNR", "CFO", "Txcurrpower", "Rxtotpower", "Rxsigpower"} {
		field := strings.ToLower(strings.ReplaceAll(what, " ", ""))
		labels = append(labels, eachLimit(longLimits(), field+"%s_flag", what+" %s flag")...)
	}
	return labels
}

package copp

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// policerField is a field of COPP_TABLE that is an attribute of a policer.
type policerField struct {
	name  string
	attr  sai.AttrID
	parse func(string) (sai.Value, error)
}

// policerFields lists them in the order in which they are rendered.
func policerFields() []policerField {
	return []policerField{
		{"meter_type", sai.PolicerAttrMeterType, oneOf(map[string]int32{"packets": int32(sai.MeterTypePackets), "bytes": int32(sai.MeterTypeBytes)})},
		{"mode", sai.PolicerAttrMode, oneOf(map[string]int32{
			"sr_tcm": int32(sai.PolicerModeSrTcm), "tr_tcm": int32(sai.PolicerModeTrTcm), "storm": int32(sai.PolicerModeStormControl)})},
		{"color", sai.PolicerAttrColorSource, oneOf(map[string]int32{
			"aware": int32(sai.PolicerColorSourceAware), "blind": int32(sai.PolicerColorSourceBlind)})},
		{"cbs", sai.PolicerAttrCbs, rate},
		{"cir", sai.PolicerAttrCir, rate},
		{"pbs", sai.PolicerAttrPbs, rate},
		{"pir", sai.PolicerAttrPir, rate},
		{"green_action", sai.PolicerAttrGreenPacketAction, colorAction},
		{"yellow_action", sai.PolicerAttrYellowPacketAction, colorAction},
		{"red_action", sai.PolicerAttrRedPacketAction, colorAction},
	}
}

// policer renders the limit of a group, if its row has one. A row that leaves the
// kind of meter or the mode out counts packets at a single rate.
func policer(row object.Row) (f object.Fragment, limited bool, err error) {
	f = object.Fragment{Key: object.Policer("copp_" + row.Key), Type: sai.ObjectTypePolicer}
	for _, p := range policerFields() {
		text, given := row.Fields[p.name]
		switch {
		case given:
			limited = limited || p.name == "cir" || p.name == "pir"
		case p.name == "meter_type":
			text = "packets"
		case p.name == "mode":
			text = "sr_tcm"
		default:
			continue
		}
		v, err := p.parse(text)
		if err != nil {
			return f, false, fmt.Errorf("%s %q: %w", p.name, text, err)
		}
		f.Attrs = append(f.Attrs, object.Val(p.attr, v))
	}
	return f, limited, nil
}

func oneOf(names map[string]int32) func(string) (sai.Value, error) {
	return func(s string) (sai.Value, error) {
		v, ok := names[s]
		if !ok {
			return sai.Value{}, errWord
		}
		return sai.Enum(v), nil
	}
}

var (
	errWord = errors.New("unknown word")
	errRate = errors.New("not a number")
)

func rate(s string) (sai.Value, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return sai.Value{}, errRate
	}
	return sai.U64(n), nil
}

func colorAction(s string) (sai.Value, error) {
	return oneOf(map[string]int32{
		"drop": int32(sai.PacketActionDrop), "forward": int32(sai.PacketActionForward), "copy": int32(sai.PacketActionCopy),
		"copy_cancel": int32(sai.PacketActionCopyCancel), "trap": int32(sai.PacketActionTrap), "log": int32(sai.PacketActionLog),
		"deny": int32(sai.PacketActionDeny), "transit": int32(sai.PacketActionTransit),
	})(s)
}

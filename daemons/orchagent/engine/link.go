package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// notAvailable is what STATE_DB says of a value that there is not.
const notAvailable = "N/A"

// tellAbilities publishes what speeds and FEC modes a port can have, for
// whoever wants to set one. What the ASIC does not tell is left out.
func (e *Engine) tellAbilities(ctx context.Context, k object.Key) error {
	speeds, err := e.ASIC.PortSpeeds(ctx, k)
	if err != nil {
		return err
	}
	modes, known, err := e.ASIC.PortFECs(ctx, k)
	if err != nil {
		return err
	}
	fields := map[string]string{}
	if len(speeds) > 0 {
		fields["supported_speeds"] = joinNumbers(speeds)
	}
	if known {
		fields["supported_fecs"] = fecNames(modes)
	}
	if len(fields) > 0 {
		e.out.Add(publish.Set(statedb.StateDB, tablePort, k.Name(), fields))
	}
	return nil
}

func joinNumbers(list []uint32) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.FormatUint(uint64(n), 10)
	}
	return strings.Join(texts, ",")
}

// fecNames lists FEC modes as SONiC calls them.
func fecNames(modes []sai.PortFecMode) string {
	var names []string
	for _, m := range modes {
		if name := fecName(m); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return notAvailable
	}
	return strings.Join(names, ",")
}

func fecName(m sai.PortFecMode) string {
	switch m {
	case sai.PortFecModeNone:
		return "none"
	case sai.PortFecModeRs:
		return "rs"
	case sai.PortFecModeFc:
		return "fc"
	}
	return notAvailable
}

// tellLink publishes what a port's link came up with.
func (e *Engine) tellLink(ctx context.Context, k object.Key) error {
	port := e.actual[k]
	if port == nil || k == object.CPUPort {
		return nil
	}
	fields := map[string]string{
		"speed": notAvailable, "fec": notAvailable, "rmt_adv_speeds": notAvailable, "link_training_status": "off",
		"host_tx_ready": strconv.FormatBool(isOn(port, sai.PortAttrAdminState)),
	}
	if e.ports.oper[k.Name()].up {
		if err := e.linkUp(ctx, port, fields); err != nil {
			return err
		}
	}
	if isOn(port, sai.PortAttrLinkTrainingEnable) {
		status, err := e.ASIC.PortTraining(ctx, k)
		if err != nil {
			return err
		}
		fields["link_training_status"] = status
	}
	e.out.Add(publish.Set(statedb.StateDB, tablePort, k.Name(), fields))
	return nil
}

func (e *Engine) linkUp(ctx context.Context, port *object.Object, fields map[string]string) error {
	speed, known, err := e.ASIC.PortOperSpeed(ctx, port.Key)
	if err != nil {
		return err
	}
	if known && speed > 0 {
		fields["speed"] = strconv.FormatUint(uint64(speed), 10)
	}
	fec, known, err := e.ASIC.PortOperFEC(ctx, port.Key)
	if err != nil {
		return err
	}
	if known {
		fields["fec"] = fecName(fec)
	}
	if !isOn(port, sai.PortAttrAutoNegMode) {
		return nil
	}
	speeds, err := e.ASIC.PortRemoteSpeeds(ctx, port.Key)
	if len(speeds) > 0 {
		fields["rmt_adv_speeds"] = joinNumbers(speeds)
	}
	return err
}

func isOn(o *object.Object, id sai.AttrID) bool {
	a := o.Attr(id)
	return a != nil && a.Value.Bool()
}

package asicdb

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// listRoom is how many elements of a port's lists are asked for at first.
const listRoom = 16

// portValue reads an attribute of a named port; ok is false when there is no
// such port or the ASIC does not tell.
func (a *ASIC) portValue(ctx context.Context, k object.Key, id sai.AttrID, room uint32) (v sai.Value, ok bool, err error) {
	vid, known := a.keys.vid[k]
	if !known {
		return v, false, nil
	}
	return a.get(ctx, sai.ObjectTypePort, vid, id, room)
}

// PortSpeeds reads the speeds that a port can have, in Mbit/s; none when the
// ASIC does not tell.
func (a *ASIC) PortSpeeds(ctx context.Context, k object.Key) ([]uint32, error) {
	v, _, err := a.portValue(ctx, k, sai.PortAttrSupportedSpeed, listRoom)
	return v.Uints(), err
}

// PortRemoteSpeeds reads what speeds the partner of a port offers.
func (a *ASIC) PortRemoteSpeeds(ctx context.Context, k object.Key) ([]uint32, error) {
	v, _, err := a.portValue(ctx, k, sai.PortAttrRemoteAdvertisedSpeed, listRoom)
	return v.Uints(), err
}

// PortFECs reads the FEC modes that a port can have.
func (a *ASIC) PortFECs(ctx context.Context, k object.Key) (modes []sai.PortFecMode, ok bool, err error) {
	v, ok, err := a.portValue(ctx, k, sai.PortAttrSupportedFecMode, listRoom)
	for _, m := range v.Ints() {
		modes = append(modes, sai.PortFecMode(m))
	}
	return modes, ok, err
}

// PortOperSpeed reads the speed of a port's link, in Mbit/s.
func (a *ASIC) PortOperSpeed(ctx context.Context, k object.Key) (mbps uint32, ok bool, err error) {
	v, ok, err := a.portValue(ctx, k, sai.PortAttrOperSpeed, 0)
	return uint32(v.Uint()), ok, err
}

// PortOperFEC reads the FEC mode of a port's link.
func (a *ASIC) PortOperFEC(ctx context.Context, k object.Key) (mode sai.PortFecMode, ok bool, err error) {
	v, ok, err := a.portValue(ctx, k, sai.PortAttrOperPortFecMode, 0)
	return sai.PortFecMode(v.Enum()), ok, err
}

// PortTraining tells how the training of a port's link stands, in SONiC's words.
func (a *ASIC) PortTraining(ctx context.Context, k object.Key) (string, error) {
	v, ok, err := a.portValue(ctx, k, sai.PortAttrLinkTrainingRxStatus, 0)
	switch {
	case err != nil || !ok:
		return "on", err
	case sai.PortLinkTrainingRxStatus(v.Enum()) == sai.PortLinkTrainingRxStatusTrained:
		return "trained", nil
	}
	v, ok, err = a.portValue(ctx, k, sai.PortAttrLinkTrainingFailureStatus, 0)
	if err != nil || !ok {
		return "not_trained", err
	}
	switch sai.PortLinkTrainingFailureStatus(v.Enum()) {
	case sai.PortLinkTrainingFailureStatusFrameLockError:
		return "frame_lock", nil
	case sai.PortLinkTrainingFailureStatusSnrLowerThreshold:
		return "snr_low", nil
	case sai.PortLinkTrainingFailureStatusTimeOut:
		return "timeout", nil
	}
	return "not_trained", nil
}

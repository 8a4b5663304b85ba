package wire

import "github.com/heddle-nos/heddle/internal/ethtool"

// plainFrames makes a device send and show frames as they are on a real wire.
//
// A veth hands checksums over unfinished and tags beside the frame; a switch
// that forwards by XDP redirect loses both. GRO makes the device poll its queue,
// without which frames redirected into it vanish.
func plainFrames(device string) error {
	if err := ethtool.Disable(device, ethtool.TxChecksum, ethtool.RxVLAN, ethtool.TxVLAN); err != nil {
		return err
	}
	return ethtool.Enable(device, ethtool.GRO)
}

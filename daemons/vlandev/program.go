package vlandev

import (
	"encoding/binary"

	"github.com/cilium/ebpf/asm"
)

// Offsets in struct __sk_buff (linux/bpf.h).
const (
	skbVLANPresent = 20
	skbVLANTCI     = 24
)

// Verdicts of a classifier (linux/pkt_cls.h).
const (
	tcActUnspec = -1 // the next classifier decides
	tcActOK     = 0
	tcActShot   = 2
)

const (
	vlanIDMask = 0x0fff
	ingress    = 1 // BPF_F_INGRESS: into the device's receive path
)

// PushTag is a classifier that tags a frame and lets it go.
func PushTag(vlan uint16) asm.Instructions {
	return append(push(vlan),
		asm.Mov.Imm(asm.R0, tcActOK),
		asm.Return(),
		asm.Mov.Imm(asm.R0, tcActShot).WithSymbol("drop"),
		asm.Return(),
	)
}

// PopTag is a classifier that accepts the frames of one VLAN, without their tag.
func PopTag(vlan uint16) asm.Instructions {
	return append(pop(vlan, "drop"),
		asm.Mov.Imm(asm.R0, tcActOK),
		asm.Return(),
		asm.Mov.Imm(asm.R0, tcActShot).WithSymbol("drop"),
		asm.Return(),
	)
}

// sendTagged is a classifier that tags a frame and sends it out of a device.
func sendTagged(vlan uint16, ifindex int) asm.Instructions {
	return append(append(push(vlan), redirect(ifindex, 0)...),
		asm.Mov.Imm(asm.R0, tcActShot).WithSymbol("drop"),
		asm.Return(),
	)
}

// receiveUntagged is a classifier that lets a device receive the frames of one
// VLAN, without their tag. Other frames go on.
func receiveUntagged(vlan uint16, ifindex int) asm.Instructions {
	return append(append(pop(vlan, "other"), redirect(ifindex, ingress)...),
		asm.Mov.Imm(asm.R0, tcActUnspec).WithSymbol("other"),
		asm.Return(),
		asm.Mov.Imm(asm.R0, tcActShot).WithSymbol("drop"),
		asm.Return(),
	)
}

// push tags the frame, or goes to "drop".
func push(vlan uint16) asm.Instructions {
	return asm.Instructions{
		asm.Mov.Imm(asm.R2, int32(vlanProtocol())),
		asm.Mov.Imm(asm.R3, int32(vlan)),
		asm.FnSkbVlanPush.Call(),
		asm.JNE.Imm(asm.R0, 0, "drop"),
	}
}

// pop takes the tag off a frame of one VLAN; one of another goes to a symbol,
// one whose tag cannot be taken off to "drop".
func pop(vlan uint16, other string) asm.Instructions {
	return asm.Instructions{
		asm.LoadMem(asm.R2, asm.R1, skbVLANPresent, asm.Word),
		asm.JEq.Imm(asm.R2, 0, other),
		asm.LoadMem(asm.R2, asm.R1, skbVLANTCI, asm.Word),
		asm.And.Imm(asm.R2, vlanIDMask),
		asm.JNE.Imm(asm.R2, int32(vlan), other),
		asm.FnSkbVlanPop.Call(),
		asm.JNE.Imm(asm.R0, 0, "drop"),
	}
}

// redirect ends a program: the frame goes to a device.
func redirect(ifindex int, flags int32) asm.Instructions {
	return asm.Instructions{
		asm.Mov.Imm(asm.R1, int32(ifindex)),
		asm.Mov.Imm(asm.R2, flags),
		asm.FnRedirect.Call(),
		asm.Return(),
	}
}

// vlanProtocol is the EtherType of a VLAN tag (IEEE 802.1Q-2022 table 9-1) in network byte order, as the kernel wants it.
func vlanProtocol() uint16 { return binary.NativeEndian.Uint16([]byte{0x81, 0x00}) }

package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Offsets in struct __sk_buff (linux/bpf.h).
const (
	skbVLANPresent = 20
	skbVLANTCI     = 24
)

// Verdicts of a classifier (linux/pkt_cls.h).
const (
	tcActOK   = 0
	tcActShot = 2
)

const vlanIDMask = 0x0fff

// Tag makes every frame that a link sends carry a VLAN tag on the wire, and
// takes it off frames received with it; frames of other VLANs and untagged ones
// are dropped. The link thereby is what a VLAN device is, on kernels that have
// none. It must be called inside the link's namespace.
func Tag(link netlink.Link, vlan uint16) error {
	if err := addClsact(link); err != nil {
		return fmt.Errorf("tag %s with vlan %d: %w", link.Attrs().Name, vlan, err)
	}
	if err := attach(link, netlink.HANDLE_MIN_EGRESS, "tag", pushTag(vlan)); err != nil {
		return fmt.Errorf("tag %s with vlan %d: %w", link.Attrs().Name, vlan, err)
	}
	if err := attach(link, netlink.HANDLE_MIN_INGRESS, "untag", popTag(vlan)); err != nil {
		return fmt.Errorf("tag %s with vlan %d: %w", link.Attrs().Name, vlan, err)
	}
	return nil
}

func addClsact(link netlink.Link) error {
	return netlink.QdiscAdd(&netlink.GenericQdisc{
		QdiscAttrs: netlink.QdiscAttrs{
			LinkIndex: link.Attrs().Index,
			Handle:    netlink.MakeHandle(0xffff, 0),
			Parent:    netlink.HANDLE_CLSACT,
		},
		QdiscType: "clsact",
	})
}

// attach hangs a program on one side of a link; the kernel keeps it as long as the link lives.
func attach(link netlink.Link, parent uint32, name string, code asm.Instructions) error {
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: name, Type: ebpf.SchedCLS, Instructions: code, License: "Apache-2.0",
	})
	if err != nil {
		return fmt.Errorf("load program %s: %w", name, err)
	}
	defer program.Close()
	return netlink.FilterAdd(&netlink.BpfFilter{
		FilterAttrs: netlink.FilterAttrs{
			LinkIndex: link.Attrs().Index,
			Parent:    parent,
			Handle:    1,
			Protocol:  unix.ETH_P_ALL,
			Priority:  1,
		},
		Fd:           program.FD(),
		Name:         name,
		DirectAction: true,
	})
}

// pushTag tags the frame and lets it go.
func pushTag(vlan uint16) asm.Instructions {
	return asm.Instructions{
		asm.Mov.Imm(asm.R2, int32(vlanProtocol())),
		asm.Mov.Imm(asm.R3, int32(vlan)),
		asm.FnSkbVlanPush.Call(),
		asm.JNE.Imm(asm.R0, 0, "drop"),
		asm.Mov.Imm(asm.R0, tcActOK),
		asm.Return(),
		asm.Mov.Imm(asm.R0, tcActShot).WithSymbol("drop"),
		asm.Return(),
	}
}

// popTag accepts the frames of one VLAN, without their tag.
func popTag(vlan uint16) asm.Instructions {
	return asm.Instructions{
		asm.LoadMem(asm.R2, asm.R1, skbVLANPresent, asm.Word),
		asm.JEq.Imm(asm.R2, 0, "drop"),
		asm.LoadMem(asm.R2, asm.R1, skbVLANTCI, asm.Word),
		asm.And.Imm(asm.R2, vlanIDMask),
		asm.JNE.Imm(asm.R2, int32(vlan), "drop"),
		asm.FnSkbVlanPop.Call(),
		asm.JNE.Imm(asm.R0, 0, "drop"),
		asm.Mov.Imm(asm.R0, tcActOK),
		asm.Return(),
		asm.Mov.Imm(asm.R0, tcActShot).WithSymbol("drop"),
		asm.Return(),
	}
}

// vlanProtocol is the EtherType of a VLAN tag (IEEE 802.1Q-2022 table 9-1) in network byte order, as the kernel wants it.
func vlanProtocol() uint16 { return binary.NativeEndian.Uint16([]byte{0x81, 0x00}) }

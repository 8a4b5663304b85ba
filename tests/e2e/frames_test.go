package e2e_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

var broadcast = net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// etherTypeTest is IEEE 802's local experimental EtherType 1.
const etherTypeTest = 0x88b5

// marked is a frame that no protocol answers, with a mark to know it by. VLAN 0 is untagged.
func marked(src, dst net.HardwareAddr, vlan uint16, mark string) []byte {
	f := append(append([]byte{}, dst...), src...)
	if vlan != 0 {
		f = binary.BigEndian.AppendUint16(f, 0x8100)
		f = binary.BigEndian.AppendUint16(f, vlan)
	}
	f = binary.BigEndian.AppendUint16(f, etherTypeTest)
	f = append(f, mark...)
	return append(f, make([]byte, max(0, 64-len(f)))...)
}

// hasMark matches a marked frame that carries exactly the given tag.
func hasMark(vlan uint16, mark string) func([]byte) bool {
	return func(f []byte) bool {
		payload := f[min(len(f), 14):]
		tag := uint16(0)
		if len(f) >= 18 && binary.BigEndian.Uint16(f[12:]) == 0x8100 {
			tag, payload = binary.BigEndian.Uint16(f[14:])&0xfff, f[18:]
		}
		return tag == vlan && bytes.HasPrefix(payload, []byte(mark+"\x00"))
	}
}

// datagram describes a UDP datagram to send as a raw frame.
type datagram struct {
	srcMAC, dstMAC net.HardwareAddr
	src, dst       string
	ttl            uint8
	length         int // of the payload
	dontFragment   bool
}

func (d datagram) frame(t *testing.T) []byte {
	t.Helper()
	eth := &layers.Ethernet{SrcMAC: d.srcMAC, DstMAC: d.dstMAC}
	udp := &layers.UDP{SrcPort: 40000, DstPort: 9}
	payload := gopacket.Payload(bytes.Repeat([]byte{0x5a}, d.length))
	src, dst := net.ParseIP(d.src), net.ParseIP(d.dst)
	var ip gopacket.SerializableLayer
	if v4 := src.To4(); v4 != nil {
		h := &layers.IPv4{Version: 4, TTL: d.ttl, Protocol: layers.IPProtocolUDP, SrcIP: v4, DstIP: dst.To4()}
		if d.dontFragment {
			h.Flags = layers.IPv4DontFragment
		}
		eth.EthernetType, ip = layers.EthernetTypeIPv4, h
		if err := udp.SetNetworkLayerForChecksum(h); err != nil {
			t.Fatal(err)
		}
	} else {
		h := &layers.IPv6{Version: 6, HopLimit: d.ttl, NextHeader: layers.IPProtocolUDP, SrcIP: src, DstIP: dst}
		eth.EthernetType, ip = layers.EthernetTypeIPv6, h
		if err := udp.SetNetworkLayerForChecksum(h); err != nil {
			t.Fatal(err)
		}
	}
	buffer := gopacket.NewSerializeBuffer()
	options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	if err := gopacket.SerializeLayers(buffer, options, eth, ip, udp, payload); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// parse decodes a frame as far as it goes.
func parse(frame []byte) gopacket.Packet {
	return gopacket.NewPacket(frame, layers.LayerTypeEthernet, gopacket.Default)
}

// isUDP matches a datagram between two addresses; an empty destination stands for all.
func isUDP(src, dst string) func([]byte) bool {
	return func(f []byte) bool {
		p := parse(f)
		network := p.NetworkLayer()
		return network != nil && p.Layer(layers.LayerTypeUDP) != nil &&
			network.NetworkFlow().Src().String() == src && (dst == "" || network.NetworkFlow().Dst().String() == dst)
	}
}

// icmp4From matches an ICMP message of a type and code from an address.
func icmp4From(src string, typeCode layers.ICMPv4TypeCode) func([]byte) bool {
	return func(f []byte) bool {
		p := parse(f)
		m, ok := p.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4)
		return ok && m.TypeCode == typeCode && p.NetworkLayer().NetworkFlow().Src().String() == src
	}
}

// icmp6From matches an ICMPv6 message of a type from an address.
func icmp6From(src string, kind uint8) func([]byte) bool {
	return func(f []byte) bool {
		p := parse(f)
		m, ok := p.Layer(layers.LayerTypeICMPv6).(*layers.ICMPv6)
		return ok && m.TypeCode.Type() == kind && p.NetworkLayer().NetworkFlow().Src().String() == src
	}
}

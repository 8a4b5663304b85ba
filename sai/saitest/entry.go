package saitest

import "github.com/heddle-nos/heddle/sai"

// Entries are samples of every type of entry.
func Entries() []sai.Entry {
	return []sai.Entry{
		sai.RouteEntry{Switch: 1, VR: 2, Destination: prefix("10.1.2.0/23")},
		sai.RouteEntry{Switch: 1, VR: 2, Destination: prefix("0.0.0.0/0")},
		sai.RouteEntry{Switch: 1, VR: 2, Destination: prefix("2001:db8::/127")},
		sai.NeighborEntry{Switch: 1, RIF: 2, IP: addr("fe80::1")},
		sai.FDBEntry{Switch: 1, MAC: sai.MAC{1, 2, 3, 4, 5, 6}, BV: 3},
		sai.MCastFDBEntry{Switch: 1, MAC: sai.MAC{1, 2, 3, 4, 5, 6}, BV: 3},
		sai.InsegEntry{Switch: 1, Label: 1 << 19},
		sai.L2MCEntry{Switch: 1, BV: 2, Type: sai.L2MCEntryTypeXg, Destination: addr("239.1.1.1"), Source: addr("10.0.0.1")},
		sai.IPMCEntry{Switch: 1, VR: 2, Destination: addr("ff05::1"), Source: addr("fe80::1")},
		sai.NATEntry{Switch: 1, VR: 2, Type: sai.NATTypeDestinationNAT, Key: sai.NATTuple{SrcIP: addr("10.0.0.1"), DstIP: addr("10.0.0.2"), Proto: 6, L4SrcPort: 1, L4DstPort: 2},
			Mask: sai.NATTuple{SrcIP: addr("255.0.0.0"), DstIP: addr("0.0.0.0")}},
		sai.MySIDEntry{Switch: 1, VR: 2, LocatorBlockLen: 3, LocatorNodeLen: 4, FunctionLen: 5, ArgumentsLen: 6, SID: addr("fc00::1")},
		sai.PrefixCompressionEntry{Switch: 1, Table: 2, Prefix: prefix("10.0.0.0/8")},
	}
}

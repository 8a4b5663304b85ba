package sai

import "net/netip"

// MCastFDBEntry identifies a multicast forwarding-database entry
// (sai_mcast_fdb_entry_t).
type MCastFDBEntry struct {
	Switch ObjectID
	MAC    MAC
	BV     ObjectID
}

// L2MCEntry identifies a layer-2 multicast entry (sai_l2mc_entry_t).
type L2MCEntry struct {
	Switch      ObjectID
	BV          ObjectID
	Type        L2MCEntryType
	Destination netip.Addr
	Source      netip.Addr
}

// IPMCEntry identifies an IP multicast entry (sai_ipmc_entry_t).
type IPMCEntry struct {
	Switch      ObjectID
	VR          ObjectID
	Type        IpmcEntryType
	Destination netip.Addr
	Source      netip.Addr
}

// NATEntry identifies a translation (sai_nat_entry_t). Bits of Key where Mask
// is zero do not matter.
type NATEntry struct {
	Switch ObjectID
	VR     ObjectID
	Type   NATType
	Key    NATTuple
	Mask   NATTuple
}

// NATTuple is what a translation matches, or the mask of it
// (sai_nat_entry_key_t, sai_nat_entry_mask_t).
type NATTuple struct {
	SrcIP     netip.Addr // IPv4
	DstIP     netip.Addr // IPv4
	Proto     uint8
	L4SrcPort uint16
	L4DstPort uint16
}

// MySIDEntry identifies an SRv6 local SID (sai_my_sid_entry_t). Lengths are in
// bits.
type MySIDEntry struct {
	Switch          ObjectID
	VR              ObjectID
	LocatorBlockLen uint8
	LocatorNodeLen  uint8
	FunctionLen     uint8
	ArgumentsLen    uint8
	SID             netip.Addr // IPv6
}

// PrefixCompressionEntry identifies a compressed prefix
// (sai_prefix_compression_entry_t).
type PrefixCompressionEntry struct {
	Switch ObjectID
	Table  ObjectID
	Prefix netip.Prefix
}

func (MCastFDBEntry) EntryType() ObjectType          { return ObjectTypeMcastFDBEntry }
func (L2MCEntry) EntryType() ObjectType              { return ObjectTypeL2MCEntry }
func (IPMCEntry) EntryType() ObjectType              { return ObjectTypeIpmcEntry }
func (NATEntry) EntryType() ObjectType               { return ObjectTypeNATEntry }
func (MySIDEntry) EntryType() ObjectType             { return ObjectTypeMySidEntry }
func (PrefixCompressionEntry) EntryType() ObjectType { return ObjectTypePrefixCompressionEntry }

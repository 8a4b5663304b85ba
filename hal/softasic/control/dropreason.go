package control

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

// l2Drops and l3Drops are what SAI's two general reasons sum up.
var (
	l2Drops = []dataplane.DropReason{
		dataplane.DropShort, dataplane.DropSourceMulticast, dataplane.DropNotBridged, dataplane.DropTagged, dataplane.DropUntagged,
		dataplane.DropNotMember, dataplane.DropSTP, dataplane.DropReservedAddress, dataplane.DropFDB, dataplane.DropHairpin,
		dataplane.DropFloodDisabled, dataplane.DropStorm, dataplane.DropUnknownSource, dataplane.DropNoFloodTable, dataplane.DropNotRouterMac, dataplane.DropLAGIngress,
	}
	l3Drops = []dataplane.DropReason{
		dataplane.DropIPv4Header, dataplane.DropIPv4Checksum, dataplane.DropIPv6Header, dataplane.DropNotIP, dataplane.DropMulticastRouting,
		dataplane.DropSourceUnspecified, dataplane.DropSourceLoopback, dataplane.DropSourceGroup, dataplane.DropSourceClassE,
		dataplane.DropSourceLinkLocal, dataplane.DropDestinationLoopback, dataplane.DropDestinationGroup, dataplane.DropDestinationReserved,
		dataplane.DropIngressRIF, dataplane.DropEgressRIF, dataplane.DropNoRoute4, dataplane.DropNoRoute6, dataplane.DropRoute,
		dataplane.DropNoAdjacency, dataplane.DropTTL, dataplane.DropMTU, dataplane.DropLoopbackRIF,
	}
)

// inDrops gives each of SAI's reasons that the pipeline can tell as those of the
// pipeline. What is not here is not advertised.
var inDrops = map[sai.InDropReason][]dataplane.DropReason{
	sai.InDropReasonL2Any:             l2Drops,
	sai.InDropReasonSmacMulticast:     {dataplane.DropSourceMulticast},
	sai.InDropReasonDmacReserved:      {dataplane.DropReservedAddress},
	sai.InDropReasonVLANTagNotAllowed: {dataplane.DropTagged, dataplane.DropUntagged},
	sai.InDropReasonIngressVLANFilter: {dataplane.DropNotMember},
	sai.InDropReasonIngressSTPFilter:  {dataplane.DropSTP},
	sai.InDropReasonFDBUcDiscard:      {dataplane.DropFDB},
	sai.InDropReasonL2LoopbackFilter:  {dataplane.DropHairpin},
	sai.InDropReasonL3Any:             l3Drops,
	sai.InDropReasonL3LoopbackFilter:  {dataplane.DropLoopbackRIF},
	sai.InDropReasonExceedsL3MTU:      {dataplane.DropMTU},
	sai.InDropReasonTTL:               {dataplane.DropTTL},
	sai.InDropReasonNoL3Header:        {dataplane.DropNotIP},
	sai.InDropReasonIPHeaderError:     {dataplane.DropIPv4Header, dataplane.DropIPv4Checksum, dataplane.DropIPv6Header},
	sai.InDropReasonDipLoopback:       {dataplane.DropDestinationLoopback},
	sai.InDropReasonSipLoopback:       {dataplane.DropSourceLoopback},
	sai.InDropReasonSipMc:             {dataplane.DropSourceGroup},
	sai.InDropReasonSipClassE:         {dataplane.DropSourceClassE},
	sai.InDropReasonSipUnspecified:    {dataplane.DropSourceUnspecified},
	sai.InDropReasonSipLinkLocal:      {dataplane.DropSourceLinkLocal},
	sai.InDropReasonIrifDisabled:      {dataplane.DropIngressRIF},
	sai.InDropReasonErifDisabled:      {dataplane.DropEgressRIF},
	sai.InDropReasonLPM4Miss:          {dataplane.DropNoRoute4},
	sai.InDropReasonLPM6Miss:          {dataplane.DropNoRoute6},
	sai.InDropReasonBlackholeRoute:    {dataplane.DropRoute},
	sai.InDropReasonUnresolvedNextHop: {dataplane.DropNoAdjacency},
}

// outDrops are counted for the whole switch only: the pipeline knows by which
// port a dropped frame came in, not by which it would have left.
var outDrops = map[sai.OutDropReason][]dataplane.DropReason{
	sai.OutDropReasonL2Any:            {dataplane.DropEgressNotMember, dataplane.DropEgressPort, dataplane.DropLAGEgress, dataplane.DropNoRoom},
	sai.OutDropReasonEgressVLANFilter: {dataplane.DropEgressNotMember},
}

// reasonNumbers lists the reasons of a map, for capability queries.
func reasonNumbers[R ~int32](m map[R][]dataplane.DropReason) []int32 {
	var out []int32
	for r := range maps.Keys(m) {
		out = append(out, int32(r))
	}
	slices.Sort(out)
	return out
}

// dropsOf gives the pipeline's reasons behind a list of SAI's, each once. ok is
// false if one of them is none that the pipeline can tell.
func dropsOf[R ~int32](list []int32, m map[R][]dataplane.DropReason) (out []dataplane.DropReason, ok bool) {
	for _, r := range list {
		drops, known := m[R(r)]
		if !known {
			return nil, false
		}
		out = append(out, drops...)
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

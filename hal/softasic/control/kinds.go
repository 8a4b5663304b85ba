package control

import "github.com/heddle-nos/heddle/sai"

// order lists the supported types so that everything comes after what it
// refers to.
var order = []sai.ObjectType{
	sai.ObjectTypeSwitch, sai.ObjectTypeHash, sai.ObjectTypeVirtualRouter, sai.ObjectTypeSTP, sai.ObjectTypeHostifTrapGroup,
	sai.ObjectTypeDebugCounter, sai.ObjectTypeCounter,
	sai.ObjectTypeBridge, sai.ObjectTypePolicer, sai.ObjectTypePort,
	sai.ObjectTypeQueue, sai.ObjectTypeIngressPriorityGroup, sai.ObjectTypeLAG, sai.ObjectTypeLAGMember, sai.ObjectTypeBridgePort,
	sai.ObjectTypeL2MCGroup, sai.ObjectTypeL2MCGroupMember, sai.ObjectTypeVLAN,
	sai.ObjectTypeVLANMember, sai.ObjectTypeSTPPort, sai.ObjectTypeHostif, sai.ObjectTypeHostifTrap,
	sai.ObjectTypeHostifTableEntry, sai.ObjectTypeRouterInterface, sai.ObjectTypeNeighborEntry,
	sai.ObjectTypeNextHop, sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember, sai.ObjectTypeRouteEntry, sai.ObjectTypeFDBEntry,
	sai.ObjectTypeL2MCEntry,
}

func (c *Control) makeKinds() map[sai.ObjectType]kind {
	return map[sai.ObjectType]kind{
		sai.ObjectTypeSwitch:               {attrs: switchAttrs, create: c.createSwitch, set: c.setSwitch, remove: c.removeSwitch},
		sai.ObjectTypeHash:                 {attrs: []sai.AttrID{sai.HashAttrNativeHashFieldList}, create: c.createHash, set: c.setHash},
		sai.ObjectTypeVirtualRouter:        {attrs: routerAttrs, set: c.setRouter},
		sai.ObjectTypeCounter:              {attrs: flowCounterAttrs, create: c.createFlowCounter},
		sai.ObjectTypeDebugCounter:         {attrs: debugCounterAttrs, create: c.createDebugCounter, set: c.setDebugCounter, remove: c.removeDebugCounter},
		sai.ObjectTypeHostifTrapGroup:      {attrs: trapGroupAttrs, create: c.createTrapGroup, set: c.setTrapGroup, remove: c.removeTrapGroup},
		sai.ObjectTypeHostifTrap:           {attrs: trapAttrs, create: c.setTrap, set: c.setTrap, remove: c.removeTrap},
		sai.ObjectTypeHostifTableEntry:     {attrs: tableEntryAttrs, create: c.createTableEntry},
		sai.ObjectTypeHostif:               {attrs: hostifAttrs, create: c.createHostif, set: c.setHostif, remove: c.removeHostif},
		sai.ObjectTypePolicer:              {attrs: policerAttrs, set: c.setPolicer},
		sai.ObjectTypePort:                 {attrs: portAttrs, create: c.createPort, set: c.setPort, remove: c.removePort},
		sai.ObjectTypeQueue:                {attrs: queueAttrs},
		sai.ObjectTypeIngressPriorityGroup: {attrs: priorityGroupAttrs},
		sai.ObjectTypeLAG:                  {attrs: lagAttrs, create: c.createLAG, set: c.setLAG, remove: c.removeLAG},
		sai.ObjectTypeLAGMember:            {attrs: lagMemberAttrs, create: c.createLAGMember, set: c.setLAGMember, remove: c.removeLAGMember},
		sai.ObjectTypeBridge:               {attrs: []sai.AttrID{sai.BridgeAttrType}, create: c.createBridge},
		sai.ObjectTypeBridgePort:           {attrs: bridgePortAttrs, create: c.createBridgePort, set: c.setBridgePort, remove: c.removeBridgePort},
		sai.ObjectTypeVLAN:                 {attrs: vlanAttrs, create: c.createVLAN, set: c.changeVLAN, remove: c.removeVLAN},
		sai.ObjectTypeVLANMember:           {attrs: memberAttrs, create: c.setMember, set: c.setMember, remove: c.removeMember},
		sai.ObjectTypeSTP:                  {},
		sai.ObjectTypeSTPPort:              {attrs: stpPortAttrs, create: c.setSTPPort, set: c.setSTPPort, remove: c.removeSTPPort},
		sai.ObjectTypeFDBEntry:             {attrs: fdbAttrs, create: c.setFDB, set: c.setFDB, remove: c.removeFDB},
		sai.ObjectTypeL2MCGroup:            {},
		sai.ObjectTypeL2MCGroupMember:      {attrs: outputAttrs, create: c.createOutput, remove: c.removeOutput},
		sai.ObjectTypeL2MCEntry:            {attrs: streamAttrs, create: c.setStream, set: c.setStream, remove: c.removeStream},
		sai.ObjectTypeRouterInterface:      {attrs: rifAttrs, create: c.createRIF, set: c.setRIF, remove: c.removeRIF},
		sai.ObjectTypeNeighborEntry:        {attrs: neighborAttrs, create: c.createNeighbor, set: c.setNeighbor, remove: c.removeNeighbor},
		sai.ObjectTypeNextHop:              {attrs: nextHopAttrs, create: c.createNextHop, remove: c.removeNextHop},
		sai.ObjectTypeNextHopGroup:         {attrs: groupAttrs, create: c.createGroup, remove: c.removeGroup},
		sai.ObjectTypeNextHopGroupMember:   {attrs: groupMemberAttrs, create: c.setGroupMember, set: c.setGroupMember, remove: c.removeGroupMember},
		sai.ObjectTypeRouteEntry:           {attrs: routeAttrs},
	}
}

var (
	switchAttrs = []sai.AttrID{
		sai.SwitchAttrInitSwitch, sai.SwitchAttrSrcMACAddress, sai.SwitchAttrFDBAgingTime,
		sai.SwitchAttrSwitchStateChangeNotify, sai.SwitchAttrSwitchShutdownRequestNotify,
		sai.SwitchAttrFDBEventNotify, sai.SwitchAttrPortStateChangeNotify,
		sai.SwitchAttrSwitchProfileID, sai.SwitchAttrSwitchHardwareInfo, sai.SwitchAttrCounterRefreshInterval,
		sai.SwitchAttrEcmpDefaultHashAlgorithm, sai.SwitchAttrEcmpDefaultHashSeed, sai.SwitchAttrEcmpDefaultHashOffset,
		sai.SwitchAttrEcmpDefaultSymmetricHash, sai.SwitchAttrEcmpHashIPv4, sai.SwitchAttrEcmpHashIPv6,
		sai.SwitchAttrLAGDefaultHashAlgorithm, sai.SwitchAttrLAGDefaultHashSeed, sai.SwitchAttrLAGDefaultHashOffset,
		sai.SwitchAttrLAGDefaultSymmetricHash, sai.SwitchAttrLAGHashIPv4, sai.SwitchAttrLAGHashIPv6,
		// State survives the process that made it, whatever kind of restart is announced.
		sai.SwitchAttrRestartWarm, sai.SwitchAttrWarmRecover, sai.SwitchAttrPreShutdown, sai.SwitchAttrFastAPIEnable,
		sai.SwitchAttrUninitDataPlaneOnRemoval,
	}
	routerAttrs = []sai.AttrID{
		sai.VirtualRouterAttrAdminV4State, sai.VirtualRouterAttrAdminV6State, sai.VirtualRouterAttrSrcMACAddress, sai.VirtualRouterAttrLabel,
	}
	// Queues and priorities order what competes for the CPU; the pipeline hands
	// packets over as they come.
	trapGroupAttrs = []sai.AttrID{sai.HostifTrapGroupAttrAdminState, sai.HostifTrapGroupAttrQueue, sai.HostifTrapGroupAttrPolicer}
	trapAttrs      = []sai.AttrID{
		sai.HostifTrapAttrTrapType, sai.HostifTrapAttrPacketAction, sai.HostifTrapAttrTrapPriority, sai.HostifTrapAttrTrapGroup, sai.HostifTrapAttrCounterID,
	}
	tableEntryAttrs = []sai.AttrID{
		sai.HostifTableEntryAttrType, sai.HostifTableEntryAttrChannelType, sai.HostifTableEntryAttrTrapID,
	}
	hostifAttrs = []sai.AttrID{
		sai.HostifAttrType, sai.HostifAttrObjID, sai.HostifAttrName, sai.HostifAttrOperStatus, sai.HostifAttrQueue, sai.HostifAttrVLANTag,
	}
	// What tunes a physical link has nothing to tune here, but is no lie either.
	portAttrs = []sai.AttrID{
		sai.PortAttrHwLaneList, sai.PortAttrAdminState, sai.PortAttrMTU, sai.PortAttrPortVLANID, sai.PortAttrDropUntagged, sai.PortAttrDropTagged,
		sai.PortAttrSpeed, sai.PortAttrAutoNegMode, sai.PortAttrFecMode, sai.PortAttrMediaType, sai.PortAttrInterfaceType,
		sai.PortAttrAdvertisedSpeed, sai.PortAttrAdvertisedFecMode, sai.PortAttrAdvertisedInterfaceType, sai.PortAttrHostTxSignalEnable,
		sai.PortAttrAutoNegFecModeOverride, sai.PortAttrFullDuplexMode,
		sai.PortAttrLoopbackMode, sai.PortAttrInternalLoopbackMode,
		sai.PortAttrBroadcastStormControlPolicerID, sai.PortAttrFloodStormControlPolicerID, sai.PortAttrMulticastStormControlPolicerID,
	}
	// The switch makes them with their port. There is no scheduling and no buffer
	// yet, so nothing about them can be set.
	queueAttrs         = []sai.AttrID{sai.QueueAttrType, sai.QueueAttrPort, sai.QueueAttrIndex}
	priorityGroupAttrs = []sai.AttrID{sai.IngressPriorityGroupAttrPort, sai.IngressPriorityGroupAttrIndex}

	// What a policer may be is for those to say who use it.
	policerAttrs = []sai.AttrID{
		sai.PolicerAttrMeterType, sai.PolicerAttrMode, sai.PolicerAttrColorSource, sai.PolicerAttrCbs, sai.PolicerAttrCir, sai.PolicerAttrPbs,
		sai.PolicerAttrPir, sai.PolicerAttrGreenPacketAction, sai.PolicerAttrYellowPacketAction, sai.PolicerAttrRedPacketAction, sai.PolicerAttrLabel,
	}
	lagAttrs = []sai.AttrID{
		sai.LAGAttrPortVLANID, sai.LAGAttrDropUntagged, sai.LAGAttrDropTagged, sai.LAGAttrSystemPortAggregateID, sai.LAGAttrLabel,
	}
	lagMemberAttrs = []sai.AttrID{
		sai.LAGMemberAttrLAGID, sai.LAGMemberAttrPortID, sai.LAGMemberAttrEgressDisable, sai.LAGMemberAttrIngressDisable,
	}
	bridgePortAttrs = []sai.AttrID{
		sai.BridgePortAttrType, sai.BridgePortAttrPortID, sai.BridgePortAttrAdminState, sai.BridgePortAttrFDBLearningMode,
		// Filtering by VLAN membership is always on, in and out.
		sai.BridgePortAttrIngressFiltering, sai.BridgePortAttrEgressFiltering,
	}
	vlanAttrs = []sai.AttrID{
		sai.VLANAttrVLANID, sai.VLANAttrSTPInstance, sai.VLANAttrLearnDisable, sai.VLANAttrUnknownUnicastFloodControlType,
		sai.VLANAttrUnknownMulticastFloodControlType, sai.VLANAttrBroadcastFloodControlType,
		sai.VLANAttrIPv4McastLookupKeyType, sai.VLANAttrIPv6McastLookupKeyType, sai.VLANAttrCustomIgmpSnoopingEnable,
		sai.VLANAttrUnknownIPv4McastOutputGroupID, sai.VLANAttrUnknownIPv6McastOutputGroupID,
	}
	outputAttrs  = []sai.AttrID{sai.L2MCGroupMemberAttrL2MCGroupID, sai.L2MCGroupMemberAttrL2MCOutputID}
	streamAttrs  = []sai.AttrID{sai.L2MCEntryAttrPacketAction, sai.L2MCEntryAttrOutputGroupID}
	memberAttrs  = []sai.AttrID{sai.VLANMemberAttrVLANID, sai.VLANMemberAttrBridgePortID, sai.VLANMemberAttrVLANTaggingMode}
	stpPortAttrs = []sai.AttrID{sai.STPPortAttrSTP, sai.STPPortAttrBridgePort, sai.STPPortAttrState}
	fdbAttrs     = []sai.AttrID{sai.FDBEntryAttrType, sai.FDBEntryAttrBridgePortID, sai.FDBEntryAttrPacketAction}
	rifAttrs     = []sai.AttrID{
		sai.RouterInterfaceAttrVirtualRouterID, sai.RouterInterfaceAttrType, sai.RouterInterfaceAttrPortID, sai.RouterInterfaceAttrVLANID,
		sai.RouterInterfaceAttrSrcMACAddress, sai.RouterInterfaceAttrMTU, sai.RouterInterfaceAttrAdminV4State,
		sai.RouterInterfaceAttrAdminV6State, sai.RouterInterfaceAttrNeighborMissPacketAction, sai.RouterInterfaceAttrLabel,
		sai.RouterInterfaceAttrOuterVLANID, sai.RouterInterfaceAttrLoopbackPacketAction,
	}
	neighborAttrs = []sai.AttrID{
		sai.NeighborEntryAttrDstMACAddress, sai.NeighborEntryAttrPacketAction, sai.NeighborEntryAttrNoHostRoute, sai.NeighborEntryAttrEncapIndex,
	}
	nextHopAttrs     = []sai.AttrID{sai.NextHopAttrType, sai.NextHopAttrIP, sai.NextHopAttrRouterInterfaceID}
	groupAttrs       = []sai.AttrID{sai.NextHopGroupAttrType, sai.NextHopGroupAttrConfiguredSize, sai.NextHopGroupAttrLabel}
	groupMemberAttrs = []sai.AttrID{
		sai.NextHopGroupMemberAttrNextHopGroupID, sai.NextHopGroupMemberAttrNextHopID, sai.NextHopGroupMemberAttrWeight,
		sai.NextHopGroupMemberAttrSequenceID, sai.NextHopGroupMemberAttrIndex,
	}
	routeAttrs = []sai.AttrID{sai.RouteEntryAttrPacketAction, sai.RouteEntryAttrNextHopID, sai.RouteEntryAttrCounterID}
)

package sairedis

// Op is an operation of the ASIC_STATE queue, without the storage letter.
type Op string

// Operations that clients send.
const (
	OpCreate     Op = "create"
	OpRemove     Op = "remove"
	OpSet        Op = "set"
	OpGet        Op = "get"
	OpBulkCreate Op = "bulkcreate"
	OpBulkRemove Op = "bulkremove"
	OpBulkSet    Op = "bulkset"
	OpBulkGet    Op = "bulkget"
	OpNotify     Op = "notify"
	OpGetStats   Op = "get_stats"
	OpClearStats Op = "clear_stats"
	OpFlush      Op = "flush"

	OpAttrCapability    Op = "attribute_capability_query"
	OpEnumCapability    Op = "attr_enum_values_capability_query"
	OpAvailability      Op = "object_type_get_availability_query"
	OpStatsCapability   Op = "stats_capability_query"
	OpStatsStCapability Op = "stats_st_capability_query"

	OpStartPoll       Op = "start_poll"
	OpStopPoll        Op = "stop_poll"
	OpSetCounterGroup Op = "set_counter_group"
	OpDelCounterGroup Op = "del_counter_group"
	OpLinkDamping     Op = "link_event_damping_config_set"
)

// Operations that answer.
const (
	opGetResponse   Op = "getresponse"
	opFlushResponse Op = "flushresponse"
)

// Response returns the operation that answers op.
func (op Op) Response() Op {
	switch op {
	case OpFlush:
		return opFlushResponse
	case OpAttrCapability:
		return "attribute_capability_response"
	case OpEnumCapability:
		return "attr_enum_values_capability_response"
	case OpAvailability:
		return "object_type_get_availability_response"
	case OpStatsCapability:
		return "stats_capability_response"
	case OpStatsStCapability:
		return "stats_st_capability_response"
	case OpLinkDamping:
		return OpLinkDamping
	}
	return opGetResponse
}

// AsyncSilent tells whether op is one that clients do not wait for when
// sairedis runs in asynchronous mode.
func (op Op) AsyncSilent() bool {
	switch op {
	case OpCreate, OpRemove, OpSet, OpBulkCreate, OpBulkRemove, OpBulkSet,
		OpStartPoll, OpStopPoll, OpSetCounterGroup, OpDelCounterGroup, OpLinkDamping:
		return true
	}
	return false
}

// View commands: the keys of OpNotify.
const (
	ViewInit    = "INIT_VIEW"
	ViewApply   = "APPLY_VIEW"
	ViewInspect = "SYNCD_INSPECT_ASIC"
)

/*
 * Callbacks that a library calls. SAI callbacks have no context argument, so
 * there is one set of functions for each library that can be open.
 */
#include "bridge.h"

#include <string.h>

#include "_cgo_export.h"

struct profile {
	char **pairs;
	uint32_t n;
	uint32_t next;
};

static struct profile profiles[HL_SLOTS];

void hl_set_profile(int slot, char **pairs, uint32_t n)
{
	profiles[slot] = (struct profile){.pairs = pairs, .n = n};
}

static const char *profile_value(int slot, const char *key)
{
	struct profile *p = &profiles[slot];

	if (!key)
		return NULL;
	for (uint32_t i = 0; i < p->n; i++)
		if (!strcmp(p->pairs[2 * i], key))
			return p->pairs[2 * i + 1];
	return NULL;
}

/* A null value starts the iteration again, as in the interface's description. */
static int profile_next(int slot, const char **key, const char **value)
{
	struct profile *p = &profiles[slot];

	if (!value) {
		p->next = 0;
		return 0;
	}
	if (!key || p->next >= p->n)
		return -1;
	*key = p->pairs[2 * p->next];
	*value = p->pairs[2 * p->next + 1];
	p->next++;
	return 0;
}

#define CALLBACKS(s)                                                                                                   \
	static const char *get_value_##s(sai_switch_profile_id_t id, const char *key)                                  \
	{                                                                                                              \
		(void)id;                                                                                              \
		return profile_value(s, key);                                                                          \
	}                                                                                                              \
	static int get_next_##s(sai_switch_profile_id_t id, const char **key, const char **value)                      \
	{                                                                                                              \
		(void)id;                                                                                              \
		return profile_next(s, key, value);                                                                    \
	}                                                                                                              \
	static void fdb_##s(uint32_t n, const sai_fdb_event_notification_data_t *d)                                    \
	{                                                                                                              \
		heddleNotifyList(s, HL_FDB, n, (void *)d);                                                             \
	}                                                                                                              \
	static void port_##s(uint32_t n, const sai_port_oper_status_notification_t *d)                                 \
	{                                                                                                              \
		heddleNotifyList(s, HL_PORT_STATE, n, (void *)d);                                                      \
	}                                                                                                              \
	static void switch_state_##s(sai_object_id_t sw, sai_switch_oper_status_t status)                              \
	{                                                                                                              \
		heddleNotifyOne(s, HL_SWITCH_STATE, sw, 0, (int32_t)status);                                           \
	}                                                                                                              \
	static void shutdown_##s(sai_object_id_t sw)                                                                   \
	{                                                                                                              \
		heddleNotifyOne(s, HL_SHUTDOWN, sw, 0, 0);                                                             \
	}                                                                                                              \
	static void deadlock_##s(uint32_t n, const sai_queue_deadlock_notification_data_t *d)                          \
	{                                                                                                              \
		heddleNotifyList(s, HL_QUEUE_DEADLOCK, n, (void *)d);                                                  \
	}                                                                                                              \
	static void bfd_##s(uint32_t n, const sai_bfd_session_state_notification_t *d)                                 \
	{                                                                                                              \
		heddleNotifyList(s, HL_BFD_STATE, n, (void *)d);                                                       \
	}                                                                                                              \
	static void nat_##s(uint32_t n, const sai_nat_event_notification_data_t *d)                                    \
	{                                                                                                              \
		heddleNotifyList(s, HL_NAT, n, (void *)d);                                                             \
	}                                                                                                              \
	static void icmp_##s(uint32_t n, const sai_icmp_echo_session_state_notification_t *d)                          \
	{                                                                                                              \
		heddleNotifyList(s, HL_ICMP_ECHO, n, (void *)d);                                                       \
	}                                                                                                              \
	static void tx_ready_##s(sai_object_id_t sw, sai_object_id_t port, sai_port_host_tx_ready_status_t status)     \
	{                                                                                                              \
		heddleNotifyOne(s, HL_TX_READY, sw, port, (int32_t)status);                                            \
	}                                                                                                              \
	static void health_##s(sai_object_id_t sw, sai_switch_asic_sdk_health_severity_t severity, sai_timespec_t t,   \
			       sai_switch_asic_sdk_health_category_t category, sai_switch_health_data_t data,          \
			       const sai_u8_list_t text)                                                               \
	{                                                                                                              \
		(void)data;                                                                                            \
		heddleNotifyHealth(s, sw, (int32_t)severity, t.tv_sec, t.tv_nsec, (int32_t)category, text.count,       \
				   text.list);                                                                         \
	}                                                                                                              \
	static const sai_service_method_table_t services_##s = {get_value_##s, get_next_##s};                          \
	static void *const callbacks_##s[HL_EVENTS] = {                                                                \
		[HL_FDB] = fdb_##s,           [HL_PORT_STATE] = port_##s,    [HL_SWITCH_STATE] = switch_state_##s,     \
		[HL_SHUTDOWN] = shutdown_##s, [HL_QUEUE_DEADLOCK] = deadlock_##s, [HL_BFD_STATE] = bfd_##s,            \
		[HL_NAT] = nat_##s,           [HL_ICMP_ECHO] = icmp_##s,     [HL_TX_READY] = tx_ready_##s,             \
		[HL_HEALTH] = health_##s,                                                                              \
	};

CALLBACKS(0)
CALLBACKS(1)
CALLBACKS(2)
CALLBACKS(3)

static const sai_service_method_table_t *const services[HL_SLOTS] = {&services_0, &services_1, &services_2, &services_3};
static void *const *const callbacks[HL_SLOTS] = {callbacks_0, callbacks_1, callbacks_2, callbacks_3};

void *hl_callback(int slot, int event)
{
	return callbacks[slot][event];
}

sai_status_t hl_initialize(void *fn, int slot)
{
	typedef sai_status_t (*initialize_fn)(uint64_t, const sai_service_method_table_t *);

	return ((initialize_fn)fn)(0, services[slot]);
}

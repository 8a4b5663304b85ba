/*
 * A libsai.so for tests: a switch, VLANs and routes in arrays. Macros at build
 * time take parts of it away.
 */
#include "sai_attrs_gen.h"
#include "sai_gen.h"
#include "sai_meta_gen.h"

#include <stdlib.h>
#include <string.h>

#ifndef FAKE_VERSION
#define FAKE_VERSION SAI_API_VERSION
#endif

#define OID(type, n) ((sai_object_id_t)(type) << 48 | (n))
#define MAX_ROUTES 1000000

typedef void (*fdb_event_fn)(uint32_t, const sai_fdb_event_notification_data_t *);
typedef void (*port_state_fn)(uint32_t, const sai_port_oper_status_notification_t *);
typedef void (*health_fn)(sai_object_id_t, sai_switch_asic_sdk_health_severity_t, sai_timespec_t,
			  sai_switch_asic_sdk_health_category_t, sai_switch_health_data_t, const sai_u8_list_t);

static sai_service_method_table_t services;
static fdb_event_fn on_fdb;
static port_state_fn on_port;
static health_fn on_health;
static uint16_t vlans[4096];
static uint32_t n_vlans;
static sai_route_entry_t *routes;
static sai_object_id_t *next_hops;
static uint32_t n_routes;
static uint64_t cleared;
static sai_acl_field_data_t last_field;

static sai_status_t take_callbacks(const sai_attribute_t *a)
{
	switch (a->id) {
	case SAI_SWITCH_ATTR_FDB_EVENT_NOTIFY:
		on_fdb = (fdb_event_fn)a->value.ptr;
		return SAI_STATUS_SUCCESS;
	case SAI_SWITCH_ATTR_PORT_STATE_CHANGE_NOTIFY:
		on_port = (port_state_fn)a->value.ptr;
		return SAI_STATUS_SUCCESS;
	case SAI_SWITCH_ATTR_SWITCH_ASIC_SDK_HEALTH_EVENT_NOTIFY:
		on_health = (health_fn)a->value.ptr;
		return SAI_STATUS_SUCCESS;
	case SAI_SWITCH_ATTR_INIT_SWITCH:
		return SAI_STATUS_SUCCESS;
	}
	return SAI_STATUS_ATTR_NOT_IMPLEMENTED_0;
}

static sai_status_t create_switch(sai_object_id_t *oid, uint32_t n, const sai_attribute_t *attrs)
{
	for (uint32_t i = 0; i < n; i++)
		if (take_callbacks(attrs + i) != SAI_STATUS_SUCCESS)
			return SAI_STATUS_ATTR_NOT_IMPLEMENTED_0 - (int)i;
	*oid = OID(SAI_OBJECT_TYPE_SWITCH, 0);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t set_switch(sai_object_id_t oid, const sai_attribute_t *a)
{
	if (a->id == SAI_SWITCH_ATTR_SWITCH_SHELL_ENABLE) { /* fires what is set */
		sai_port_oper_status_notification_t p[2] = {
			{OID(SAI_OBJECT_TYPE_PORT, 1), SAI_PORT_OPER_STATUS_UP, 0},
			{OID(SAI_OBJECT_TYPE_PORT, 2), SAI_PORT_OPER_STATUS_DOWN, 0},
		};
		uint8_t text[] = {'h', 'o', 't'};

		if (on_port)
			on_port(2, p);
		if (on_health)
			on_health(oid, SAI_SWITCH_ASIC_SDK_HEALTH_SEVERITY_WARNING, (sai_timespec_t){7, 8},
				  SAI_SWITCH_ASIC_SDK_HEALTH_CATEGORY_ASIC_HW, (sai_switch_health_data_t){0},
				  (sai_u8_list_t){3, text});
		return SAI_STATUS_SUCCESS;
	}
	return take_callbacks(a);
}

static sai_status_t get_switch(sai_object_id_t oid, uint32_t n, sai_attribute_t *attrs)
{
	(void)oid;
	for (uint32_t i = 0; i < n; i++) {
		sai_object_list_t *l = &attrs[i].value.objlist;
		const char *file;

		switch (attrs[i].id) {
		case SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS:
			attrs[i].value.u32 = 300;
			break;
		case SAI_SWITCH_ATTR_PORT_LIST:
			if (l->count < 300) {
				l->count = 300;
				return SAI_STATUS_BUFFER_OVERFLOW;
			}
			l->count = 300;
			for (uint32_t p = 0; p < 300; p++)
				l->list[p] = OID(SAI_OBJECT_TYPE_PORT, p);
			break;
		case SAI_SWITCH_ATTR_SWITCH_HARDWARE_INFO: /* gives back the profile */
			file = services.profile_get_value(0, "SAI_KEY_INIT_CONFIG_FILE");
			attrs[i].value.s8list.count = (uint32_t)strlen(file);
			memcpy(attrs[i].value.s8list.list, file, strlen(file));
			break;
		default:
			return SAI_STATUS_ATTR_NOT_SUPPORTED_0 - (int)i;
		}
	}
	return SAI_STATUS_SUCCESS;
}

static sai_status_t create_vlan(sai_object_id_t *oid, sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs)
{
	if (sw != OID(SAI_OBJECT_TYPE_SWITCH, 0) || n != 1 || attrs->id != SAI_VLAN_ATTR_VLAN_ID)
		return SAI_STATUS_INVALID_PARAMETER;
	for (uint32_t i = 0; i < n_vlans; i++)
		if (vlans[i] == attrs->value.u16)
			return SAI_STATUS_ITEM_ALREADY_EXISTS;
	vlans[n_vlans++] = attrs->value.u16;
	*oid = OID(SAI_OBJECT_TYPE_VLAN, attrs->value.u16);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t remove_vlan(sai_object_id_t oid)
{
	for (uint32_t i = 0; i < n_vlans; i++)
		if (OID(SAI_OBJECT_TYPE_VLAN, vlans[i]) == oid) {
			vlans[i] = vlans[--n_vlans];
			return SAI_STATUS_SUCCESS;
		}
	return SAI_STATUS_ITEM_NOT_FOUND;
}

static uint32_t find_route(const sai_route_entry_t *e)
{
	uint32_t i = n_routes;

	while (i > 0 && memcmp(&routes[i - 1], e, sizeof(*e)))
		i--;
	return i;
}

static sai_status_t create_route(const sai_route_entry_t *e, uint32_t n, const sai_attribute_t *attrs)
{
#ifndef FAKE_NO_SEARCH /* which would outweigh everything else in a benchmark */
	if (n_routes < 10000 && find_route(e))
		return SAI_STATUS_ITEM_ALREADY_EXISTS;
#endif
	if (n_routes == MAX_ROUTES)
		return SAI_STATUS_TABLE_FULL;
	routes[n_routes] = *e;
	next_hops[n_routes++] = n ? attrs->value.oid : 0;
	return SAI_STATUS_SUCCESS;
}

static sai_status_t remove_route(const sai_route_entry_t *e)
{
	uint32_t i = find_route(e);

	if (!i)
		return SAI_STATUS_ITEM_NOT_FOUND;
	n_routes--;
	routes[i - 1] = routes[n_routes];
	next_hops[i - 1] = next_hops[n_routes];
	return SAI_STATUS_SUCCESS;
}

static sai_status_t set_route(const sai_route_entry_t *e, const sai_attribute_t *a)
{
	uint32_t i = find_route(e);

	if (!i)
		return SAI_STATUS_ITEM_NOT_FOUND;
	next_hops[i - 1] = a->value.oid;
	return SAI_STATUS_SUCCESS;
}

static sai_status_t get_route(const sai_route_entry_t *e, uint32_t n, sai_attribute_t *attrs)
{
	uint32_t i = find_route(e);

	if (!i)
		return SAI_STATUS_ITEM_NOT_FOUND;
	for (uint32_t k = 0; k < n; k++)
		attrs[k].value.oid = next_hops[i - 1];
	return SAI_STATUS_SUCCESS;
}

#define BULK(call)                                                                                                     \
	sai_status_t all = SAI_STATUS_SUCCESS;                                                                         \
	for (uint32_t i = 0; i < n; i++) {                                                                             \
		statuses[i] = all && mode == SAI_BULK_OP_ERROR_MODE_STOP_ON_ERROR ? SAI_STATUS_NOT_EXECUTED : (call);  \
		if (statuses[i])                                                                                       \
			all = SAI_STATUS_FAILURE;                                                                      \
	}                                                                                                              \
	return all;

static sai_status_t create_routes(uint32_t n, const sai_route_entry_t *e, const uint32_t *counts,
				  const sai_attribute_t **attrs, sai_bulk_op_error_mode_t mode, sai_status_t *statuses)
{
	BULK(create_route(e + i, counts[i], attrs[i]))
}

static sai_status_t remove_routes(uint32_t n, const sai_route_entry_t *e, sai_bulk_op_error_mode_t mode,
				  sai_status_t *statuses)
{
	BULK(remove_route(e + i))
}

/* The bulk form in name only, as many libraries have it. */
static sai_status_t set_routes(uint32_t n, const sai_route_entry_t *e, const sai_attribute_t *attrs,
			       sai_bulk_op_error_mode_t mode, sai_status_t *statuses)
{
	(void)n, (void)e, (void)attrs, (void)mode, (void)statuses;
	return SAI_STATUS_NOT_IMPLEMENTED;
}

static sai_status_t get_routes(uint32_t n, const sai_route_entry_t *e, const uint32_t *counts, sai_attribute_t **attrs,
			       sai_bulk_op_error_mode_t mode, sai_status_t *statuses)
{
	BULK(get_route(e + i, counts[i], attrs[i]))
}

static sai_status_t get_stats(sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids, uint64_t *counters)
{
	(void)oid;
	for (uint32_t i = 0; i < n; i++)
		counters[i] = ids[i] * 10ULL - cleared;
	return SAI_STATUS_SUCCESS;
}

static sai_status_t clear_stats(sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids)
{
	(void)oid, (void)n, (void)ids;
	cleared++;
	return SAI_STATUS_SUCCESS;
}

#ifndef FAKE_NO_BULK
/* Knows the first three objects. */
sai_status_t sai_bulk_object_get_stats(sai_object_id_t sw, sai_object_type_t type, uint32_t n, const sai_object_key_t *keys,
				       uint32_t n_ids, const sai_stat_id_t *ids, sai_stats_mode_t mode,
				       sai_status_t *statuses, uint64_t *counters)
{
	sai_status_t result = SAI_STATUS_SUCCESS;

	if (type != SAI_OBJECT_TYPE_PORT)
		return SAI_STATUS_NOT_SUPPORTED;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t index = keys[i].key.object_id & 0xff;

		statuses[i] = sw == SAI_NULL_OBJECT_ID && index < 3 ? SAI_STATUS_SUCCESS : SAI_STATUS_ITEM_NOT_FOUND;
		if (statuses[i] != SAI_STATUS_SUCCESS)
			result = SAI_STATUS_FAILURE;
		for (uint32_t k = 0; k < n_ids; k++)
			counters[i * n_ids + k] = index * 1000 + ids[k] * 10 + (mode == SAI_STATS_MODE_BULK_READ_AND_CLEAR);
	}
	return result;
}
#endif

static sai_status_t flush(sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs)
{
	sai_attribute_t list[2] = {{.id = SAI_FDB_ENTRY_ATTR_TYPE}, {.id = SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID}};
	sai_fdb_event_notification_data_t d = {.event_type = SAI_FDB_EVENT_FLUSHED, .attr_count = 2, .attr = list};

	list[0].value.s32 = SAI_FDB_ENTRY_TYPE_STATIC;
	list[1].value.oid = n ? attrs->value.oid : 0;
	d.fdb_entry.switch_id = sw;
	memcpy(d.fdb_entry.mac_address, "\1\2\3\4\5\6", 6);
	if (on_fdb)
		on_fdb(1, &d);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t create_acl_entry(sai_object_id_t *oid, sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs)
{
	(void)sw;
	if (n != 1)
		return SAI_STATUS_INVALID_PARAMETER;
	last_field = attrs->value.aclfield;
	*oid = OID(SAI_OBJECT_TYPE_ACL_ENTRY, 1);
	return SAI_STATUS_SUCCESS;
}

static sai_status_t get_acl_entry(sai_object_id_t oid, uint32_t n, sai_attribute_t *attrs)
{
	(void)oid, (void)n;
	attrs->value.aclfield = last_field;
	return SAI_STATUS_SUCCESS;
}

#ifdef FAKE_NO_BULK
#define IF_BULK(f) NULL
#else
#define IF_BULK(f) (f)
#endif

static void *const switch_api[15] = {create_switch, NULL, set_switch, get_switch};
static void *const vlan_api[13] = {create_vlan, remove_vlan};
static void *const port_api[40] = {NULL, NULL, NULL, NULL, get_stats, NULL, clear_stats};
static void *const fdb_api[9] = {NULL, NULL, NULL, NULL, flush};
static void *const acl_api[28] = {[4] = create_acl_entry, [7] = get_acl_entry};
static void *const route_api[8] = {create_route, remove_route, set_route, get_route, IF_BULK(create_routes),
				   IF_BULK(remove_routes), IF_BULK(set_routes), IF_BULK(get_routes)};

sai_status_t sai_api_initialize(uint64_t flags, const sai_service_method_table_t *s)
{
	if (flags || !s)
		return SAI_STATUS_INVALID_PARAMETER;
	services = *s;
	routes = calloc(MAX_ROUTES, sizeof(*routes));
	next_hops = calloc(MAX_ROUTES, sizeof(*next_hops));
	return SAI_STATUS_SUCCESS;
}

#ifndef FAKE_NO_UNINITIALIZE
sai_status_t sai_api_uninitialize(void)
{
	return SAI_STATUS_SUCCESS;
}
#endif

sai_status_t sai_query_api_version(sai_api_version_t *version)
{
	*version = FAKE_VERSION;
	return SAI_STATUS_SUCCESS;
}

sai_status_t sai_api_query(sai_api_t api, void **table)
{
	switch (api) {
#ifndef FAKE_NO_SWITCH
	case SAI_API_SWITCH:
		*table = (void *)switch_api;
		return SAI_STATUS_SUCCESS;
#endif
	case SAI_API_VLAN:
		*table = (void *)vlan_api;
		return SAI_STATUS_SUCCESS;
	case SAI_API_PORT:
		*table = (void *)port_api;
		return SAI_STATUS_SUCCESS;
	case SAI_API_FDB:
		*table = (void *)fdb_api;
		return SAI_STATUS_SUCCESS;
	case SAI_API_ROUTE:
		*table = (void *)route_api;
		return SAI_STATUS_SUCCESS;
	case SAI_API_ACL:
		*table = (void *)acl_api;
		return SAI_STATUS_SUCCESS;
	default:
		return SAI_STATUS_NOT_IMPLEMENTED;
	}
}

sai_object_type_t sai_object_type_query(sai_object_id_t oid)
{
	return (sai_object_type_t)(oid >> 48);
}

sai_status_t sai_get_object_key(sai_object_id_t sw, sai_object_type_t type, uint32_t *count, sai_object_key_t *keys)
{
	uint32_t n = type == SAI_OBJECT_TYPE_VLAN ? n_vlans : type == SAI_OBJECT_TYPE_ROUTE_ENTRY ? n_routes : 0;
	uint32_t room = *count;

	(void)sw;
	*count = n;
	if (room < n)
		return SAI_STATUS_BUFFER_OVERFLOW;
	for (uint32_t i = 0; i < n; i++) {
		if (type == SAI_OBJECT_TYPE_VLAN)
			keys[i].key.object_id = OID(SAI_OBJECT_TYPE_VLAN, vlans[i]);
		else
			keys[i].key.route_entry = routes[i];
	}
	return SAI_STATUS_SUCCESS;
}

sai_status_t sai_query_attribute_capability(sai_object_id_t sw, sai_object_type_t type, sai_attr_id_t id,
					    sai_attr_capability_t *c)
{
	(void)sw, (void)id;
	if (type != SAI_OBJECT_TYPE_VLAN)
		return SAI_STATUS_NOT_SUPPORTED;
	*c = (sai_attr_capability_t){.create_implemented = true, .get_implemented = true};
	return SAI_STATUS_SUCCESS;
}

sai_status_t sai_query_attribute_enum_values_capability(sai_object_id_t sw, sai_object_type_t type, sai_attr_id_t id,
							sai_s32_list_t *l)
{
	(void)sw, (void)type, (void)id;
	if (l->count < 500) {
		l->count = 500;
		return SAI_STATUS_BUFFER_OVERFLOW;
	}
	l->count = 500;
	for (int i = 0; i < 500; i++)
		l->list[i] = -i;
	return SAI_STATUS_SUCCESS;
}

sai_status_t sai_query_stats_capability(sai_object_id_t sw, sai_object_type_t type, sai_stat_capability_list_t *l)
{
	(void)sw, (void)type;
	l->count = 1;
	l->list[0] = (sai_stat_capability_t){3, SAI_STATS_MODE_READ | SAI_STATS_MODE_READ_AND_CLEAR};
	return SAI_STATUS_SUCCESS;
}

sai_status_t sai_object_type_get_availability(sai_object_id_t sw, sai_object_type_t type, uint32_t n,
					      const sai_attribute_t *attrs, uint64_t *count)
{
	(void)sw, (void)type;
	*count = 100 + n + attrs->value.u8;
	return SAI_STATUS_SUCCESS;
}

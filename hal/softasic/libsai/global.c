/* The functions that the library exports by name. */
#include <stdlib.h>
#include <string.h>

#include "shim.h"
#include "table.h"

#define EXPORT __attribute__((visibility("default")))

#define SOCKET_KEY "HEDDLE_ASIC_SOCKET"
#define SOCKET_DEFAULT "/run/heddle/asic.sock"

/* Seconds that a call, or the first connection, may take while asicd is away. */
#define PATIENCE_KEY "HEDDLE_ASIC_TIMEOUT"
#define PATIENCE_DEFAULT 60
#define PATIENCE_MAX 3600

/* Object ids, see package sai/strict: a mark, the type, a generation, an index. */
#define ID_MARK 0x10

static int patience(const sai_service_method_table_t *services)
{
	const char *text = NULL;
	long n;

	if (services && services->profile_get_value)
		text = services->profile_get_value(0, PATIENCE_KEY);
	n = text ? strtol(text, NULL, 10) : 0;
	return n > 0 && n <= PATIENCE_MAX ? (int)n : PATIENCE_DEFAULT;
}

EXPORT sai_status_t sai_api_initialize(uint64_t flags, const sai_service_method_table_t *services)
{
	const char *path = NULL;
	sai_status_t s;

	if (flags)
		return SAI_STATUS_INVALID_PARAMETER;
	if (client_running())
		return SAI_STATUS_FAILURE;
	if (services && services->profile_get_value)
		path = services->profile_get_value(0, SOCKET_KEY);
	if (!notify_start())
		return SAI_STATUS_FAILURE;
	s = client_start(path && *path ? path : SOCKET_DEFAULT, patience(services));
	if (s != SAI_STATUS_SUCCESS)
		notify_stop();
	return s;
}

EXPORT sai_status_t sai_api_uninitialize(void)
{
	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	client_stop();
	notify_stop();
	return SAI_STATUS_SUCCESS;
}

EXPORT sai_status_t sai_api_query(sai_api_t api, void **table)
{
	if (!table)
		return SAI_STATUS_INVALID_PARAMETER;
	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	*table = api_table((int32_t)api);
	return *table ? SAI_STATUS_SUCCESS : SAI_STATUS_INVALID_PARAMETER;
}

EXPORT sai_status_t sai_query_api_version(sai_api_version_t *version)
{
	if (!version)
		return SAI_STATUS_INVALID_PARAMETER;
	*version = SAI_API_VERSION;
	return SAI_STATUS_SUCCESS;
}

/* The library logs nothing of its own but what goes to standard error. */
EXPORT sai_status_t sai_log_set(sai_api_t api, sai_log_level_t level)
{
	(void)level;
	return api_table((int32_t)api) ? SAI_STATUS_SUCCESS : SAI_STATUS_INVALID_PARAMETER;
}

EXPORT sai_object_type_t sai_object_type_query(sai_object_id_t oid)
{
	if (oid >> 56 != ID_MARK)
		return SAI_OBJECT_TYPE_NULL;
	return (sai_object_type_t)(oid >> 48 & 0xff);
}

EXPORT sai_object_id_t sai_switch_id_query(sai_object_id_t oid)
{
	return oid >> 56 == ID_MARK ? shim_switch_id() : SAI_NULL_OBJECT_ID;
}

EXPORT sai_status_t sai_dbg_generate_dump(const char *file)
{
	(void)file;
	return SAI_STATUS_NOT_IMPLEMENTED;
}

/* Objects of one request for keys. */
#define KEYS_MAX 65536u

/* Reads up to room keys from offset on; total becomes how many there are. */
static sai_status_t keys_piece(sai_object_id_t sw, sai_object_type_t type, uint32_t offset, uint32_t room,
			       sai_object_key_t *list, uint32_t *got, uint32_t *total)
{
	struct buffer *b = call_begin(OP_KEYS, (uint32_t)type, sw, 0);
	struct reader r;
	sai_status_t s;
	uint32_t i;

	put_u32(b, offset);
	put_u32(b, room);
	s = call_send(&r);
	*got = 0;
	if (s == SAI_STATUS_SUCCESS) {
		*total = (uint32_t)take_u64(&r);
		take_u32(&r); /* the type */
		*got = take_u32(&r);
		if (*got > room)
			r.bad = true;
		for (i = 0; i < *got && !r.bad; i++)
			take_object(&r, (uint32_t)type, &list[i]);
		s = r.bad ? SAI_STATUS_FAILURE : SAI_STATUS_SUCCESS;
	}
	call_end();
	return s;
}

static sai_status_t keys(sai_object_id_t sw, sai_object_type_t type, uint32_t *count, sai_object_key_t *list)
{
	uint32_t room = list ? *count : 0, done = 0, got, total = 0;
	sai_status_t s;

	if (!carries_type((uint32_t)type))
		return SAI_STATUS_NOT_IMPLEMENTED;
	do {
		uint32_t piece = room - done < KEYS_MAX ? room - done : KEYS_MAX;

		s = keys_piece(sw, type, done, piece, list ? list + done : NULL, &got, &total);
		done += got;
	} while (s == SAI_STATUS_SUCCESS && got && done < room && done < total);
	if (s != SAI_STATUS_SUCCESS)
		return s;
	*count = total;
	if (list && total > room)
		return SAI_STATUS_BUFFER_OVERFLOW;
	if (list)
		*count = done;
	return SAI_STATUS_SUCCESS;
}

EXPORT sai_status_t sai_get_object_count(sai_object_id_t sw, sai_object_type_t type, uint32_t *count)
{
	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	return count ? keys(sw, type, count, NULL) : SAI_STATUS_INVALID_PARAMETER;
}

EXPORT sai_status_t sai_get_object_key(sai_object_id_t sw, sai_object_type_t type, uint32_t *count,
				       sai_object_key_t *list)
{
	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	return count && list ? keys(sw, type, count, list) : SAI_STATUS_INVALID_PARAMETER;
}

EXPORT sai_status_t sai_get_maximum_attribute_count(sai_object_id_t sw, sai_object_type_t type, uint32_t *count)
{
	uint32_t t = (uint32_t)type;

	(void)sw;
	if (!count)
		return SAI_STATUS_INVALID_PARAMETER;
	if (t >= sizeof(object_kinds) / sizeof(object_kinds[0]) || !object_kinds[t].count)
		return SAI_STATUS_INVALID_OBJECT_TYPE;
	*count = object_kinds[t].count;
	return SAI_STATUS_SUCCESS;
}

EXPORT sai_status_t sai_query_attribute_capability(sai_object_id_t sw, sai_object_type_t type, sai_attr_id_t attr,
						   sai_attr_capability_t *capability)
{
	struct buffer *b;
	struct reader r;
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	if (!capability)
		return SAI_STATUS_INVALID_PARAMETER;
	b = call_begin(OP_ATTR_CAPABILITY, (uint32_t)type, sw, 0);
	put_u32(b, 1);
	put_u32(b, attr);
	s = call_send(&r);
	if (s == SAI_STATUS_SUCCESS) {
		capability->create_implemented = take_u8(&r);
		capability->set_implemented = take_u8(&r);
		capability->get_implemented = take_u8(&r);
	}
	call_end();
	return s;
}

EXPORT sai_status_t sai_query_attribute_enum_values_capability(sai_object_id_t sw, sai_object_type_t type,
							       sai_attr_id_t attr, sai_s32_list_t *values)
{
	static const struct attr_kind enums = {.kind = KIND_ENUM_LIST};
	sai_attribute_value_t v;
	struct buffer *b;
	struct reader r;
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	if (!values)
		return SAI_STATUS_INVALID_PARAMETER;
	b = call_begin(OP_ENUM_CAPABILITY, (uint32_t)type, sw, 0);
	put_u32(b, 1);
	put_u32(b, attr);
	s = call_send(&r);
	if (s == SAI_STATUS_SUCCESS) {
		v.s32list = *values;
		s = take_value(&r, &enums, &v);
		*values = v.s32list;
	}
	call_end();
	return s;
}

EXPORT sai_status_t sai_object_type_get_availability(sai_object_id_t sw, sai_object_type_t type, uint32_t n,
						     const sai_attribute_t *attrs, uint64_t *count)
{
	struct buffer *b;
	struct reader r;
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	if (!count)
		return SAI_STATUS_INVALID_PARAMETER;
	b = call_begin(OP_AVAILABILITY, (uint32_t)type, sw, 0);
	s = put_attrs(b, (uint32_t)type, n, attrs);
	if (s == SAI_STATUS_SUCCESS)
		s = call_send(&r);
	if (s == SAI_STATUS_SUCCESS)
		*count = take_u64(&r);
	call_end();
	return s;
}

/* Takes the counter ids of a type; the list is the caller's to free. */
static sai_status_t counters_of(uint32_t type, sai_object_id_t sw, sai_s32_list_t *ids)
{
	struct reader r;
	sai_status_t s;

	*ids = (sai_s32_list_t){0};
	call_begin(OP_STAT_CAPABILITY, type, sw, 0);
	s = call_send(&r);
	if (s == SAI_STATUS_SUCCESS) {
		uint32_t i;

		ids->count = take_u32(&r);
		if (ids->count > r.len / 4)
			s = SAI_STATUS_FAILURE;
		else if (ids->count && !(ids->list = calloc(ids->count, sizeof(*ids->list))))
			s = SAI_STATUS_NO_MEMORY;
		for (i = 0; s == SAI_STATUS_SUCCESS && i < ids->count; i++)
			ids->list[i] = (int32_t)take_u32(&r);
	}
	call_end();
	return s;
}

EXPORT sai_status_t sai_query_stats_capability(sai_object_id_t sw, sai_object_type_t type,
					       sai_stat_capability_list_t *list)
{
	sai_s32_list_t ids;
	uint32_t i, room;
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	if (!list)
		return SAI_STATUS_INVALID_PARAMETER;
	s = counters_of((uint32_t)type, sw, &ids);
	if (s == SAI_STATUS_SUCCESS && !ids.count)
		s = SAI_STATUS_NOT_SUPPORTED;
	if (s == SAI_STATUS_SUCCESS) {
		room = list->count;
		list->count = ids.count;
		if (ids.count > room || !list->list)
			s = SAI_STATUS_BUFFER_OVERFLOW;
		for (i = 0; s == SAI_STATUS_SUCCESS && i < ids.count; i++)
			list->list[i] = (sai_stat_capability_t){
				(sai_stat_id_t)ids.list[i],
				SAI_STATS_MODE_READ | SAI_STATS_MODE_READ_AND_CLEAR,
			};
	}
	free(ids.list);
	return s;
}

sai_status_t shim_clear_all_stats(uint32_t type, sai_object_id_t oid)
{
	sai_s32_list_t ids;
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	s = counters_of(type, shim_switch_id(), &ids);
	if (s == SAI_STATUS_SUCCESS)
		s = shim_clear_stats(type, oid, ids.count, (const sai_stat_id_t *)ids.list);
	free(ids.list);
	return s;
}

static void fill(uint32_t n, sai_status_t *statuses, sai_status_t s)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		statuses[i] = s;
}

EXPORT sai_status_t sai_bulk_object_get_stats(sai_object_id_t sw, sai_object_type_t type, uint32_t n,
					      const sai_object_key_t *objects, uint32_t number, const sai_stat_id_t *ids,
					      sai_stats_mode_t mode, sai_status_t *statuses, uint64_t *counters)
{
	uint8_t single = SAI_STATS_MODE_READ;

	(void)sw;
	if (n && (!objects || !statuses || !counters))
		return SAI_STATUS_INVALID_PARAMETER;
	if (mode == SAI_STATS_MODE_READ_AND_CLEAR || mode == SAI_STATS_MODE_BULK_READ_AND_CLEAR)
		single = SAI_STATS_MODE_READ_AND_CLEAR;
	return shim_stats_bulk((uint32_t)type, n, objects, number, ids, single, statuses, counters);
}

EXPORT sai_status_t sai_bulk_object_clear_stats(sai_object_id_t sw, sai_object_type_t type, uint32_t n,
						const sai_object_key_t *objects, uint32_t number,
						const sai_stat_id_t *ids, sai_stats_mode_t mode, sai_status_t *statuses)
{
	sai_status_t result = SAI_STATUS_SUCCESS;
	uint32_t i;

	(void)sw;
	(void)mode;
	if (n && (!objects || !statuses))
		return SAI_STATUS_INVALID_PARAMETER;
	if (shim_id_size((uint32_t)type) != sizeof(sai_object_id_t)) {
		fill(n, statuses, SAI_STATUS_NOT_SUPPORTED);
		return SAI_STATUS_NOT_SUPPORTED;
	}
	for (i = 0; i < n; i++) {
		statuses[i] = shim_clear_stats((uint32_t)type, objects[i].key.object_id, number, ids);
		if (statuses[i] != SAI_STATUS_SUCCESS)
			result = SAI_STATUS_FAILURE;
	}
	return result;
}

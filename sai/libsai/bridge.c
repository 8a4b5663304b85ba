#define _GNU_SOURCE
#include "bridge.h"

#include <dlfcn.h>

void *hl_open(const char *path, char **error)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	*error = handle ? NULL : dlerror();
	return handle;
}

void *hl_symbol(void *handle, const char *name)
{
	return dlsym(handle, name);
}

/* An API table is a struct of function pointers only. */
void *hl_function(void *table, uint32_t slot)
{
	return ((void **)table)[slot];
}

sai_status_t hl_uninitialize(void *fn)
{
	return ((sai_status_t (*)(void))fn)();
}

sai_status_t hl_api_query(void *fn, int32_t api, void **table)
{
	return ((sai_status_t (*)(sai_api_t, void **))fn)((sai_api_t)api, table);
}

sai_status_t hl_query_version(void *fn, uint64_t *version)
{
	return ((sai_status_t (*)(sai_api_version_t *))fn)(version);
}

sai_status_t hl_log_set(void *fn, int32_t api, int32_t level)
{
	return ((sai_status_t (*)(sai_api_t, sai_log_level_t))fn)((sai_api_t)api, (sai_log_level_t)level);
}

int32_t hl_object_type(void *fn, sai_object_id_t oid)
{
	return (int32_t)((sai_object_type_t (*)(sai_object_id_t))fn)(oid);
}

sai_status_t hl_object_count(void *fn, sai_object_id_t sw, int32_t type, uint32_t *count)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, uint32_t *))fn)(sw, (sai_object_type_t)type, count);
}

sai_status_t hl_object_keys(void *fn, sai_object_id_t sw, int32_t type, uint32_t *count, void *keys)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, uint32_t *, sai_object_key_t *))fn)(
		sw, (sai_object_type_t)type, count, keys);
}

sai_status_t hl_attr_capability(void *fn, sai_object_id_t sw, int32_t type, uint32_t attr, void *capability)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, sai_attr_id_t, sai_attr_capability_t *))fn)(
		sw, (sai_object_type_t)type, attr, capability);
}

sai_status_t hl_enum_values(void *fn, sai_object_id_t sw, int32_t type, uint32_t attr, void *list)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, sai_attr_id_t, sai_s32_list_t *))fn)(
		sw, (sai_object_type_t)type, attr, list);
}

sai_status_t hl_availability(void *fn, sai_object_id_t sw, int32_t type, uint32_t n, void *attrs, uint64_t *count)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, uint32_t, const sai_attribute_t *, uint64_t *))fn)(
		sw, (sai_object_type_t)type, n, attrs, count);
}

sai_status_t hl_stats_capability(void *fn, sai_object_id_t sw, int32_t type, void *list)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, sai_stat_capability_list_t *))fn)(
		sw, (sai_object_type_t)type, list);
}

static sai_bulk_op_error_mode_t error_mode(const struct hl_batch *b)
{
	return b->stop ? SAI_BULK_OP_ERROR_MODE_STOP_ON_ERROR : SAI_BULK_OP_ERROR_MODE_IGNORE_ERROR;
}

sai_status_t hl_bulk_create(void *fn, struct hl_batch *b)
{
	typedef sai_status_t (*of_entries)(uint32_t, const void *, const uint32_t *, const sai_attribute_t **,
					   sai_bulk_op_error_mode_t, sai_status_t *);
	typedef sai_status_t (*of_oids)(sai_object_id_t, uint32_t, const uint32_t *, const sai_attribute_t **,
					sai_bulk_op_error_mode_t, sai_object_id_t *, sai_status_t *);

	if (b->size)
		return ((of_entries)fn)(b->n, b->ids, b->attr_counts, b->attr_lists, error_mode(b), b->statuses);
	return ((of_oids)fn)(b->sw, b->n, b->attr_counts, b->attr_lists, error_mode(b), (sai_object_id_t *)b->ids,
			     b->statuses);
}

/* Ids and entries are both an array here. */
sai_status_t hl_bulk_remove(void *fn, struct hl_batch *b)
{
	typedef sai_status_t (*remove_fn)(uint32_t, const void *, sai_bulk_op_error_mode_t, sai_status_t *);

	return ((remove_fn)fn)(b->n, b->ids, error_mode(b), b->statuses);
}

sai_status_t hl_bulk_set(void *fn, struct hl_batch *b)
{
	typedef sai_status_t (*set_fn)(uint32_t, const void *, const sai_attribute_t *, sai_bulk_op_error_mode_t,
				       sai_status_t *);

	return ((set_fn)fn)(b->n, b->ids, b->attrs, error_mode(b), b->statuses);
}

static sai_status_t create_one(void *fn, struct hl_batch *b, uint32_t i)
{
	typedef sai_status_t (*of_switch)(sai_object_id_t *, uint32_t, const sai_attribute_t *);
	typedef sai_status_t (*of_oid)(sai_object_id_t *, sai_object_id_t, uint32_t, const sai_attribute_t *);
	typedef sai_status_t (*of_entry)(const void *, uint32_t, const sai_attribute_t *);
	sai_object_id_t *oid = (sai_object_id_t *)b->ids + i;

	if (b->size)
		return ((of_entry)fn)(b->ids + (size_t)i * b->size, b->attr_counts[i], b->attr_lists[i]);
	if (b->is_switch)
		return ((of_switch)fn)(oid, b->attr_counts[i], b->attr_lists[i]);
	return ((of_oid)fn)(oid, b->sw, b->attr_counts[i], b->attr_lists[i]);
}

static sai_status_t remove_one(void *fn, struct hl_batch *b, uint32_t i)
{
	if (b->size)
		return ((sai_status_t (*)(const void *))fn)(b->ids + (size_t)i * b->size);
	return ((sai_status_t (*)(sai_object_id_t))fn)(((sai_object_id_t *)b->ids)[i]);
}

static sai_status_t set_one(void *fn, struct hl_batch *b, uint32_t i)
{
	if (b->size)
		return ((sai_status_t (*)(const void *, const sai_attribute_t *))fn)(b->ids + (size_t)i * b->size,
										    b->attrs + i);
	return ((sai_status_t (*)(sai_object_id_t, const sai_attribute_t *))fn)(((sai_object_id_t *)b->ids)[i],
										b->attrs + i);
}

static void each(void *fn, struct hl_batch *b, sai_status_t (*one)(void *, struct hl_batch *, uint32_t))
{
	uint32_t i;

	for (i = 0; i < b->n; i++) {
		b->statuses[i] = one(fn, b, i);
		if (b->statuses[i] != SAI_STATUS_SUCCESS && b->stop)
			break;
	}
	for (i++; i < b->n; i++)
		b->statuses[i] = SAI_STATUS_NOT_EXECUTED;
}

void hl_each_create(void *fn, struct hl_batch *b)
{
	each(fn, b, create_one);
}

void hl_each_remove(void *fn, struct hl_batch *b)
{
	each(fn, b, remove_one);
}

void hl_each_set(void *fn, struct hl_batch *b)
{
	each(fn, b, set_one);
}

sai_status_t hl_bulk_get(void *fn, struct hl_batch *b)
{
	typedef sai_status_t (*get_fn)(uint32_t, const void *, const uint32_t *, const sai_attribute_t **,
				       sai_bulk_op_error_mode_t, sai_status_t *);

	return ((get_fn)fn)(b->n, b->ids, b->attr_counts, b->attr_lists, error_mode(b), b->statuses);
}

sai_status_t hl_get(void *fn, uint32_t size, void *id, uint32_t n, void *attrs)
{
	if (size)
		return ((sai_status_t (*)(const void *, uint32_t, sai_attribute_t *))fn)(id, n, attrs);
	return ((sai_status_t (*)(sai_object_id_t, uint32_t, sai_attribute_t *))fn)(*(sai_object_id_t *)id, n, attrs);
}

sai_status_t hl_stats(void *fn, sai_object_id_t oid, uint32_t n, uint32_t *ids, uint64_t *counters)
{
	return ((sai_status_t (*)(sai_object_id_t, uint32_t, const sai_stat_id_t *, uint64_t *))fn)(oid, n, ids, counters);
}

sai_status_t hl_stats_ext(void *fn, sai_object_id_t oid, uint32_t n, uint32_t *ids, int32_t mode, uint64_t *counters)
{
	return ((sai_status_t (*)(sai_object_id_t, uint32_t, const sai_stat_id_t *, sai_stats_mode_t, uint64_t *))fn)(
		oid, n, ids, (sai_stats_mode_t)mode, counters);
}

sai_status_t hl_bulk_stats(void *fn, int32_t type, uint32_t n, void *keys, uint32_t n_ids, uint32_t *ids, int32_t mode,
			   sai_status_t *statuses, uint64_t *counters)
{
	return ((sai_status_t (*)(sai_object_id_t, sai_object_type_t, uint32_t, const sai_object_key_t *, uint32_t,
				  const sai_stat_id_t *, sai_stats_mode_t, sai_status_t *, uint64_t *))fn)(
		SAI_NULL_OBJECT_ID, (sai_object_type_t)type, n, keys, n_ids, ids, (sai_stats_mode_t)mode, statuses, counters);
}

sai_status_t hl_clear_stats(void *fn, sai_object_id_t oid, uint32_t n, uint32_t *ids)
{
	return ((sai_status_t (*)(sai_object_id_t, uint32_t, const sai_stat_id_t *))fn)(oid, n, ids);
}

sai_status_t hl_flush(void *fn, sai_object_id_t sw, uint32_t n, void *attrs)
{
	return ((sai_status_t (*)(sai_object_id_t, uint32_t, const sai_attribute_t *))fn)(sw, n, attrs);
}

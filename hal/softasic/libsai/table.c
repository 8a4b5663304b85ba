/*
 * The function tables. Each slot of each table is a function of its own, made
 * from the class that the specification gives it.
 */
#include "shim.h"
#include "table.h"

#define STOP(mode) ((mode) == SAI_BULK_OP_ERROR_MODE_STOP_ON_ERROR)

#define CREATE_SWITCH(f, type, id)                                                                                     \
	static sai_status_t f(id *oid, uint32_t n, const sai_attribute_t *attrs)                                       \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE, all = shim_create(type, 0, 1, oid, &n, &attrs, true, &s);         \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define CREATE_OID(f, type, id)                                                                                        \
	static sai_status_t f(id *oid, sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs)                   \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE, all = shim_create(type, sw, 1, oid, &n, &attrs, true, &s);        \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define CREATE_ENTRY(f, type, id)                                                                                      \
	static sai_status_t f(const id *entry, uint32_t n, const sai_attribute_t *attrs)                               \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE;                                                                   \
		sai_status_t all = shim_create(type, shim_switch_id(), 1, (void *)entry, &n, &attrs, true, &s);        \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define REMOVE_OID(f, type, id)                                                                                        \
	static sai_status_t f(id oid)                                                                                  \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE, all = shim_remove(type, 1, &oid, true, &s);                       \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define REMOVE_ENTRY(f, type, id)                                                                                      \
	static sai_status_t f(const id *entry)                                                                         \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE, all = shim_remove(type, 1, entry, true, &s);                      \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define SET_OID(f, type, id)                                                                                           \
	static sai_status_t f(id oid, const sai_attribute_t *attr)                                                     \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE, all = shim_set(type, 1, &oid, attr, true, &s);                    \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define SET_ENTRY(f, type, id)                                                                                         \
	static sai_status_t f(const id *entry, const sai_attribute_t *attr)                                            \
	{                                                                                                              \
		sai_status_t s = SAI_STATUS_FAILURE, all = shim_set(type, 1, entry, attr, true, &s);                   \
		return s == SAI_STATUS_FAILURE ? all : s;                                                              \
	}
#define GET_OID(f, type, id)                                                                                           \
	static sai_status_t f(id oid, uint32_t n, sai_attribute_t *attrs)                                              \
	{                                                                                                              \
		return shim_get(type, &oid, n, attrs);                                                                 \
	}
#define GET_ENTRY(f, type, id)                                                                                         \
	static sai_status_t f(const id *entry, uint32_t n, sai_attribute_t *attrs)                                     \
	{                                                                                                              \
		return shim_get(type, entry, n, attrs);                                                                \
	}
#define BULK_CREATE_OID(f, type, id)                                                                                   \
	static sai_status_t f(sai_object_id_t sw, uint32_t n, const uint32_t *counts, const sai_attribute_t **attrs,   \
			      sai_bulk_op_error_mode_t mode, id *oids, sai_status_t *statuses)                         \
	{                                                                                                              \
		return shim_create(type, sw, n, oids, counts, attrs, STOP(mode), statuses);                            \
	}
#define BULK_CREATE_ENTRY(f, type, id)                                                                                 \
	static sai_status_t f(uint32_t n, const id *entries, const uint32_t *counts, const sai_attribute_t **attrs,    \
			      sai_bulk_op_error_mode_t mode, sai_status_t *statuses)                                   \
	{                                                                                                              \
		return shim_create(type, shim_switch_id(), n, (void *)entries, counts, attrs, STOP(mode), statuses);   \
	}
#define BULK_REMOVE(f, type, id)                                                                                       \
	static sai_status_t f(uint32_t n, const id *ids, sai_bulk_op_error_mode_t mode, sai_status_t *statuses)        \
	{                                                                                                              \
		return shim_remove(type, n, ids, STOP(mode), statuses);                                                \
	}
#define BULK_SET(f, type, id)                                                                                          \
	static sai_status_t f(uint32_t n, const id *ids, const sai_attribute_t *attrs, sai_bulk_op_error_mode_t mode,  \
			      sai_status_t *statuses)                                                                  \
	{                                                                                                              \
		return shim_set(type, n, ids, attrs, STOP(mode), statuses);                                            \
	}
#define BULK_GET(f, type, id)                                                                                          \
	static sai_status_t f(uint32_t n, const id *ids, const uint32_t *counts, sai_attribute_t **attrs,              \
			      sai_bulk_op_error_mode_t mode, sai_status_t *statuses)                                   \
	{                                                                                                              \
		return shim_get_bulk(type, n, ids, counts, attrs, STOP(mode), statuses);                               \
	}
#define BULK_REMOVE_OID BULK_REMOVE
#define BULK_REMOVE_ENTRY BULK_REMOVE
#define BULK_SET_OID BULK_SET
#define BULK_SET_ENTRY BULK_SET
#define BULK_GET_OID BULK_GET
#define BULK_GET_ENTRY BULK_GET
#define GET_STATS(f, type, id)                                                                                         \
	static sai_status_t f(id oid, uint32_t n, const sai_stat_id_t *ids, uint64_t *counters)                        \
	{                                                                                                              \
		return shim_stats(type, oid, n, ids, SAI_STATS_MODE_READ, counters);                                   \
	}
#define GET_STATS_EXT(f, type, id)                                                                                     \
	static sai_status_t f(id oid, uint32_t n, const sai_stat_id_t *ids, sai_stats_mode_t mode, uint64_t *counters) \
	{                                                                                                              \
		return shim_stats(type, oid, n, ids, (uint8_t)mode, counters);                                         \
	}
#define CLEAR_STATS(f, type, id)                                                                                       \
	static sai_status_t f(id oid, uint32_t n, const sai_stat_id_t *ids)                                            \
	{                                                                                                              \
		return shim_clear_stats(type, oid, n, ids);                                                            \
	}
#define CLEAR_ALL_STATS(f, type, id)                                                                                   \
	static sai_status_t f(id oid)                                                                                  \
	{                                                                                                              \
		return shim_clear_all_stats(type, oid);                                                                \
	}
#define FLUSH_FDB(f, type, id)                                                                                         \
	static sai_status_t f(sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs)                            \
	{                                                                                                              \
		return shim_flush_fdb(sw, n, attrs);                                                                   \
	}
/* Functions with a signature of their own: none of them can be served. The
 * calling convention lets a function ignore its arguments. */
#define SPECIAL(f, type, id)                                                                                           \
	static sai_status_t f(void)                                                                                    \
	{                                                                                                              \
		return SAI_STATUS_NOT_IMPLEMENTED;                                                                     \
	}

#define DEFINE(f, class, type, id) class(f, type, id)
#define SLOT(f, class, type, id) (void *)f,
#define TABLE(name, NAME, number)                                                                                      \
	SAI_SLOTS_##NAME(DEFINE) static void *const name##_table[] = {SAI_SLOTS_##NAME(SLOT)};

SAI_APIS(TABLE)

#define CHOOSE(name, NAME, number)                                                                                     \
	case number:                                                                                                   \
		return (void *)name##_table;

void *api_table(int32_t api)
{
	switch (api) {
		SAI_APIS(CHOOSE)
	}
	return NULL;
}

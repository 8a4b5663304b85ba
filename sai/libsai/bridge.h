/*
 * The C side of package libsai: loading a library, calling its functions by
 * signature, and callbacks. Everything that Go passes in is C memory.
 */
#ifndef HEDDLE_BRIDGE_H
#define HEDDLE_BRIDGE_H

#include "include/sai_gen.h"

/* Libraries that can be open at once: callbacks carry no context, so each open
 * library needs a set of callback functions of its own. */
#define HL_SLOTS 4

/* Kinds of notifications. */
enum hl_event {
	HL_NONE,
	HL_FDB,
	HL_PORT_STATE,
	HL_SWITCH_STATE,
	HL_SHUTDOWN,
	HL_QUEUE_DEADLOCK,
	HL_BFD_STATE,
	HL_NAT,
	HL_ICMP_ECHO,
	HL_TX_READY,
	HL_HEALTH,
	HL_EVENTS,
};

void *hl_open(const char *path, char **error);
void *hl_symbol(void *handle, const char *name);
void *hl_function(void *table, uint32_t slot);
void *hl_callback(int slot, int event);

/* The profile is n pairs of key and value; it must live as long as the library. */
void hl_set_profile(int slot, char **pairs, uint32_t n);

sai_status_t hl_initialize(void *fn, int slot);
sai_status_t hl_uninitialize(void *fn);
sai_status_t hl_api_query(void *fn, int32_t api, void **table);
sai_status_t hl_query_version(void *fn, uint64_t *version);
sai_status_t hl_log_set(void *fn, int32_t api, int32_t level);
int32_t hl_object_type(void *fn, sai_object_id_t oid);
sai_status_t hl_object_count(void *fn, sai_object_id_t sw, int32_t type, uint32_t *count);
sai_status_t hl_object_keys(void *fn, sai_object_id_t sw, int32_t type, uint32_t *count, void *keys);
sai_status_t hl_attr_capability(void *fn, sai_object_id_t sw, int32_t type, uint32_t attr, void *capability);
sai_status_t hl_enum_values(void *fn, sai_object_id_t sw, int32_t type, uint32_t attr, void *list);
sai_status_t hl_availability(void *fn, sai_object_id_t sw, int32_t type, uint32_t n, void *attrs, uint64_t *count);
sai_status_t hl_stats_capability(void *fn, sai_object_id_t sw, int32_t type, void *list);

/* A batch of objects of one type. ids are n object ids, or n entry structs of
 * size bytes. attr_counts and attr_lists have n elements. */
struct hl_batch {
	uint32_t n;
	uint32_t size; /* 0: object ids */
	int32_t stop;
	int32_t is_switch;
	sai_object_id_t sw;
	char *ids;
	uint32_t *attr_counts;
	const sai_attribute_t **attr_lists;
	sai_attribute_t *attrs; /* for set: one for each object */
	sai_status_t *statuses;
};

sai_status_t hl_bulk_create(void *fn, struct hl_batch *b);
sai_status_t hl_bulk_remove(void *fn, struct hl_batch *b);
sai_status_t hl_bulk_set(void *fn, struct hl_batch *b);
void hl_each_create(void *fn, struct hl_batch *b);
void hl_each_remove(void *fn, struct hl_batch *b);
void hl_each_set(void *fn, struct hl_batch *b);

sai_status_t hl_bulk_get(void *fn, struct hl_batch *b);
sai_status_t hl_get(void *fn, uint32_t size, void *id, uint32_t n, void *attrs);
sai_status_t hl_stats(void *fn, sai_object_id_t oid, uint32_t n, uint32_t *ids, uint64_t *counters);
sai_status_t hl_stats_ext(void *fn, sai_object_id_t oid, uint32_t n, uint32_t *ids, int32_t mode, uint64_t *counters);
sai_status_t hl_bulk_stats(void *fn, int32_t type, uint32_t n, void *keys, uint32_t n_ids, uint32_t *ids, int32_t mode,
			   sai_status_t *statuses, uint64_t *counters);
sai_status_t hl_clear_stats(void *fn, sai_object_id_t oid, uint32_t n, uint32_t *ids);
sai_status_t hl_flush(void *fn, sai_object_id_t sw, uint32_t n, void *attrs);

#endif

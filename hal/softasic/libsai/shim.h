/*
 * The C SAI library of the software ASIC: it turns SAI calls into requests to
 * asicd (package hal/softasic/wire describes the language) and holds no state of
 * the switch. Function tables and attribute forms come from generated headers;
 * the code here is the same for every object type.
 */
#ifndef SHIM_H
#define SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../../sai/libsai/include/sai_attrs_gen.h"
#include "../../../sai/libsai/include/sai_gen.h"
#include "../../../sai/libsai/include/sai_meta_gen.h"
#include "kinds_gen.h"

enum frame_kind { FRAME_HELLO = 1, FRAME_WELCOME, FRAME_REQUEST, FRAME_REPLY, FRAME_NOTIFICATION };

enum op {
	OP_CREATE = 1,
	OP_REMOVE,
	OP_SET,
	OP_GET,
	OP_STATS,
	OP_CLEAR_STATS,
	OP_FLUSH_FDB,
	OP_KEYS,
	OP_ATTR_CAPABILITY,
	OP_ENUM_CAPABILITY,
	OP_AVAILABILITY,
	OP_STAT_CAPABILITY,
	OP_GET_BULK,
	OP_STATS_BULK,
};

enum { EVENT_FDB = 1, EVENT_PORT_STATE = 2 };

#define WIRE_MAGIC 0x49415348u
#define WIRE_VERSION 3u
#define FRAME_HEADER 16
#define FRAME_MAX (16u << 20)

/* Objects of one request; longer bulks are sent in pieces. */
#define BULK_MAX 8192u

/* Counters of one request, of all its objects together. */
#define COUNTERS_MAX (1u << 20)

/* A growing byte string. A failed allocation sets failed and later writes do nothing. */
struct buffer {
	uint8_t *data;
	size_t len;
	size_t cap;
	bool failed;
};

void put_bytes(struct buffer *b, const void *data, size_t n);
void put_u8(struct buffer *b, uint8_t v);
void put_u16(struct buffer *b, uint16_t v);
void put_u32(struct buffer *b, uint32_t v);
void put_u64(struct buffer *b, uint64_t v);

/* Bytes still to be read. Reading beyond the end sets bad and yields zeros. */
struct reader {
	const uint8_t *data;
	size_t len;
	bool bad;
};

const uint8_t *take_bytes(struct reader *r, size_t n);
uint8_t take_u8(struct reader *r);
uint16_t take_u16(struct reader *r);
uint32_t take_u32(struct reader *r);
uint64_t take_u64(struct reader *r);

/* Attributes: put returns a status without index. */
const struct attr_kind *attr_kind(uint32_t object_type, uint32_t id);
sai_status_t put_attr(struct buffer *b, uint32_t object_type, const sai_attribute_t *attr);
sai_status_t put_attrs(struct buffer *b, uint32_t object_type, uint32_t count, const sai_attribute_t *attrs);
sai_status_t take_value(struct reader *r, const struct attr_kind *k, sai_attribute_value_t *v);
sai_status_t put_image(struct buffer *b, uint32_t object_type, uint8_t layout, const sai_attribute_value_t *v);
sai_status_t take_image(struct reader *r, uint8_t layout, sai_attribute_value_t *v);
void put_address(struct buffer *b, const sai_ip_address_t *a);
sai_status_t put_prefix(struct buffer *b, const sai_ip_prefix_t *p);
void take_ip(struct reader *r, sai_ip_addr_family_t *family, sai_ip_addr_t *addr);
void take_prefix(struct reader *r, sai_ip_prefix_t *p);

/* Object identities. size is that of the entry struct, 0 for object ids. */
sai_status_t put_object(struct buffer *b, uint32_t object_type, const void *id);
bool carries_type(uint32_t object_type);
void take_object(struct reader *r, uint32_t object_type, sai_object_key_t *key);

/* The connection. A call is one request and its reply: call_begin locks and
 * returns the buffer that has the request's head, call_send sends it and waits,
 * call_end unlocks. */
sai_status_t client_start(const char *path, int patience);
void client_stop(void);
bool client_running(void);
struct buffer *call_begin(uint8_t op, uint32_t object_type, sai_object_id_t sw, uint8_t mode);
sai_status_t call_send(struct reader *reply);
void call_end(void);

/* Notifications: the reader thread hands over frames, a thread of their own
 * calls back. */
bool notify_start(void);
void notify_stop(void);
void notify_post(uint8_t event, const uint8_t *body, size_t len);
void notify_learn_callbacks(uint32_t count, const sai_attribute_t *attrs);

/* Generic forms of the functions in API tables. ids points to an array of object
 * ids or entries. */
sai_status_t shim_create(uint32_t type, sai_object_id_t sw, uint32_t n, void *ids, const uint32_t *attr_counts,
			 const sai_attribute_t *const *attrs, bool stop, sai_status_t *statuses);
sai_status_t shim_remove(uint32_t type, uint32_t n, const void *ids, bool stop, sai_status_t *statuses);
sai_status_t shim_set(uint32_t type, uint32_t n, const void *ids, const sai_attribute_t *attrs, bool stop,
		      sai_status_t *statuses);
sai_status_t shim_get(uint32_t type, const void *id, uint32_t n, sai_attribute_t *attrs);
sai_status_t shim_get_bulk(uint32_t type, uint32_t n, const void *ids, const uint32_t *attr_counts,
			   sai_attribute_t **attrs, bool stop, sai_status_t *statuses);
sai_status_t shim_stats(uint32_t type, sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids, uint8_t mode,
			uint64_t *counters);
sai_status_t shim_stats_bulk(uint32_t type, uint32_t n, const sai_object_key_t *objects, uint32_t n_ids,
			     const sai_stat_id_t *ids, uint8_t mode, sai_status_t *statuses, uint64_t *counters);
sai_status_t shim_clear_stats(uint32_t type, sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids);
sai_status_t shim_clear_all_stats(uint32_t type, sai_object_id_t oid);
sai_status_t shim_flush_fdb(sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs);
sai_object_id_t shim_switch_id(void);
size_t shim_id_size(uint32_t type);

#endif

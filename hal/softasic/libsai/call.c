/* SAI's operations, once for all object types. */
#include <string.h>

#include "shim.h"

/* The switch that create_switch returned last; read by sai_switch_id_query. */
static sai_object_id_t the_switch;

sai_object_id_t shim_switch_id(void)
{
	return __atomic_load_n(&the_switch, __ATOMIC_RELAXED);
}

static void fill(sai_status_t *statuses, uint32_t from, uint32_t to, sai_status_t s)
{
	uint32_t i;

	for (i = from; i < to; i++)
		statuses[i] = s;
}

/* Reads the statuses of n objects and, after creation, their ids. */
static sai_status_t take_statuses(struct reader *r, uint32_t n, sai_status_t *statuses, sai_object_id_t *oids)
{
	uint32_t i, count = take_u32(r);
	sai_status_t result = SAI_STATUS_SUCCESS;

	if (count != n)
		return SAI_STATUS_FAILURE;
	for (i = 0; i < n; i++) {
		statuses[i] = (sai_status_t)take_u32(r);
		if (statuses[i] != SAI_STATUS_SUCCESS)
			result = SAI_STATUS_FAILURE;
	}
	count = take_u32(r);
	for (i = 0; oids && i < count && i < n; i++)
		oids[i] = take_u64(r);
	return r->bad ? SAI_STATUS_FAILURE : result;
}

struct bulk {
	uint8_t op;
	uint32_t type;
	sai_object_id_t sw;
	const uint8_t *ids;
	const uint32_t *attr_counts;
	const sai_attribute_t *const *attr_lists;
	const sai_attribute_t *attrs;
};

static sai_status_t put_one(struct buffer *b, const struct bulk *k, uint32_t i)
{
	const void *id = k->ids + i * shim_id_size(k->type);
	sai_status_t s = SAI_STATUS_SUCCESS;

	if (k->op != OP_CREATE || shim_id_size(k->type) != sizeof(sai_object_id_t))
		s = put_object(b, k->type, id);
	if (s == SAI_STATUS_SUCCESS && k->op == OP_CREATE)
		s = put_attrs(b, k->type, k->attr_counts[i], k->attr_lists[i]);
	if (s == SAI_STATUS_SUCCESS && k->op == OP_SET)
		s = put_attr(b, k->type, &k->attrs[i]);
	return s;
}

/*
 * Sends objects from..n, at most BULK_MAX and stopping before one that cannot be
 * encoded, and returns how many were dealt with. One that cannot be encoded is
 * dealt with alone.
 */
static uint32_t send_piece(const struct bulk *k, uint32_t from, uint32_t n, bool stop, sai_status_t *statuses)
{
	struct buffer *b = call_begin(k->op, k->type, k->sw, stop);
	size_t count_at = b->len, start;
	uint32_t done = 0;
	sai_status_t s = SAI_STATUS_SUCCESS;
	struct reader r;

	put_u32(b, 0);
	for (; done < BULK_MAX && from + done < n && b->len < FRAME_MAX / 2; done++) {
		start = b->len;
		s = put_one(b, k, from + done);
		if (s != SAI_STATUS_SUCCESS) {
			b->len = start;
			break;
		}
	}
	if (!done) {
		statuses[from] = s;
		call_end();
		return 1;
	}
	if (!b->failed)
		memcpy(b->data + count_at, &done, sizeof(done));
	s = call_send(&r);
	if (s == SAI_STATUS_SUCCESS) {
		bool ids = k->op == OP_CREATE && shim_id_size(k->type) == sizeof(sai_object_id_t);

		fill(statuses, from, from + done, SAI_STATUS_FAILURE);
		take_statuses(&r, done, statuses + from, ids ? (sai_object_id_t *)k->ids + from : NULL);
	} else {
		fill(statuses, from, from + done, s);
	}
	call_end();
	return done;
}

static bool any_failed(const sai_status_t *statuses, uint32_t from, uint32_t to)
{
	uint32_t i;

	for (i = from; i < to; i++)
		if (statuses[i] != SAI_STATUS_SUCCESS)
			return true;
	return false;
}

static sai_status_t send_bulk(const struct bulk *k, uint32_t n, bool stop, sai_status_t *statuses)
{
	bool failed = false;
	uint32_t i = 0, next;

	if (!statuses || (n && !k->ids))
		return SAI_STATUS_INVALID_PARAMETER;
	if (!client_running()) {
		fill(statuses, 0, n, SAI_STATUS_UNINITIALIZED);
		return SAI_STATUS_UNINITIALIZED;
	}
	if (!carries_type(k->type)) {
		fill(statuses, 0, n, SAI_STATUS_NOT_IMPLEMENTED);
		return SAI_STATUS_NOT_IMPLEMENTED;
	}
	for (; i < n && !(failed && stop); i = next) {
		next = i + send_piece(k, i, n, stop, statuses);
		failed |= any_failed(statuses, i, next);
	}
	fill(statuses, i, n, SAI_STATUS_NOT_EXECUTED);
	return failed ? SAI_STATUS_FAILURE : SAI_STATUS_SUCCESS;
}

sai_status_t shim_create(uint32_t type, sai_object_id_t sw, uint32_t n, void *ids, const uint32_t *attr_counts,
			 const sai_attribute_t *const *attrs, bool stop, sai_status_t *statuses)
{
	struct bulk k = {OP_CREATE, type, sw, ids, attr_counts, attrs, NULL};
	sai_status_t s;

	if (n && (!attr_counts || !attrs))
		return SAI_STATUS_INVALID_PARAMETER;
	s = send_bulk(&k, n, stop, statuses);
	if (type == SAI_OBJECT_TYPE_SWITCH && s == SAI_STATUS_SUCCESS && n == 1) {
		__atomic_store_n(&the_switch, *(sai_object_id_t *)ids, __ATOMIC_RELAXED);
		notify_learn_callbacks(attr_counts[0], attrs[0]);
	}
	return s;
}

sai_status_t shim_remove(uint32_t type, uint32_t n, const void *ids, bool stop, sai_status_t *statuses)
{
	struct bulk k = {OP_REMOVE, type, shim_switch_id(), ids, NULL, NULL, NULL};

	return send_bulk(&k, n, stop, statuses);
}

sai_status_t shim_set(uint32_t type, uint32_t n, const void *ids, const sai_attribute_t *attrs, bool stop,
		      sai_status_t *statuses)
{
	struct bulk k = {OP_SET, type, shim_switch_id(), ids, NULL, NULL, attrs};
	sai_status_t s;

	if (n && !attrs)
		return SAI_STATUS_INVALID_PARAMETER;
	s = send_bulk(&k, n, stop, statuses);
	if (type == SAI_OBJECT_TYPE_SWITCH && s == SAI_STATUS_SUCCESS)
		notify_learn_callbacks(n, attrs);
	return s;
}

/* Reads the attributes of a reply into the caller's, which have the same order. */
static sai_status_t take_attrs(struct reader *r, uint32_t type, uint32_t n, sai_attribute_t *attrs, sai_status_t result)
{
	uint32_t i, count = take_u16(r);

	if (count != n) {
		r->bad = true;
		return result == SAI_STATUS_SUCCESS ? SAI_STATUS_FAILURE : result;
	}
	for (i = 0; i < n && !r->bad; i++) {
		const struct attr_kind *k = attr_kind(type, attrs[i].id);
		uint32_t id = take_u32(r);
		uint8_t kind = take_u8(r);
		sai_status_t s;

		if (kind == KIND_NONE) {
			if (result == SAI_STATUS_SUCCESS)
				result = SAI_STATUS_ATTR_NOT_SUPPORTED_0 - (sai_status_t)i;
			continue;
		}
		if (id != attrs[i].id || !k || k->kind != kind) {
			r->bad = true;
			break;
		}
		s = take_value(r, k, &attrs[i].value);
		if (result == SAI_STATUS_SUCCESS)
			result = s;
	}
	return r->bad ? SAI_STATUS_FAILURE : result;
}

/* Writes which attributes of an object are wanted. */
static sai_status_t put_wanted(struct buffer *b, uint32_t type, const void *id, uint32_t n, const sai_attribute_t *attrs)
{
	sai_status_t s;
	uint32_t i;

	if (!n || !attrs || n > UINT16_MAX)
		return SAI_STATUS_INVALID_PARAMETER;
	s = put_object(b, type, id);
	if (s != SAI_STATUS_SUCCESS)
		return s;
	put_u32(b, n);
	for (i = 0; i < n; i++)
		put_u32(b, attrs[i].id);
	return SAI_STATUS_SUCCESS;
}

sai_status_t shim_get(uint32_t type, const void *id, uint32_t n, sai_attribute_t *attrs)
{
	struct buffer *b;
	struct reader r = {0};
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	if (!carries_type(type))
		return SAI_STATUS_NOT_IMPLEMENTED;
	b = call_begin(OP_GET, type, shim_switch_id(), 0);
	s = put_wanted(b, type, id, n, attrs);
	if (s == SAI_STATUS_SUCCESS) {
		s = call_send(&r);
		if (r.data)
			s = take_attrs(&r, type, n, attrs, s);
	}
	call_end();
	return s;
}

struct gets {
	uint32_t type;
	const uint8_t *ids;
	const uint32_t *attr_counts;
	sai_attribute_t **attrs;
};

/* Reads up to n objects that were asked for and returns how many there were. */
static uint32_t take_gets(struct reader *r, const struct gets *g, uint32_t from, uint32_t n, sai_status_t *statuses)
{
	uint32_t i, got = take_u32(r);

	if (!got || got > n)
		return 0;
	for (i = from; i < from + got; i++) {
		sai_status_t s = (sai_status_t)take_u32(r);

		statuses[i] = r->bad ? SAI_STATUS_FAILURE : take_attrs(r, g->type, g->attr_counts[i], g->attrs[i], s);
	}
	return got;
}

/*
 * Asks for objects from..n, as many as one exchange carries, and returns how
 * many were dealt with. One that cannot be asked for is dealt with alone.
 */
static uint32_t get_piece(const struct gets *g, uint32_t from, uint32_t n, sai_status_t *statuses)
{
	struct buffer *b = call_begin(OP_GET_BULK, g->type, shim_switch_id(), 0);
	size_t count_at = b->len, start;
	uint32_t i, got, asked = 0;
	sai_status_t s = SAI_STATUS_SUCCESS;
	struct reader r;

	put_u32(b, 0);
	for (; asked < BULK_MAX && from + asked < n && b->len < FRAME_MAX / 2; asked++) {
		i = from + asked;
		start = b->len;
		s = put_wanted(b, g->type, g->ids + i * shim_id_size(g->type), g->attr_counts[i], g->attrs[i]);
		if (s != SAI_STATUS_SUCCESS) {
			b->len = start;
			break;
		}
	}
	if (!asked) {
		statuses[from] = s;
		call_end();
		return 1;
	}
	if (!b->failed)
		memcpy(b->data + count_at, &asked, sizeof(asked));
	s = call_send(&r);
	got = s == SAI_STATUS_SUCCESS ? take_gets(&r, g, from, asked, statuses) : 0;
	if (!got) {
		fill(statuses, from, from + asked, s == SAI_STATUS_SUCCESS ? SAI_STATUS_FAILURE : s);
		got = asked;
	}
	call_end();
	return got;
}

/* Objects behind the first failure were read all the same: that harms nobody. */
sai_status_t shim_get_bulk(uint32_t type, uint32_t n, const void *ids, const uint32_t *attr_counts,
			   sai_attribute_t **attrs, bool stop, sai_status_t *statuses)
{
	struct gets g = {type, ids, attr_counts, attrs};
	uint32_t i = 0;

	if (!statuses || (n && (!ids || !attr_counts || !attrs)))
		return SAI_STATUS_INVALID_PARAMETER;
	if (!client_running() || !carries_type(type)) {
		sai_status_t s = client_running() ? SAI_STATUS_NOT_IMPLEMENTED : SAI_STATUS_UNINITIALIZED;

		fill(statuses, 0, n, s);
		return s;
	}
	while (i < n)
		i += get_piece(&g, i, n, statuses);
	for (i = 0; i < n && statuses[i] == SAI_STATUS_SUCCESS; i++)
		;
	if (stop && i < n)
		fill(statuses, i + 1, n, SAI_STATUS_NOT_EXECUTED);
	return i < n ? SAI_STATUS_FAILURE : SAI_STATUS_SUCCESS;
}

sai_status_t shim_flush_fdb(sai_object_id_t sw, uint32_t n, const sai_attribute_t *attrs)
{
	struct buffer *b;
	struct reader r;
	sai_status_t s;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	b = call_begin(OP_FLUSH_FDB, SAI_OBJECT_TYPE_FDB_FLUSH, sw, 0);
	s = put_attrs(b, SAI_OBJECT_TYPE_FDB_FLUSH, n, attrs);
	if (s == SAI_STATUS_SUCCESS)
		s = call_send(&r);
	call_end();
	return s;
}

/* Reading and clearing counters. */
#include "shim.h"

static sai_status_t stats_call(uint8_t op, uint32_t type, sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids,
			       uint8_t mode, uint64_t *counters)
{
	struct buffer *b;
	struct reader r;
	sai_status_t s;
	uint32_t i;

	if (!client_running())
		return SAI_STATUS_UNINITIALIZED;
	if (!n || !ids || (op == OP_STATS && !counters))
		return SAI_STATUS_INVALID_PARAMETER;
	b = call_begin(op, type, shim_switch_id(), mode);
	put_u64(b, oid);
	put_u32(b, n);
	for (i = 0; i < n; i++)
		put_u32(b, ids[i]);
	s = call_send(&r);
	if (s == SAI_STATUS_SUCCESS && op == OP_STATS) {
		if (take_u32(&r) != n)
			r.bad = true;
		for (i = 0; i < n && !r.bad; i++)
			counters[i] = take_u64(&r);
		if (r.bad)
			s = SAI_STATUS_FAILURE;
	}
	call_end();
	return s;
}

sai_status_t shim_stats(uint32_t type, sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids, uint8_t mode,
			uint64_t *counters)
{
	return stats_call(OP_STATS, type, oid, n, ids, mode, counters);
}

sai_status_t shim_clear_stats(uint32_t type, sai_object_id_t oid, uint32_t n, const sai_stat_id_t *ids)
{
	return stats_call(OP_CLEAR_STATS, type, oid, n, ids, 0, NULL);
}

/* Puts objects that have ids, as one request takes them. */
static void put_stats_bulk(struct buffer *b, uint32_t n, const sai_object_key_t *objects, uint32_t n_ids,
			   const sai_stat_id_t *ids)
{
	uint32_t i;

	put_u32(b, n);
	for (i = 0; i < n; i++)
		put_u64(b, objects[i].key.object_id);
	put_u32(b, n_ids);
	for (i = 0; i < n_ids; i++)
		put_u32(b, ids[i]);
}

static sai_status_t take_stats_bulk(struct reader *r, uint32_t n, uint32_t n_ids, sai_status_t *statuses,
				    uint64_t *counters)
{
	size_t i, total = (size_t)n * n_ids;

	if (take_u32(r) != n)
		r->bad = true;
	for (i = 0; i < n && !r->bad; i++)
		statuses[i] = (sai_status_t)take_u32(r);
	if (take_u32(r) != total)
		r->bad = true;
	for (i = 0; i < total && !r->bad; i++)
		counters[i] = take_u64(r);
	return r->bad ? SAI_STATUS_FAILURE : SAI_STATUS_SUCCESS;
}

static void fill(uint32_t n, sai_status_t *statuses, sai_status_t s)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		statuses[i] = s;
}

sai_status_t shim_stats_bulk(uint32_t type, uint32_t n, const sai_object_key_t *objects, uint32_t n_ids,
			     const sai_stat_id_t *ids, uint8_t mode, sai_status_t *statuses, uint64_t *counters)
{
	sai_status_t s = SAI_STATUS_SUCCESS, result = SAI_STATUS_SUCCESS;
	uint32_t i, done, piece;
	struct reader r;

	if (!client_running())
		s = SAI_STATUS_UNINITIALIZED;
	else if (!carries_type(type) || shim_id_size(type) != sizeof(sai_object_id_t))
		s = SAI_STATUS_NOT_SUPPORTED;
	else if (!n_ids || !ids || n_ids > COUNTERS_MAX)
		s = SAI_STATUS_INVALID_PARAMETER;
	if (s != SAI_STATUS_SUCCESS) {
		fill(n, statuses, s);
		return s;
	}
	piece = COUNTERS_MAX / n_ids < BULK_MAX ? COUNTERS_MAX / n_ids : BULK_MAX;
	for (done = 0; done < n; done += piece) {
		if (piece > n - done)
			piece = n - done;
		put_stats_bulk(call_begin(OP_STATS_BULK, type, shim_switch_id(), mode), piece, objects + done, n_ids, ids);
		s = call_send(&r);
		if (s == SAI_STATUS_SUCCESS)
			s = take_stats_bulk(&r, piece, n_ids, statuses + done, counters + (size_t)done * n_ids);
		call_end();
		if (s != SAI_STATUS_SUCCESS)
			fill(piece, statuses + done, s);
	}
	for (i = 0; i < n; i++)
		if (statuses[i] != SAI_STATUS_SUCCESS)
			result = SAI_STATUS_FAILURE;
	return result;
}

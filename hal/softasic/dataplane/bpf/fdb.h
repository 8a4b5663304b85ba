/* Learning and lookup of addresses (IEEE 802.1Q 8.7, 8.8). The control plane
 * works on the same table: see ../fdbtable.go. */
#ifndef HEDDLE_FDB_H
#define HEDDLE_FDB_H

#include "counters.h"

inline_always __u64 fdb_key(const __u8 *mac, __u16 vid)
{
	return *(__u32 *)mac | (__u64) * (__u16 *)(mac + 4) << 32 | (__u64)vid << 48;
}

inline_always __u64 fdb_value(__u16 port, __u32 epoch)
{
	return port | (__u64)epoch << 32;
}

inline_always __u16 fdb_port(__u64 v)
{
	return v;
}

inline_always __u16 fdb_flags(__u64 v)
{
	return v >> 16;
}

inline_always __u32 fdb_epoch(__u64 v)
{
	return v >> 32;
}

inline_always __u64 fdb_hash(__u64 key, __u64 seed)
{
	__u64 h = key * seed;

	return (h ^ h >> 32) * 0x9e3779b97f4a7c15ull;
}

inline_always struct fdb_bucket *fdb_first(struct fdb_table *t, __u64 hash)
{
	return &t->bucket[hash >> 40 & fdb_bucket_mask];
}

inline_always struct fdb_bucket *fdb_second(struct fdb_table *t, __u64 hash)
{
	return &t->bucket[hash >> 16 & fdb_bucket_mask];
}

inline_always __u64 *fdb_in(struct fdb_bucket *b, __u64 key)
{
#pragma unroll
	for (int i = 0; i < FDB_WAYS; i++)
		if (READ(b->key[i]) == key)
			return &b->val[i];
	return 0;
}

/* fdb_find finds the value of an address. */
inline_always __u64 *fdb_find(struct fdb_table *t, __u64 key, __u64 hash)
{
	__u64 *v = fdb_in(fdb_first(t, hash), key);

	return v ? v : fdb_in(fdb_second(t, hash), key);
}

inline_always void fdb_tell(__u64 key, __u16 port, __u16 old, __u32 kind)
{
	struct fdb_event *e = bpf_ringbuf_reserve(&fdb_events, sizeof(*e), 0);

	if (!e) {
		note(DROP_FDB_EVENT);
		return;
	}
	e->key = key;
	e->port = port;
	e->old_port = old;
	e->kind = kind;
	bpf_ringbuf_submit(e, 0);
}

inline_always bool fdb_claim(struct fdb_bucket *b, __u64 key, __u64 val)
{
#pragma unroll
	for (int i = 0; i < FDB_WAYS; i++) {
		if (READ(b->key[i]) || __sync_val_compare_and_swap(&b->key[i], 0, key))
			continue;
		READ(b->val[i]) = val;
		return true;
	}
	return false;
}

/* learn notes that an address is behind a port. Out of line: the rare branches
 * stay away from the common path. */
static __noinline int learn(__u64 key, __u32 port)
{
	struct settings *s = at(&config, 0);
	struct fdb_table *t = at(&fdb, 0);

	if (!s || !t)
		return 0;
	__u64 fresh = fdb_value(port, s->epoch);
	__u64 hash = fdb_hash(key, s->fdb_seed);
	__u64 *slot = fdb_find(t, key, hash);
	if (slot) {
		__u64 old = READ(*slot);

		/* Without a value it is just being removed. If the control plane
		 * changes it now, that counts. */
		if (!old || fdb_flags(old) & FDB_STATIC)
			return 0;
		if (__sync_val_compare_and_swap(slot, old, fresh) == old && fdb_port(old) != port)
			fdb_tell(key, port, fdb_port(old), FDB_EVENT_MOVE);
		return 0;
	}
	if (!s->fdb_full && (fdb_claim(fdb_first(t, hash), key, fresh) ||
			     fdb_claim(fdb_second(t, hash), key, fresh)))
		fdb_tell(key, port, 0, FDB_EVENT_LEARN);
	else
		note(DROP_FDB_FULL);
	return 0;
}

/* learn_source is the common path of learning: a known address on its port. */
inline_always void learn_source(const __u8 *mac, __u16 vid, __u16 port, const struct settings *s)
{
	struct fdb_table *t = at(&fdb, 0);
	__u64 key = fdb_key(mac, vid);

	if (!t)
		return;
	__u64 *slot = fdb_find(t, key, fdb_hash(key, s->fdb_seed));
	__u64 v = slot ? READ(*slot) : 0;
	if (fdb_port(v) != port || fdb_epoch(v) != s->epoch)
		learn(key, port);
}

/* fdb_lookup gives the value of an address; 0: unknown. */
inline_always __u64 fdb_lookup(const __u8 *mac, __u16 vid, const struct settings *s)
{
	struct fdb_table *t = at(&fdb, 0);

	if (!t)
		return 0;
	__u64 key = fdb_key(mac, vid);
	__u64 *slot = fdb_find(t, key, fdb_hash(key, s->fdb_seed));
	return slot ? READ(*slot) : 0;
}

#endif

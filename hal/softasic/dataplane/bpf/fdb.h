/* Learning and lookup of addresses (IEEE 802.1Q 8.7, 8.8). */
#ifndef HEDDLE_FDB_H
#define HEDDLE_FDB_H

#include "counters.h"

inline_always void fdb_tell(const struct fdb_key *key, __u16 port, __u16 old, __u32 kind)
{
	struct fdb_event *e = bpf_ringbuf_reserve(&fdb_events, sizeof(*e), 0);

	if (!e) {
		note(DROP_FDB_EVENT);
		return;
	}
	e->key = *key;
	e->port = port;
	e->old_port = old;
	e->kind = kind;
	bpf_ringbuf_submit(e, 0);
}

/* learn notes that src is behind port. Kept out of line: it is one call, and
 * the rare branches stay away from the common path. */
static __noinline int learn(struct fdb_key *key, __u32 port, __u32 epoch)
{
	if (!key)
		return 0;
	struct fdb_entry *e = bpf_map_lookup_elem(&fdb, key);

	if (!e) {
		struct fdb_entry fresh = {.port = port, .epoch = epoch};

		if (bpf_map_update_elem(&fdb, key, &fresh, BPF_NOEXIST) == 0)
			fdb_tell(key, port, 0, FDB_EVENT_LEARN);
		else
			note(DROP_FDB_FULL);
		return 0;
	}
	if (e->flags & FDB_STATIC)
		return 0;
	if (e->port != port) {
		__u16 old = e->port;

		e->port = port;
		fdb_tell(key, port, old, FDB_EVENT_MOVE);
	}
	e->epoch = epoch;
	return 0;
}

/* learn_source is the common path of learning: a known address on its port. */
inline_always void learn_source(struct fdb_key *key, __u16 port, __u32 epoch)
{
	struct fdb_entry *e = bpf_map_lookup_elem(&fdb, key);

	if (!e || e->port != port || e->epoch != epoch)
		learn(key, port, epoch);
}

#endif

/* All tables. Go changes the sizes marked (*) before loading. */
#ifndef HEDDLE_MAPS_H
#define HEDDLE_MAPS_H

#include "defs.h"

#define ARRAY_MAP(name, of, n)                          \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_ARRAY);       \
		__uint(max_entries, n);                 \
		__type(key, __u32);                     \
		__type(value, of);                      \
		__uint(pinning, LIBBPF_PIN_BY_NAME);    \
	} name SEC(".maps")

#define PERCPU_MAP(name, of, n)                             \
	struct {                                            \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);    \
		__uint(max_entries, n);                     \
		__type(key, __u32);                         \
		__type(value, of);                          \
		__uint(pinning, LIBBPF_PIN_BY_NAME);        \
	} name SEC(".maps")

#define DEV_MAP(name, n)                                    \
	struct {                                            \
		__uint(type, BPF_MAP_TYPE_DEVMAP);          \
		__uint(max_entries, n);                     \
		__uint(key_size, 4);                        \
		__uint(value_size, 8);                      \
		__uint(pinning, LIBBPF_PIN_BY_NAME);        \
	} name SEC(".maps")

ARRAY_MAP(config, struct settings, 1);
ARRAY_MAP(ifaces, struct iface, MAX_IFINDEX);
ARRAY_MAP(ports, struct port, MAX_PORTS);
ARRAY_MAP(lags, struct lag, MAX_LAGS);
ARRAY_MAP(vlans, struct vlan, MAX_VLANS);
ARRAY_MAP(rifs, struct rif, MAX_RIFS);
ARRAY_MAP(adjs, struct adj, 131072); /* (*) */
ARRAY_MAP(groups, struct group, MAX_GROUPS);
ARRAY_MAP(storms, struct storm, FIRST_LAG);
ARRAY_MAP(hash_rules, struct hash_rule, HASH_KINDS);
ARRAY_MAP(limits, struct limit, MAX_LIMITS);
PERCPU_MAP(port_stats, struct port_counters, MAX_PORTS);
PERCPU_MAP(rif_stats, struct rif_counters, MAX_RIFS);
PERCPU_MAP(trap_stats, struct flow_counters, TRAP_MAX);
PERCPU_MAP(route_stats, struct flow_counters, MAX_ROUTE_COUNTERS);
PERCPU_MAP(drop_stats, struct drop_counters, FIRST_LAG);
DEV_MAP(port_dev, MAX_PORTS);
DEV_MAP(hostif_dev, MAX_HOSTIFS);
ARRAY_MAP(hostif_index, __u32, MAX_HOSTIFS); /* the same, for programs of the stack */

/* Interfaces whose index is past the array. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_PORTS + MAX_HOSTIFS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct iface);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} ifaces_far SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_RIFS);
	__type(key, struct subport_key);
	__type(value, __u16); /* router interface */
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} subports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct fdb_table); /* (*) */
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} fdb SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} fdb_events SEC(".maps");

/* Members of a VLAN to which frames are flooded, sized to the VLAN: the kernel
 * walks every bucket. */
struct flood_members {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 8);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_VLANS);
	__uint(key_size, 4);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, struct flood_members);
} flood SEC(".maps");

/* Who listens to which multicast. The members of a slot are those of the VLAN's
 * flood table that are its ports. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_STREAMS);
	__type(key, struct stream_key);
	__type(value, __u32); /* slot */
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} streams SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_STREAMS);
	__uint(key_size, 4);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__array(values, struct flood_members);
} stream_members SEC(".maps");

ARRAY_MAP(stream_ports, struct stream_row, MAX_STREAMS);

/* IPv4, DIR-24-8: a slot for each /24. A slot or cell is 0 or an adjacency;
 * with FIB4_GROUP set a slot is the number of a group of 256 cells. */
#define FIB4_SLOTS (1 << 24)
#define FIB4_GROUP 0x80000000u
#define FIB4_GROUPS 16384

struct fib4_slots {
	__u32 slot[FIB4_SLOTS];
};
struct fib4_cells {
	__u32 cell[FIB4_GROUPS * 256];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct fib4_slots);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} fib4_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct fib4_cells); /* (*) */
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} fib4_cells SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 262144); /* (*) */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct route6_key);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} fib6 SEC(".maps");

/* IPv4 of routing tables other than 0. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 262144); /* (*) */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct route4_key);
	__type(value, __u32);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} fib4_vrf SEC(".maps");

/* Groups in fib4_cells and buckets in fdb, less one; Go sets them. */
const volatile __u32 fib4_group_mask = FIB4_GROUPS - 1;
const volatile __u32 fdb_bucket_mask = FDB_BUCKETS - 1;
const volatile __u32 frags_stay; /* XDP cannot redirect frames of several buffers */

/* READ reads a word that others change meanwhile, or writes it. */
#define READ(x) (*(volatile __u64 *)&(x))

inline_always void *at(void *map, __u32 i)
{
	return bpf_map_lookup_elem(map, &i);
}

inline_always struct iface *iface_of(__u32 ifindex)
{
	if (ifindex < MAX_IFINDEX)
		return at(&ifaces, ifindex);
	return at(&ifaces_far, ifindex);
}

#endif

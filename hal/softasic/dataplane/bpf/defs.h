/* Types and numbers shared by the programs and, through BTF, by Go. */
#ifndef HEDDLE_DEFS_H
#define HEDDLE_DEFS_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define inline_always static __always_inline

/* Numbers below FIRST_LAG are front-panel ports, the others LAGs: a LAG is a
 * port to everything but the first and the last step of a frame. */
#define MAX_PORTS 1024
#define FIRST_LAG 512
#define MAX_LAGS (MAX_PORTS - FIRST_LAG)
#define PORT_WORDS (MAX_PORTS / 64)

/* What a frame that was flooded carries as metadata until it leaves. */
#define FLOOD_MARK 0x464c4f44
#define MAX_VLANS 4096
#define MAX_RIFS 4096
#define MAX_HOSTIFS 8192
#define MAX_IFINDEX 65536

/* An interface of the silicon by ifindex: a front-panel port, the hidden end
 * of a port's or LAG's host interface (port), or that of a VLAN's (vlan). */
struct iface {
	__u16 port;
	__u16 vlan;
};

enum port_flag {
	PORT_BRIDGE = 1,
	PORT_DROP_UNTAGGED = 2,
	PORT_DROP_TAGGED = 4,
	PORT_NO_LEARN = 8,
	PORT_COLLECTS = 16,    /* takes frames for its LAG */
	PORT_DISTRIBUTES = 32, /* for Go alone: sends frames of its LAG */
	PORT_PRESENT = 64,     /* for Go alone: marks a LAG */
	PORT_SUBPORTS = 128,   /* some VLANs of the wire are router interfaces */
	PORT_KNOWN_ONLY = 256, /* with PORT_NO_LEARN: known sources only */
};

/* A LAG's ifindex is that of the member that takes flooded frames. */
struct port {
	__u32 ifindex;
	__u16 pvid;
	__u16 rif;
	__u16 hostif;
	__u16 flags;
	__u16 lag; /* member of this one */
	__u16 pad;
};

/* The ports among which a LAG distributes. Slots past n repeat the others: a
 * program that meets a row half written still finds a member. */
#define LAG_SLOTS 64

struct lag {
	__u32 n;
	__u16 port[LAG_SLOTS];
};

enum vlan_flag {
	VLAN_PRESENT = 1,
	VLAN_NO_LEARN = 2,
	VLAN_NO_UNICAST_FLOOD = 4,
	VLAN_NO_MULTICAST_FLOOD = 8,
	VLAN_NO_BROADCAST_FLOOD = 16,
	/* IP multicast goes to those that listen to its group, or to its sender in
	 * the group: see multicast.h. */
	VLAN_GROUPS4 = 32,
	VLAN_SOURCES4 = 64,
	VLAN_GROUPS6 = 128,
	VLAN_SOURCES6 = 256,
};

#define VLAN_SNOOPS4 (VLAN_GROUPS4 | VLAN_SOURCES4)
#define VLAN_SNOOPS6 (VLAN_GROUPS6 | VLAN_SOURCES6)

/* One bit for each port. forward and learn already contain the port's state in
 * the VLAN's spanning tree instance. */
struct vlan {
	__u16 rif;
	__u16 hostif;
	__u16 flags;
	__u16 stp; /* instance: for Go alone */
	__u32 cpu; /* ifindex of the hidden end of hostif */
	__u16 unknown4; /* multicast slot of IPv4 groups that nobody listens to */
	__u16 unknown6;
	__u64 member[PORT_WORDS];
	__u64 forward[PORT_WORDS];
	__u64 learn[PORT_WORDS];
	__u64 tagged[PORT_WORDS];
};

/* Multicast of a VLAN: from one sender, or from all (0), to a group. IPv4 has
 * its address in the first word. */
struct stream_key {
	__u16 vlan;
	__u16 family; /* 4 or 6 */
	__u32 group[4];
	__u32 source[4];
};

/* A stream's slot says where its copies go. Two numbers are no slots. */
#define MAX_STREAMS 4096
#define STREAM_FLOOD 0
#define STREAM_DROP 0xffff

/* The ports of a slot, for programs of the stack; others may not be in the VLAN. */
struct stream_row {
	__u64 port[PORT_WORDS];
};

enum rif_kind { RIF_NONE, RIF_PORT, RIF_VLAN, RIF_LOOPBACK, RIF_SUB };
enum rif_flag {
	RIF_V4 = 1,
	RIF_V6 = 2,
	RIF_NO_LOOP = 4, /* sends nothing that came in by it */
};

struct rif {
	__u8 mac[6];
	__u16 mtu;
	__u16 port;
	__u16 vlan;
	__u8 kind;
	__u8 flags;
	__u16 vrf;
};

/* A port's or LAG's frames with one VLAN tag that are a router interface of
 * their own. */
struct subport_key {
	__u16 port;
	__u16 vlan;
};

/* The last two lead to another adjacency. */
enum adj_action { ADJ_NONE, ADJ_FORWARD, ADJ_DROP, ADJ_LOCAL, ADJ_GLEAN, ADJ_GROUP, ADJ_COUNTED };

struct adj {
	__u8 mac[6]; /* ADJ_COUNTED: in the first four, the adjacency behind it */
	__u16 rif;   /* ADJ_GROUP: the group; ADJ_COUNTED: the counter */
	__u8 action;
	__u8 pad;
	__u16 slots; /* ADJ_GROUP: those of the group that are in use, from the first */
};

/* Adjacencies that share traffic: each has slots according to its weight, or as
 * the control plane says. */
#define MAX_GROUPS 2048
#define GROUP_SLOTS 1024

struct group {
	__u32 adj[GROUP_SLOTS];
};

enum fdb_flag { FDB_STATIC = 1, FDB_DISCARD = 2 };

/* The FDB: each address of a VLAN is in one of two buckets. A key is the address
 * as it stands in memory, below the VLAN; a value is port, flags and epoch, from
 * the low end. A slot is free without key, and no entry without value. The epoch
 * is the time slice in which the address was last seen as a source. */
#define FDB_WAYS 4
#define FDB_BUCKETS 65536

struct fdb_bucket {
	__u64 key[FDB_WAYS];
	__u64 val[FDB_WAYS];
};

struct fdb_table {
	struct fdb_bucket bucket[FDB_BUCKETS];
};

enum fdb_event_kind { FDB_EVENT_LEARN = 1, FDB_EVENT_MOVE };

struct fdb_event {
	__u64 key;
	__u16 port;
	__u16 old_port;
	__u32 kind;
};

struct route4_key {
	__u32 prefixlen; /* counts the vrf field too */
	__u32 vrf;
	__u8 addr[4];
};

struct route6_key {
	__u32 prefixlen; /* counts the vrf field too */
	__u32 vrf;
	__u8 addr[16];
};

enum trap_kind {
	TRAP_NONE,
	TRAP_STP,
	TRAP_LACP,
	TRAP_LLDP,
	TRAP_ARP_REQUEST,
	TRAP_ARP_RESPONSE,
	TRAP_ND,
	TRAP_DHCP,
	TRAP_DHCP6,
	TRAP_IP2ME,
	TRAP_BGP,
	TRAP_BGP6,
	TRAP_TTL,
	TRAP_MTU,
	TRAP_PVRST,
	TRAP_IGMP_QUERY,
	TRAP_IGMP_LEAVE,
	TRAP_IGMP_V1_REPORT,
	TRAP_IGMP_V2_REPORT,
	TRAP_IGMP_V3_REPORT,
	TRAP_MLD_QUERY,
	TRAP_MLD_V1_REPORT,
	TRAP_MLD_V1_DONE,
	TRAP_MLD_V2_REPORT,
	TRAP_PIM,
	TRAP_MAX = 32,
};

/* Kinds of traffic that a port limits (storm control). */
enum storm_kind { STORM_BROADCAST, STORM_UNICAST, STORM_MULTICAST, STORM_KINDS };

/* A meter is a clock that each frame moves on by the time that the frame takes
 * at the meter's rate, and that must not get further ahead of the real one than
 * its room. One word changes, so that CPUs need no lock. A unit of time is 1/64
 * ns; byte counts 1/65536 of them. Without byte there is no limit. */
#define METER_CLOSED (~0ull)

struct meter {
	__u64 clock;
	__u64 byte; /* time of a byte; METER_CLOSED: nothing passes */
	__u64 room;
};

struct storm {
	struct meter meter[STORM_KINDS];
};

/* A limit that kinds of frames to the CPU share. */
#define MAX_LIMITS 1024

struct limit {
	struct meter meter;
	__u64 packets; /* the meter counts packets, not bytes */
	__u64 passed[2]; /* packets, bytes */
	__u64 dropped[2];
};

enum trap_action { ACTION_FORWARD, ACTION_DROP, ACTION_TRAP, ACTION_COPY };

struct settings {
	__u32 epoch;
	__u16 generic; /* generic XDP: the stack copies flooded frames */
	__u16 hash_rules; /* a bit for each hash_kind that follows its rule */
	__u8 trap[TRAP_MAX];
	__u64 fdb_seed; /* odd: stations cannot know which addresses collide */
	__u32 fdb_full; /* learn no more */
	__u32 lag_seed; /* switches in a row must not hash alike */
	__u32 ecmp_seed;
	__u32 storm; /* some port has a meter */
	__u16 trap_limit[TRAP_MAX]; /* in limits; 0: none */
};

/* What is spread by hash: over groups of adjacencies, and over members of LAGs. */
enum hash_kind { HASH_ECMP, HASH_LAG, HASH_KINDS };

enum hash_field {
	HASH_IN_PORT = 1,
	HASH_SRC_MAC = 2,
	HASH_DST_MAC = 4,
	HASH_ETHERTYPE = 8,
	HASH_VLAN_ID = 16,
	HASH_IP_PROTOCOL = 32,
	HASH_SRC_IP = 64,
	HASH_DST_IP = 128,
	HASH_L4_SRC_PORT = 256,
	HASH_L4_DST_PORT = 512,
	HASH_FLOW_LABEL = 1024,
};

enum hash_algorithm {
	ALGORITHM_MIX,
	ALGORITHM_XOR,
	ALGORITHM_RANDOM,
	ALGORITHM_CRC32_LOW,
	ALGORITHM_CRC32_HIGH,
	ALGORITHM_CCITT,
	ALGORITHM_CRC_XOR,
};

enum hash_family { FAMILY_IPV4, FAMILY_IPV6, FAMILY_OTHER, FAMILIES };

/* How a kind hashes, where it is not what the pipeline does by itself. */
struct hash_rule {
	__u32 fields[FAMILIES];
	__u32 seed;
	__u8 algorithm;
	__u8 rotate; /* right, in bits */
	__u8 symmetric;
	__u8 pad;
};

enum port_counter {
	IN_OCTETS,
	IN_UCAST,
	IN_MULTICAST,
	IN_BROADCAST,
	IN_DISCARDS,
	IN_ERRORS,
	OUT_OCTETS,
	OUT_UCAST,
	OUT_MULTICAST,
	OUT_BROADCAST,
	OUT_DISCARDS,
	OUT_ERRORS,
	PORT_COUNTERS,
};

struct port_counters {
	__u64 n[PORT_COUNTERS];
};

enum rif_counter {
	RIF_IN_OCTETS,
	RIF_IN_PACKETS,
	RIF_IN_ERROR_OCTETS,
	RIF_IN_ERROR_PACKETS,
	RIF_OUT_OCTETS,
	RIF_OUT_PACKETS,
	RIF_OUT_ERROR_OCTETS,
	RIF_OUT_ERROR_PACKETS,
	RIF_COUNTERS,
};

struct rif_counters {
	__u64 n[RIF_COUNTERS];
};

/* Frames of a kind that went to the CPU. */
/* What a flow has sent: packets to the CPU of a kind, or packets of a route. */
#define MAX_ROUTE_COUNTERS 1025 /* 0 is none */

struct flow_counters {
	__u64 packets;
	__u64 bytes;
};

enum drop_reason {
	DROP_NONE,
	/* Malformed frames: counted as errors of the port. */
	DROP_SHORT,
	DROP_SOURCE_MULTICAST,
	DROP_IPV4_HEADER,
	DROP_IPV4_CHECKSUM,
	DROP_IPV6_HEADER,
	DROP_LAST_ERROR = DROP_IPV6_HEADER,
	/* Well-formed but not forwarded: counted as discards. */
	DROP_UNKNOWN_INTERFACE,
	DROP_NOT_BRIDGED,
	DROP_TAGGED,
	DROP_UNTAGGED,
	DROP_NOT_MEMBER,
	DROP_STP,
	DROP_RESERVED_ADDRESS,
	DROP_TRAP,
	DROP_FDB,
	DROP_HAIRPIN,
	DROP_EGRESS_NOT_MEMBER,
	DROP_EGRESS_PORT,
	DROP_FLOOD_DISABLED,
	DROP_NO_FLOOD_TABLE,
	DROP_NOT_ROUTER_MAC,
	DROP_NOT_IP,
	DROP_MULTICAST_ROUTING,
	DROP_SOURCE_UNSPECIFIED,
	DROP_SOURCE_LOOPBACK,
	DROP_SOURCE_GROUP,
	DROP_SOURCE_CLASS_E,
	DROP_SOURCE_LINK_LOCAL,
	DROP_DESTINATION_LOOPBACK,
	DROP_DESTINATION_GROUP,
	DROP_DESTINATION_RESERVED,
	DROP_INGRESS_RIF,
	DROP_EGRESS_RIF,
	DROP_LOOPBACK_RIF,
	DROP_NO_ROUTE4,
	DROP_NO_ROUTE6,
	DROP_ROUTE,
	DROP_NO_ADJACENCY,
	DROP_TTL,
	DROP_MTU,
	DROP_NO_HOSTIF,
	DROP_NO_ROOM,
	DROP_LAG_INGRESS,
	DROP_LAG_EGRESS,
	DROP_STORM,
	DROP_UNKNOWN_SOURCE,
	DROP_CPU_LIMIT,
	/* Not a drop: an address that did not fit into the FDB. */
	DROP_FDB_FULL,
	/* Not a drop: an FDB event that did not fit into the ring. */
	DROP_FDB_EVENT,
	DROP_REASONS = 128,
};

/* A port's discarded frames by reason. Port 0 is the CPU, and what belongs to no
 * port. */
struct drop_counters {
	__u64 n[DROP_REASONS];
};

#endif

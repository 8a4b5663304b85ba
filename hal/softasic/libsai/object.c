/* Object identities between C structs and the wire. */
#include <string.h>

#include "shim.h"

/* Whether objects of a type can be named on the wire. */
bool carries_type(uint32_t t)
{
	return attr_kind(t, 0) != NULL;
}

size_t shim_id_size(uint32_t t)
{
	if (t < sizeof(sai_entry_sizes) / sizeof(sai_entry_sizes[0]) && sai_entry_sizes[t])
		return sai_entry_sizes[t];
	return sizeof(sai_object_id_t);
}

sai_status_t put_object(struct buffer *b, uint32_t object_type, const void *id)
{
	const sai_route_entry_t *route = id;
	const sai_neighbor_entry_t *neighbor = id;
	const sai_fdb_entry_t *fdb = id;
	const sai_inseg_entry_t *inseg = id;

	if (!id)
		return SAI_STATUS_INVALID_PARAMETER;
	switch (object_type) {
	case SAI_OBJECT_TYPE_ROUTE_ENTRY:
		put_u64(b, route->switch_id);
		put_u64(b, route->vr_id);
		return put_prefix(b, &route->destination) ? SAI_STATUS_INVALID_PARAMETER : SAI_STATUS_SUCCESS;
	case SAI_OBJECT_TYPE_NEIGHBOR_ENTRY:
		put_u64(b, neighbor->switch_id);
		put_u64(b, neighbor->rif_id);
		put_address(b, &neighbor->ip_address);
		return SAI_STATUS_SUCCESS;
	case SAI_OBJECT_TYPE_FDB_ENTRY:
		put_u64(b, fdb->switch_id);
		put_bytes(b, fdb->mac_address, sizeof(fdb->mac_address));
		put_u64(b, fdb->bv_id);
		return SAI_STATUS_SUCCESS;
	case SAI_OBJECT_TYPE_INSEG_ENTRY:
		put_u64(b, inseg->switch_id);
		put_u32(b, inseg->label);
		return SAI_STATUS_SUCCESS;
	}
	put_bytes(b, id, shim_id_size(object_type)); /* an id, or a rare entry as it is */
	return SAI_STATUS_SUCCESS;
}

void take_object(struct reader *r, uint32_t object_type, sai_object_key_t *key)
{
	const uint8_t *mac, *raw;

	memset(key, 0, sizeof(*key));
	switch (object_type) {
	case SAI_OBJECT_TYPE_ROUTE_ENTRY:
		key->key.route_entry.switch_id = take_u64(r);
		key->key.route_entry.vr_id = take_u64(r);
		take_prefix(r, &key->key.route_entry.destination);
		return;
	case SAI_OBJECT_TYPE_NEIGHBOR_ENTRY:
		key->key.neighbor_entry.switch_id = take_u64(r);
		key->key.neighbor_entry.rif_id = take_u64(r);
		take_ip(r, &key->key.neighbor_entry.ip_address.addr_family, &key->key.neighbor_entry.ip_address.addr);
		return;
	case SAI_OBJECT_TYPE_FDB_ENTRY:
		key->key.fdb_entry.switch_id = take_u64(r);
		mac = take_bytes(r, sizeof(sai_mac_t));
		if (mac)
			memcpy(key->key.fdb_entry.mac_address, mac, sizeof(sai_mac_t));
		key->key.fdb_entry.bv_id = take_u64(r);
		return;
	case SAI_OBJECT_TYPE_INSEG_ENTRY:
		key->key.inseg_entry.switch_id = take_u64(r);
		key->key.inseg_entry.label = take_u32(r);
		return;
	}
	raw = take_bytes(r, shim_id_size(object_type));
	if (raw)
		memcpy(&key->key, raw, shim_id_size(object_type));
}

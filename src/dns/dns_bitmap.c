/* dns_bitmap.c owns reading type bit maps. */
#include "dns_bitmap.h"

#include <getdns/getdns_extra.h>

bool dns_bitmap_has(const struct dns_rr *rr, uint16_t type)
{
	getdns_bindata *map = NULL;
	size_t at = 0;

	if (getdns_dict_get_bindata(rr->dict, "/rdata/type_bit_maps", &map))
		return false;
	/* Window number, length, bits. */
	while (map->size - at >= 2) {
		size_t window = map->data[at], length = map->data[at + 1];
		size_t octet = (type & 0xff) / 8;

		if (length > map->size - at - 2)
			return false;
		if (window == type >> 8 && octet < length)
			return map->data[at + 2 + octet] & (0x80 >> (type % 8));
		at += 2 + length;
	}
	return false;
}

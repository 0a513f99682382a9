/*
 * der_mutation.h - a certificate with one of its parts changed and every length right again: what
 * one octet's damage seldom comes to. Parts inside extensions are parts too.
 */
#ifndef DER_MUTATION_H
#define DER_MUTATION_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { PARTS_MAX = 512 };

/* One TLV: where it begins, where its content does, where it ends, and whose part it is. */
struct der_part {
	size_t start, content, end;
	int parent;
};

struct der_parts {
	const uint8_t *der;
	struct der_part list[PARTS_MAX];
	int count;
};

/* The header's length, 0 if there is no TLV up to `end`. */
static inline size_t der_header(const uint8_t *der, size_t at, size_t end, size_t *length)
{
	if (end - at < 2)
		return 0;
	size_t octets = der[at + 1] & 0x80 ? der[at + 1] & 0x7fU : 0;
	*length = octets ? 0 : der[at + 1];
	if (octets > 3 || (der[at] & 0x1f) == 0x1f || end - at < 2 + octets)
		return 0;
	for (size_t i = 0; i < octets; i++)
		*length = *length << 8 | der[at + 2 + i];
	return *length <= end - at - 2 - octets ? 2 + octets : 0;
}

/* True if the content is TLVs to its end. */
static inline bool der_has_parts(const uint8_t *der, size_t at, size_t end)
{
	size_t length, header;
	if (at == end)
		return false;
	for (; at < end; at += header + length)
		if (!(header = der_header(der, at, end, &length)))
			return false;
	return true;
}

static inline void der_list_parts(struct der_parts *p, size_t at, size_t end, int parent)
{
	size_t length, header;
	for (; at < end && p->count < PARTS_MAX; at += header + length) {
		if (!(header = der_header(p->der, at, end, &length)))
			return;
		int mine = p->count++;
		p->list[mine] = (struct der_part){at, at + header, at + header + length, parent};
		bool constructed = p->der[at] & 0x20, octets = p->der[at] == 0x04;
		if (constructed ||
		    (octets && der_has_parts(p->der, at + header, at + header + length)))
			der_list_parts(p, at + header, at + header + length, mine);
	}
}

static inline uint8_t *der_write_header(uint8_t *out, uint8_t tag, size_t length)
{
	*out++ = tag;
	if (length > 0xff) {
		*out++ = 0x82;
		*out++ = (uint8_t)(length >> 8);
	} else if (length > 0x7f) {
		*out++ = 0x81;
	}
	*out++ = (uint8_t)length;
	return out;
}

/* The certificate with the octets of [from, to) inside part `at` replaced, lengths made anew from
 * there up. */
static inline uint8_t *der_replace(struct arena *arena, const struct der_parts *p, int at,
    size_t from, size_t to, const uint8_t *with, size_t with_length, size_t *length)
{
	const struct der_part *part = &p->list[at];
	size_t room = part->end - part->content - (to - from) + with_length;
	uint8_t *whole = arena_alloc(arena, room + 4), *out;
	out = der_write_header(whole, p->der[part->start], room);
	memcpy(out, p->der + part->content, from - part->content);
	memcpy(out + (from - part->content), with, with_length);
	memcpy(out + (from - part->content) + with_length, p->der + to, part->end - to);
	*length = (size_t)(out - whole) + room;
	if (part->parent < 0)
		return whole;
	return der_replace(arena, p, part->parent, part->start, part->end, whole, *length, length);
}

/* What a part may become, or have before it. */
static const struct {
	size_t length;
	const char *octets;
} der_pieces[] = {
#define PIECE(octets)                                                                              \
	{                                                                                          \
		sizeof octets - 1, octets                                                          \
	}
    PIECE(""),
    PIECE("\x05\x00"),                                     /* NULL */
    PIECE("\x05\x01\x00"),                                 /* NULL of one octet */
    PIECE("\x01\x00"),                                     /* BOOLEAN of no octets */
    PIECE("\x01\x01\xff"),                                 /* TRUE */
    PIECE("\x01\x01\x01"),                                 /* TRUE in BER alone */
    PIECE("\x01\x02\xff\xff"),                             /* BOOLEAN of two octets */
    PIECE("\x02\x00"),                                     /* INTEGER of no octets */
    PIECE("\x02\x01\xff"),                                 /* -1 */
    PIECE("\x02\x02\x00\x01"),                             /* 1, not the shortest */
    PIECE("\x02\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff"), /* over 32 bits */
    PIECE("\x03\x01\x00"),                                 /* BIT STRING of no bits */
    PIECE("\x03\x02\x01\xff"),                             /* unused bit set */
    PIECE("\x03\x00"),
    PIECE("\x04\x00"),
    PIECE("\x30\x00"),
    PIECE("\x31\x00"),
    PIECE("\x06\x00"),             /* OBJECT IDENTIFIER of no octets */
    PIECE("\x06\x03\x2b\x65\x70"), /* Ed25519 */
    PIECE("\x17\x0d\x32\x36\x31\x33\x30\x31\x30\x30\x30\x30\x30\x30\x5a"), /* month 13 */
    PIECE("\x17\x0b\x32\x36\x30\x31\x30\x31\x30\x30\x30\x30\x5a"),         /* no seconds */
    PIECE("\x18\x0f"
	  "20500230000000Z"), /* 30 February */
    PIECE("\x17\x11\x32\x36\x30\x31\x30\x31\x30\x30\x30\x30\x30\x30\x2b\x30\x31\x30\x30"),
    PIECE("\x0c\x01\xff"),         /* UTF8String that is none */
    PIECE("\x1e\x01\x41"),         /* BMPString of half a character */
    PIECE("\x13\x01\x2a"),         /* PrintableString with an asterisk */
    PIECE("\x82\x00"),             /* an empty dNSName */
    PIECE("\x87\x03\x01\x02\x03"), /* an iPAddress of three octets */
    /* Extensions: sbgp-ipAddrBlock, sbgp-autonomousSysNum, proxyCertInfo, a CRL distribution point
     * with reasons alone, policy constraints, inhibit anyPolicy, key usage of no bits. */
    PIECE("\x30\x1d\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x07\x04\x11\x30\x0f\x30\x0d\x04\x02\x00"
	  "\x01\x30\x07\x03\x05\x00\x0a\x00\x00\x00"),
    PIECE("\x30\x18\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x08\x04\x0c\x30\x0a\xa0\x08\x30\x06\x02"
	  "\x04\x00\x01\x00\x00"),
    PIECE("\x30\x1b\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x0e\x04\x0f\x30\x0d\x30\x0b\x06\x09\x2b"
	  "\x06\x01\x05\x05\x07\x15\x01\x01"),
    PIECE("\x30\x1b\x06\x08\x2b\x06\x01\x05\x05\x07\x01\x0e\x01\x01\xff\x04\x0c\x30\x0a\x06\x08"
	  "\x2b\x06\x01\x05\x05\x07\x15\x01"),
    PIECE("\x30\x0f\x06\x03\x55\x1d\x1f\x04\x08\x30\x06\x30\x04\x81\x02\x07\x80"),
    PIECE("\x30\x0c\x06\x03\x55\x1d\x24\x04\x05\x30\x03\x80\x01\x00"),
    PIECE("\x30\x0a\x06\x03\x55\x1d\x36\x04\x03\x02\x01\x00"),
    PIECE("\x30\x0a\x06\x03\x55\x1d\x0f\x04\x03\x03\x01\x00"),
    PIECE("\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\xff"),
    PIECE("\x30\x0b\x06\x03\x55\x1d\x13\x04\x04\x30\x02\x01\x00"),
#undef PIECE
};

/* A copy with one part left out, doubled, replaced, preceded or of another tag. `random` gives a
 * number below its argument. */
static inline uint8_t *der_mutate(struct arena *arena, const uint8_t *der, size_t size,
    unsigned (*random)(unsigned below), size_t *length)
{
	static struct der_parts p;
	p.der = der;
	p.count = 0;
	der_list_parts(&p, 0, size, -1);
	int at = 1 + (int)random((unsigned)p.count - 1);
	const struct der_part *part = &p.list[at];
	unsigned n = random(sizeof der_pieces / sizeof *der_pieces);
	const uint8_t *piece = (const uint8_t *)der_pieces[n].octets;
	size_t piece_length = der_pieces[n].length;
	switch (random(6)) {
	case 0: /* left out */
		return der_replace(
		    arena, &p, part->parent, part->start, part->end, piece, 0, length);
	case 1: /* doubled */
		return der_replace(arena, &p, part->parent, part->end, part->end, der + part->start,
		    part->end - part->start, length);
	case 2: /* its content */
		return der_replace(
		    arena, &p, at, part->content, part->end, piece, piece_length, length);
	case 3: /* another before it */
		return der_replace(
		    arena, &p, part->parent, part->start, part->start, piece, piece_length, length);
	case 4: /* another behind it */
		return der_replace(
		    arena, &p, part->parent, part->end, part->end, piece, piece_length, length);
	default:
		return der_replace(
		    arena, &p, part->parent, part->start, part->end, piece, piece_length, length);
	}
}

#endif

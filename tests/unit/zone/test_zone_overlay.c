/* Proposed DNS data: which names it speaks for, and what it answers. */
#include <stdio.h>
#include <unistd.h>

#include "limit.h"

#include "zone_overlay.h"
#include "zone_rows.h"

static const char *add(struct zone_overlay *overlay, struct arena *arena, const char *name,
    const char *text, size_t length)
{
	const struct zone_error *error = NULL;
	struct zone_file *file = zone_file_parse(arena, name, text, length, &error);
	if (file)
		error = zone_overlay_add(overlay, file);
	return error ? error->message : NULL;
}

/* "KIND at FINAL DATA, DATA ttl N and N twice (NAME by WILDCARD)" */
static const char *show_lookup(
    struct arena *arena, enum overlay_result result, const struct lookup *l)
{
	static const char *const kinds[] = {
	    [ANSWER_RECORDS] = "records",
	    [ANSWER_NODATA] = "nodata",
	    [ANSWER_NXDOMAIN] = "nxdomain",
	    [ANSWER_FAILED] = "failed",
	};
	struct buffer b = {0};
	if (result == OVERLAY_NOT_COVERED)
		return "live";
	if (!l->proposed || l->alias_dnssec != l->dnssec ||
	    l->dnssec != (l->kind == ANSWER_FAILED ? DNSSEC_INDETERMINATE : DNSSEC_SECURE))
		return "not marked as it should be";
	if (result == OVERLAY_ALIAS)
		return arena_printf(arena, "alias to live %s", l->final);
	buffer_add_text(&b, kinds[l->kind]);
	if (l->kind == ANSWER_FAILED)
		buffer_printf(&b, " %u: %s", l->failure, l->error);
	else if (strcmp(l->final, l->asked) != 0)
		buffer_printf(&b, " at %s", l->final);
	for (size_t i = 0; i < l->record_count; i++) {
		struct zone_record r = {.type = (uint16_t)l->type, .data = l->records[i]};
		buffer_add_text(&b, i ? ", " : " ");
		show_data(arena, &r, &b);
	}
	if (l->record_count)
		buffer_printf(&b, " ttl %u", l->original_ttl);
	if (l->duplicates)
		buffer_printf(&b, " and %zu twice", l->duplicates);
	for (size_t i = 0; i < l->expansion_count; i++)
		buffer_printf(&b, " (%s by %s)", l->expansions[i].name, l->expansions[i].wildcard);
	if (l->shadowed)
		buffer_printf(&b, " (%s taken away by %s)", l->shadowed, l->shadowed_by);
	char *text = arena_strdup(arena, buffer_text(&b));
	buffer_reset(&b);
	return text;
}

struct question {
	const char *label, *name;
	enum dns_type type;
	const char *want;
};

static void ask_all(
    const char *const *texts, size_t text_count, const struct question *rows, size_t row_count)
{
	struct arena *arena = arena_create();
	struct zone_overlay *overlay = zone_overlay_create_empty();
	for (size_t i = 0; i < text_count; i++) {
		const char *name = arena_printf(arena, "file%zu", i + 1);
		const char *error = add(overlay, arena, name, texts[i], strlen(texts[i]));
		if (error)
			fail_msg("%s", error);
	}
	for (size_t i = 0; i < row_count; i++) {
		struct lookup l = {0};
		const char *got = show_lookup(
		    arena, zone_overlay_lookup(overlay, arena, rows[i].name, rows[i].type, &l), &l);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s:\n got: %s\nwant: %s", rows[i].label, got, rows[i].want);
	}
	zone_overlay_destroy(overlay);
	arena_destroy(arena);
}

#define ASK_ALL(texts, rows)                                                                       \
	ask_all(texts, sizeof(texts) / sizeof *(texts), rows, sizeof(rows) / sizeof *(rows))

/* ---- Whole zones ---- */

static const char zone[] = "$ORIGIN z.example.\n$TTL 300\n"
			   "@ SOA ns1 hostmaster 1 2 3 4 5\n"
			   "  NS ns1\n"
			   "  MX 10 mx1\n"
			   "  600 MX 20 mx2\n"
			   "ns1 A 192.0.2.53\n"
			   "mx1 A 192.0.2.1\n"
			   "  A 192.0.2.2\n"
			   "  A 192.0.2.1\n"
			   "_25._tcp.mx1 TLSA 3 1 1 ab\n"
			   "  TLSA 3 1 1 AB\n"
			   "  TLSA 3 1 2 ab\n"
			   "a.b.c TXT x\n"
			   "www CNAME mx1\n"
			   "far CNAME far.other.example.\n"
			   "near CNAME www\n"
			   "gone CNAME nobody\n"
			   "loop1 CNAME loop2\n"
			   "loop2 CNAME loop1\n"
			   "*.wild A 192.0.2.7\n"
			   "real.wild TXT x\n"
			   "*._tcp.mx2 CNAME _25._tcp.mx1\n"
			   "*.ent AAAA 2001:db8::1\n"
			   "x.*.deep TXT x\n"
			   "sub NS ns1.sub\n"
			   "  DS 1 13 2 ab\n"
			   "ns1.sub A 192.0.2.54\n"
			   "moved DNAME z.example.\n"
			   "  TXT own\n"
			   "out DNAME other.example.\n"
			   "hidden.out A 192.0.2.9\n"
			   "ptr SRV 0 0 25 mx1\n"
			   "@ RRSIG SOA 13 2 300 20261210000000 20261120000000 1 @ YWJj\n"
			   "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 0 0 - 2vptu5 A\n"
			   "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom RRSIG NSEC3 13 3 300 20261210000000 "
			   "20261120000000 1 @ YWJj\n";

static void test_zone(void **state)
{
	(void)state;
	static const char *const texts[] = {zone};
	static const struct question rows[] = {
	    {"apex", "z.example", DNS_TYPE_MX,
		"records 10 'mx1.z.example', 20 'mx2.z.example' ttl 600"},
	    {"apex without the type", "z.example", DNS_TYPE_A, "nodata"},
	    {"duplicates", "mx1.z.example", DNS_TYPE_A,
		"records 192.0.2.1, 192.0.2.2 ttl 300 and 1 twice"},
	    {"duplicates whatever their case", "_25._tcp.mx1.z.example", DNS_TYPE_TLSA,
		"records 3 1 1 ab, 3 1 2 ab ttl 300 and 1 twice"},
	    {"no such type", "mx1.z.example", DNS_TYPE_AAAA, "nodata"},
	    {"no such name", "mx9.z.example", DNS_TYPE_A, "nxdomain"},
	    {"no such name, deep", "a.b.mx9.z.example", DNS_TYPE_A, "nxdomain"},
	    {"no such name below one that is", "_25._tcp.ns1.z.example", DNS_TYPE_TLSA, "nxdomain"},
	    {"empty non-terminal", "b.c.z.example", DNS_TYPE_TXT, "nodata"},
	    {"empty non-terminal at the top", "c.z.example", DNS_TYPE_TXT, "nodata"},
	    {"empty non-terminal of the TLSA owner", "_tcp.mx1.z.example", DNS_TYPE_TLSA, "nodata"},
	    {"a type that is passed over makes the name", "ptr.z.example", DNS_TYPE_A, "nodata"},
	    {"NSEC3 owners are no names", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.z.example", DNS_TYPE_A,
		"nxdomain"},
	    {"above the apex", "example", DNS_TYPE_A, "live"},
	    {"beside the apex", "az.example", DNS_TYPE_A, "live"},
	    {"elsewhere", "other.example", DNS_TYPE_A, "live"},
	    {"alias", "www.z.example", DNS_TYPE_AAAA, "nodata at mx1.z.example"},
	    {"two aliases", "near.z.example", DNS_TYPE_A,
		"records at mx1.z.example 192.0.2.1, 192.0.2.2 ttl 300 and 1 twice"},
	    {"alias to nothing", "gone.z.example", DNS_TYPE_A, "nxdomain at nobody.z.example"},
	    {"alias out of the zone", "far.z.example", DNS_TYPE_A,
		"alias to live far.other.example"},
	    {"alias loop", "loop1.z.example", DNS_TYPE_A,
		"failed 4: an alias loop, or over 16 aliases in a row"},
	    {"the alias itself", "near.z.example", DNS_TYPE_CNAME, "records www.z.example ttl 300"},
	    {"no alias", "mx1.z.example", DNS_TYPE_CNAME, "nodata"},
	    {"at the cut", "sub.z.example", DNS_TYPE_A, "live"},
	    {"below the cut, though there is glue", "ns1.sub.z.example", DNS_TYPE_A, "live"},
	    {"below the cut", "a.b.sub.z.example", DNS_TYPE_A, "live"},
	};
	ASK_ALL(texts, rows);
}

/* RFC 4592 §2.2.1, 3.3.1 and 4; RFC 6672 §2.3, 3.2 */
static void test_wildcards_and_dname(void **state)
{
	(void)state;
	static const char *const texts[] = {zone};
	static const struct question rows[] = {
	    {"wildcard", "any.wild.z.example", DNS_TYPE_A,
		"records 192.0.2.7 ttl 300 (any.wild.z.example by *.wild.z.example)"},
	    {"wildcard over several labels", "a.b.wild.z.example", DNS_TYPE_A,
		"records 192.0.2.7 ttl 300 (a.b.wild.z.example by *.wild.z.example)"},
	    {"wildcard without the type", "any.wild.z.example", DNS_TYPE_MX, "nodata"},
	    {"a name that is blocks it", "real.wild.z.example", DNS_TYPE_A, "nodata"},
	    {"and everything below itself", "a.real.wild.z.example", DNS_TYPE_A, "nxdomain"},
	    {"the wildcard's parent", "wild.z.example", DNS_TYPE_A, "nodata"},
	    {"asked by its own name", "*.wild.z.example", DNS_TYPE_A, "records 192.0.2.7 ttl 300"},
	    {"a name below the asterisk", "a.*.wild.z.example", DNS_TYPE_A, "nxdomain"},
	    {"wildcard alias of a TLSA owner", "_25._tcp.mx2.z.example", DNS_TYPE_TLSA,
		"records at _25._tcp.mx1.z.example 3 1 1 ab, 3 1 2 ab ttl 300 and 1 twice "
		"(_25._tcp.mx2.z.example by *._tcp.mx2.z.example)"},
	    {"the wildcard alias itself", "_25._tcp.mx2.z.example", DNS_TYPE_CNAME,
		"records _25._tcp.mx1.z.example ttl 300 (_25._tcp.mx2.z.example by "
		"*._tcp.mx2.z.example)"},
	    {"empty non-terminal wildcard", "any.deep.z.example", DNS_TYPE_TXT, "nodata"},
	    {"DNAME's own data", "moved.z.example", DNS_TYPE_TXT, "records [own] ttl 300"},
	    {"DNAME is no alias of itself", "moved.z.example", DNS_TYPE_A, "nodata"},
	    {"below a DNAME", "_25._tcp.mx1.moved.z.example", DNS_TYPE_TLSA,
		"records at _25._tcp.mx1.z.example 3 1 1 ab, 3 1 2 ab ttl 300 and 1 twice"},
	    {"below a DNAME, then absent", "mx9.moved.z.example", DNS_TYPE_A,
		"nxdomain at mx9.z.example"},
	    {"below a DNAME out of the zone", "a.out.z.example", DNS_TYPE_A,
		"alias to live a.other.example"},
	    {"hidden by a DNAME", "hidden.out.z.example", DNS_TYPE_A,
		"alias to live hidden.other.example"},
	    {"the alias that a DNAME makes", "a.out.z.example", DNS_TYPE_CNAME,
		"records a.other.example ttl 300"},
	};
	ASK_ALL(texts, rows);
}

static void test_zones(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    ("$ORIGIN example.\n@ SOA @ @ 1 2 3 4 5\nup A 192.0.2.1\na.child A 192.0.2.2\n"
	     "to CNAME b.child\nround CNAME x.other.\n"),
	    "$ORIGIN child.example.\n@ SOA @ @ 1 2 3 4 5\nb A 192.0.2.3\nback CNAME up.example.\n",
	    "$ORIGIN other.\n@ SOA @ @ 1 2 3 4 5\n@ SOA @ @ 1 2 3 4 5\nx CNAME live.test.\n",
	};
	static const struct question rows[] = {
	    {"parent", "up.example", DNS_TYPE_A, "records 192.0.2.1 ttl 3600"},
	    {"the lower apex speaks", "a.child.example", DNS_TYPE_A, "nxdomain"},
	    {"child", "b.child.example", DNS_TYPE_A, "records 192.0.2.3 ttl 3600"},
	    {"from parent to child", "to.example", DNS_TYPE_A,
		"records at b.child.example 192.0.2.3 ttl 3600"},
	    {"from child to parent", "back.child.example", DNS_TYPE_A,
		"records at up.example 192.0.2.1 ttl 3600"},
	    {"over two zones and out", "round.example", DNS_TYPE_A, "alias to live live.test"},
	};
	ASK_ALL(texts, rows);
}

/* RFC 4592 §2.1.1: the asterisk of an apex is no wildcard; below it all is as elsewhere. */
static void test_apex_with_an_asterisk(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    ("$ORIGIN *.z.example.\n@ SOA @ @ 1 2 3 4 5\n@ MX 0 mx\nmx A 192.0.2.1\n"
	     "* A 192.0.2.2\n_25._tcp.deep A 192.0.2.3\n"),
	    "$ORIGIN z.example.\n@ SOA @ @ 1 2 3 4 5\n@ MX 0 mx.*\n* NS ns.live.\n"};
	static const struct question rows[] = {
	    {"apex", "*.z.example", DNS_TYPE_MX, "records 0 'mx.*.z.example' ttl 3600"},
	    {"a name", "mx.*.z.example", DNS_TYPE_A, "records 192.0.2.1 ttl 3600"},
	    {"no name of the zone above", "x.z.example", DNS_TYPE_MX, "nodata"},
	    {"its own wildcard", "x.*.z.example", DNS_TYPE_A,
		"records 192.0.2.2 ttl 3600 (x.*.z.example by *.*.z.example)"},
	    {"a name that takes it away", "deep.*.z.example", DNS_TYPE_A,
		"nodata (*.*.z.example taken away by _25._tcp.deep.*.z.example)"},
	};
	static const struct expansion own = {"x.*.z.example", "*.*.z.example"}, root = {"a.b", "*"};
	ASK_ALL(texts, rows);
	assert_true(lookup_expansion_ends(&own, "_25._tcp.x.*.z.example"));
	assert_false(lookup_expansion_ends(&own, "_25._tcp.y.*.z.example"));
	assert_false(lookup_expansion_ends(&own, "*.z.example"));
	assert_true(lookup_expansion_ends(&root, "c.b"));
	assert_false(lookup_expansion_ends(&root, "c.c"));
}

/* What a new record's TTL is, where there is none (RFC 2308 §4): the $TTL in force at the end of
 * the file that its owner is in. */
static void test_ttl_of_new_records(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    ("$ORIGIN a.example.\n$TTL 1d\n@ SOA @ @ 1 2 3 4 5\n$TTL 300\n@ MX 0 mx\n"
	     "to CNAME mx.b.example.\nout CNAME mx.live.\nmx 60 A 192.0.2.1\n* A 192.0.2.2\n"),
	    "$ORIGIN b.example.\n$TTL 0\n@ SOA @ @ 1 2 3 4 5\n",
	    "$ORIGIN c.example.\n@ 60 SOA @ @ 1 2 3 4 5\n",
	    "$TTL 900\nx.d.example. A 192.0.2.1\nzero.d.example. 0 A 192.0.2.1\n",
	};
	static const struct {
		const char *label, *name;
		enum dns_type type;
		uint32_t asked, end; /* in place of the alias, and at its end */
	} rows[] = {
	    {"absent", "_25._tcp.mx.a.example", DNS_TYPE_TLSA, 300, 300},
	    {"there", "mx.a.example", DNS_TYPE_A, 60, 60},
	    {"a wildcard answers", "any.a.example", DNS_TYPE_MX, 300, 300},
	    {"an alias into another zone", "to.a.example", DNS_TYPE_A, 300, 0},
	    {"an alias out of them", "out.a.example", DNS_TYPE_A, 300, 3600},
	    {"a file with a TTL, but no $TTL", "c.example", DNS_TYPE_MX, 3600, 3600},
	    {"a single RRset", "x.d.example", DNS_TYPE_A, 900, 900},
	    {"there, not to be cached", "zero.d.example", DNS_TYPE_A, 0, 0},
	};
	struct arena *arena = arena_create();
	struct zone_overlay *overlay = zone_overlay_create_empty();
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_null(add(overlay, arena, "z", texts[i], strlen(texts[i])));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lookup l;
		print_message("%s\n", rows[i].label);
		(void)zone_overlay_lookup(overlay, arena, rows[i].name, rows[i].type, &l);
		assert_int_equal(lookup_ttl_for(&l, l.asked), rows[i].asked);
		assert_int_equal(lookup_ttl_for(&l, l.final), rows[i].end);
	}
	assert_int_equal(lookup_ttl_for(NULL, "mx.live"), 3600);
	zone_overlay_destroy(overlay);
	arena_destroy(arena);
}

static void test_root_zone(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "$ORIGIN .\n@ SOA . . 1 2 3 4 5\n* A 192.0.2.1\nb DNAME @\nmx.c A 192.0.2.2\n"};
	static const struct question rows[] = {
	    {"root", "", DNS_TYPE_A, "nodata"},
	    {"wildcard at the root", "a.b.test", DNS_TYPE_A,
		"records 192.0.2.1 ttl 3600 (a.b.test by *)"},
	    {"DNAME to the root", "mx.c.b", DNS_TYPE_A, "records at mx.c 192.0.2.2 ttl 3600"},
	};
	ASK_ALL(texts, rows);
}

/* ---- Single RRsets ---- */

static void test_single(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "$ORIGIN x.example.\nmx A 192.0.2.1\n_25._tcp.mx TLSA 3 1 1 ab\n TLSA 3 1 1 ab\n"
	    "moved CNAME mx\naway CNAME y.test.\ntree DNAME x.example.\nmx NS ns.test.\n"
	    "www.z.example. TXT over\nns1.z.example. CNAME mx.z.example.\n"
	    "mx A \\# 4 c0000202\n",
	    zone,
	    "new.example. A 192.0.2.9\n",
	};
	static const struct question rows[] = {
	    {"RRset", "mx.x.example", DNS_TYPE_A, "records 192.0.2.1, 192.0.2.2 ttl 3600"},
	    {"another type of the name", "mx.x.example", DNS_TYPE_AAAA, "live"},
	    {"the name above", "_tcp.mx.x.example", DNS_TYPE_TLSA, "live"},
	    {"TLSA", "_25._tcp.mx.x.example", DNS_TYPE_TLSA,
		"records 3 1 1 ab ttl 3600 and 1 twice"},
	    {"alias takes every type", "moved.x.example", DNS_TYPE_A,
		"records at mx.x.example 192.0.2.1, 192.0.2.2 ttl 3600"},
	    {"alias, the target's type not there", "moved.x.example", DNS_TYPE_AAAA,
		"alias to live mx.x.example"},
	    {"alias out", "away.x.example", DNS_TYPE_TXT, "alias to live y.test"},
	    {"DNAME", "mx.tree.x.example", DNS_TYPE_A,
		"records at mx.x.example 192.0.2.1, 192.0.2.2 ttl 3600"},
	    {"DNAME's own name", "tree.x.example", DNS_TYPE_A, "live"},
	    {"over a zone's alias", "www.z.example", DNS_TYPE_TXT, "records [over] ttl 3600"},
	    {"the zone's other types stay", "www.z.example", DNS_TYPE_A,
		"records at mx1.z.example 192.0.2.1, 192.0.2.2 ttl 300 and 1 twice"},
	    {"an alias over a zone's name", "ns1.z.example", DNS_TYPE_TXT,
		"nxdomain at mx.z.example"},
	    {"of another file", "new.example", DNS_TYPE_A, "records 192.0.2.9 ttl 3600"},
	    {"of no file", "old.example", DNS_TYPE_A, "live"},
	};
	ASK_ALL(texts, rows);
}

/* ---- What only the zone's software knows ---- */

/* "OWNER TYPE LINE:COLUMN" of what decides, or "known". */
static const char *show_unknown(struct arena *arena, const struct unknown_data *u)
{
	return u ? arena_printf(arena, "%s %s %u:%u", u->owner, u->type, u->at->line, u->at->column)
		 : "known";
}

static void ask_unknown(
    const char *const *texts, size_t text_count, const struct question *rows, size_t row_count)
{
	struct arena *arena = arena_create();
	struct zone_overlay *overlay = zone_overlay_create_empty();
	for (size_t i = 0; i < text_count; i++)
		assert_null(add(overlay, arena, "file", texts[i], strlen(texts[i])));
	for (size_t i = 0; i < row_count; i++) {
		const char *got = show_unknown(
		    arena, zone_overlay_unknown(overlay, arena, rows[i].name, rows[i].type));
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s:\n got: %s\nwant: %s", rows[i].label, got, rows[i].want);
	}
	zone_overlay_destroy(overlay);
	assert_null(zone_overlay_unknown(NULL, arena, "a", DNS_TYPE_A));
	arena_destroy(arena);
}

static void test_unknown_data(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "$ORIGIN u.example.\n@ SOA . . 1 2 3 4 5\n@ NS ns\n@ MX 10 mx\n"
	    "@ ALIAS far.test.\nmx LUA A \"pickrandom({'192.0.2.1'})\"\n   A 192.0.2.2\n"
	    "_25._tcp.mx lua tlsa \"f()\"\nmany LUA CNAME \"f()\"\nmany TXT x\n"
	    "*.w ALIAS far.test.\nown TYPE65280 \\# 0\nown A 192.0.2.3\n"
	    "bare TYPE65280 \\# 0\nnotes TYPE65534 \\# 0\nnotes TYPE1234 \\# 0\n"
	    "wire TYPE65401 \\# 1 00\nblob TYPE65402 \\# 0\nto CNAME mx\nsub NS ns.sub\n"
	    "host.sub ALIAS far.test.\n",
	    "laid.example. ALIAS far.test.\nlaid.example. TXT x\nover.w.u.example. A 192.0.2.9\n",
	};
	static const struct question rows[] = {
	    {"ALIAS, A", "u.example", DNS_TYPE_A, "u.example ALIAS 5:1"},
	    {"ALIAS, AAAA", "u.example", DNS_TYPE_AAAA, "u.example ALIAS 5:1"},
	    {"ALIAS, MX", "u.example", DNS_TYPE_MX, "known"},
	    {"ALIAS, TXT", "u.example", DNS_TYPE_TXT, "known"},
	    {"LUA beside the type that it makes", "mx.u.example", DNS_TYPE_A,
		"mx.u.example LUA 6:1"},
	    {"LUA, another type", "mx.u.example", DNS_TYPE_AAAA, "known"},
	    {"LUA TLSA", "_25._tcp.mx.u.example", DNS_TYPE_TLSA, "_25._tcp.mx.u.example LUA 8:1"},
	    {"LUA CNAME", "many.u.example", DNS_TYPE_TXT, "many.u.example LUA 9:1"},
	    {"wildcard", "a.w.u.example", DNS_TYPE_A, "*.w.u.example ALIAS 11:1"},
	    {"wildcard, another type", "a.w.u.example", DNS_TYPE_TLSA, "known"},
	    {"a plain record over it", "over.w.u.example", DNS_TYPE_A, "known"},
	    {"private use beside data", "own.u.example", DNS_TYPE_A, "known"},
	    {"private use beside the other family", "own.u.example", DNS_TYPE_AAAA, "known"},
	    {"private use, no data", "own.u.example", DNS_TYPE_TLSA,
		"own.u.example TYPE65280 12:1"},
	    {"private use alone", "bare.u.example", DNS_TYPE_A, "bare.u.example TYPE65280 14:1"},
	    {"BIND's notes, other types", "notes.u.example", DNS_TYPE_A, "known"},
	    {"ALIAS by number", "wire.u.example", DNS_TYPE_A, "wire.u.example ALIAS 17:1"},
	    {"LUA by number", "blob.u.example", DNS_TYPE_MX, "blob.u.example LUA 18:1"},
	    {"no such name", "none.u.example", DNS_TYPE_A, "known"},
	    {"below a delegation", "host.sub.u.example", DNS_TYPE_A, "known"},
	    {"laid over live DNS", "laid.example", DNS_TYPE_A, "laid.example ALIAS 1:1"},
	    {"laid over, another type", "laid.example", DNS_TYPE_TXT, "known"},
	};
	static const struct question answers[] = {
	    {"decided elsewhere", "u.example", DNS_TYPE_A, "live"},
	    {"by way of an alias", "to.u.example", DNS_TYPE_A, "alias to live mx.u.example"},
	    {"the alias itself", "to.u.example", DNS_TYPE_AAAA, "nodata at mx.u.example"},
	    {"other types", "u.example", DNS_TYPE_MX, "records 10 'mx.u.example' ttl 3600"},
	    {"the name exists", "mx.u.example", DNS_TYPE_TXT, "nodata"},
	    {"beside private use", "own.u.example", DNS_TYPE_A, "records 192.0.2.3 ttl 3600"},
	    {"by a wildcard", "a.w.u.example", DNS_TYPE_AAAA, "live"},
	    {"laid over, another type", "laid.example", DNS_TYPE_TXT, "records [x] ttl 3600"},
	};
	ask_unknown(texts, 2, rows, sizeof rows / sizeof *rows);
	ASK_ALL(texts, answers);
}

/* ---- Names in other spellings, and long chains ---- */

static void test_names(void **state)
{
	(void)state;
	static const char *const texts[] = {"a\\.b.example. A 192.0.2.1\n"};
	static const struct question rows[] = {
	    {"as the resolver writes it", "a\\046b.example", DNS_TYPE_A,
		"records 192.0.2.1 ttl 3600"},
	    {"no such label", "a.b.example", DNS_TYPE_A, "live"},
	    {"no name at all", "a..b", DNS_TYPE_A, "live"},
	};
	ASK_ALL(texts, rows);
	struct lookup l;
	struct arena *arena = arena_create();
	assert_int_equal(
	    zone_overlay_lookup(NULL, arena, "a.example", DNS_TYPE_A, &l), OVERLAY_NOT_COVERED);
	arena_destroy(arena);
}

/* RFC 4592 §2.2.2: a record makes all names above it exist. */
static void test_wildcard_taken_away(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "$ORIGIN z.example.\n@ SOA @ @ 1 2 3 4 5\n* A 192.0.2.7\n*.c CNAME far.example.\n"
	    "_25._tcp.mx1 TLSA 3 1 1 ab\nb.a TXT x\nown A 192.0.2.8\n",
	    "_25._tcp.mx2.z.example. TLSA 3 1 1 ab\nx.c.z.example. TXT x\n"};
	static const struct question rows[] = {
	    {"in the zone", "mx1.z.example", DNS_TYPE_A,
		"nodata (*.z.example taken away by _25._tcp.mx1.z.example)"},
	    {"between the two", "_tcp.mx1.z.example", DNS_TYPE_A,
		"nodata (*.z.example taken away by _25._tcp.mx1.z.example)"},
	    {"nor does the wildcard have it", "mx1.z.example", DNS_TYPE_MX, "nodata"},
	    {"above", "a.z.example", DNS_TYPE_A,
		"nodata (*.z.example taken away by b.a.z.example)"},
	    {"records of its own", "b.a.z.example", DNS_TYPE_A, "nodata"},
	    {"beside", "mx3.z.example", DNS_TYPE_A,
		"records 192.0.2.7 ttl 3600 (mx3.z.example by *.z.example)"},
	    {"by a single RRset", "mx2.z.example", DNS_TYPE_A,
		"nodata (*.z.example taken away by _25._tcp.mx2.z.example)"},
	    {"below what a single RRset makes", "_465._tcp.mx2.z.example", DNS_TYPE_A,
		"nxdomain (*.z.example taken away by _25._tcp.mx2.z.example)"},
	    {"the single RRset", "_25._tcp.mx2.z.example", DNS_TYPE_TLSA,
		"records 3 1 1 ab ttl 3600"},
	    {"an alias", "x.c.z.example", DNS_TYPE_A,
		"nodata (*.c.z.example taken away by x.c.z.example)"},
	    {"another name of the alias", "y.c.z.example", DNS_TYPE_A, "alias to live far.example"},
	};
	ASK_ALL(texts, rows);
}

/* RFC 2181 §10.1, RFC 6672 §2.4. */
static void test_conflicts(void **state)
{
	(void)state;
	static const char text[] = "tlsa.test. TLSA 3 1 1 ab\nalias.test. CNAME far.test.\n";
	static struct expansion wild = {"tlsa.test", "*.test"};
	static const struct {
		struct lookup live;
		const char *want;
	} rows[] = {
	    {{.asked = "tlsa.test",
		 .final = "far.test",
		 .alias = "far.test",
		 .type = DNS_TYPE_TLSA},
		"z:1: expected no TLSA at tlsa.test, where live DNS has a CNAME (RFC 2181 §10.1)"},
	    {{.asked = "tlsa.test", .final = "tlsa.far", .type = DNS_TYPE_TLSA},
		"z:1: expected no TLSA at tlsa.test, where live DNS has a DNAME above it (RFC 6672 "
		"§2.4)"},
	    {{.asked = "tlsa.test",
		 .final = "far.test",
		 .alias = "far.test",
		 .type = DNS_TYPE_TLSA,
		 .expansions = &wild,
		 .expansion_count = 1},
		NULL},
	    {{.asked = "tlsa.test", .final = "tlsa.test", .type = DNS_TYPE_TLSA}, NULL},
	    {{.asked = "tlsa.test",
		 .final = "far.test",
		 .alias = "far.test",
		 .dnssec = DNSSEC_BOGUS},
		NULL},
	    {{.asked = "alias.test", .final = "alias.test", .type = DNS_TYPE_A},
		"z:2: expected no CNAME at alias.test, where live DNS has A records (RFC 2181 "
		"§10.1)"},
	    {{.asked = "alias.test",
		 .final = "alias.test",
		 .type = DNS_TYPE_A,
		 .kind = ANSWER_NODATA},
		NULL},
	    {{.asked = "alias.test", .final = "near.test", .alias = "near.test"}, NULL},
	    {{.asked = "other.test", .final = "near.test", .alias = "near.test"}, NULL},
	};
	struct arena *arena = arena_create();
	struct zone_overlay *overlay = zone_overlay_create_empty();
	assert_null(add(overlay, arena, "z", text, sizeof text - 1));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = zone_overlay_conflict(overlay, arena, &rows[i].live);
		if (!got != !rows[i].want || (got && strcmp(got, rows[i].want) != 0))
			fail_msg("row %zu: %s", i, got ? got : "none");
	}
	assert_null(zone_overlay_conflict(NULL, arena, &rows[0].live));
	assert_null(zone_overlay_conflict(overlay, arena, NULL));
	zone_overlay_destroy(overlay);
	arena_destroy(arena);
}

static void test_chain_length(void **state)
{
	(void)state;
	struct buffer b = {0};
	for (int i = 0; i < LIMIT_ALIAS_LINKS + 1; i++)
		buffer_printf(&b, "n%d. CNAME n%d.\n", i, i + 1);
	buffer_printf(&b, "n%d. A 192.0.2.1\n", LIMIT_ALIAS_LINKS + 1);
	const char *const texts[] = {buffer_text(&b)};
	static const struct question rows[] = {
	    {"16 links", "n1", DNS_TYPE_A, "records at n17 192.0.2.1 ttl 3600"},
	    {"17 links", "n0", DNS_TYPE_A, "failed 4: an alias loop, or over 16 aliases in a row"},
	};
	ASK_ALL(texts, rows);
	buffer_reset(&b);
}

#define LABEL61 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1"

static void test_dname_too_long(void **state)
{
	(void)state;
	static const char *const texts[] = {"d. DNAME " LABEL61 "." LABEL61 "." LABEL61 ".\n"
					    "e. DNAME " LABEL61 "." LABEL61 "." LABEL61 ".a.\n"};
	static const struct question rows[] = {
	    {"fits", LABEL61 ".aaaa.d", DNS_TYPE_A,
		"alias to live " LABEL61 ".aaaa." LABEL61 "." LABEL61 "." LABEL61},
	    {"does not", LABEL61 ".aaaaaa.e", DNS_TYPE_A,
		"failed 3: a DNAME makes a name that is too long"},
	};
	ASK_ALL(texts, rows);
}

#define HEAD "@ SOA ns hostmaster 1 2 3 4 5\n NS ns\nns A 192.0.2.53\n"

static void test_files(void **state)
{
	(void)state;
	char folder[] = "/tmp/mxdane-zones-XXXXXX";
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	write_file("a", HEAD "@ MX 10 mx.b.example.\n*.sub MX 5 mx\n@ MX 20 mx\n"
			     "child NS ns.child\nchild MX 1 x\nalias CNAME a\nnull MX 0 .\n");
	write_file("broken", HEAD "@ MX ten mx\n");
	write_file("twice", "$ORIGIN a.example.\n" HEAD);
	write_file("implicit", HEAD "@ AAAA 2001:db8::1\n");
	write_file("silent", HEAD "* A 192.0.2.1\n");
	write_file("made", HEAD "@ ALIAS x.test.\nlua LUA MX \"f()\"\nboth LUA MX \"f()\"\n"
				"both MX 1 x\nprivate TYPE65280 \\# 0\n");
	write_file("noted", HEAD "@ A 192.0.2.1\n@ TYPE65280 \\# 0\n");
	write_file("single", "single.example. MX 1 mx\nother.example. A 192.0.2.1\n"
			     "c.example. MX 3 x\n");
	write_file("clash", "clash.example. MX 1 mx.x.\nsingle.example. MX 2 mx.x.\n");
	write_file("elsewhere", "$ORIGIN other.example.\n" HEAD);
	static const struct zone_option options[] = {{"a.example", "a"}, {NULL, "broken"},
	    {NULL, "twice"}, {"b.example", "implicit"}, {"c.example", "silent"},
	    {"e.example", "made"}, {"f.example", "noted"}, {"x", "single"}, {NULL, "clash"},
	    {"d.example", "elsewhere"}, {NULL, "/nonexistent/z"}};
	static const char *const refusals[] = {"broken:1: expected the owner of a record",
	    "twice:2: expected each zone in one --zone file, but a has the SOA of a.example too",
	    "clash:2: expected each RRset in one --zone file, but single.example MX stands in",
	    "elsewhere:2: expected the SOA of d.example, as --zone d.example=... says",
	    "/nonexistent/z: No such file or directory"};
	static const char *const domains[2] = {
	    "a.example *.sub.a.example null.a.example lua.e.example both.e.example single.example "
	    "c.example ",
	    "a.example *.sub.a.example null.a.example b.example e.example lua.e.example "
	    "both.e.example f.example single.example c.example "};
	struct arena *arena = arena_create();
	struct zone_refusals refused;
	struct zone_overlay *overlay =
	    zone_overlay_create(options, sizeof options / sizeof *options, arena, &refused);
	assert_int_equal(refused.count, sizeof refusals / sizeof *refusals);
	for (size_t i = 0; i < refused.count; i++)
		if (strncmp(refused.list[i].error->message, refusals[i], strlen(refusals[i])) != 0)
			fail_msg("got: %s\nwant: %s", refused.list[i].error->message, refusals[i]);
	for (int implicit = 0; implicit < 2; implicit++) {
		char got[512] = "";
		size_t count;
		const char **list =
		    zone_overlay_mail_domains(overlay, arena, implicit == 1, &count);
		for (size_t i = 0; i < count; i++)
			strcat(strcat(got, list[i]), " ");
		assert_string_equal(got, domains[implicit]);
	}
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		(void)unlink(options[i].file); /* not all are there */
	assert_int_equal(chdir("/") + rmdir(folder), 0);
	zone_overlay_destroy(overlay);
	zone_overlay_destroy(NULL);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_zone),
	    cmocka_unit_test(test_wildcards_and_dname),
	    cmocka_unit_test(test_zones),
	    cmocka_unit_test(test_apex_with_an_asterisk),
	    cmocka_unit_test(test_ttl_of_new_records),
	    cmocka_unit_test(test_root_zone),
	    cmocka_unit_test(test_single),
	    cmocka_unit_test(test_unknown_data),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_wildcard_taken_away),
	    cmocka_unit_test(test_conflicts),
	    cmocka_unit_test(test_chain_length),
	    cmocka_unit_test(test_dname_too_long),
	    cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

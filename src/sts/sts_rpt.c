/* sts_rpt.c owns the TLSRPT TXT record (RFC 8460 §3). */
#include <string.h>

#include "ascii.h"
#include "sts.h"
#include "sts_txt.h"

/* The characters of a URI (RFC 3986 §2), of which ",", ";" and "!" must be encoded here. */
static bool has_uri_characters(struct sts_text uri)
{
	for (size_t i = 0; i < uri.length; i++) {
		uint8_t c = uri.data[i];
		if (c == '%' && (uri.length - i < 3 || !ascii_is_hex(uri.data[i + 1]) ||
				    !ascii_is_hex(uri.data[i + 2])))
			return false;
		if (!ascii_is_alphanumeric(c) && (c == 0 || !strchr("%-._~:/?#[]@$&'()*+=", c)))
			return false;
	}
	return true;
}

/* Takes a scheme, in any case (RFC 3986 §3.1), off the front. */
static bool take_scheme(struct sts_text *uri, const char *scheme)
{
	size_t n = strlen(scheme);
	if (uri->length < n || !ascii_equal(uri->data, scheme, n))
		return false;
	uri->data += n;
	uri->length -= n;
	return true;
}

/* How many octets stand before the first that is one of `stops`. */
static size_t span_until(struct sts_text text, const char *stops)
{
	size_t n = 0;
	while (n < text.length && !(text.data[n] && strchr(stops, text.data[n])))
		n++;
	return n;
}

static const char *uri_fault(struct sts_text uri)
{
	if (uri.length == 0)
		return "its rua has an empty URI";
	if (!has_uri_characters(uri))
		return "its rua has a character that must be percent-encoded";
	if (take_scheme(&uri, "mailto:")) {
		size_t local = span_until(uri, "@?#");
		size_t end = span_until(uri, "?#");
		bool whole = local > 0 && local < end && uri.data[local] == '@' && end > local + 1;
		return whole ? NULL : "its rua has a mailto URI without a mail address";
	}
	if (take_scheme(&uri, "https://"))
		return span_until(uri, "/?#") > 0 ? NULL
						  : "its rua has an https URI without a host";
	return "its rua has a URI that is neither mailto nor https";
}

/* A URI that no reporter uses does not spoil the others. */
static void read_rua(struct arena *arena, struct sts_text list, struct tls_rpt *out)
{
	for (;;) {
		size_t n = span_until(list, ",");
		bool last = n == list.length;
		struct sts_text uri = {list.data, n};
		if (!last) /* blanks stand only beside a comma */
			uri = sts_trim_end(uri);
		const char *fault = uri_fault(uri);
		if (fault && !out->unusable)
			out->unusable = fault;
		if (!fault)
			*(const char **)arena_append(
			    arena, &out->rua, &out->rua_count, sizeof *out->rua) =
			    arena_strndup(arena, (const char *)uri.data, uri.length);
		if (last)
			return;
		list = sts_trim_front((struct sts_text){list.data + n + 1, list.length - n - 1});
	}
}

static const char *read_fields(struct arena *arena, struct sts_text fields, struct tls_rpt *out)
{
	struct sts_text name, value;
	const char *fault;
	bool has_rua = false;
	while (sts_next_field(&fields, &name, &value, &fault)) {
		if (sts_text_equal(name, "rua")) {
			if (!has_rua) /* a second rua is not foreseen: the first counts */
				read_rua(arena, value, out);
			has_rua = true;
		} else if (!sts_is_extension_value(value)) {
			return "a field has a value with characters that none may have";
		}
	}
	if (fault || out->rua_count)
		return fault;
	return has_rua ? out->unusable : "it has no rua";
}

void sts_read_tls_rpt(struct arena *arena, struct tls_rpt *out)
{
	struct sts_text fields;
	const struct lookup *txt = out->txt;
	out->rua = NULL;
	out->rua_count = 0;
	out->error = NULL;
	out->unusable = NULL;
	out->state = TLS_RPT_INVALID;
	if (!txt || txt->kind == ANSWER_FAILED || txt->dnssec == DNSSEC_BOGUS) {
		out->state = TLS_RPT_FAILED;
		out->error = txt ? txt->error : NULL;
		return;
	}
	switch (sts_find_record(txt, "v=TLSRPTv1", &fields)) {
	case STS_FOUND_NONE: out->state = TLS_RPT_ABSENT; break;
	case STS_FOUND_NEAR_MISS: out->error = "no record begins with \"v=TLSRPTv1;\""; break;
	case STS_FOUND_SEVERAL:
		out->error = "more than one record begins with \"v=TLSRPTv1;\"";
		break;
	case STS_FOUND_ONE:
		out->error = read_fields(arena, fields, out);
		out->state = out->error ? TLS_RPT_INVALID : TLS_RPT_PRESENT;
		break;
	}
	if (out->state != TLS_RPT_PRESENT) {
		out->rua_count = 0;
		out->unusable = NULL;
	}
}

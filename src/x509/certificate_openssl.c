/* certificate_openssl.c owns OpenSSL's own view of a certificate, as far as DANE verdicts hang on
 * it.
 */
#include "certificate_openssl.h"

#include "certificate_constraints.h"

static const char UNREADABLE[] =
    "The server sends along what is no certificate; senders built on OpenSSL give up there, others "
    "do not mind.";

static const char SHORT_TIME[] =
    "A certificate that the server sends has a date without seconds (RFC 5280 §4.1.2.5); senders "
    "built on OpenSSL 3.5 end the handshake there, older ones and others do not mind.";

const char *certificate_openssl_refusal(const struct certificate_fields *f, bool readable)
{
	if (!readable)
		return UNREADABLE;
	return f->short_time ? SHORT_TIME : NULL;
}

/* A BIT STRING is written with zeros for its unused bits, of which there are at most seven. */
static bool is_written_alike(const struct der_value *v)
{
	if (v->tag == DER_BIT_STRING && v->length > 0 &&
	    (v->bytes[0] > 7 || v->bytes[v->length - 1] & ((1U << v->bytes[0]) - 1)))
		return false;
	return der_is_minimal(v);
}

/* An AlgorithmIdentifier with its OBJECT IDENTIFIER; a constructed parameter is kept as it came. */
static bool reads_minimal_algorithm(struct der *d)
{
	struct der_value algorithm = der_read(d, DER_SEQUENCE);
	struct der inner = der_open(algorithm.bytes, algorithm.length);
	struct der_value id = der_read(&inner, DER_OID), parameter = {0};
	if (der_more(&inner))
		parameter = der_read_any(&inner);
	return der_is_minimal(&algorithm) && der_is_minimal(&id) &&
	       (!parameter.whole || parameter.tag & 0x20 || is_written_alike(&parameter));
}

/* The signed part is kept as it came, the rest is written anew. */
bool certificate_openssl_keeps(const struct certificate *c)
{
	struct der outer = der_open(c->der, c->der_length);
	struct der_value whole = der_read(&outer, DER_SEQUENCE);
	struct der parts = der_open(whole.bytes, whole.length);
	(void)der_read(&parts, DER_SEQUENCE);
	bool algorithm = reads_minimal_algorithm(&parts);
	struct der_value signature = der_read(&parts, DER_BIT_STRING);
	return der_is_minimal(&whole) && algorithm && der_is_minimal(&signature);
}

bool certificate_openssl_keeps_key(const struct certificate *c)
{
	struct der outer = der_open(c->spki, c->spki_length);
	struct der_value whole = der_read(&outer, DER_SEQUENCE);
	struct der parts = der_open(whole.bytes, whole.length);
	bool algorithm = reads_minimal_algorithm(&parts);
	struct der_value key = der_read(&parts, DER_BIT_STRING);
	return der_is_minimal(&whole) && algorithm && der_is_minimal(&key);
}

bool certificate_openssl_lets_sign(const struct certificate *c)
{
	struct certificate_constraints limits;
	certificate_constraints(c, &limits);
	return !limits.invalid && (!limits.has_key_usage || limits.digital_signature);
}

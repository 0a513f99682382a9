/* name.c owns domain names: what is one, its canonical form, and what an identifier covers. Alone
 * knows libidn2. */
#include "name.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>

#include "ascii.h"

enum {
	MAX_LABEL = 63, /* RFC 1035 §2.3.4 */
	MAX_NAME = 253, /* 255 octets on the wire, less the first length and the root */
};

/* Lengths of labels and name; libidn2 lets "a..b" pass. Gives a sentence fragment, or NULL if good.
 */
static const char *length_fault(const char *name)
{
	if (!*name)
		return "it is empty";
	if (strlen(name) > MAX_NAME)
		return "it is longer than 253 octets";
	for (const char *label = name;;) {
		size_t n = strcspn(label, ".");
		if (n == 0)
			return "it has an empty label";
		if (n > MAX_LABEL)
			return "a label is longer than 63 octets";
		if (!label[n])
			return NULL;
		label += n + 1;
	}
}

static bool is_address_literal(const char *name)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	return *name == '[' || strchr(name, ':') || inet_pton(AF_INET, name, bytes) == 1;
}

bool name_is_address(const char *name)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

/* What is wrong with a text that has a colon or a bracket, or is four numbers. */
static const char *literal_fault(const char *name)
{
	const char *colon = strchr(name, ':');
	if (strstr(name, "://"))
		return "it is a URL, not a domain name";
	if (*name != '[' && colon && colon[1] && !colon[1 + strspn(colon + 1, "0123456789")])
		return "it has a port, which is not part of a domain name (see --port)";
	return *name == '[' || name_is_address(name)
		   ? "it is an IP address, not a domain name"
		   : "it has a colon, which is not allowed in a domain name";
}

/* The characters of a canonical name; everything else is refused before and after IDNA. */
static const char *character_fault(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!ascii_is_alphanumeric((uint8_t)*p) && *p != '-' && *p != '_' && *p != '.')
			return "it has a character that is not allowed in a domain name";
	for (const char *label = name; label; label = strchr(label, '.')) {
		if (*label == '.')
			label++;
		size_t n = strcspn(label, ".");
		if (n && (label[0] == '-' || label[n - 1] == '-'))
			return "a label begins or ends with a hyphen";
	}
	return NULL;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text > 0x7f)
			return false;
	return true;
}

/* An A-label must decode and encode back to itself (RFC 5891 §5.4). */
static const char *to_ascii(struct arena *arena, const char *text, char **out)
{
	uint8_t *ascii = NULL;
	int rc =
	    idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc != IDN2_OK)
		return arena_printf(arena, "IDNA: %s", idn2_strerror(rc));
	*out = arena_strdup(arena, (const char *)ascii);
	idn2_free(ascii);
	return NULL;
}

char *name_from_user(struct arena *arena, const char *text, const char **error)
{
	size_t length = strlen(text);
	char *name = arena_strdup(arena, text);
	if (length > 1 && name[length - 1] == '.')
		name[length - 1] = '\0';
	*error = NULL;
	if (is_address_literal(name))
		*error = literal_fault(name);
	else if (strchr(name, '@'))
		*error = "it is a mail address, not a domain name";
	else if (is_ascii(name))
		*error = character_fault(name);
	if (!*error && is_ascii(name))
		*error = length_fault(name); /* libidn2's own words for these are less clear */
	if (!*error)
		*error = to_ascii(arena, name, &name);
	if (!*error)
		*error = character_fault(name);
	if (!*error)
		*error = length_fault(name);
	if (!*error && is_address_literal(name)) /* full-width digits become plain ones */
		*error = "it is an IP address, not a domain name";
	if (*error)
		return NULL;
	ascii_lower_text(name);
	return name;
}

const char *name_meant(struct arena *arena, const char *text)
{
	const char *host = strstr(text, "://");
	if (host)
		host += strlen("://");
	else if ((host = strrchr(text, '@')) && host > text)
		return host + 1;
	else
		return text;
	size_t length = strcspn(host, "/?#");
	host = arena_strndup(arena, host, length);
	const char *user = strrchr(host, '@');
	host = user ? user + 1 : host;
	return arena_strndup(arena, host, *host == '[' ? strlen(host) : strcspn(host, ":"));
}

char *name_to_unicode(struct arena *arena, const char *name)
{
	char *unicode = NULL;
	if (!strstr(name, "xn--"))
		return NULL;
	if (idn2_to_unicode_8z8z(name, &unicode, IDN2_NONTRANSITIONAL) != IDN2_OK)
		return NULL;
	char *copy = strcmp(unicode, name) ? arena_strdup(arena, unicode) : NULL;
	idn2_free(unicode);
	return copy;
}

bool name_is_host(const char *name)
{
	return !is_address_literal(name) && !character_fault(name) && !length_fault(name);
}

bool name_is_strict_host(const char *name)
{
	return name_is_host(name) && !strchr(name, '_');
}

static size_t length_without_dot(const char *name)
{
	size_t n = strlen(name);
	return n > 1 && name[n - 1] == '.' ? n - 1 : n;
}

bool name_equal(const char *a, const char *b)
{
	size_t n = length_without_dot(a);
	return n == length_without_dot(b) && ascii_equal(a, b, n);
}

bool name_matches(const char *presented, const char *reference)
{
	if (!*presented || !*reference)
		return false;
	if (strncmp(presented, "*.", 2) != 0)
		return !strchr(presented, '*') && name_equal(presented, reference);
	const char *rest = strchr(reference, '.');
	return rest && rest > reference && rest[1] && !strchr(presented + 2, '*') && presented[2] &&
	       name_equal(presented + 2, rest + 1);
}

const char *name_library_version(void)
{
	return idn2_check_version(NULL);
}

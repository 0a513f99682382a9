/* cause.c owns the table of causes: slug and meaning of each, in the order of enum cause. */
#include "cause.h"

#include <string.h>

#include "ascii.h"

static const struct cause_info causes[CAUSE_COUNT] = {
    [CAUSE_EMPTY_DIGEST] = {"empty-digest",
	"The record holds the digest of no data at all: the command that made it read nothing.",
	NULL},
    [CAUSE_OTHER_SELECTOR] = {"other-selector",
	"The data match what the server presents, but under the other selector: certificate (0) "
	"and public key (1) are confused.",
	NULL},
    [CAUSE_OTHER_MTYPE] = {"other-mtype",
	"The data match what the server presents, but under another matching type: full data (0), "
	"SHA2-256 (1) and SHA2-512 (2) are confused.",
	NULL},
    [CAUSE_USAGE_2_FOR_3] = {"usage-2-for-3",
	"The record is published with usage 2 (DANE-TA) but matches the server's own certificate, "
	"for which usage 3 (DANE-EE) is right.",
	NULL},
    [CAUSE_USAGE_3_FOR_2] = {"usage-3-for-2",
	"The record is published with usage 3 (DANE-EE) but matches an issuer's certificate, for "
	"which usage 2 (DANE-TA) is right.",
	NULL},
    [CAUSE_PEM_DIGEST] = {"pem-digest",
	"The record holds the digest of the PEM text in place of the DER data.", NULL},
    [CAUSE_BASE64_DIGEST] = {"base64-digest",
	"The record holds the digest of the base64 text in place of the DER data.", NULL},
    [CAUSE_OTHER_ENCODING] = {"other-encoding",
	"The record holds the digest of hexadecimal text or of a bare key in place of the DER "
	"data, "
	"or the digest's hexadecimal digits in place of its octets.",
	NULL},
    [CAUSE_EMPTY_RECORD] = {"empty-record",
	"A TLSA record in the RRset has no data; Postfix and BIND reject the whole RRset because "
	"of it.",
	NULL},
    [CAUSE_AT_HOST] = {"at-host",
	"A TLSA record is published at the host name itself, without the labels of port and "
	"protocol.",
	NULL},
    [CAUSE_AS_TXT] = {"as-txt", "The TLSA data are published as a TXT record.", NULL},
    [CAUSE_SWAPPED_LABELS] = {"swapped-labels",
	"A TLSA record is published under _tcp and then the port, in place of the port and then "
	"_tcp.",
	NULL},
    [CAUSE_MX_IS_ADDRESS] = {"mx-is-address",
	"The MX record holds an IP address; it must name a host.",
	"Let the MX record name a host, and publish the IP address as the A or AAAA record of that "
	"host."},
    [CAUSE_CHAIN_GAP] = {"chain-gap",
	"The server does not send a certificate that links its own to the trust anchor.", NULL},
    [CAUSE_SHOWN_WITHOUT_SNI] = {"shown-without-sni",
	"The record matches the certificate that the server presents without SNI, or for another "
	"name.",
	NULL},
    [CAUSE_OTHER_HOST] = {"other-host",
	"The record matches what another MX host of the domain presents.", NULL},
    [CAUSE_ISSUER_CHANGED] = {"issuer-changed",
	"The usage 2 records match no issuer of the "
	"certificate that is presented, neither sent nor "
	"in the trust store: it has another issuer now.",
	NULL},
    [CAUSE_ANCHOR_NOT_SENT] = {"anchor-not-sent",
	"The server does not send the issuing certificate that a usage 2 record needs.", NULL},
    [CAUSE_RENEWED] = {"renewed",
	"The certificate was issued after the signature of the TLSA records began: it was renewed, "
	"and the records were not.",
	NULL},
    [CAUSE_WILDCARD_CNAME] = {"wildcard-cname",
	"A wildcard CNAME answers at the TLSA owner name and leads to a name where no TLSA "
	"record counts.",
	NULL},
    [CAUSE_WILDCARD_SHADOWED] = {"wildcard-shadowed",
	"The name exists only because of a record below it, so the wildcard that gave it its data "
	"no longer applies.",
	NULL},
    [CAUSE_TLSA_AT_DOMAIN] = {"tlsa-at-domain",
	"A TLSA record is published at the domain; it belongs at the MX host.", NULL},
    [CAUSE_MISSING_DOT] = {"missing-dot",
	"The name ends in the zone's name twice: the final dot is missing in the zone file.",
	"End the name with a dot in the zone file and raise the serial of the SOA record."},
    [CAUSE_WRONG_PORT] = {"wrong-port",
	"A TLSA record is published for another port; mail between servers uses _25.", NULL},
    [CAUSE_WRONG_PROTOCOL] = {"wrong-protocol",
	"A TLSA record is published under a protocol other than _tcp.", NULL},
    [CAUSE_NO_UNDERSCORE] = {"no-underscore",
	"A TLSA record is published under the port or protocol written without its underscore.",
	NULL},
    [CAUSE_DS_MISSING] = {"ds-missing",
	"The zone is signed, but its parent zone has no DS record for it.", NULL},
    [CAUSE_DS_STALE] = {"ds-stale", "The parent zone's DS records match no key of the zone.",
	"Have the parent zone publish DS records of the zone's present keys, or sign the zone with "
	"the previous keys again. Until one of the two is done, all names in the zone are bogus; "
	"with the DS records deleted they resolve again, without DNSSEC."},
    [CAUSE_DNSKEY_UNUSABLE] = {"dnskey-unusable",
	"Some validators cannot use a DNSKEY record of the zone, or those beside it because of it.",
	"Delete the DNSKEY record that is in the way if nothing is signed with its key; else roll "
	"over to a new key, of algorithm 13 for instance, and delete the record then. Signing "
	"again with the same keys does not help."},
    [CAUSE_ASTERISK_NAME] = {"asterisk-name",
	"The name of the zone, or one that a wildcard answers for, begins with an asterisk, and "
	"some validators accept no signature there.",
	"Use a name that does not begin with an asterisk: put the records into a zone with another "
	"name, or let the MX, CNAME or DNAME record that leads there lead elsewhere. Signing again "
	"does not help."},
    [CAUSE_TOO_MANY_SIGNATURES] = {"too-many-signatures",
	"The answer has so many signatures, or the zone so many keys with one tag, that validators "
	"give up.",
	"Delete the signatures and DNSKEY records that are not needed; one signature for each "
	"algorithm, and a second one during a rollover of keys, is enough."},
    [CAUSE_OPT_OUT] = {"opt-out",
	"An opt-out span of the parent zone covers the name, so nothing is proven about it.", NULL},
    [CAUSE_ALIAS_UNSIGNED] = {"alias-unsigned",
	"The name is an alias that leads to an unsigned zone.", NULL},
    [CAUSE_ZONE_UNSIGNED] = {"zone-unsigned", "The zone is not signed.", NULL},
    [CAUSE_ALIAS_LOOP] = {"alias-loop", "The aliases form a loop.", NULL},
    [CAUSE_LAME] = {"lame", "The zone's name servers do not answer for it.", NULL},
    [CAUSE_ENT_NXDOMAIN] = {"ent-nxdomain",
	"A name server answers NXDOMAIN for a name that has others below it (an empty "
	"non-terminal), so names below it are taken not to exist.",
	NULL},
    [CAUSE_RESOLVER_FAILS] = {"resolver-fails",
	"The resolver in use fails where another one answers.", NULL},
    [CAUSE_CLIENT_CERTIFICATE] = {"client-certificate",
	"The server ends the handshake because the client shows no certificate.",
	"Do not demand a client certificate on this port (Postfix: smtpd_tls_req_ccert = no)."},
    [CAUSE_ANONYMOUS_ONLY] = {"anonymous-only",
	"The server offers only cipher suites without a certificate.",
	"Give the server a key and a certificate, and allow the cipher suites that use them."},
    [CAUSE_SMTP_INSPECTION] = {"smtp-inspection",
	"A firewall on the way rewrites SMTP: the greeting consists of asterisks, or a keyword "
	"of X's.",
	"Switch off SMTP inspection (\"fixup\", \"inspect esmtp\") in the firewall in front of the "
	"server."},
    [CAUSE_GREETING_DELAY] = {"greeting-delay",
	"The server sends no greeting within the timeout; "
	"postscreen or a tarpit may hold it back.",
	"Check again with a longer --timeout."},
    [CAUSE_CONNECTION_LIMIT] = {"connection-limit",
	"The server limits how many connections it accepts at once or in a period.",
	"Check again later, with --per-host 1."},
    [CAUSE_NOT_A_CA] = {"not-a-ca",
	"A certificate on the path to the trust anchor is not a CA certificate.", NULL},
    [CAUSE_PATH_LENGTH] = {"path-length", "The path is longer than a certificate on it allows.",
	NULL},
    [CAUSE_KEY_USAGE] = {"key-usage",
	"A certificate's keyUsage does not allow what it is used for.", NULL},
    [CAUSE_EXT_KEY_USAGE] = {"ext-key-usage",
	"A certificate's extendedKeyUsage does not allow what it is used for.", NULL},
    [CAUSE_NAME_CONSTRAINTS] = {"name-constraints",
	"The name constraints of an issuing certificate do not allow the server's names.", NULL},
    [CAUSE_BAD_SIGNATURE] = {"bad-signature",
	"The signature of a certificate on the path does not verify.", NULL},
    [CAUSE_NOT_LINKED] = {"not-linked",
	"The server sends the certificate that the record matches, but that one issued none of "
	"the path.",
	NULL},
    [CAUSE_KEY_TOO_SMALL] = {"key-too-small", "A key is so small that senders refuse it.", NULL},
    [CAUSE_TLS_TOO_OLD] = {"tls-too-old",
	"The server offers nothing newer than TLS 1.1; Postfix built with OpenSSL 3 cannot "
	"authenticate it.",
	"Allow TLS 1.2 and 1.3 in the server's configuration, and update its TLS library if it has "
	"neither. No other TLSA record helps."},
};

const struct cause_info *cause_info(enum cause cause)
{
	return &causes[cause];
}

bool cause_find(const char *slug, enum cause *cause)
{
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
		if (ascii_equal(causes[i].slug, slug, strlen(slug) + 1)) {
			*cause = (enum cause)i;
			return true;
		}
	}
	return false;
}

/* sender_phrases.c - the table of what senders write; a more exact phrase stands before one that it
 * contains. */
#include "sender_phrases.h"

#include <string.h>

#include "ascii.h"

static const struct sender_phrase phrases[] = {
    {".7.321", "Exchange Online",
	"The server does not offer STARTTLS, or refuses it, although its TLSA records or an "
	"MTA-STS policy demand TLS.",
	{FINDING_STARTTLS_MISSING, FINDING_STARTTLS_REFUSED, FINDING_TLS_FAILED}, 3},
    {".7.322", "Exchange Online", "The server's certificate has expired.",
	{FINDING_DANE_EXPIRED, FINDING_STS_MX_CERT}, 2},
    {".7.323", "Exchange Online",
	"The server's certificate fails DANE: no TLSA record matches it, or the path to the one "
	"that does is not good.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED, FINDING_DANE_ROLLOVER_PARTIAL,
	    FINDING_TLSA_UNUSABLE, FINDING_DANE_DIGEST_AGILITY},
	5},
    {".7.324", "Exchange Online", "A DNS answer fails DNSSEC validation.",
	{FINDING_TLSA_BOGUS, FINDING_MX_BOGUS, FINDING_ADDRESS_BOGUS}, 3},
    {".7.325", "Exchange Online", "The certificate lacks the name of the MX host.",
	{FINDING_DANE_NAME_MISMATCH, FINDING_STS_MX_CERT}, 2},
    {"5.4.312", "Exchange Online", "A DNS lookup failed until the message expired.",
	{FINDING_TLSA_LOOKUP_FAILED, FINDING_TLSA_BOGUS, FINDING_MX_LOOKUP_FAILED, FINDING_MX_BOGUS,
	    FINDING_ADDRESS_LOOKUP_FAILED},
	5},
    {"must support TLS to receive mail", "Exchange Online",
	"The server does not offer STARTTLS, or refuses it, although its TLSA records or an "
	"MTA-STS policy demand TLS.",
	{FINDING_STARTTLS_MISSING, FINDING_STARTTLS_REFUSED, FINDING_TLS_FAILED}, 3},
    {"mail server's certificate is expired", "Exchange Online",
	"The server's certificate has expired.", {FINDING_DANE_EXPIRED, FINDING_STS_MX_CERT}, 2},
    {"failed DANE validation", "Exchange Online",
	"The server's certificate fails DANE: no TLSA record matches it, or the path to the one "
	"that does is not good.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED, FINDING_DANE_ROLLOVER_PARTIAL,
	    FINDING_TLSA_UNUSABLE, FINDING_DANE_DIGEST_AGILITY},
	5},
    {"returned invalid DNSSEC records", "Exchange Online", "A DNS answer fails DNSSEC validation.",
	{FINDING_TLSA_BOGUS, FINDING_MX_BOGUS, FINDING_ADDRESS_BOGUS}, 3},
    {"matching the hostname (DANE)", "Exchange Online",
	"The certificate lacks the name of the MX host.",
	{FINDING_DANE_NAME_MISMATCH, FINDING_STS_MX_CERT}, 2},
    {"starttls-not-supported", "TLS reports (RFC 8460)", "The server did not offer STARTTLS.",
	{FINDING_STARTTLS_MISSING, FINDING_STARTTLS_REFUSED}, 2},
    {"certificate-host-mismatch", "TLS reports (RFC 8460)",
	"The certificate lacks the name that the sender expects.",
	{FINDING_DANE_NAME_MISMATCH, FINDING_STS_MX_CERT}, 2},
    {"certificate-expired", "TLS reports (RFC 8460)", "The certificate has expired.",
	{FINDING_DANE_EXPIRED, FINDING_STS_MX_CERT}, 2},
    {"certificate-not-trusted", "TLS reports (RFC 8460)",
	"No path leads from the certificate to an authority that the sender trusts.",
	{FINDING_STS_MX_CERT, FINDING_DANE_UNTRUSTED, FINDING_DANE_MISMATCH}, 3},
    {"validation-failure", "TLS reports (RFC 8460)",
	"The certificate was refused for a reason that has no type of its own.",
	{FINDING_DANE_MISMATCH, FINDING_TLS_FAILED, FINDING_DANE_UNTRUSTED}, 3},
    {"tlsa-invalid", "TLS reports (RFC 8460)", "No TLSA record of the host is valid or matches.",
	{FINDING_DANE_MISMATCH, FINDING_TLSA_UNUSABLE, FINDING_DANE_ROLLOVER_PARTIAL}, 3},
    {"dnssec-invalid", "TLS reports (RFC 8460)",
	"The resolver gave no valid records: DNSSEC validation failed.",
	{FINDING_TLSA_BOGUS, FINDING_MX_BOGUS, FINDING_ADDRESS_BOGUS, FINDING_TLSA_LOOKUP_FAILED},
	4},
    {"dane-required", "TLS reports (RFC 8460)",
	"The sender requires DANE of this domain, and a host has no TLSA records that DNSSEC "
	"proves.",
	{FINDING_TLSA_ABSENT, FINDING_TLSA_INSECURE, FINDING_MX_INSECURE, FINDING_ADDRESS_INSECURE},
	4},
    {"sts-policy-fetch-error", "TLS reports (RFC 8460)", "The MTA-STS policy could not be fetched.",
	{FINDING_STS_POLICY_UNREACHABLE, FINDING_STS_POLICY_CERT}, 2},
    {"sts-policy-invalid", "TLS reports (RFC 8460)",
	"The MTA-STS policy, or the TXT record for it, is not valid.",
	{FINDING_STS_POLICY_INVALID, FINDING_STS_TXT_INVALID}, 2},
    {"sts-webpki-invalid", "TLS reports (RFC 8460)",
	"The certificate of the policy host does not verify.", {FINDING_STS_POLICY_CERT}, 1},
    {"Server certificate not verified", "Postfix",
	"The certificate was refused: no TLSA record matches it, or its path, dates or names are "
	"not good.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_ROLLOVER_PARTIAL, FINDING_DANE_UNTRUSTED,
	    FINDING_DANE_NAME_MISMATCH, FINDING_DANE_EXPIRED},
	5},
    {"Server certificate not trusted", "Postfix",
	"The certificate was refused: no TLSA record matches it, or the path to the one that does "
	"is not good.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_ROLLOVER_PARTIAL, FINDING_DANE_UNTRUSTED,
	    FINDING_DANE_EXPIRED},
	4},
    {"TLSA lookup error", "Postfix",
	"The lookup of the TLSA records failed or was bogus, so the mail is deferred.",
	{FINDING_TLSA_LOOKUP_FAILED, FINDING_TLSA_BOGUS}, 2},
    {"non DNSSEC destination", "Postfix",
	"The MX records or the addresses of the host are not signed, so DANE does not apply.",
	{FINDING_MX_INSECURE, FINDING_ADDRESS_INSECURE}, 2},
    {"no TLSA records found", "Postfix", "DNSSEC proves no TLSA record of the host.",
	{FINDING_TLSA_ABSENT, FINDING_TLSA_INSECURE}, 2},
    {"TLSA records unusable", "Postfix", "There are TLSA records, but none that a sender can use.",
	{FINDING_TLSA_UNUSABLE, FINDING_TLSA_PKIX_USAGE}, 2},
    {"TLS is required, but was not offered", "Postfix",
	"The server does not offer STARTTLS, although its TLSA records demand TLS.",
	{FINDING_STARTTLS_MISSING}, 1},
    {"refused to start TLS", "Postfix", "The server offers STARTTLS and then refuses it.",
	{FINDING_STARTTLS_REFUSED}, 1},
    {"Cannot start TLS: handshake failure", "Postfix", "The TLS handshake fails.",
	{FINDING_TLS_FAILED, FINDING_TLS_LEGACY}, 2},
    {"not trusted by local or TLSA policy", "Postfix", "No TLSA record matches the certificate.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_ROLLOVER_PARTIAL}, 2},
    {"untrusted issuer", "Postfix",
	"No path leads from the certificate to one that a TLSA record names.",
	{FINDING_DANE_UNTRUSTED, FINDING_DANE_MISMATCH}, 2},
    {"self-signed certificate", "Postfix",
	"The certificate is its own issuer, and no usage 3 TLSA record matches it.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED}, 2},
    {"certificate not yet valid", "Postfix", "A certificate of the path is not valid yet.",
	{FINDING_DANE_EXPIRED}, 1},
    {"Untrusted TLS connection established", "Postfix",
	"No TLSA record matches the certificate, or there is none.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED, FINDING_TLSA_ABSENT}, 3},
    {"tlsa lookup DEFER", "Exim",
	"The lookup of the TLSA records failed or was bogus, so the mail is deferred.",
	{FINDING_TLSA_LOOKUP_FAILED, FINDING_TLSA_BOGUS}, 2},
    {"tlsa lookup FAIL", "Exim",
	"The sender requires DANE, and DNSSEC proves no TLSA record of the host.",
	{FINDING_TLSA_ABSENT, FINDING_TLSA_INSECURE}, 2},
    {"DANE error: TLSA lookup for", "Exim", "The TLSA records are not signed.",
	{FINDING_TLSA_INSECURE}, 1},
    {"No usable TLSA records", "Exim", "There are TLSA records, but none that a sender can use.",
	{FINDING_TLSA_UNUSABLE, FINDING_TLSA_PKIX_USAGE}, 2},
    {"cert name mismatch", "Exim", "The certificate lacks the name of the MX host.",
	{FINDING_DANE_NAME_MISMATCH}, 1},
    {"DANE attempt failed", "Exim", "The TLS session or the DANE check of the certificate failed.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED, FINDING_DANE_ROLLOVER_PARTIAL,
	    FINDING_TLS_FAILED},
	4},
    {"TLS certificate verification failed", "Exim", "The certificate was refused.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED, FINDING_DANE_NAME_MISMATCH,
	    FINDING_DANE_EXPIRED},
	4},
    {"certificate verification failed", "Exim", "The certificate was refused.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_UNTRUSTED, FINDING_DANE_NAME_MISMATCH,
	    FINDING_DANE_EXPIRED},
	4},
    {"no matching DANE TLSA records", "OpenSSL", "No TLSA record matches the certificate.",
	{FINDING_DANE_MISMATCH, FINDING_DANE_ROLLOVER_PARTIAL}, 2},
    {"hostname mismatch", "OpenSSL", "The certificate lacks the name that the sender expects.",
	{FINDING_DANE_NAME_MISMATCH, FINDING_STS_MX_CERT}, 2},
    {"certificate has expired", "OpenSSL", "A certificate of the path has expired.",
	{FINDING_DANE_EXPIRED, FINDING_STS_MX_CERT}, 2},
};

static bool contains(const char *text, const char *phrase)
{
	size_t length = strlen(phrase), left = strlen(text);
	for (; left >= length; text++, left--)
		if (ascii_equal(text, phrase, length))
			return true;
	return false;
}

const struct sender_phrase *sender_phrases_find(const char *text)
{
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		if (contains(text, phrases[i].text))
			return &phrases[i];
	return NULL;
}

const struct sender_phrase *sender_phrases_all(size_t *count)
{
	*count = sizeof phrases / sizeof *phrases;
	return phrases;
}

"""Where OpenSSL's s_client or Postfix says something else than mxdane, and why: by scenario."""

PARTIAL_WILDCARD = "s_client takes partial wildcards, which RFC 7672 §3.2.3 does not; Postfix refuses"
LOW_LEVEL = "s_client is given security level 0 below TLS 1.2; Postfix refuses at its own level"

SMALL_KEY = "s_client's security level refuses 1024-bit keys; Postfix's does not"
IMPATIENT = "mxdane is told to wait no longer than two seconds"

DIFFERENCES = {
    "cause-greeting": IMPATIENT,
    "ee-rsa1024": SMALL_KEY,
    "tls-rsa1024": SMALL_KEY,
    "tls-ccm": "OpenSSL does not offer AES-CCM by default; Postfix asks it to",
    "name-wildcard-part": PARTIAL_WILDCARD,
    "name-wildcard-tail": PARTIAL_WILDCARD,
    "dripping": "s_client takes the first octets of a reply for a whole line",
    "name-domain-unsigned": "over an unsigned MX RRset Postfix compares the domain's name too and "
                            "logs no more than \"trusted\" (RFC 7672 §3.2.2 forbids the name)",
    "reserved": "posttls-finger connects to special-purpose addresses",
    "tlsa-servfail-second": "posttls-finger goes on to the second host",
    "null-mx-mixed": "Postfix takes the domain for one without mail (RFC 7505 §3 forbids the mixture)",
    "tlsa-after-2038": "Unbound can judge signatures that end after 2038-01-19",
    "tls10": LOW_LEVEL,
    "tls11": LOW_LEVEL,
    "partly-empty": "Postfix 3.10 passes over a TLSA record without data; that of Debian 12 takes none of the RRset",
    "rate-postfix": "Postfix takes the one connection of a minute for itself when mxdane's is older",
    "inject": "posttls-finger drops what stood behind the 220 and goes on",
    "long-line": "posttls-finger takes lines of any length",
}

LENIENT = "GnuTLS' DANE looks for the anchor among what is sent and asks little of the path to it"
NO_AGILITY = "Exim takes a match with any digest (RFC 7671 §9 is a SHOULD)"
OLD_TLS = "GnuTLS authenticates below TLS 1.2"
LARGE = "GnuTLS takes a certificate message of any size"
AFTER_2038 = "Unbound can judge signatures that end after 2038-01-19"
NO_MAIL = "the server ends or refuses what comes after the handshake, so it takes no mail from anybody"

# Where Exim authenticates what mxdane and Postfix refuse, or the reverse for no fault of the server.
EXIM_DIFFERENCES = {
    "cause-greeting": IMPATIENT,
    "name-wildcard-tail": "GnuTLS takes a wildcard with more behind it in its label",
    "ta-appended": LENIENT,
    "matrix-appended": LENIENT,
    "ta-impostor-both": LENIENT,
    "ta-path-length": LENIENT,
    "ta-eku-client": LENIENT,
    "ta-eku-any": LENIENT,
    "ta-cross-wrong": LENIENT,
    "ta-self-twice": LENIENT,
    "tls-sha1-between": LENIENT,
    "agility": NO_AGILITY,
    "agility-ta": NO_AGILITY,
    "stale-strong": NO_AGILITY,
    "partly-empty": "Exim passes over a TLSA record without data",
    "records-200": "Exim looks at more records than Postfix does; which of them Postfix takes is chance",
    "tls10": OLD_TLS,
    "tls11": OLD_TLS,
    "tls-ccm": "GnuTLS offers AES-CCM",
    "tls-too-large": LARGE,
    "tls-too-large-ee": LARGE,
    "after-2038": AFTER_2038,
    "tlsa-after-2038": AFTER_2038,
    "closes-early": NO_MAIL,
    "tls-demands": NO_MAIL,
    "refuses-inside": NO_MAIL,
    "rate-postfix": "Postfix takes the one connection of a minute for Exim when mxdane's is older",
    "reserved": "Exim connects to special-purpose addresses",
}

/* Where mxdane refuses what OpenSSL accepts: {shape, certificate that the record names, reason}. */

/* RFC 5280 §6.1.3 (a) (2), RFC 7671 §5.2: dates count for the whole path. OpenSSL does not look at
 * those of an anchor that is not self-signed. */
{"intermediate expired", "inter-expired", "the anchor is expired", 0},
    {"intermediate not yet valid", "inter-future", "the anchor is not yet valid", 0},
    {"expired and future intermediates", "*", "the anchor is outside its dates", 0},
    {"two expired intermediates", "*", "the anchor is expired", 0},

    /* RFC 5280 §4.2: no extension twice; DER throughout; extensions in version 3 alone. With a 2 1
     * 0 record OpenSSL checks the leaf's signature and does not ask whether its extensions were
     * read. */
    {"AKI broken", "inter", "the leaf's key identifier is unreadable", 0},
    {"key usage broken", "inter", "the leaf's key usage is unreadable", 0},
    {"key usage empty", "inter", "RFC 5280 §4.2.1.3: one bit at least", 0},
    {"intermediate with empty key usage", "inter-ku-empty",
	"RFC 5280 §4.2.1.3, and RFC 7671 §5.2.3: "
	"a certificate with the key is there, so the bare key does not count",
	0},
    {"subjectAltName broken", "inter", "the leaf's names are unreadable", 0},
    {"subjectAltName twice", "inter", "the extension is there twice", 0},
    {"unknown extension twice", "*", "the extension is there twice", 0},
    {"basicConstraints trailing octet", "*", "the extension is no DER", 0},
    {"intermediate version 1 with extensions", "*", "RFC 5280 §4.1.2.9", 0},
    {"leaf version 1 with extensions", "*", "RFC 5280 §4.1.2.9", 0},
    {"leaf version 4", "*", "RFC 5280 §4.1.2.1", 0},

    /* RFC 5280 §4.2.1.12: serverAuth. OpenSSL takes two purposes of the export era for it. */
    {"EKU server gated crypto", "*", "serverAuth is not there", 0},

    /* Critical, and meant for another kind of certificate: nobody should understand it here. */
    {"critical OCSP no check", "*", "RFC 6960 §4.2.2.2.1: for OCSP responders", 0},

    /* Keys that GnuTLS cannot read: signatures by them cannot be checked here, so they are not said
     * to be good; the remark says so. Usage 3 needs no signature and agrees. */
    {"secp256k1", "k1-leaf", "GnuTLS does not know the curve", 0},
    {"secp256k1", "k1-root", "GnuTLS does not know the curve", 0},
    {"self-signed secp256k1", "self-k1", "GnuTLS does not know the curve", 0},
    {"leaf with a compressed point", "*", "GnuTLS does not read compressed points", 0},
    {"intermediate with a compressed point", "*", "GnuTLS does not read compressed points", 0},
    {"self-signed, compressed point", "self-compressed", "GnuTLS does not read compressed points",
	0},

    /* Whether OpenSSL can read the intermediate is not known here, so the bare key does not count.
     */
    {"broken constraints", "inter-nc-broken", "the intermediate's extension is unreadable", 0},

    /* Names in subjectAltName at which GnuTLS gives up the whole certificate; usage 3 agrees. */
    {"x400Address beside", "*", "GnuTLS cannot read the certificate", 0},
    {"ediPartyName beside", "*", "GnuTLS cannot read the certificate", 0},
    {"empty dNSName beside", "*", "GnuTLS cannot read the certificate", 0},

    /* OpenSSL 3.0 reads it; 3.5 ends the handshake, and finds a record with it unusable. */
    {"time without seconds", "*", "OpenSSL 3.5 does not read it (RFC 5280 §4.1.2.5)", 0},

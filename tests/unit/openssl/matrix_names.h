/* Hosts for which OpenSSL takes a certificate and mxdane does not: {fixture, host, reason}. */

/* RFC 6125 §6.4.4: the most specific CN, which is the last; OpenSSL takes any. */
{"leaf-cn-out", "mx.example.org", "not the last CN"},
    {"name-two-cn", "mx.example.org", "not the last CN"},
    {"name-two-cn-first", "mx.example.net", "not the last CN"},

    {"name-cn-bmp", "mx.example.net", "a CN in UTF-16 is not read"},

var REG_NONE = NewRegistrar("none");
var BIND = NewDnsProvider("bind");
var MAIL = [
	MX("@", 10, "mx1.example.com."),
	MX("@", 20, "mx2.example.com."),
	TXT("@", "v=spf1 mx -all")
];

DEFAULTS(NAMESERVER("ns1.example.com."), NAMESERVER("ns2.example.edu."), DefaultTTL("1h"));

D("example.com", REG_NONE, DnsProvider(BIND), MAIL,
	A("ns1", "192.0.2.53"),
	A("mx1", "192.0.2.25"),
	AAAA("mx1", "2001:db8::25"),
	A("mx2", "198.51.100.25"),
	TLSA("_25._tcp.mx1", 3, 1, 1, "e69c0e595fd84573441a88c0d9bdbcd461c9c142ad562d8413ff6cac6402a621"),
	TLSA("_25._tcp.mx2", 3, 1, 1, "ba095c6b333765a9e21ab290612f847755e28fe6d83d867c217d52cd33c92bca"),
	TXT("_smtp._tls", "v=TLSRPTv1; rua=mailto:tlsrpt@example.com"),
	MX("lists", 10, "mx1.example.com."),
	CF_REDIRECT("old.example.com/*", "https://www.example.com/$1"),
	A("www", "203.0.113.80", TTL("5m"))
);

D("example.net", REG_NONE, DnsProvider(BIND), MAIL,
	CNAME("www", "www.example.com.")
);

$TTL 1h
@	SOA	ns1 hostmaster 2026112901 4h 1h 4w 1h
	NS	ns1
	NS	ns2.example.edu.
	MX	10 mx1
	MX	20 mx2
	TXT	"v=spf1 mx -all"
	CAA	0 issue "letsencrypt.org"
ns1	A	192.0.2.53
mx1	A	192.0.2.25
	AAAA	2001:db8::25
mx2	A	198.51.100.25
_25._tcp.mx1	TLSA	3 1 1 e69c0e595fd84573441a88c0d9bdbcd461c9c142ad562d8413ff6cac6402a621
_25._tcp.mx2	TLSA	3 1 1 ba095c6b333765a9e21ab290612f847755e28fe6d83d867c217d52cd33c92bca
_smtp._tls	TXT	"v=TLSRPTv1; rua=mailto:tlsrpt@example.com"
mail2026._domainkey	TXT	"v=DKIM1; k=rsa; p=" "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA6rXp9stxLAZa/CpgZlk4BgwEiVsMsE7c5bfVetd71fS/rme2lSnOV0vRODvZxsiqffdDWV0NJzCNvrdcDwKmJzqLTL6NUMhNXKLjDpAPRLuMt4NDk6lZkLKABLb065D5aftZhVz2UxehIvqjnokj/SiAEuUH" "tgk2GOKvkNFbmhJS2J527wIQZJCSYekeI/dnFvaFcEovv0WuiZZyNtVtEt3/eRA5Sjv13AMZUqIilUiwseztmw26FpXftkSczWyapM1t15pxQwl36/reLYRUlWH9bCtWfuAmeWEtz1dp+GfmmDHSnOWUg5O17ahT5rG0ljUo6oA/4SJ9Z8pcPk+mNwIDAQAB"
lists	MX	10 mx1
www	HTTPS	1 . alpn="h2,h3"
	A	203.0.113.80
*.dev	CNAME	www

$TTL 1h
$INCLUDE zones/common/soa
@	IN MX	10 mx1
	IN MX	20 mx2
	IN TXT	"v=spf1 mx -all"
ns1	IN A	192.0.2.53
mx1	IN A	192.0.2.25
	IN AAAA	2001:db8::25
mx2	IN A	198.51.100.25
$INCLUDE zones/common/tlsa
www	IN A	203.0.113.80

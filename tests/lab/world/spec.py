"""The words in which scenarios are written: plain data, no behavior.

A scenario is one mail domain of the lab with everything that belongs to it.
Only what differs from a well-kept domain is written down; every default is
the good case.  Names are relative to the domain unless they end in a dot.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cert:
    """One certificate and the chain that a server sends with it."""

    key: str = "ecdsa"  # ecdsa, p384, p521, rsa, rsa1024, rsapss, ed25519, ed448
    names: tuple | None = None  # dNSNames; None is the host's own name, () none at all
    cn: str | None = None
    addresses: tuple = ()  # iPAddress names
    issuer: str = "intermediate"  # an authority of scenarios/authorities.py, or "self"
    chain: tuple = ("intermediate",)  # what is sent above the leaf, in this order
    days: tuple = (-10, 80)  # validity, counted from the start of the lab
    usage: tuple | None = ("digital_signature",)  # keyUsage bits; None: no extension
    eku: tuple | None = ("server",)  # server, client, any; None: no extension
    hash: str = "sha256"
    ca: bool | None = False  # basicConstraints; None: no extension
    share: str | None = None  # certificates of one scenario with equal words share one key


@dataclass(frozen=True)
class Authority:
    """A certification authority: what signs leaves and other authorities."""

    issuer: str | None = None  # None: self-signed
    key: str = "ecdsa"
    subject: str | None = None  # equal subjects make cross-signed pairs
    same_key: str | None = None  # the authority whose key this one has as well
    days: tuple = (-100, 1000)
    ca: bool | None = True
    path_length: int | None = None
    usage: tuple | None = ("key_cert_sign", "crl_sign")
    permitted: tuple = ()  # name constraints: permitted dNSNames
    hash: str = "sha256"
    trusted: bool = False  # in the lab's CA bundle


@dataclass(frozen=True)
class Server:
    """What answers on the SMTP port of an address."""

    kind: str = "scripted"  # scripted, postfix, postscreen, exim, chasquid, opensmtpd, closed, full
    does: str = "serve"  # scripted only: a behavior of servers/smtp_acts.py
    certs: tuple = (Cert(),)
    tls: tuple = ("1.2", "1.3")  # lowest and highest version
    habits: tuple = ()  # of its TLS: words of servers/smtp_server.py's HABITS
    by_sni: tuple = ()  # (name, Cert) pairs: what is shown for which SNI
    helo: str | None = None  # None: the host's own name
    limits: tuple = ()  # on connections: Postfix' or postscreen's NAME=VALUE, Exim's number


@dataclass(frozen=True)
class Host:
    """An MX host: its address records, its TLSA records and its servers."""

    name: str = "mx1"
    tlsa: tuple = ("3 1 1",)  # see world/tlsa.py; () for none
    server: Server = Server()
    addresses: str = "46"  # one address for each digit, or literal addresses after blanks
    servers: tuple = ()  # one for each address, where they differ
    preference: int | None = 10  # None: no MX record of ours points here
    tlsa_name: str | None = None  # None: _25._tcp.NAME
    more_tlsa: tuple = ()  # (owner, words) pairs: such records at other names
    port: int = 25
    ttl: int = 3600


@dataclass(frozen=True)
class Zone:
    """How a zone is signed, delegated, served, and what is wrong with it."""

    algorithm: str | None = "ecdsa256"  # None: unsigned
    denial: str = "nsec"  # nsec, nsec3, optout
    iterations: int = 0
    narrow: bool = False  # PowerDNS: NSEC3 records made for each answer (RFC 7129 appendix B)
    split_keys: bool = False  # a key-signing and a zone-signing key
    spare: bool = False  # one more key, with a DS record, of an algorithm that nobody knows
    key_form: str = ""  # of its (key-signing) RSA key: exponent:BITS, zero:exponent, zero:modulus
    more_keys: tuple = ()  # DNSKEYs that nobody signs with: see _others in world/keys.py
    ds: tuple = ("sha256",)  # what the parent publishes, see world/keys.py
    faults: tuple = ()  # (name or "*", type, fault): see world/sign.py
    server: str = "nsd"  # or knot, which serves TLSA records without data: Debian 13's NSD does not; or one of net.GUESTS, or dynamic
    signer: str = "lab"  # of a guest's zone: ldns, bind, knot, pdns; see world/guests.py
    faulty: str = ""  # "TYPE=ACT,...": its name server misbehaves, see by_type in servers/dns_acts.py
    records: tuple = ()  # zone-file lines
    ttl: int = 3600
    expire: int = 7200  # of the SOA record, seconds


@dataclass(frozen=True)
class Policy:
    """The MTA-STS policy of the domain and the host that serves it."""

    mode: str = "enforce"
    mx: tuple | None = None  # None: the names of all hosts
    max_age: int = 604800
    txt: tuple = ("v=STSv1; id=20260101T000000;",)
    body: str | None = None  # in place of the policy written from the fields above
    status: int = 200
    media: str = "text/plain"
    redirect: str | None = None
    cert: Cert = Cert()
    address: str = "web"  # web, none (no address record), closed (nothing listens)


@dataclass(frozen=True)
class Scenario:
    """One domain, and what mxdane must say about it."""

    name: str
    about: str
    expect: dict = field(default_factory=dict)  # see world/facts.py
    exit: int = 0
    domain: str | None = None  # None: NAME.example
    zone: Zone = Zone()
    zones: tuple = ()  # further (name, Zone) pairs
    hosts: tuple = (Host(),)
    mx: tuple | None = None  # "PREFERENCE TARGET" lines in place of those from hosts
    records: tuple = ()  # zone-file lines of the domain's zone
    sts: Policy | None = None
    tlsrpt: tuple = ()  # TXT strings at _smtp._tls
    args: tuple = ()  # further arguments of mxdane
    ask: str | None = None  # what stands on the command line in place of the domain
    needs_root: bool = False  # a lab without root has no such server
    crosscheck_differs: str | None = None  # why other tools say something else

    @property
    def origin(self):
        """The domain as a name in the DNS."""
        return self.domain or f"{self.name}.example"

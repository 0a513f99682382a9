"""Legacy and odd TLS (see smtp.py for old versions): what senders accept and mxdane too, or neither."""

from scenarios.words import DEFERRED, DIFFERS, PRIVATE, good, refused_by
from world.spec import Cert, Host, Scenario, Server

TOP = "2 0 1 private"
# Two of these exceed the 102,400 octets that OpenSSL takes, of the fewer two do not.
MANY = tuple(f"host-number-{number}.example" for number in range(2000))
FEWER = MANY[:1600]


def serves(name, about, server, *findings, **paths):
    """A server that is odd but right."""
    warned = any(words.endswith("/warning") for words in findings)
    return Scenario(name, about, hosts=(Host(server=server),), exit=int(warned),
                    expect=good(*findings, **paths))


def fails(name, about, server, error):
    """No handshake comes about."""
    return Scenario(name, about, hosts=(Host(server=server),), exit=2, expect={
        **DEFERRED, "hosts.0.endpoints.*.smtp.stage": "handshake",
        "hosts.0.endpoints.*.tls.error": error, "findings": ("tls-failed/critical",)})


def anchored(name, about, cert, *findings):
    """Usage 2, accepted."""
    warned = any(words.endswith("/warning") for words in findings)
    return Scenario(name, about, hosts=(Host(tlsa=(TOP,), server=Server(certs=(cert,))),),
                    exit=int(warned), expect=good(*findings))


def unanchored(name, about, cert, result, *findings, tlsa=TOP):
    """Refused by senders."""
    return Scenario(name, about, hosts=(Host(tlsa=(tlsa,), server=Server(certs=(cert,))),), exit=2,
                    expect={"hosts.0.endpoints.*.dane.result": result,
                            "senders.dane.outcome": "deferred",
                            "findings": (f"dane-{result}/critical", *findings)})


def private(names=None, **more):
    """A leaf below the private authority."""
    return Cert(names=names, issuer=PRIVATE.issuer, chain=more.pop("chain", PRIVATE.chain), **more)


ODD = [
    serves("tls-asks", "asks for a client's certificate", Server(habits=("ask",))),
    serves("tls-asks-12", "the same in TLS 1.2", Server(habits=("ask",), tls=("1.2", "1.2"))),
    serves("tls-demands", "demands one: in TLS 1.3 that is found out after the handshake",
           Server(habits=("demand",), tls=("1.3", "1.3")), "tls-closed-early/warning"),
    fails("tls-demands-12", "demands one in TLS 1.2", Server(habits=("demand",),
          tls=("1.2", "1.2")), "alert handshake_failure"),
    fails("tls-refuses-names", "refuses the SNI", Server(habits=("refuse-names",)),
          "alert unrecognized_name"),
    serves("tls-tickets", "sends 20 tickets", Server(habits=("tickets",))),
    serves("tls-no-tickets", "sends none", Server(habits=("no-tickets",))),
    serves("tls-rsa-exchange", "the RSA key exchange alone",
           Server(habits=("rsa-exchange",), tls=("1.2", "1.2"), certs=(Cert(key="rsa"),)), DIFFERS,
           **refused_by("exim")),
    fails("tls-ccm", "AES-CCM alone, which OpenSSL does not offer by default",
          Server(habits=("ccm",), tls=("1.2", "1.2")), "alert handshake_failure"),
]

CHAINS = [
    serves("tls-20-sent", "20 certificates, 18 of strangers",
           Server(certs=(Cert(chain=("intermediate", *("stranger",) * 18)),))),
    anchored("tls-20-anchored", "20 certificates, the anchor is the last",
             private(chain=("private-mid", *("stranger",) * 17, "private"))),
    anchored("tls-names-many", "2,001 names",
             private((*MANY, "mx1.tls-names-many.example"))),
    anchored("tls-large", "a chain of nearly 100 KiB",
             private((*FEWER, "mx1.tls-large.example"), chain=("leaf", *PRIVATE.chain))),
    unanchored("tls-too-large", "a chain over 100 KiB",
               private((*MANY, "mx1.tls-too-large.example"), chain=("leaf", *PRIVATE.chain)),
               "untrusted"),
    unanchored("tls-too-large-ee", "the same under usage 3",
               private((*MANY, "mx1.tls-too-large-ee.example"), chain=("leaf", *PRIVATE.chain)),
               "untrusted", tlsa="3 1 1"),
    unanchored("tls-sha1-between", "a certificate of the path is signed with SHA-1",
               Cert(issuer="sha1-mid", chain=("sha1-mid", "private")), "untrusted",
               "cert-weak/warning"),
    unanchored("tls-sha1-leaf", "the leaf is signed with SHA-1", private(hash="sha1"),
               "untrusted", "cert-weak/warning"),
    anchored("tls-rsa1024", "a small RSA key", private(key="rsa1024"), "cert-weak/warning"),
]

NAMES = [
    serves("tls-no-subject", "an empty subject", Server(certs=(Cert(cn=""),))),
    anchored("tls-no-subject-anchored", "an empty subject, the name is in the subjectAltName",
             private(cn="")),
    unanchored("tls-nul-common", "a common name with a NUL, and no dNSName",
               private((), cn="mx1.tls-nul-common.example\0.evil.example"), "name-mismatch"),
    anchored("tls-nul-beside", "the same beside the right dNSName",
             private(cn="mx1.evil.example\0")),
    serves("tls-codes", "terminal codes in the names",
           Server(certs=(Cert(names=("\x1b[31m", "mx1.tls-codes.example"),
                              cn="\x1b]0;x\x07\u202eevil"),)),
           **{"hosts.0.endpoints.*.chain.0.names": ["\\x1b[31m", "mx1.tls-codes.example"]}),
]

SCENARIOS = ODD + CHAINS + NAMES

"""What RFC 7672 and Postfix accept, but Exim or mox does not authenticate (see others in certificates.py,
hosts.py, records.py and smtp.py). test_crosscheck.py asks the real Exim."""

from scenarios.words import DIFFERS, PRIVATE, bad, good, refused_by
from world.spec import Cert, Host, Scenario, Server, Zone

SIGNS = ("digital_signature",)
ENCIPHERS = ("key_encipherment",)
AGREES = ("key_agreement",)
OLD = {"tls": ("1.2", "1.2")}
EXCHANGE = {**OLD, "habits": ("rsa-exchange",)}


def accepted(name, about, cert, **server):
    """Usage 3, by every sender."""
    return Scenario(name, about, hosts=(Host(server=Server(certs=(cert,), **server)),),
                    expect=good(**refused_by()))


def refused(name, about, cert, *senders, tlsa=("3 1 1",), **server):
    """Verified, but not by these senders."""
    return Scenario(name, about, hosts=(Host(tlsa=tlsa, server=Server(certs=(cert,), **server)),),
                    exit=1, expect=good(DIFFERS, **refused_by(*senders)))


def misnamed(name, about, *tlsa):
    """A certificate for the domain, not for the host, and these records."""
    return refused(name, about, Cert(issuer=PRIVATE.issuer, chain=PRIVATE.chain,
                                     names=(f"{name}.example",)), "exim", tlsa=tlsa)


SCENARIOS = [
    refused("key-usage-ecdsa", "keyAgreement alone", Cert(usage=AGREES), "exim"),
    refused("key-usage-ed25519", "Ed25519 with keyAgreement alone",
            Cert(key="ed25519", usage=AGREES), "exim"),
    refused("key-usage-rsa", "RSA with keyEncipherment alone", Cert(key="rsa", usage=ENCIPHERS),
            "exim"),
    refused("key-usage-rsa-12", "the same in TLS 1.2", Cert(key="rsa", usage=ENCIPHERS), "exim", **OLD),
    accepted("key-usage-none", "no keyUsage", Cert(key="rsa", usage=None)),
    accepted("key-exchange-enciphers", "RSA key exchange, keyEncipherment",
             Cert(key="rsa", usage=ENCIPHERS), **EXCHANGE),
    accepted("key-exchange-both", "RSA key exchange, digitalSignature too",
             Cert(key="rsa", usage=SIGNS + ENCIPHERS), **EXCHANGE),
    accepted("key-exchange-none", "RSA key exchange, no keyUsage", Cert(key="rsa", usage=None),
             **EXCHANGE),
    refused("ee-ed448", "Ed448", Cert(key="ed448"), "mox"),
    misnamed("name-domain-beside", "the domain's name; usage 3 misses", "2 0 1 private",
             "3 1 1 other"),
    Scenario("name-domain-ee", "the domain's name; usage 3 hits as well",
             hosts=(Host(tlsa=("2 0 1 private", "3 1 1"), server=Server(certs=(Cert(
                 issuer=PRIVATE.issuer, chain=PRIVATE.chain, names=("name-domain-ee.example",)),))),),
             expect=good(**refused_by())),
    Scenario("name-alias-domain", "the MX host is an alias; the certificate is for the domain", exit=1,
             mx=("10 mx1",), records=("mx1 CNAME real",),
             hosts=(Host("real", tlsa=("2 0 1 private",), server=Server(certs=(Cert(
                 issuer=PRIVATE.issuer, chain=PRIVATE.chain,
                 names=("name-alias-domain.example",)),))),),
             expect=good(DIFFERS, "mx-target-alias/warning", **refused_by("exim"))),
    Scenario("name-implicit-alias", "a domain without MX is an alias; the certificate is for it", exit=2,
             domain="mail.name-implicit-alias.example", zone=None, mx=(),
             zones=(("name-implicit-alias.example", Zone(records=("mail CNAME real",))),),
             hosts=(Host("real.name-implicit-alias.example.", tlsa=("2 0 1 private",), preference=None,
                         server=Server(certs=(Cert(
                             issuer=PRIVATE.issuer, chain=PRIVATE.chain,
                             names=("mail.name-implicit-alias.example",)),))),),
             expect=bad("name-mismatch", "dane-name-mismatch/critical"),
             crosscheck_differs="s_client is given the domain's name too, as RFC 7672 §3.2.2 has it; "
             "Postfix does not take it"),
]

"""What a wildcard gives, and what takes it away (RFC 4592)."""

from scenarios.words import NO_DANE, UNSIGNED, bad, good
from world.spec import Cert, Host, Scenario, Server


def given(domain, **more):
    """A host mx1 that has its addresses from a wildcard."""
    name = f"mx1.{domain}"
    return Host(name="*", tlsa=(), preference=None,
                server=Server(certs=(Cert(names=(name,)),), helo=name), **more)


SCENARIOS = [
    Scenario("wild-address", "the MX host has its addresses from a wildcard, and no TLSA records",
             hosts=(given("wild-address.example"),), mx=("10 mx1",),
             records=('* TXT "v=spf1 -all"',), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("wild-shadowed", "a TLSA record took the wildcard's addresses away",
             hosts=(given("wild-shadowed.example",
                          more_tlsa=(("_25._tcp.mx1.wild-shadowed.example", "3 1 1"),)),),
             mx=("10 mx1",), exit=2,
             expect={"findings": ("host-no-address/critical",)}),
    Scenario("wild-tlsa-alias", "a wildcard CNAME answers for the TLSA records of the domain",
             hosts=(Host(name="@", tlsa=()),),
             records=("* CNAME www.wild-elsewhere.example.",),
             zones=(("wild-elsewhere.example", UNSIGNED),), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("wild-tlsa", "TLSA records of a wildcard, of another key",
             hosts=(Host(tlsa=(), more_tlsa=(("*._tcp.mx1.wild-tlsa.example", "3 1 1 other"),)),),
             exit=2, expect=bad("mismatch", "dane-mismatch/critical")),
    Scenario("wild-alias-own", "an alias of its own stands at the TLSA owner name",
             hosts=(Host(tlsa=(), more_tlsa=(("tlsa.wild-alias-own.example", "3 1 1"),)),),
             records=("_25._tcp.mx1 CNAME tlsa",), expect=good()),
    Scenario("stale-strong", "a stale SHA2-512 record hides the right SHA2-256 one (RFC 7671 §9)",
             hosts=(Host(tlsa=("3 1 1", "3 1 2 other")),), exit=2,
             expect=bad("mismatch", "dane-digest-agility/critical", "tlsa-superseded/info")),
]

"""Names on the command line: IDN, letter case, and what is no domain at all (RFC 5890)."""

from scenarios.words import good
from world.spec import Host, Policy, Scenario


def invalid(name, about, argument):
    """An argument that is refused before anything is looked up."""
    return Scenario(name, about, domain=f"{name}.invalid", zone=None, hosts=(), ask=argument,
                    exit=3, expect={"mx.kind": "none", "mx.dnssec": None, "hosts.#": 0, "findings": ("domain-invalid/unknown",)})


SCENARIOS = [
    Scenario("idn", "a U-label", domain="xn--bcher-kva.example", ask="bücher.example",
             sts=Policy(),
             expect=good(**{"domain": "xn--bcher-kva.example",
                            "domain_unicode": "bücher.example",
                            "hosts.0.name": "mx1.xn--bcher-kva.example",
                            "hosts.0.name_unicode": "mx1.bücher.example",
                            "mta_sts.state": "enforce"})),
    Scenario("idn-case", "a U-label in capitals with a final dot", zone=None, hosts=(),
             domain="xn--bcher-kva.example", ask="BÜCHER.Example.",
             expect=good(domain="xn--bcher-kva.example")),
    Scenario("idn-decomposed", "a U-label as base letter and combining mark", zone=None,
             hosts=(), domain="xn--bcher-kva.example", ask="bu\u0308cher.example",
             expect=good(domain="xn--bcher-kva.example")),
    Scenario("idn-alabel", "the A-label", zone=None, hosts=(),
             domain="xn--bcher-kva.example",
             expect=good(**{"domain": "xn--bcher-kva.example", "domain_unicode": "bücher.example"})),
    Scenario("idn-sharp-s", "ß stays ß (non-transitional)", domain="xn--fa-hia.example",
             ask="faß.example", expect=good(domain="xn--fa-hia.example")),
    Scenario("idn-host", "an IDN for an MX host", hosts=(Host("xn--mx-yka"),),
             expect=good(**{"hosts.0.name": "xn--mx-yka.idn-host.example"})),
    Scenario("case", "letter case and a final dot", domain="good.example", zone=None, hosts=(),
             ask="GOOD.Example.", expect=good(domain="good.example")),
    invalid("empty-label", "an empty label", "a..example"),
    invalid("long-label", "a label of 64 octets", "a" * 64 + ".example"),
    invalid("long-name", "a name of 254 octets", ".".join(["a" * 49] * 5) + ".abcd"),
    Scenario("longest-name", "a name of 253 octets is a name", zone=None, hosts=(), exit=2,
             domain=".".join(["a" * 49] * 5) + ".abc",
             expect={"findings": ("domain-not-found/critical",)}),
    invalid("ip-literal", "an address literal", "[20.25.0.81]"),
    invalid("ip-address", "an IPv4 address", "20.25.0.81"),
    invalid("ip6-address", "an IPv6 address", "2a00:25::81"),
    invalid("blank", "a blank within", "exa mple.example"),
    invalid("idna-error", "a code point that no label may have", "a\u2028b.example"),
]

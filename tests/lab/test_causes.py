"""Why a lookup fails: what the resolver says of it, and whether another one does better."""

import os

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

import checker
from servers.dns_acts import deny_empty
from servers.dns_server import DnsServer, passed_on
from world import net
from world.process import wait_for_port
from world.resolvers import start_unbound

STRICT = "20.25.0.66"
# It ends at the first name that does not exist (RFC 9156).
STRICT_UNBOUND = """\
server:
    qname-minimisation-strict: yes
    do-not-query-localhost: no
stub-zone:
    name: "{zone}"
    stub-addr: {server}
"""
HOSTILE = "at \x1b[31m<zone>"


def check(domain, *resolvers):
    """The report of a domain by these resolvers, in their order."""
    words = [word for one in resolvers for word in ("--resolver", one)]
    return checker.check(*words, domain).report


def finding(report, code):
    """The finding of that code."""
    return next(one for one in report["findings"] if one["code"] == code)


def unsigned(query, ask):
    """A resolver that loses the signatures over MX records."""
    response = ask(query)
    if query.question[0].rdtype == dns.rdatatype.MX:
        response.answer = [one for one in response.answer if one.rdtype != dns.rdatatype.RRSIG]
    return response


def unreachable(code):
    """A resolver that cannot reach the zone's name servers, and says so."""
    def attack(query, ask):
        if query.question[0].rdtype != dns.rdatatype.MX:
            return passed_on(query, ask)
        response = dns.message.make_response(query)
        response.set_rcode(dns.rcode.SERVFAIL)
        response.use_edns(options=[dns.edns.EDEOption(code, HOSTILE)])
        return response
    return attack


def test_reason_of_a_real_resolver():
    """Unbound is asked for its own verdict on what is bogus, and gives a reason."""
    mx = check("cause-ds-stale.example", os.environ["LAB_RESOLVER"])["mx"]
    assert mx["dnssec"] == "bogus"
    assert {one["code"] for one in mx["ede"]} <= {6, 9} and mx["ede"]


@pytest.mark.parametrize("code, cause, fix", [
    (22, "lame", "Make the name servers to which the zone of good.example is delegated"),
    (23, "lame", "Make the name servers to which the zone of good.example is delegated"),
    (14, None, "Try again"),
])
def test_reason_of_a_failure(code, cause, fix):
    """The reason comes with the failure; its text is escaped."""
    with DnsServer(unreachable(code)) as resolver:
        report = check("good.example", resolver.address)
    assert report["mx"]["ede"] == [{"code": code, "text": "at \\x1b[31m<zone>"}]
    found = finding(report, "mx-lookup-failed")
    assert found["cause"] == cause and found["fix"].startswith(fix)
    assert f"extended DNS error {code}" in found["message"]
    assert "\\x1b[31m<zone>" in found["message"]
    # What the failure has brought is not asked for once more.
    assert resolver.questions.count(("good.example.", "MX")) == 3


def test_empty_non_terminal_denied():
    """A name server answers NXDOMAIN at _tcp.mx1, and a real resolver goes no further."""
    state = os.environ["LAB_STATE"]
    with DnsServer(deny_empty, upstream=net.LEAVES[0]) as server:
        start_unbound("strict", STRICT, state,
                      STRICT_UNBOUND.format(zone="good.example", server=server.address))
        wait_for_port("strict", STRICT, 53, state)
        report = check("good.example", STRICT)
    found = finding(report, "tlsa-bogus")
    assert found["cause"] == "ent-nxdomain" and "rectify-zone" in found["fix"]
    assert "The answer at _tcp.mx1.good.example is NXDOMAIN" in found["message"]


def test_other_resolver_answers():
    """The first resolver loses the signatures, the second does not: bogus all the same."""
    with DnsServer(unsigned) as resolver:
        report = check("good.example", resolver.address, os.environ["LAB_RESOLVER"])
    assert report["mx"]["dnssec"] == "bogus"
    found = finding(report, "mx-bogus")
    assert found["cause"] == "resolver-fails"
    assert f"Another resolver, {os.environ['LAB_RESOLVER']}, finds" in found["message"]
    assert found["fix"] == "Name that resolver, or another one that validates, with --resolver."


def test_other_resolver_agrees():
    """A zone that is bogus is so to both, and neither is at fault."""
    with DnsServer() as resolver:
        report = check("cause-ds-stale.example", resolver.address, os.environ["LAB_RESOLVER"])
    assert finding(report, "mx-bogus")["cause"] == "ds-stale"


def test_lone_resolver():
    """The only resolver loses the signatures, and does not itself find the answer bogus."""
    with DnsServer(unsigned) as resolver:
        report = check("good.example", resolver.address)
    found = finding(report, "mx-bogus")
    assert found["cause"] is None
    assert "Only 127.0.0.1 was asked: try another resolver" in found["message"]


def test_resolver_that_gives_no_reason_in_time():
    """The verdict stands, and two seconds later the lookup ends; or with the deadline."""
    asked = []

    def silent(query, ask):
        if query.flags & dns.flags.AD and not query.flags & dns.flags.CD:
            asked.append(query)
            return lambda stream: None
        return unsigned(query, ask)

    with DnsServer(silent) as resolver:
        report = check("good.example", resolver.address)
        cut_off = checker.check("--resolver", resolver.address, "--deadline", "1", "good.example").report
    assert asked
    assert report["mx"]["dnssec"] == cut_off["mx"]["dnssec"] == "bogus"
    assert 2000 <= report["elapsed_ms"] < 8000
    assert cut_off["elapsed_ms"] < 2000 and cut_off["status"] == "critical"


@pytest.mark.parametrize("domains, cause", [(16, "shown-without-sni"), (17, None)])
def test_connection_without_sni_in_runs_of_few_domains(tmp_path, domains, cause):
    """A list counts as what is named on the command line does."""
    listed = tmp_path / "domains"
    listed.write_text("cause-sni.example\n" + "a..b\n" * (domains - 1))
    for words in (["--file", str(listed)], listed.read_text().split()):
        report = checker.check(*words).reports[0]
        assert finding(report, "dane-mismatch")["cause"] == cause


@pytest.mark.parametrize("domain, code, cause, fix", [
    ("cause-dnskey.example", "mx-bogus", "dnskey-unusable", "Delete the DNSKEY record that is in the way"),
    ("cause-dnskey-host.example", "tlsa-bogus", "dnskey-unusable",
     "Delete the DNSKEY record that is in the way"),
    ("star-wild.q-star-nsec.example", "mx-bogus", "asterisk-name",
     "Use a name that does not begin with an asterisk"),
    ("mail.q-key-tags-5.example", "mx-bogus", "too-many-signatures",
     "Delete the signatures and DNSKEY records that are not needed"),
    ("mail.q-expired.example", "mx-bogus", None, "Sign the zone again"),
])
def test_fix_of_bogus_answer(domain, code, cause, fix):
    """To sign again is offered only where that helps."""
    found = finding(check(domain, os.environ["LAB_RESOLVER"]), code)
    assert found["cause"] == cause
    assert found["fix"].startswith(fix)

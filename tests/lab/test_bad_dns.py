"""What resolvers may send that is not what was asked for, too much, or without end: the finding, the
state and the exit status of each, within --timeout and --deadline, beside a domain that is well.

The resolver of each run is one on the path (servers/dns_server.py) that spoils one answer; DNS over TCP comes
from the address that was connected to, so no answer can come from another one.
"""

import os
import struct
import time
from concurrent.futures import ThreadPoolExecutor

import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

import checker
from faults.hostile_dns import full_of_pointers
from faults.watch import Watched
from servers.dns_acts import close, garbage, on, on_name, rcode, refused, reset, silence
from servers.dns_server import DnsServer, framed, passed_on

DOMAIN, WELL = "victim.example", "good.example"
HOST = f"mx1.{DOMAIN}"
OWNER = f"_25._tcp.{HOST}"
TRUST = ("--dnssec", "trust-ad")
TIMEOUT, DEADLINE = 6, 24
HANGS = 120  # seconds: five times the deadline, for a busy machine
RESOLVER = os.environ.get("LAB_RESOLVER", "")
WIRE_END = 65535


# What is not an answer to the question ------------------------------------------------------

def asked_type(rdtype):
    """The answer is about another type of the same name."""
    def spoil(query, ask):
        other = ask(dns.message.make_query(query.question[0].name, rdtype, want_dnssec=True))
        other.id = query.id
        return other
    return spoil


def asked_class(query, ask):
    """The question's class is CH."""
    octets = bytearray(ask.octets(query))
    octets[12 + len(query.question[0].name.to_wire()) + 3] = 3
    return bytes(octets)


def asked_nothing(query, ask):
    """The question is left out."""
    octets = ask.octets(query)
    end = 12 + len(query.question[0].name.to_wire()) + 4
    return octets[:4] + b"\0\0" + octets[6:12] + octets[end:]


def asked_twice(first):
    """A second question, behind the true one or before it."""
    def spoil(query, ask):
        octets = ask.octets(query)
        end = 12 + len(query.question[0].name.to_wire()) + 4
        true, other = octets[12:end], b"\5other\7example\0\0\1\0\1"
        questions = true + other if first else other + true
        return octets[:4] + b"\0\2" + octets[6:12] + questions + octets[end:]
    return spoil


def asked_back(query, _):
    """The query itself, as it came."""
    return query.to_wire()


# How a resolver may die ---------------------------------------------------------------------

def bytes_then_end(count):
    """So many octets of the answer and its length, then the end of the connection."""
    def spoil(query, ask):
        octets = ask.octets(query)

        def strike(stream):
            stream.sendall(framed(octets)[:count])
            stream.shutdown(2)
        return strike
    return spoil


def dies_after(count, attack):
    """The first questions are answered, no more after them."""
    seen = []

    def spoil(query, ask):
        seen.append(query)
        return (attack if len(seen) > count else passed_on)(query, ask)
    return spoil


# Too much -----------------------------------------------------------------------------------

def padded(size):
    """The true answer and a record of no use, as long as it must be."""
    def spoil(query, ask):
        octets = ask.octets(query)
        filler = size - len(octets) - 11
        additional = struct.unpack("!H", octets[10:12])[0] + 1
        return (octets[:10] + struct.pack("!H", additional) + octets[12:] +
                b"\0\xff\0\0\1\0\0\0\x3c" + struct.pack("!H", filler) + bytes(filler))
    return spoil


def rrset(rdtype, lines):
    """These records and nothing else, vouched for."""
    def spoil(query, _):
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.AD
        response.answer = [dns.rrset.from_text(query.question[0].name, 60, "IN", rdtype, *lines)]
        return response
    return spoil


def aliases(names, whole=True, then=None):
    """A chain of aliases from the asked name over these, all in one answer or one in each; where it
    ends the answer of `then` to the first question stands."""
    def spoil(query, ask):
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.AD
        chain = [query.question[0].name, *map(dns.name.from_text, names)]
        links = list(zip(chain, chain[1:]))
        for owner, target in links if whole else links[:1]:
            response.answer.append(dns.rrset.from_text(owner, 60, "IN", "CNAME", target.to_text()))
        if then:
            for found in ask(query).answer:
                if found.rdtype == query.question[0].rdtype:
                    found.name = chain[-1]
                    response.answer.append(found)
        return response
    return spoil


def endless_aliases(query, _):
    """Each name is an alias of a further one, each told by itself."""
    name = query.question[0].name
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.AD
    first = name.labels[0]
    number = int(first[1:]) if first[:1] == b"l" and first[1:].isdigit() else 0
    response.answer = [dns.rrset.from_text(name, 60, "IN", "CNAME", f"l{number + 1}.{DOMAIN}.")]
    return response


def renamed_loop(query, _):
    """A DNAME that leads below itself, with the aliases that it makes."""
    name = query.question[0].name
    response = dns.message.make_response(query, recursion_available=True)
    response.flags |= dns.flags.AD
    response.answer = [
        dns.rrset.from_text(f"_tcp.{HOST}.", 60, "IN", "DNAME", f"_tcp.{HOST}."),
        dns.rrset.from_text(name, 60, "IN", "CNAME", name.to_text())]
    return response


LINKS = [f"link{number}.{DOMAIN}." for number in range(1, 30)]
NO_TLSA = (2, "tlsa-lookup-failed/critical", "failed")
NO_MX = (3, "mx-lookup-failed/unknown", None)
NO_A = (3, "address-lookup-failed/unknown", "usable")
RIGHT = (0, "dane-verified/info", "usable")


def tlsa(spoil):
    """An attack on the one TLSA answer."""
    return on_name(OWNER, "TLSA", spoil)


def tlsa_below(spoil):
    """An attack on every TLSA answer of the domain."""
    return on("TLSA", lambda query, ask: spoil(query, ask) if query.question[0].name.is_subdomain(
        dns.name.from_text(DOMAIN)) else ask(query))


# name: (attack, arguments, (exit status, a finding, state of the TLSA lookup))
CASES = {
    "type-a": (tlsa(asked_type("A")), (), NO_TLSA),
    "type-txt": (tlsa(asked_type("TXT")), (), NO_TLSA),
    "class": (tlsa(asked_class), (), NO_TLSA),
    "no-question": (tlsa(asked_nothing), (), NO_TLSA),
    "two-questions": (tlsa(asked_twice(True)), (), NO_TLSA),
    "two-questions-other-first": (tlsa(asked_twice(False)), (), NO_TLSA),
    "query-back": (tlsa(asked_back), (), NO_TLSA),
    **{f"tlsa-{name}{'-ad' if mode else ''}": (tlsa(rcode(getattr(dns.rcode, name))), mode, NO_TLSA)
       for name in ("SERVFAIL", "REFUSED", "NOTIMP", "FORMERR") for mode in ((), TRUST)},
    **{f"mx-{name}": (on_name(DOMAIN, "MX", rcode(getattr(dns.rcode, name))), (), NO_MX)
       for name in ("SERVFAIL", "REFUSED", "NOTIMP")},
    **{f"a-{name}": (on_name(HOST, "A", rcode(getattr(dns.rcode, name))), (), NO_A)
       for name in ("SERVFAIL", "REFUSED", "NOTIMP")},
    "dies-in-length": (tlsa(bytes_then_end(1)), (), NO_TLSA),
    "dies-after-length": (tlsa(bytes_then_end(2)), (), NO_TLSA),
    "dies-in-message": (tlsa(bytes_then_end(40)), (), NO_TLSA),
    "dies-by-reset": (tlsa(reset), (), NO_TLSA),
    "full-64k": (tlsa(padded(WIRE_END)), (), RIGHT),
    "full-64k-ad": (tlsa(padded(WIRE_END)), TRUST, RIGHT),
    "full-64k-less-one": (tlsa(padded(WIRE_END - 1)), (), RIGHT),
    "pointers-self": (tlsa(full_of_pointers("self")), (), NO_TLSA),
    "pointers-back": (tlsa(full_of_pointers("back")), (), NO_TLSA),
    "pointers-question": (tlsa(full_of_pointers("question")), (), NO_TLSA),
    "tlsa-200": (tlsa(rrset("TLSA", [f"3 1 1 {number:064x}" for number in range(200)])), TRUST,
                 (2, "dane-mismatch/critical", "usable")),
    "tlsa-1350": (tlsa(rrset("TLSA", [f"3 1 1 {number:064x}" for number in range(1350)])), TRUST,
                  (2, "dane-mismatch/critical", "usable")),
    "loop-self": (tlsa(aliases([f"{OWNER}."])), TRUST, NO_TLSA),
    "loop-two": (tlsa(aliases([LINKS[0], f"{OWNER}."])), TRUST, NO_TLSA),
    "loop-later": (tlsa(aliases([*LINKS[:4], LINKS[2]])), TRUST, NO_TLSA),
    "loop-mx": (on_name(DOMAIN, "MX", aliases([LINKS[0], f"{DOMAIN}."])), TRUST, NO_MX),
    "loop-mx-self": (on_name(DOMAIN, "MX", aliases([f"{DOMAIN}."])), TRUST, NO_MX),
    "loop-a": (on_name(HOST, "A", aliases([LINKS[0], f"{HOST}."])), TRUST, NO_A),
    "loop-proven": (tlsa(aliases([LINKS[0], f"{OWNER}."])), (), NO_TLSA),
    "loop-dname": (tlsa(renamed_loop), TRUST, NO_TLSA),
    "loop-chopped": (tlsa_below(aliases([f"{OWNER}."], whole=False)), TRUST, NO_TLSA),
    "links-16": (tlsa(aliases(LINKS[:16], then=True)), TRUST, RIGHT),
    "links-17": (tlsa(aliases(LINKS[:17], then=True)), TRUST, NO_TLSA),
    "links-20": (tlsa(aliases(LINKS[:20], then=True)), TRUST, NO_TLSA),
    "links-20-mx": (on_name(DOMAIN, "MX", aliases(LINKS[:20], then=True)), TRUST, NO_MX),
    "links-endless": (tlsa_below(endless_aliases), TRUST, NO_TLSA),
}


def run_under(attack, *arguments):
    """(seconds, the run) with a spoiled resolver."""
    with DnsServer(attack) as proxy:
        begin = time.monotonic()
        run = checker.check("--resolver", proxy.address, "--timeout", str(TIMEOUT),
                            "--deadline", str(DEADLINE), *arguments)
        return time.monotonic() - begin, run


@pytest.fixture(scope="module", name="spoiled")
def fixture_spoiled(request):
    """The runs of the cases that are to be tested, side by side."""
    chosen = {item.callspec.params["case"] for item in request.session.items
              if "spoiled" in item.fixturenames}
    with ThreadPoolExecutor(checker.AT_ONCE) as pool:
        runs = {case: pool.submit(run_under, attack, *arguments, DOMAIN, WELL)
                for case, (attack, arguments, _) in CASES.items() if case in chosen}
    return {case: run.result() for case, run in runs.items()}


@pytest.mark.parametrize("case", CASES)
def test_bad_answer(case, spoiled):
    """The finding, the state, the exit status; never longer than the deadline; the domain beside it
    is as ever."""
    seconds, run = spoiled[case]
    status, finding, state = CASES[case][2]
    bad, well = run.reports
    assert run.status == status, run
    assert finding in {f"{one['code']}/{one['severity']}" for one in bad["findings"]}, bad["findings"]
    assert seconds < HANGS, run
    if state:
        assert [host["tlsa"]["state"] for host in bad["hosts"]] == [state], bad["findings"]
    if finding == NO_TLSA[1]:
        assert bad["hosts"][0]["tlsa"]["dnssec"] == "indeterminate"
        assert bad["senders"]["dane"]["outcome"] == "deferred"
    assert (well["status"], well["senders"]["dane"]["outcome"]) == ("ok", "authenticated"), well


# What the first of two resolvers does; "tried in order": the second one answers.
FIRST = {"silent": silence, "refusing": refused, "resetting": reset, "closing": close,
         "garbling": garbage, "failing": rcode(dns.rcode.SERVFAIL), "half": bytes_then_end(1),
         "cut": bytes_then_end(30),
         "asks-back": asked_back, "dies-silent": dies_after(6, silence),
         "dies-closing": dies_after(6, close), "dies-garbling": dies_after(6, garbage)}


@pytest.mark.parametrize("first", FIRST)
def test_second_resolver_takes_over(first):
    """Nothing that the first resolver does is final."""
    with DnsServer(FIRST[first]) as proxy:
        run = checker.check("-r", proxy.address, "-r", RESOLVER, "--timeout", "4", WELL)
    assert (run.status, run.report["senders"]["dane"]["outcome"]) == (0, "authenticated"), run
    assert proxy.questions, "the first one was not even asked"


def test_resolver_dies_and_restarts():
    """What fails meanwhile is said; before and after it all is well."""
    with DnsServer() as proxy:
        run = Watched("-r", proxy.address, "--timeout", "4")
        before = run.check([WELL])[WELL]
    meanwhile = run.check(["victim.hashed"])["victim.hashed"]
    with DnsServer(port=proxy.port):
        after = run.check(["victim.optout"])["victim.optout"]
    status, errors = run.finish()
    assert (before["status"], after["status"]) == ("ok", "ok"), after["findings"]
    assert [one["code"] for one in meanwhile["findings"]][:1] == ["mx-lookup-failed"], meanwhile
    assert (status, errors) == (3, "")


def test_trust_ad_needs_a_trusted_resolver():
    """The lab's /etc/resolv.conf names a resolver that is neither on loopback nor named here."""
    run = checker.check("--dnssec", "trust-ad", WELL)
    assert (run.status, run.stdout) == (3, ""), run
    assert "trust-ad" in run.stderr and len(run.stderr.splitlines()) == 1, run

"""An attacker between mxdane and its resolver.

Every victim is fully signed and its DANE is right.  Whatever the attacker does,
mxdane may say bogus, failed or unknown; it must never say that a TLSA record is
securely or insecurely absent, nor accept a record that the zone does not have.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone
import pytest

import checker
from servers.dns_acts import on, on_name, rcode, respond
from servers.dns_server import DnsServer

RR = dns.rdatatype
EVIL_TLSA = "3 1 1 " + "66" * 32


def name(text):
    """A name from text."""
    return dns.name.from_text(text)


class Signed:
    """The records of one zone as it is served, with their signatures."""

    def __init__(self, origin):
        self.origin = name(origin)
        path = os.path.join(os.environ["LAB_STATE"], "zones", f"{self.origin}zone")
        self._zone = dns.zone.from_file(path, origin=self.origin, relativize=False,
                                        check_origin=False)

    def pair(self, owner, rdtype):
        """An RRset and its RRSIG RRset."""
        node = self._zone.get_node(owner)
        found = []
        for wanted, covers in ((rdtype, RR.NONE), (RR.RRSIG, rdtype)):
            rdataset = node.get_rdataset(dns.rdataclass.IN, wanted, covers)
            found.append(dns.rrset.from_rdata_list(owner, rdataset.ttl, rdataset))
        return found

    def denials(self, asked):
        """The SOA and every NSEC3, or every NSEC that has to do with a name; all signed."""
        found = self.pair(self.origin, RR.SOA)
        near = {asked}
        while asked != self.origin and asked != dns.name.root:
            asked = asked.parent()
            near |= {asked, dns.name.Name((b"*",) + asked.labels)}
        for owner, node in self._zone.nodes.items():
            for rdataset in node:
                if rdataset.rdtype == RR.NSEC3 or (rdataset.rdtype == RR.NSEC and any(
                        covers(owner, rdataset[0].next, one) for one in near)):
                    found += self.pair(owner, rdataset.rdtype)
        return found


def covers(owner, following, asked):
    """Whether an NSEC record matches or covers a name."""
    return owner <= asked < following or (following <= owner <= asked)


def always(forge):
    """An attack on everything."""
    return forge


# What an attacker puts in the place of an answer -------------------------------------------

def stripped(query, ask):
    """The true records without any signature or proof, AD set as a liar would."""
    response = ask(query)
    for section in (response.answer, response.authority):
        section[:] = [rrset for rrset in section
                      if rrset.rdtype not in (RR.RRSIG, RR.NSEC, RR.NSEC3)]
    response.flags |= dns.flags.AD
    return response


def empty(query, ask):
    """No records, no proof, AD set."""
    response = respond(query)
    response.flags |= dns.flags.AD
    return response


def substitute(query, ask):
    """A record of the attacker's own, unsigned, AD set."""
    response = respond(query, answer=[dns.rrset.from_text(
        query.question[0].name, 3600, "IN", "TLSA", EVIL_TLSA)])
    response.flags |= dns.flags.AD
    return response


def substitute_signed(query, ask):
    """A record of the attacker's own under the true signature."""
    response = ask(query)
    response.answer = [dns.rrset.from_text(rrset.name, rrset.ttl, "IN", "TLSA", EVIL_TLSA)
                       if rrset.rdtype == RR.TLSA else rrset for rrset in response.answer]
    return response


def denied_by(origin, code=dns.rcode.NXDOMAIN):
    """A denial made of every genuine denial record of a zone."""
    return lambda query, ask: respond(
        query, code, authority=Signed(origin).denials(query.question[0].name))


def nodata_with(other):
    """NODATA with the genuine proof that another name or type of the zone is not there."""
    def forge(query, ask):
        true = ask(dns.message.make_query(other, "TLSA", want_dnssec=True))
        return respond(query, true.rcode(), authority=true.authority)
    return forge


def replay(other):
    """The signed TLSA RRset of another name, renamed to the one that was asked."""
    def forge(query, ask):
        true = ask(dns.message.make_query(other, "TLSA", want_dnssec=True))
        for rrset in true.answer:
            rrset.name = query.question[0].name
        return respond(query, answer=true.answer)
    return forge


def unrenamed(other):
    """The signed TLSA RRset of another name as it stands."""
    def forge(query, ask):
        true = ask(dns.message.make_query(other, "TLSA", want_dnssec=True))
        return respond(query, answer=true.answer)
    return forge


def alias_to(target):
    """An unsigned alias to a name whose TLSA records are signed."""
    def forge(query, ask):
        true = ask(dns.message.make_query(target, "TLSA", want_dnssec=True))
        alias = dns.rrset.from_text(query.question[0].name, 3600, "IN", "CNAME", f"{target}.")
        return respond(query, answer=[alias, *true.answer])
    return forge


def chopped(query, ask):
    """The first link of an alias chain, and nothing behind it."""
    response = ask(query)
    first = query.question[0].name
    response.answer = [rrset for rrset in response.answer if rrset.name == first]
    response.authority = []
    return response


def wildcard_expanded(query, ask):
    """The wildcard's records in the place of the exact ones, without proof."""
    pair = Signed("victim-wild.example").pair(name("*._tcp.mx1.victim-wild.example"), RR.TLSA)
    for rrset in pair:
        rrset.name = query.question[0].name
    return respond(query, answer=pair)


def wildcard_proven(query, ask):
    """The same with every denial record of the zone for a proof."""
    response = wildcard_expanded(query, ask)
    response.authority = Signed("victim-wild.example").denials(query.question[0].name)
    return response


def keys_only_spare(query, ask):
    """A DNSKEY set without the keys of known algorithms, and the signatures likewise."""
    response = ask(query)
    kept = []
    for rrset in response.answer:
        rdatas = [rdata for rdata in rrset if rdata.algorithm == 199]
        if rrset.rdtype == RR.DNSKEY and rdatas:
            kept.append(dns.rrset.from_rdata_list(rrset.name, rrset.ttl, rdatas))
        elif rrset.rdtype == RR.RRSIG:
            kept.append(dns.rrset.from_rdata_list(
                rrset.name, rrset.ttl, [rdata.replace(algorithm=199) for rdata in rrset]))
    response.answer = kept
    return response


def keys_only_spare_signed(query, ask):
    """The same, but the signature by the known algorithm is left."""
    response = ask(query)
    response.answer = [
        dns.rrset.from_rdata_list(rrset.name, rrset.ttl,
                                  [rdata for rdata in rrset if rdata.algorithm == 199])
        if rrset.rdtype == RR.DNSKEY else rrset for rrset in response.answer]
    return response


def ds_only_unknown(query, ask):
    """A DS set without the algorithms that validators know."""
    response = ask(query)
    response.answer = [
        dns.rrset.from_rdata_list(rrset.name, rrset.ttl,
                                  [rdata for rdata in rrset if rdata.algorithm == 199])
        if rrset.rdtype == RR.DS else rrset for rrset in response.answer]
    return response


def ds_denied_by_child(origin):
    """No DS, by the denial records of the child zone's own apex (RFC 4035 §5.2)."""
    return lambda query, ask: respond(
        query, authority=Signed(origin).denials(query.question[0].name))


def ds_insecure_neighbor(origin):
    """No DS, by the genuine denial of another, unsigned delegation."""
    def forge(query, ask):
        true = ask(dns.message.make_query(origin, "DS", want_dnssec=True))
        return respond(query, authority=true.authority)
    return forge


def code_flipped(code):
    """The true answer under another response code."""
    def forge(query, ask):
        response = ask(query)
        response.set_rcode(code)
        return response
    return forge


def emptied(code):
    """The true answer without its answer section, under this response code."""
    def forge(query, ask):
        response = ask(query)
        response.answer = []
        response.set_rcode(code)
        return response
    return forge


def wrong_question(query, ask):
    """An answer, genuine in all, to another question."""
    response = ask(dns.message.make_query("_25._tcp.nothing.victim.example", "TLSA",
                                          want_dnssec=True))
    response.id = query.id
    return response


def wrong_id(query, ask):
    """The answer under another id."""
    response = ask(query)
    response.id ^= 0xFFFF
    return response


def truncated(query, ask):
    """An empty answer that says it was cut short."""
    response = respond(query)
    response.flags |= dns.flags.TC
    return response


def garbage(query, ask):
    """Bytes that are no DNS message, but for the id."""
    return query.to_wire()[:2] + b"\x81\x80" + b"\xff" * 40


def half(query, ask):
    """The first half of the answer."""
    return ask(query).to_wire()[:40]


def without_dname(query, ask):
    """The alias that a DNAME makes, without the DNAME."""
    response = ask(query)
    response.answer = [rrset for rrset in response.answer
                       if RR.DNAME not in (rrset.rdtype, rrset.covers)]
    return response


def diverted(target):
    """The same, and the alias leads elsewhere."""
    def forge(query, ask):
        response = without_dname(query, ask)
        true = ask(dns.message.make_query(target, "TLSA", want_dnssec=True))
        alias = dns.rrset.from_text(query.question[0].name, 3600, "IN", "CNAME", f"{target}.")
        response.answer = [alias, *true.answer]
        return response
    return forge


def hang_up(query, ask):
    """The connection is closed."""
    return None



V, H, O = "victim.example", "victim.hashed", "victim.optout"
D, N = "a.b.c.victim-deep.hashed", "a.b.c.victim-deep.example"
ATTACKS = {
    # Denials that are genuine, of a zone that has no say.
    "parent-nsec": (V, on("TLSA", denied_by("example"))),
    "parent-nsec-nodata": (V, on("TLSA", denied_by("example", dns.rcode.NOERROR))),
    "parent-nsec3": (H, on("TLSA", denied_by("hashed"))),
    "parent-nsec3-nodata": (H, on("TLSA", denied_by("hashed", dns.rcode.NOERROR))),
    "parent-optout": (O, on("TLSA", denied_by("optout"))),
    "deep-parent-nsec3": (D, on("TLSA", denied_by("victim-deep.hashed"))),
    "deep-parent-nsec3-nodata": (D, on("TLSA", denied_by("victim-deep.hashed",
                                                         dns.rcode.NOERROR))),
    "deep-grandparent-nsec3": (D, on("TLSA", denied_by("hashed"))),
    "deep-parent-nsec": (N, on("TLSA", denied_by("victim-deep.example"))),
    "deep-grandparent-nsec": (N, on("TLSA", denied_by("example"))),
    "root-nsec": (V, on("TLSA", denied_by("."))),
    "neighbor-nsec": (V, on("TLSA", denied_by("good.example"))),
    "neighbor-nsec3": (H, on("TLSA", denied_by("tlsa-absent.hashed"))),
    "parent-denies-mx": (V, on("MX", denied_by("example", dns.rcode.NOERROR))),
    "parent-denies-mx-nsec3": (H, on("MX", denied_by("hashed", dns.rcode.NOERROR))),
    "parent-denies-domain": (H, on("MX", denied_by("hashed"))),
    "parent-denies-address": (H, on("A", denied_by("hashed"))),
    # Denials of the right zone for another name.
    "own-denials": (V, on("TLSA", denied_by(V))),
    "own-denials-nsec3": (H, on("TLSA", denied_by(H))),
    "own-denials-nodata": (H, on("TLSA", denied_by(H, dns.rcode.NOERROR))),
    "other-name": (V, on("TLSA", nodata_with(f"_443._tcp.mx1.{V}"))),
    "other-name-nsec3": (H, on("TLSA", nodata_with(f"_443._tcp.mx1.{H}"))),
    "other-host": (V, on("TLSA", nodata_with(f"_25._tcp.zz.{V}"))),
    "own-denials-address": (V, on("A", denied_by(V, dns.rcode.NOERROR))),
    # Signatures.
    "tlsa-stripped": (V, on("TLSA", stripped)),
    "tlsa-empty": (V, on("TLSA", empty)),
    "tlsa-empty-nsec3": (H, on("TLSA", empty)),
    "mx-stripped": (V, on("MX", stripped)),
    "a-stripped": (V, on("A", stripped)),
    "a-empty": (V, on("A", empty)),
    "all-stripped": (V, always(stripped)),
    # Records of the attacker's own.
    "substitute": (V, on("TLSA", substitute)),
    "substitute-signed": (V, on("TLSA", substitute_signed)),
    "replay": (V, on("TLSA", replay("_25._tcp.mx1.good.example"))),
    "unrenamed": (V, on("TLSA", unrenamed("_25._tcp.mx1.good.example"))),
    "alias-unsigned": (V, on("TLSA", alias_to("_25._tcp.mx1.good.example"))),
    "dname-diverted": ("owner-dname.example",
                       on("TLSA", diverted("_25._tcp.mx1.good.example"))),
    "wildcard": ("victim-wild.example", on_name("_25._tcp.mx1.victim-wild.example", "TLSA",
                                                wildcard_expanded)),
    "wildcard-proven": ("victim-wild.example",
                        on_name("_25._tcp.mx1.victim-wild.example", "TLSA", wildcard_proven)),
    # Keys and delegations.
    "keys-spare": ("victim-spare.example",
                   on_name("victim-spare.example", "DNSKEY", keys_only_spare)),
    "keys-spare-signed": ("victim-spare.example",
                          on_name("victim-spare.example", "DNSKEY", keys_only_spare_signed)),
    "keys-none": (V, on_name(V, "DNSKEY", empty)),
    "keys-stripped": (V, on_name(V, "DNSKEY", stripped)),
    "ds-unknown": ("victim-spare.example",
                   on_name("victim-spare.example", "DS", ds_only_unknown)),
    "ds-none": (V, on_name(V, "DS", empty)),
    "ds-stripped": (V, on_name(V, "DS", stripped)),
    "ds-denied-by-child": (V, on_name(V, "DS", ds_denied_by_child(V))),
    "ds-denied-by-child-nsec3": (H, on_name(H, "DS", ds_denied_by_child(H))),
    "ds-neighbor": (V, on_name(V, "DS", ds_insecure_neighbor("unsigned.example"))),
    "ds-neighbor-optout": (O, on_name(O, "DS", ds_insecure_neighbor("nowhere.optout"))),
    "ds-parent-denials": (H, on_name(H, "DS", denied_by("hashed", dns.rcode.NOERROR))),
    "ds-optout-denials": (O, on_name(O, "DS", denied_by("optout", dns.rcode.NOERROR))),
    "ds-optout-nxdomain": (O, on_name(O, "DS", denied_by("optout"))),
    "ds-servfail": (V, on_name(V, "DS", rcode(dns.rcode.SERVFAIL))),
    "top-ds-none": (V, on_name("example.", "DS", empty)),
    # Response codes and the transport.
    "tlsa-servfail": (V, on("TLSA", rcode(dns.rcode.SERVFAIL))),
    "tlsa-refused": (V, on("TLSA", rcode(dns.rcode.REFUSED))),
    "tlsa-notimp": (V, on("TLSA", rcode(dns.rcode.NOTIMP))),
    "tlsa-formerr": (V, on("TLSA", rcode(dns.rcode.FORMERR))),
    "tlsa-yxdomain": (V, on("TLSA", rcode(dns.rcode.YXDOMAIN))),
    "tlsa-nxdomain": (V, on("TLSA", rcode(dns.rcode.NXDOMAIN))),
    "tlsa-emptied": (V, on("TLSA", emptied(dns.rcode.NOERROR))),
    "tlsa-emptied-nxdomain": (V, on("TLSA", emptied(dns.rcode.NXDOMAIN))),
    "mx-emptied": (V, on("MX", emptied(dns.rcode.NOERROR))),
    "mx-nxdomain": (V, on("MX", rcode(dns.rcode.NXDOMAIN))),
    "mx-servfail": (V, on("MX", rcode(dns.rcode.SERVFAIL))),
    "wrong-question": (V, on("TLSA", wrong_question)),
    "wrong-id": (V, on("TLSA", wrong_id)),
    "truncated": (V, on("TLSA", truncated)),
    "garbage": (V, on("TLSA", garbage)),
    "half": (V, on("TLSA", half)),
    "hang-up": (V, on("TLSA", hang_up)),
    "hang-up-always": (V, always(hang_up)),
    "root-keys-stripped": (V, on_name(".", "DNSKEY", stripped)),
    "root-keys-none": (V, on_name(".", "DNSKEY", empty)),
}


# Lies that mxdane may see through by asking further.
WEAK_ATTACKS = {
    "alias-chopped": ("victim-alias.example", on("TLSA", chopped)),
    "host-alias-chopped": ("alias-target.example", on("A", chopped)),
    "inner-empty": (V, on_name(f"mx1.{V}", "DS", empty)),
    "inner-stripped": (V, on_name(f"mx1.{V}", "DS", stripped)),
    "inner-parent": (V, on_name(f"mx1.{V}", "DS", denied_by("example"))),
    "inner-parent-nodata": (V, on_name(f"mx1.{V}", "DS",
                                       denied_by("example", dns.rcode.NOERROR))),
    "inner-servfail": (V, on_name(f"mx1.{V}", "DS", rcode(dns.rcode.SERVFAIL))),
    "code-tlsa": (V, on("TLSA", code_flipped(dns.rcode.NXDOMAIN))),
    "code-mx": (V, on("MX", code_flipped(dns.rcode.NXDOMAIN))),
    "code-a": (V, on("A", code_flipped(dns.rcode.NXDOMAIN))),
}


def run_under(attack, domain):
    """A run of mxdane whose only resolver is the attacker."""
    with DnsServer(attack) as proxy:
        return checker.check("--resolver", proxy.address, "--timeout", "3", domain)


@pytest.fixture(scope="module", name="attacked")
def fixture_attacked(request):
    """The runs under every attack that is to be tested, side by side."""
    chosen = {item.callspec.params["attack"] for item in request.session.items
              if "attacked" in item.fixturenames}
    with ThreadPoolExecutor(checker.AT_ONCE) as pool:
        runs = {attack: pool.submit(run_under, forge, domain)
                for attack, (domain, forge) in {**ATTACKS, **WEAK_ATTACKS}.items()
                if attack in chosen}
    return {attack: run.result() for attack, run in runs.items()}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_does_no_more_than_deny_service(attack, attacked):
    """No attack makes a DANE sender deliver as if the domain had no DANE."""
    run = attacked[attack]
    report = run.report
    assert report["senders"]["dane"]["outcome"] in ("deferred", "unknown"), run
    assert report["status"] in ("critical", "unknown"), run
    assert run.status in (2, 3), run
    for host in report["hosts"]:
        assert host["tlsa"]["state"] != "absent", run
        assert host["tlsa"]["state"] != "insecure", run
        for record in host["tlsa"]["records"]:
            assert record["data"] != "66" * 32 or host["tlsa"]["dnssec"] == "bogus", run


@pytest.mark.parametrize("attack", WEAK_ATTACKS)
def test_weak_attack_hides_nothing(attack, attacked):
    """Seen through, or an error; never an absence of what is signed."""
    run = attacked[attack]
    assert run.report["senders"]["dane"]["outcome"] in ("authenticated", "deferred", "unknown"), run
    assert run.report["mx"]["dnssec"] != "insecure", run
    for host in run.report["hosts"]:
        assert host["tlsa"]["state"] in ("usable", "bogus", "failed", "skipped"), run


def test_alias_without_its_dname():
    """As Unbound hands it out at times: the DNAME is asked for by itself."""
    run = run_under(on("TLSA", without_dname), "owner-dname.example")
    assert run.status == 0, run
    assert run.report["senders"]["dane"]["outcome"] == "authenticated", run


def test_alias_without_any_dname():
    """Where no question brings the DNAME, nothing is proven."""
    run = run_under(always(without_dname), "owner-dname.example")
    assert run.report["hosts"][0]["tlsa"]["state"] == "bogus", run


def test_replay_within_zone():
    """The second host's signed TLSA records under the first one's name."""
    domain = "mx-fallback.example"
    forge = on_name(f"_25._tcp.mx1.{domain}", "TLSA", replay(f"_25._tcp.mx2.{domain}"))
    run = run_under(forge, domain)
    assert run.report["hosts"][0]["tlsa"]["state"] == "bogus", run
    assert run.report["hosts"][1]["tlsa"]["state"] == "usable", run


def test_proxy_without_attack_changes_nothing():
    """What the other tests rest on: through the proxy, unattacked victims are fine."""
    for domain in (V, H, O, D, N, "victim-spare.example", "victim-alias.example",
                   "victim-wild.example"):
        run = run_under(lambda query, ask: ask(query), domain)
        assert run.status == 0, run
        assert run.report["senders"]["dane"]["outcome"] == "authenticated", run

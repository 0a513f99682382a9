"""Findings whose cause the facts show, as real name servers and mail servers show them."""

import hashlib

from scenarios.words import DEFERRED, UNSIGNED, bad
from world.spec import Cert, Host, Scenario, Server, Zone


def cause(code, slug):
    """Every finding of this code has this cause."""
    return {f"findings.code={code}.cause": slug}


def ends(name, about, code, slug, server):
    """A server with which no session comes about, because of what it wants or has."""
    return Scenario(name, about, hosts=(Host(server=server),), exit=2, expect={
        **DEFERRED, **cause(code, slug), "findings": (f"{code}/critical",)})


def mismatch(name, about, slug, tlsa, **host):
    """A record that matches nothing, and why."""
    return Scenario(name, about, hosts=(Host(tlsa=tlsa, **host),), exit=2, expect={
        **bad("mismatch", "dane-mismatch/critical"), **cause("dane-mismatch", slug),
        "hosts.0.tlsa.records.0.cause": slug})


def target(name, about, slug, mx, *findings):
    """An MX record that names no host."""
    return Scenario(name, about, hosts=(), mx=(f"10 {mx}",), exit=2, expect={
        **cause("host-no-address", slug), "findings": ("host-no-address/critical", *findings)})


SESSIONS = [
    ends("cause-client-certificate", "a certificate is demanded in TLS 1.2", "tls-failed",
         "client-certificate", Server(tls=("1.2", "1.2"), habits=("demand",))),
    Scenario("cause-anonymous", "cipher suites without a certificate alone", exit=2,
             args=("--key-types", "any"),
             hosts=(Host(server=Server(tls=("1.2", "1.2"), habits=("anonymous",))),),
             expect={**DEFERRED, **cause("tls-failed", "anonymous-only"),
                     "findings": ("tls-failed/critical",)}),
    ends("cause-inspection", "a firewall rewrites greeting and keywords", "starttls-missing",
         "smtp-inspection", Server(does="inspected")),
    Scenario("cause-greeting", "no greeting in time", exit=3, args=("--timeout", "2"),
             hosts=(Host(server=Server(does="late-greeting")),),
             expect={**cause("smtp-protocol", "greeting-delay"), "findings": ("smtp-protocol",)}),
]

NAMES = [
    target("cause-address", "an MX record with an address", "mx-is-address", "192.0.2.1.",
           "mx-target-invalid/warning"),
    target("cause-address-origin", "the same without its final dot", "mx-is-address",
           "192.0.2.1"),
    target("cause-dot", "an MX record without its final dot", "missing-dot",
           "mx1.cause-dot.example"),
]

ZONES = [
    Scenario("cause-ds-missing", "a signed zone without DS", zone=Zone(ds=()), exit=2, expect={
        **cause("address-insecure", "ds-missing"), **cause("mx-insecure", "ds-missing"),
        "mx.insecure_at.why": "no-ds", "mx.insecure_at.name": "cause-ds-missing.example",
        "findings": ("address-insecure/critical", "mx-insecure")}),
    Scenario("cause-unsigned", "an unsigned zone", zone=UNSIGNED, exit=2, expect={
        **cause("address-insecure", "zone-unsigned"), **cause("mx-insecure", "zone-unsigned"),
        "hosts.0.addresses.insecure_at.why": "unsigned-zone",
        "hosts.0.addresses.insecure_at.name": "cause-unsigned.example",
        "findings": ("address-insecure/critical", "mx-insecure")}),
    Scenario("cause-ds-stale", "DS for another key", zone=Zone(ds=("sha256:wrong-key",)), exit=2,
             expect={**cause("mx-bogus", "ds-stale"), "findings": ("mx-bogus/critical",)}),
    Scenario("cause-dnskey", "a DNSKEY record that BIND cannot read before the zone's own", exit=2,
             zone=Zone(more_keys=("cut",)),
             expect={**cause("mx-bogus", "dnskey-unusable"), "findings": ("mx-bogus/critical",)}),
    Scenario("cause-dnskey-host", "the same in the zone of the TLSA records", exit=2,
             crosscheck_differs="the lab's Postfix asks Unbound, which reads on",
             records=("_25._tcp.mx1 CNAME tlsa.cause-dnskey-other.example.",),
             zones=(("cause-dnskey-other.example", Zone(more_keys=("cut",), records=(
                 "tlsa TLSA 3 1 1 " + "ab" * 32,))),), hosts=(Host(tlsa=()),),
             expect={**cause("tlsa-bogus", "dnskey-unusable"), "findings": ("tlsa-bogus/critical",)}),
    Scenario("cause-opt-out", "TLSA records absent, in an opt-out span", exit=2,
             zone=Zone(denial="optout"), hosts=(Host(tlsa=()),),
             expect={**cause("tlsa-absent", "opt-out"),
                     "hosts.0.tlsa.insecure_at.why": "opt-out", "findings": ("tlsa-absent/critical",)}),
    Scenario("cause-alias", "the TLSA records' name leads into an unsigned zone", exit=2,
             records=("_25._tcp.mx1 CNAME tlsa.cause-alias-other.example.",),
             zones=(("cause-alias-other.example", UNSIGNED),),
             hosts=(Host(tlsa=(), more_tlsa=(("tlsa.cause-alias-other.example", "3 1 1"),)),),
             expect={**cause("tlsa-insecure", "alias-unsigned"),
                     "hosts.0.tlsa.insecure_at.why": "alias",
                     "hosts.0.tlsa.insecure_at.name": "cause-alias-other.example",
                     "findings": ("tlsa-insecure/critical",)}),
]

def misplaced(name, about, slug, owner):
    """Live DNS is asked for the TLSA record where it stands most often by mistake."""
    return Scenario(name, about, exit=2, hosts=(Host(tlsa=(), more_tlsa=((owner, "3 1 1"),)),),
                    expect={**cause("tlsa-absent", slug), "findings": ("tlsa-absent/critical",)})


RECORDS = [
    misplaced("cause-at-domain", "a TLSA record at the domain", "tlsa-at-domain",
              "_25._tcp.cause-at-domain.example"),
    misplaced("cause-tlsa-dot", "a TLSA record without its final dot", "missing-dot",
              "_25._tcp.mx1.cause-tlsa-dot.example.cause-tlsa-dot.example"),
    mismatch("cause-empty-digest", "the digest of nothing", "empty-digest",
             ("3 1 1 hex:" + hashlib.sha256(b"").hexdigest(),)),
    mismatch("cause-usage-3", "an issuer's record with usage 3", "usage-3-for-2",
             ("3 0 1 issuer",)),
    mismatch("cause-usage-2", "the leaf's record with usage 2", "usage-2-for-3",
             ("2 1 1 leaf",)),
    mismatch("cause-sni", "the record fits what is shown without SNI", "shown-without-sni",
             ("3 0 1",), server=Server(
                 certs=(Cert(),), by_sni=(("mx1.cause-sni.example", Cert(days=(-2, 60))),))),
    mismatch("cause-root", "the anchor is not sent", "anchor-not-sent", ("2 0 1 private",),
             server=Server(certs=(Cert(issuer="private-mid", chain=()),))),
    mismatch("cause-issuer", "another issuer's record", "issuer-changed", ("2 0 1 one-level",),
             server=Server(certs=(Cert(issuer="private-mid", chain=("private-mid", "private")),))),
]

CHAINS = [
    Scenario("cause-gap", "the intermediate certificate is not sent", exit=2,
             hosts=(Host(tlsa=("2 0 1 private",),
                         server=Server(certs=(Cert(issuer="private-mid", chain=("private",)),))),),
             expect={**bad("untrusted", "dane-untrusted/critical"),
                     **cause("dane-untrusted", "chain-gap")}),
]

SCENARIOS = [*SESSIONS, *NAMES, *ZONES, *RECORDS, *CHAINS]

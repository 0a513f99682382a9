"""From an MX host to addresses and TLSA records (RFC 7672 §2.1.1, §2.2.2, §2.2.3)."""

from scenarios.words import DEFERRED, NO_DANE, UNSIGNED, VERIFIED, good
from world.spec import Host, Scenario, Server, Zone

CLOSED = Server("closed")


# Where every denial of the zone is bad, so is that of _mta-sts.
STS_FAILS = "sts-lookup-failed/warning"


def tlsa_bogus(name, about, zone, *findings, **host):
    """A host whose TLSA answer must not be believed."""
    return Scenario(name, about, zone=zone, hosts=(Host(**host),), exit=2, expect={
        **DEFERRED, "hosts.0.tlsa.state": "bogus", "hosts.0.tlsa.dnssec": "bogus",
        "hosts.0.addresses.dnssec": "secure", "mx.dnssec": "secure",
        "hosts.0.endpoints.*.smtp.stage": "done",
        "findings": ("tlsa-bogus/critical", *findings)})


def tlsa_failing(name, about, act, **more):
    """A host whose name server fails for TLSA, and only there."""
    return Scenario(name, about, zone=Zone(faulty=f"TLSA={act}"), exit=2, **more, expect={
        **DEFERRED, "hosts.0.tlsa.state": "failed", "hosts.0.addresses.dnssec": "secure",
        "hosts.0.endpoints.*.smtp.stage": "done", "findings": ("tlsa-lookup-failed/critical",)})


ALIAS = "mx-target-alias/warning"


def aliased(name, about, own, target, target_zone, *findings, own_zone=Zone(), status=1, **paths):
    """mx1.NAME.example is an alias of mx.NAME-target.example; `own` and `target` are TLSA
    records at the two names."""
    target_name = f"mx.{name}-target.example"
    return Scenario(
        name, about, exit=status, zone=own_zone, mx=("10 mx1",),
        records=(f"mx1 CNAME {target_name}.",),
        zones=((f"{name}-target.example", target_zone),),
        hosts=(Host(f"{target_name}.", tlsa=target,
                    more_tlsa=tuple((f"_25._tcp.mx1.{name}.example", words) for words in own)),),
        expect={"hosts.#": 1, "hosts.0.name": f"mx1.{name}.example",
                "findings": findings, **paths})


ADDRESSES = [
    Scenario("no-address", "a host without addresses", exit=2,
             hosts=(Host(addresses="", tlsa=()),),
             expect={"hosts.0.tlsa.state": "skipped", "hosts.0.endpoints.#": 0,
                     "senders.dane.outcome": "unknown",
                     "findings": ("host-no-address/critical",)}),
    Scenario("no-such-host", "a host name that does not exist", exit=2, hosts=(),
             mx=("10 nothing",),
             expect={"hosts.0.tlsa.state": "skipped", "senders.dane.outcome": "unknown",
                     "findings": ("host-no-address/critical",)}),
    Scenario("no-address-second", "one of two hosts has no address", exit=2,
             hosts=(Host("mx1", addresses="", tlsa=()), Host("mx2", preference=20)),
             expect={"hosts.1.endpoints.*.dane.result": "verified",
                     "senders.dane.outcome": "authenticated", "senders.dane.hosts_ok": 1,
                     "findings": ("host-no-address/critical@mx1.no-address-second.example",
                                  "dane-verified")}),
    Scenario("v4-alone", "IPv4 alone", hosts=(Host(addresses="4"),),
             expect=good(**{"hosts.0.endpoints.#": 1, "hosts.0.addresses.dnssec": "secure"})),
    Scenario("v6-alone", "IPv6 alone", hosts=(Host(addresses="6"),),
             expect=good(**{"hosts.0.endpoints.#": 1})),
    Scenario("four-addresses", "four addresses", hosts=(Host(addresses="4466"),),
             expect=good(**{"hosts.0.endpoints.#": 4})),
    Scenario("host-unsigned", "the host is in an unsigned zone, TLSA and all", exit=2,
             zones=(("host-unsigned-provider.example", UNSIGNED),),
             hosts=(Host("mx1.host-unsigned-provider.example."),),
             expect={**NO_DANE, "mx.dnssec": "secure", "hosts.0.addresses.dnssec": "insecure",
                     "hosts.0.tlsa.state": "skipped",
                     "findings": ("address-insecure/critical",)}),
    Scenario("a-bogus", "the A record is bogus, the AAAA record is not", exit=2,
             zone=Zone(faults=(("mx1", "A", "expired"),)),
             expect={"hosts.0.addresses.dnssec": "bogus", "hosts.0.tlsa.state": "usable",
                     "hosts.0.endpoints.v6.smtp.stage": "done",
                     "senders.dane.outcome": "deferred",
                     "findings": ("address-bogus/critical", "dane-verified")}),
    Scenario("addresses-bogus", "both address records are bogus", exit=2,
             zone=Zone(faults=(("mx1", "A", "expired"), ("mx1", "AAAA", "forged"))),
             expect={"hosts.0.addresses.dnssec": "bogus", "hosts.0.tlsa.state": "skipped",
                     "senders.dane.outcome": "deferred",
                     "findings": ("address-bogus/critical",)}),
    Scenario("aaaa-denial-bogus", "no AAAA record, but nothing proves it", exit=2,
             zone=Zone(faults=(("mx1", "NSEC", "strip"),)), hosts=(Host(addresses="4"),),
             expect={"hosts.0.addresses.dnssec": "bogus", "senders.dane.outcome": "deferred",
                     "findings": ("address-bogus/critical", "dane-verified")}),
    Scenario("a-servfail", "SERVFAIL to A", exit=3, zone=Zone(faulty="A=servfail"),
             expect={"hosts.0.addresses.dnssec": "indeterminate", "hosts.0.tlsa.state": "usable",
                     "senders.dane.outcome": "deferred",
                     "findings": ("address-lookup-failed/unknown", "dane-verified")}),
    Scenario("addresses-servfail", "SERVFAIL to A and AAAA", exit=3,
             zone=Zone(faulty="A=servfail,AAAA=servfail"),
             expect={"hosts.0.addresses.dnssec": "indeterminate",
                     "hosts.0.tlsa.state": "skipped",
                     "findings": ("address-lookup-failed/unknown",)}),
    Scenario("reserved", "an address of a range for benchmarks", exit=3,
             hosts=(Host(addresses="- 198.18.0.25"),),
             expect={"hosts.0.endpoints.*.smtp.stage": "none",
                     "hosts.0.endpoints.*.dane.result": "not-checked",
                     "senders.dane.outcome": "unknown",
                     "findings": ("address-reserved/unknown",)}),
    Scenario("reserved-allowed", "the same under --reserved", domain="reserved.example",
             zone=None, hosts=(), args=("--reserved",), expect=good("address-reserved/info")),
    Scenario("reserved-kinds", "addresses of every special kind: none is connected to", exit=3,
             hosts=(Host(server=CLOSED, addresses="- 0.0.0.1 10.0.0.1 100.64.0.1 127.0.0.1 "
                         "169.254.1.1 172.16.0.1 192.0.0.8 192.0.2.1 192.168.0.1 198.51.100.1 "
                         "203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 "
                         "::ffff:20.25.0.81 64:ff9b:1::1 100::1 2001:db8::1 2001:2::1 fc00::1 "
                         "fe80::1 ff02::1"),),
             expect={"hosts.0.endpoints.*.smtp.stage": "none", "hosts.0.endpoints.#": 24,
                     "findings": ("address-reserved/unknown",)}),
    Scenario("reserved-half", "one address is special, the other is not", exit=3,
             hosts=(Host(addresses="4 10.1.1.1", servers=(Server(), CLOSED)),),
             expect={"hosts.0.endpoints.#": 2, "senders.dane.outcome": "authenticated",
                     "findings": ("address-reserved/unknown", "dane-verified")}),
]

ABSENT = [
    Scenario("tlsa-absent", "no TLSA record", hosts=(Host(tlsa=()),), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "secure",
                     "hosts.0.tlsa.records.#": 0, "senders.mta_sts.outcome": "encrypted",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("tlsa-absent-none", "no TLSA record, nothing required",
             domain="tlsa-absent.example", zone=None, hosts=(), args=("--require", "none"),
             expect={**NO_DANE, "findings": ("tlsa-absent/info",)}),
    Scenario("tlsa-absent-ignored", "no TLSA record, and the finding is ignored",
             domain="tlsa-absent.example", zone=None, hosts=(), args=("--ignore", "tlsa-absent"),
             expect={**NO_DANE, "findings": ("tlsa-absent",), "findings.code=tlsa-absent.ignored":
                     True}),
    Scenario("tlsa-absent-hashed", "no TLSA record, by NSEC3", domain="tlsa-absent.hashed",
             zone=Zone(denial="nsec3"), hosts=(Host(tlsa=()),), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "secure",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("tlsa-absent-optout", "no TLSA record, in an opt-out span: no proof",
             zone=Zone(denial="optout"), hosts=(Host(tlsa=()),), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "insecure",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("tlsa-nodata", "the TLSA owner has another type",
             hosts=(Host(tlsa=()),), records=("_25._tcp.mx1 TXT none",), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "secure",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("tlsa-nodata-optout", "the same with NSEC3 opt-out: the match is proof",
             zone=Zone(denial="optout"), records=("_25._tcp.mx1 TXT none",),
             hosts=(Host(tlsa=()),), exit=2,
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "secure",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("tlsa-below-cut", "TLSA records in an unsigned zone below the host", exit=2,
             zones=(("_tcp.mx1.tlsa-below-cut.example", UNSIGNED),),
             expect={**NO_DANE, "hosts.0.addresses.dnssec": "secure",
                     "hosts.0.tlsa.state": "insecure", "hosts.0.tlsa.dnssec": "insecure",
                     "findings": ("tlsa-insecure/critical",)}),
    Scenario("tlsa-absent-cut", "no TLSA record, by the word of an unsigned zone", exit=2,
             zones=(("_tcp.mx1.tlsa-absent-cut.example", UNSIGNED),), hosts=(Host(tlsa=()),),
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "insecure",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("tlsa-iterations", "the zone has more NSEC3 iterations than validators bear",
             zone=Zone(denial="nsec3", iterations=500), hosts=(Host(tlsa=()),), exit=2,
             expect={**NO_DANE, "mx.dnssec": "secure", "hosts.0.tlsa.state": "absent",
                     "hosts.0.tlsa.dnssec": "insecure", "findings": ("tlsa-absent/critical",)}),
]

BOGUS = [
    tlsa_bogus("tlsa-expired", "the TLSA signature has expired",
               Zone(faults=(("*", "TLSA", "expired"),))),
    tlsa_bogus("tlsa-stripped", "the TLSA record has no signature",
               Zone(faults=(("*", "TLSA", "strip"),))),
    tlsa_bogus("tlsa-forged", "the TLSA signature is wrong",
               Zone(faults=(("*", "TLSA", "forged"),))),
    tlsa_bogus("tlsa-replaced", "the TLSA record is not what was signed",
               Zone(faults=(("*", "TLSA", "replaced"),))),
    tlsa_bogus("tlsa-removed", "the TLSA record is left out, but NSEC says that it is there",
               Zone(faults=(("*", "TLSA", "remove"),))),
    tlsa_bogus("tlsa-removed-hashed", "the same with NSEC3",
               Zone(denial="nsec3", faults=(("*", "TLSA", "remove"),),
                    records=("_25._tcp.mx1 TXT left",))),
    tlsa_bogus("tlsa-wrong-key", "the TLSA record is signed with an unpublished key",
               Zone(faults=(("*", "TLSA", "wrong-key"),))),
    tlsa_bogus("tlsa-labels", "the TLSA signature claims a wildcard that is not there",
               Zone(faults=(("*", "TLSA", "labels"),))),
    tlsa_bogus("tlsa-algorithm", "the TLSA signature has an algorithm that no key has",
               Zone(faults=(("*", "TLSA", "unknown-algorithm"),))),
    tlsa_bogus("tlsa-denial-stripped", "no TLSA record, and nothing proves it",
               Zone(faults=(("mx1", "NSEC", "strip"),)), tlsa=()),
    tlsa_bogus("tlsa-denial-expired", "no TLSA record, and the proof has expired",
               Zone(denial="nsec3", faults=(("*", "NSEC", "expired"),)),
               STS_FAILS, tlsa=()),
    tlsa_bogus("tlsa-denial-removed", "no TLSA record, and the NSEC3 chain is gone",
               Zone(denial="nsec3", faults=(("*", "NSEC", "remove"),)),
               STS_FAILS, tlsa=()),
]

FAILING = [
    tlsa_failing("tlsa-servfail", "SERVFAIL to TLSA", "servfail"),
    tlsa_failing("tlsa-refused", "REFUSED to TLSA", "refused"),
    tlsa_failing("tlsa-notimp", "NOTIMP to TLSA", "notimp"),
    tlsa_failing("tlsa-formerr", "FORMERR to TLSA", "formerr"),
    tlsa_failing("tlsa-mangled", "a TLSA answer that cannot be parsed", "mangle"),
    tlsa_failing("tlsa-silent", "no answer to TLSA", "drop", args=("--timeout", "3")),
    Scenario("tlsa-servfail-second", "SERVFAIL to TLSA of the first host, the second is right",
             zones=(("tlsa-servfail-first.example", Zone(faulty="TLSA=servfail")),),
             hosts=(Host("mx1.tlsa-servfail-first.example."), Host("mx2", preference=20)), exit=2,
             expect={"hosts.0.endpoints.*.dane.result": "not-checked",
                     "hosts.1.endpoints.*.dane.result": "verified",
                     "senders.dane.outcome": "authenticated", "senders.dane.hosts_ok": 1,
                     "findings": ("tlsa-lookup-failed/critical", "dane-verified")}),
]

FITS = ("3 1 1",)
MISFIT = ("3 1 1 other",)
ALIASED = [
    aliased("alias-target", "TLSA at the end of the alias", (), FITS, Zone(), ALIAS, "dane-verified",
            **VERIFIED, **{"hosts.0.tlsa.base": "mx.alias-target-target.example",
                           "hosts.0.addresses.canonical": "mx.alias-target-target.example",
                           "hosts.0.endpoints.*.tls.sni": "mx.alias-target-target.example"}),
    aliased("alias-both", "TLSA at both ends: the target's count", MISFIT, FITS, Zone(),
            ALIAS, "dane-verified", **VERIFIED,
            **{"hosts.0.tlsa.base": "mx.alias-both-target.example"}),
    aliased("alias-both-wrong", "TLSA at both ends: the target's count, even if wrong",
            FITS, MISFIT, Zone(), ALIAS, "dane-mismatch/critical", status=2,
            **{"hosts.0.tlsa.base": "mx.alias-both-wrong-target.example",
               "senders.dane.outcome": "deferred"}),
    aliased("alias-own", "TLSA at the original name alone", FITS, (), Zone(), ALIAS, "dane-verified",
            **VERIFIED, **{"hosts.0.tlsa.base": "mx1.alias-own.example",
                           "hosts.0.endpoints.*.tls.sni": "mx1.alias-own.example"}),
    aliased("alias-none", "TLSA at neither end", (), (), Zone(), ALIAS, "tlsa-absent/critical", status=2,
            **NO_DANE, **{"hosts.0.tlsa.state": "absent"}),
    aliased("alias-secure", "only the alias is signed: the original name's TLSA counts",
            FITS, MISFIT, UNSIGNED, ALIAS, "dane-verified", **VERIFIED,
            **{"hosts.0.tlsa.base": "mx1.alias-secure.example",
               "hosts.0.addresses.dnssec": "insecure"}),
    aliased("alias-secure-none", "only the alias is signed, no TLSA at the original name",
            (), FITS, UNSIGNED, ALIAS, "tlsa-absent/critical", status=2, **NO_DANE),
    aliased("alias-unsigned", "the alias is not signed, its target is",
            FITS, FITS, Zone(), ALIAS, "mx-insecure/critical", "address-insecure/critical", status=2,
            own_zone=UNSIGNED, **NO_DANE, **{"hosts.0.tlsa.state": "skipped"}),
    aliased("alias-target-bogus", "TLSA at the target is bogus: no falling back to the other",
            FITS, FITS, Zone(faults=(("*", "TLSA", "expired"),)), ALIAS, "tlsa-bogus/critical", status=2,
            **DEFERRED),
    aliased("alias-target-fails", "TLSA at the target fails: no falling back to the other",
            FITS, FITS, Zone(faulty="TLSA=servfail"), ALIAS, "tlsa-lookup-failed/critical", status=2,
            **DEFERRED),
    aliased("alias-target-denial", "no TLSA at the target, and the denial is bogus",
            FITS, (), Zone(faults=(("*", "NSEC", "strip"),)), ALIAS, "tlsa-bogus/critical", status=2,
            **DEFERRED),
    aliased("alias-link-bogus", "the alias itself is bogus", FITS, FITS, Zone(),
            "address-bogus/critical", status=2,
            own_zone=Zone(faults=(("mx1", "CNAME", "forged"),)),
            **{"hosts.0.addresses.dnssec": "bogus", "senders.dane.outcome": "deferred"}),
    aliased("alias-unusable", "TLSA at the target is unusable: no falling back to the other",
            FITS, ("1 1 1 leaf",), Zone(), ALIAS, "tlsa-unusable/critical", "tlsa-pkix-usage/warning",
            status=2, **{"hosts.0.tlsa.state": "unusable", "senders.dane.outcome": "encrypted"}),
]

OWNERS = [
    Scenario("owner-alias", "the TLSA owner is an alias",
             hosts=(Host(tlsa_name="_dane.owner-alias.example"),),
             records=("_25._tcp.mx1 CNAME _dane",),
             expect=good(**{"hosts.0.tlsa.base": "mx1.owner-alias.example"})),
    Scenario("owner-alias-out", "the TLSA owner is an alias into another zone",
             zones=(("owner-alias-out.hashed", Zone(denial="nsec3")),),
             hosts=(Host(tlsa_name="dane.owner-alias-out.hashed"),),
             records=("_25._tcp.mx1 CNAME dane.owner-alias-out.hashed.",),
             expect=good(**{"hosts.0.tlsa.base": "mx1.owner-alias-out.example"})),
    Scenario("owner-alias-insecure", "the TLSA owner is an alias into an unsigned zone", exit=2,
             zones=(("owner-alias-insecure.plain", UNSIGNED),),
             hosts=(Host(tlsa_name="dane.owner-alias-insecure.plain"),),
             records=("_25._tcp.mx1 CNAME dane.owner-alias-insecure.plain.",),
             expect={**NO_DANE, "hosts.0.tlsa.state": "insecure",
                     "findings": ("tlsa-insecure/critical",)}),
    Scenario("owner-alias-bogus", "the TLSA owner is an alias with a wrong signature", exit=2,
             zone=Zone(faults=(("_25._tcp.mx1", "CNAME", "forged"),)),
             hosts=(Host(tlsa_name="_dane.owner-alias-bogus.example"),),
             records=("_25._tcp.mx1 CNAME _dane",),
             expect={**DEFERRED, "hosts.0.tlsa.state": "bogus",
                     "findings": ("tlsa-bogus/critical",)}),
    Scenario("owner-alias-nothing", "the TLSA owner is an alias of nothing", exit=2,
             hosts=(Host(tlsa=()),), records=("_25._tcp.mx1 CNAME _dane",),
             expect={**NO_DANE, "hosts.0.tlsa.state": "absent", "hosts.0.tlsa.dnssec": "secure",
                     "findings": ("tlsa-absent/critical",)}),
    Scenario("owner-dname", "a DNAME above the TLSA owner",
             hosts=(Host(tlsa_name="_25.shared.owner-dname.example"),),
             records=("_tcp.mx1 DNAME shared",), expect=good()),
    Scenario("owner-wildcard", "the TLSA record is a wildcard",
             hosts=(Host(tlsa_name="*._tcp.mx1.owner-wildcard.example"),), expect=good()),
    Scenario("owner-wildcard-hashed", "a wildcard in an NSEC3 zone",
             zone=Zone(denial="nsec3"),
             hosts=(Host(tlsa_name="*._tcp.mx1.owner-wildcard-hashed.example"),), expect=good()),
    Scenario("owner-wildcard-optout", "a wildcard in an opt-out zone: not proven", exit=2,
             zone=Zone(denial="optout"),
             hosts=(Host(tlsa_name="*._tcp.mx1.owner-wildcard-optout.example"),),
             expect={**NO_DANE, "hosts.0.tlsa.state": "insecure",
                     "findings": ("tlsa-insecure/critical",)}),
    Scenario("owner-wildcard-bogus", "a wildcard, but nothing proves that it applies", exit=2,
             zone=Zone(faults=(("*", "NSEC", "strip"),)),
             hosts=(Host(tlsa_name="*._tcp.mx1.owner-wildcard-bogus.example"),),
             expect={**DEFERRED, "hosts.0.tlsa.state": "bogus",
                     "findings": ("tlsa-bogus/critical", STS_FAILS)}),
    Scenario("host-wildcard", "addresses and TLSA from one wildcard", mx=("10 some",),
             hosts=(Host("*", tlsa_name="*.host-wildcard.example"),), expect=good()),
    Scenario("deep-cut", "zone cuts three labels below the top, all signed",
             zones=(("c.deep-cut.example", Zone()), ("a.b.c.deep-cut.example", Zone())),
             hosts=(Host("mx1.a.b.c"),), expect=good()),
]

SCENARIOS = ADDRESSES + ABSENT + BOGUS + FAILING + ALIASED + OWNERS

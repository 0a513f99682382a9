"""From the domain to its MX hosts (RFC 5321 §5.1, RFC 7505, RFC 7672 §2.2.1)."""

from scenarios.words import NO_DANE, UNSIGNED, VERIFIED, good
from world.net import RESOLVER
from world.spec import Host, Policy, Scenario, Zone

REFUSED = {"senders.dane.outcome": "refused", "senders.mta_sts.outcome": "refused",
           "senders.opportunistic.outcome": "refused"}
STOPPED = {"mx.kind": "none", "hosts.#": 0, "mta_sts": None, "tls_rpt": None}
LOOP = {**STOPPED, "findings.code=mx-lookup-failed.cause": "alias-loop",
        "findings": ("mx-lookup-failed/unknown",)}


def bogus(name, about, zone, **more):
    """A domain whose MX answer must not be believed."""
    return Scenario(name, about, zone=zone, exit=2, **more, expect={
        **STOPPED, "mx.dnssec": "bogus", "senders.dane.outcome": "deferred",
        "findings": ("mx-bogus/critical",)})


def failing(name, about, act, **more):
    """A domain whose name servers do not answer for MX."""
    return Scenario(name, about, zone=Zone(faulty=f"MX={act}"), exit=3, **more, expect={
        **STOPPED, "mx.dnssec": "indeterminate", "senders.dane.outcome": "unknown",
        "findings": ("mx-lookup-failed/unknown",)})


def elsewhere(name, about, records, hosts=(), more_zones=(), zone=Zone(), **more):
    """A domain that is no zone: mail.NAME.example within NAME.example."""
    apex = Zone(algorithm=zone.algorithm, faults=zone.faults, denial=zone.denial,
                records=tuple(records))
    return Scenario(name, about, domain=f"mail.{name}.example", zone=None, hosts=hosts,
                    zones=((f"{name}.example", apex), *more_zones), **more)


NULL = [
    Scenario("null-mx", "a signed null MX", hosts=(), mx=("0 .",),
             expect={"mx.kind": "null", "mx.dnssec": "secure", "hosts.#": 0, **REFUSED,
                     "findings": ("null-mx/info",)}),
    Scenario("null-mx-unsigned", "an unsigned null MX is as good",
             zone=UNSIGNED, hosts=(), mx=("0 .",),
             expect={"mx.kind": "null", "mx.dnssec": "insecure", **REFUSED,
                     "findings": ("null-mx/info",)}),
    Scenario("null-mx-both", "null MX where everything is required",
             domain="null-mx-unsigned.example", zone=None, hosts=(), args=("--require", "both"),
             expect={**REFUSED, "findings": ("null-mx/info",)}),
    Scenario("null-mx-mixed", "a null MX beside a real one",
             mx=("0 .", "10 mx1"), exit=1,
             expect={**VERIFIED, "mx.kind": "mx",
                     "findings": ("dane-verified", "null-mx-mixed/warning")}),
]

IMPLICIT = [
    Scenario("implicit", "no MX record: the domain's own address", hosts=(Host("@"),), mx=(),
             expect=good(**{"mx.kind": "implicit", "mx.dnssec": "secure",
                            "hosts.0.name": "implicit.example", "hosts.0.preference": 0,
                            "hosts.0.tlsa.owner": "_25._tcp.implicit.example"})),
    Scenario("implicit-hashed", "the same, denied by NSEC3", domain="implicit.hashed",
             zone=Zone(denial="nsec3"), hosts=(Host("@"),), mx=(),
             expect=good(**{"mx.kind": "implicit", "mx.dnssec": "secure"})),
    Scenario("implicit-unsigned", "no MX record, nothing signed",
             zone=UNSIGNED, hosts=(Host("@", tlsa=()),), mx=(), exit=2,
             expect={**NO_DANE, "mx.kind": "implicit", "mx.dnssec": "insecure",
                     "findings": ("mx-insecure/critical", "address-insecure/critical")}),
    bogus("implicit-bogus", "no MX record, and the denial is unsigned",
          Zone(faults=(("*", "NSEC", "strip"),)), hosts=(Host("@"),), mx=()),
    bogus("implicit-forged", "no MX record, and the denial's signature is wrong",
          Zone(denial="nsec3", faults=(("*", "NSEC", "forged"),)), hosts=(Host("@"),), mx=()),
    bogus("mx-removed", "the MX record is left out, but NSEC says that it is there",
          Zone(faults=(("@", "MX", "remove"),)), hosts=(Host("@"),), mx=("10 mx1",)),
]

ABSENT = [
    Scenario("nxdomain", "no such domain", domain="nowhere.example", zone=None, hosts=(), exit=2,
             expect={**STOPPED, **REFUSED, "mx.dnssec": "secure",
                     "findings": ("domain-not-found/critical",)}),
    Scenario("nxdomain-hashed", "no such domain, by NSEC3", domain="nowhere.hashed", zone=None,
             hosts=(), exit=2, expect={**STOPPED, "mx.dnssec": "secure",
                                       "findings": ("domain-not-found/critical",)}),
    Scenario("nxdomain-optout", "no such domain, in an opt-out span", domain="nowhere.optout",
             zone=None, hosts=(), exit=2,
             expect={**STOPPED, "mx.dnssec": "insecure",
                     "findings": ("domain-not-found/critical",)}),
    Scenario("nxdomain-unsigned", "no such domain in an unsigned top-level domain",
             domain="nowhere.plain", zone=None, hosts=(), exit=2,
             expect={**STOPPED, "mx.dnssec": "insecure",
                     "findings": ("domain-not-found/critical",)}),
    bogus("nxdomain-bogus", "no such domain, but nothing proves it",
          Zone(faults=(("*", "NSEC", "strip"),)), hosts=(), ask="below.nxdomain-bogus.example"),
    Scenario("no-mail-host", "a domain with neither MX nor address", hosts=(), mx=(), exit=2,
             records=('@ TXT "no mail here"',),
             expect={**REFUSED, "findings": ("no-mail-host/critical",)}),
]

SHAPE = [
    Scenario("mx-twice", "one host under two preferences", mx=("20 mx1", "5 mx1"),
             expect=good(**{"hosts.#": 1, "hosts.0.preference": 5})),
    Scenario("mx-order", "hosts come by preference, then by name",
             hosts=(Host("c", preference=10), Host("b", preference=20), Host("a", preference=20)),
             expect=good(**{"hosts.0.name": "c.mx-order.example",
                            "hosts.1.name": "a.mx-order.example",
                            "hosts.2.name": "b.mx-order.example"})),
    Scenario("mx-fallback", "the first host fails, the second is right",
             hosts=(Host("mx1", tlsa=("3 1 1 other",)), Host("mx2", preference=20)), exit=2,
             expect={"hosts.0.endpoints.*.dane.result": "mismatch",
                     "hosts.1.endpoints.*.dane.result": "verified",
                     "senders.dane.outcome": "authenticated", "senders.dane.hosts_ok": 1,
                     "findings": ("dane-verified", "dane-mismatch/critical")}),
    Scenario("mx-weakest", "the first host has no TLSA, the second is right", exit=2,
             hosts=(Host("mx1", tlsa=()), Host("mx2", preference=20)),
             expect={"hosts.0.tlsa.state": "absent", "hosts.0.endpoints.*.dane.result": "none",
                     "hosts.1.endpoints.*.dane.result": "verified",
                     "senders.dane.outcome": "encrypted", "senders.dane.hosts_ok": 2,
                     "findings": ("dane-verified", "tlsa-absent/critical")}),
    Scenario("mx-many", "one host too many; all by a wildcard", exit=1,
             hosts=(Host("*", addresses="4", tlsa_name="*.mx-many.example", preference=None),),
             mx=tuple(f"{number} mx{number:02}" for number in range(1, 52)),
             expect=good("mx-too-many/warning",
                         **{"hosts.#": 50, "hosts.49.name": "mx50.mx-many.example"})),
    Scenario("mx-hundred", "twice as many as are checked", exit=1,
             hosts=(Host("*", addresses="4", tlsa_name="*.mx-hundred.example", preference=None),),
             mx=tuple(f"{number} mx{number:02}" for number in range(1, 101)),
             expect=good("mx-too-many/warning", **{"hosts.#": 50})),
    Scenario("mx-fifty", "just not too many",
             hosts=(Host("*", addresses="4", tlsa_name="*.mx-fifty.example", preference=None),),
             mx=tuple(f"{number} mx{number:02}" for number in range(1, 51)),
             expect=good(**{"hosts.#": 50})),
    Scenario("mx-underscore", "a host name with an underscore", exit=1, hosts=(Host("mx_1"),),
             expect=good("mx-target-invalid/warning")),
    Scenario("mx-address", "an IP address where a host name belongs", exit=2,
             hosts=(), mx=("10 20.25.0.81.",),
             expect={"hosts.0.name": "20.25.0.81", "hosts.0.tlsa.state": "skipped",
                     "senders.dane.outcome": "unknown",
                     "findings": ("mx-target-invalid/warning", "host-no-address/critical")}),
    Scenario("mx-odd-bytes", "a host name with bytes that no host name has", exit=2,
             hosts=(), mx=(r"10 \027\091\051\049m\226\128\174evil.mx-odd-bytes.example.",),
             expect={"senders.dane.outcome": "unknown",
                     "findings": ("mx-target-invalid/warning", "host-no-address/critical")}),
]

ALIASES = [
    elsewhere("alias-domain", "the domain is an alias within its zone",
              ("mail CNAME real", "real MX 10 mx1"), (Host("mx1.alias-domain.example."),),
              expect=good(**{"mx.kind": "mx", "mx.dnssec": "secure"})),
    elsewhere("alias-out", "the domain is an alias into another signed zone",
              ("mail CNAME alias-target.hashed.",), (Host("mx1.alias-target.hashed."),),
              (("alias-target.hashed", Zone(denial="nsec3", records=("@ MX 10 mx1",))),),
              expect=good(**{"mx.dnssec": "secure"})),
    elsewhere("alias-insecure", "the domain is an alias into an unsigned zone",
              ("mail CNAME alias-insecure.plain.",),
              (Host("mx1.alias-insecure.example."),),
              (("alias-insecure.plain",
                Zone(algorithm=None, records=("@ MX 10 mx1.alias-insecure.example.",))),),
              exit=2,
              expect={"mx.dnssec": "insecure", "hosts.0.tlsa.state": "usable",
                      "hosts.0.endpoints.*.dane.result": "verified",
                      "senders.dane.outcome": "encrypted",
                      "findings": ("mx-insecure/critical", "dane-verified")}),
    elsewhere("alias-from-unsigned", "an unsigned alias of a signed domain",
              ("mail CNAME good.example.",), zone=UNSIGNED, exit=2,
              expect={"mx.dnssec": "insecure", "hosts.*.endpoints.*.dane.result": "verified",
                      "senders.dane.outcome": "encrypted",
                      "findings": ("mx-insecure/critical", "dane-verified")}),
    elsewhere("alias-bogus", "the alias of the domain has a wrong signature",
              ("mail CNAME good.example.",), zone=Zone(faults=(("mail", "CNAME", "forged"),)),
              exit=2, expect={**STOPPED, "mx.dnssec": "bogus",
                              "findings": ("mx-bogus/critical",)}),
    elsewhere("alias-to-bogus", "the alias is right, its target is not",
              ("mail CNAME alias-to-bogus.broken.",), exit=2,
              more_zones=(("alias-to-bogus.broken", Zone(records=("@ MX 10 mx.good.example.",))),),
              expect={**STOPPED, "mx.dnssec": "bogus", "findings": ("mx-bogus/critical",)}),
    elsewhere("alias-to-nothing", "an alias of a name that is not there",
              ("mail CNAME nothing",), exit=2,
              expect={**STOPPED, "mx.dnssec": "secure",
                      "findings": ("domain-not-found/critical",)}),
    elsewhere("alias-loop", "two aliases of each other",
              ("mail CNAME again", "again CNAME mail"), exit=3,
              expect=LOOP),
    elsewhere("alias-self", "an alias of itself", ("mail CNAME mail",), exit=3, expect=LOOP),
    elsewhere("alias-twenty", "twenty aliases in a row: no resolver goes so far",
              ("mail CNAME step1", *(f"step{number} CNAME step{number + 1}" for number in range(1, 20)),
               "step20 MX 10 mx.good.example."), exit=3,
              expect={**STOPPED, "findings": ("mx-lookup-failed/unknown",)}),
    elsewhere("alias-implicit", "an alias of a name with an address alone",
              ("mail CNAME real",),
              (Host("real.alias-implicit.example."),),
              expect=good(**{"mx.kind": "implicit", "mx.dnssec": "secure",
                             "hosts.0.tlsa.base": "real.alias-implicit.example"})),
    Scenario("under-dname", "the domain is below a DNAME", domain="x.old.under-dname.example",
             zone=None, hosts=(Host("mx1.dname-target.example."),),
             zones=(("under-dname.example", Zone(records=("old DNAME dname-target.example.",))),
                    ("dname-target.example", Zone(records=("x MX 10 mx1",)))),
             expect=good(**{"mx.dnssec": "secure"})),
    Scenario("wild-domain", "the MX record comes from a wildcard",
             domain="any.wild-domain.example", zone=None,
             hosts=(Host("mx1.wild-domain.example."),),
             zones=(("wild-domain.example", Zone(records=("* MX 10 mx1.wild-domain.example.",))),),
             expect=good(**{"mx.dnssec": "secure"})),
]

SECURITY = [
    Scenario("unsigned", "a zone without DNSSEC", zone=UNSIGNED, exit=2,
             expect={**NO_DANE, "mx.dnssec": "insecure", "hosts.0.addresses.dnssec": "insecure",
                     "hosts.0.tlsa.state": "skipped",
                     "findings": ("mx-insecure/critical", "address-insecure/critical")}),
    Scenario("unsigned-none", "the same where nothing is required", domain="unsigned.example",
             zone=None, hosts=(), args=("--require", "none"),
             expect={**NO_DANE, "findings": ("mx-insecure/info", "address-insecure/info")}),
    Scenario("no-ds", "a signed zone whose parent has no DS", zone=Zone(ds=()), exit=2,
             expect={**NO_DANE, "mx.dnssec": "insecure",
                     "findings": ("mx-insecure/critical", "address-insecure/critical")}),
    Scenario("mx-insecure", "an unsigned domain at a provider that does DANE", exit=2,
             zone=UNSIGNED, zones=(("mx-insecure-provider.example", Zone()),),
             hosts=(Host("mx1.mx-insecure-provider.example."),),
             expect={"mx.dnssec": "insecure", "hosts.0.tlsa.state": "usable",
                     "hosts.0.endpoints.*.dane.result": "verified",
                     "senders.dane.outcome": "encrypted",
                     "findings": ("mx-insecure/critical", "dane-verified")}),
    bogus("mx-expired", "the MX signature has expired", Zone(faults=(("@", "MX", "expired"),))),
    bogus("mx-future", "the MX signature is not valid yet", Zone(faults=(("@", "MX", "future"),))),
    bogus("mx-stripped", "the MX record has no signature", Zone(faults=(("@", "MX", "strip"),))),
    bogus("mx-forged", "the MX signature is wrong", Zone(faults=(("@", "MX", "forged"),))),
    bogus("mx-replaced", "the MX record is not what was signed",
          Zone(faults=(("@", "MX", "replaced"),))),
    bogus("mx-wrong-key", "signed with a key that is not published",
          Zone(faults=(("@", "MX", "wrong-key"),))),
    bogus("mx-signer", "signed in the name of the parent zone",
          Zone(faults=(("@", "MX", "foreign-signer"),))),
    bogus("ds-wrong", "the DS record is of another key", Zone(ds=("sha256:wrong-key",))),
    bogus("ds-digest", "the DS record has a wrong digest", Zone(ds=("sha256:wrong-digest",))),
    bogus("ds-unsigned-zone", "a DS record, but the zone is not signed",
          Zone(faults=(("*", "ANY", "strip"), ("@", "DNSKEY", "remove")))),
    bogus("keys-expired", "the signature of the keys has expired",
          Zone(faults=(("@", "DNSKEY", "expired"),))),
    Scenario("below-broken", "a good zone below a bogus top-level domain", domain="below.broken",
             exit=2, expect={**STOPPED, "mx.dnssec": "bogus",
                             "findings": ("mx-bogus/critical",)}),
    Scenario("signed-twice", "a wrong signature beside a right one",
             zone=Zone(faults=(("@", "MX", "double"), ("*", "TLSA", "double"))), expect=good()),
    failing("mx-servfail", "SERVFAIL to MX", "servfail"),
    failing("mx-refused", "REFUSED to MX", "refused"),
    failing("mx-mangled", "an MX answer that cannot be parsed", "mangle"),
    failing("mx-silent", "no answer to MX", "drop", args=("--timeout", "3")),
]



def again(name, about, domain, status, *args):
    """A domain whose signatures end soon under other options: warned of where the status says."""
    found = status or "--ignore" in args
    return Scenario(name, about, domain=f"{domain}.example", zone=None, hosts=(), exit=status,
                    args=args, expect=good(*("signature-expiring/warning",) * bool(found)))


def lone(name, about, fault, host, split=False, **more):
    """One signature that ends soon, and whose it is."""
    where = host and f"@{host}.{name}.example"
    return Scenario(name, about, zone=Zone(faults=(fault,), split_keys=split), exit=1,
                    expect=good(f"signature-expiring/warning{where}"), **more)


def below(name, about, fault, status, *findings):
    """A zone whose DS records are signed with a fault by a zone above that is good otherwise."""
    return Scenario(name, about, domain=f"sub.{name}.example", exit=status,
                    zones=((f"{name}.example", Zone(faults=(("sub", "DS", fault),))),),
                    expect=good(*findings))


SIGNATURES = [
    Scenario("expiring", "signatures that end soon, and no new ones",
             zone=Zone(faults=(("*", "ANY", "expiring"),)), exit=1,
             expect=good("signature-expiring/warning")),
    Scenario("on-the-fly", "signatures made on the fly end soon always",
             zone=Zone(faults=(("*", "ANY", "on-the-fly"),)), expect=good()),
    Scenario("on-schedule", "more than a quarter of the signatures' life is left",
             zone=Zone(faults=(("*", "ANY", "on-schedule"),)), expect=good()),
    Scenario("overdue", "less than a quarter of the signatures' life is left", exit=1,
             zone=Zone(faults=(("*", "ANY", "overdue"),)),
             expect=good("signature-expiring/warning")),
    again("overdue-warned", "--warn-days is just reached", "overdue", 1, "--warn-days", "11"),
    again("overdue-not-yet", "--warn-days is just not reached", "overdue", 0, "--warn-days", "10"),
    again("overdue-ignored", "the finding does not count", "overdue", 0, "--ignore",
          "signature-expiring"),
    # 30 days are left.  The second has no negative answer that brings the SOA record.
    Scenario("before-expire", "the SOA expire is longer than the signatures have left", exit=1,
             zone=Zone(expire=40 * 86400), expect=good("signature-before-expire/warning")),
    Scenario("before-expire-asked", "the same, with every record that is asked for", exit=1,
             zone=Zone(expire=40 * 86400), sts=Policy(),
             tlsrpt=("v=TLSRPTv1; rua=mailto:tls@before-expire-asked.example",),
             expect=good("signature-before-expire/warning")),
    Scenario("before-expire-not", "the SOA expire is over before the signatures are",
             zone=Zone(expire=29 * 86400), sts=Policy(),
             tlsrpt=("v=TLSRPTv1; rua=mailto:tls@before-expire-not.example",), expect=good()),
    Scenario("before-expire-live", "signed on the fly",
             zone=Zone(expire=40 * 86400, faults=(("*", "ANY", "on-the-fly"),)), expect=good()),
    again("before-expire-trusted", "the resolver's word tells nothing of signatures",
          "before-expire", 0, "--dnssec", "trust-ad", "--resolver", RESOLVER[0]),
    Scenario("renewed-late", "the same of one signature, while the key has made others since",
             zone=Zone(faults=(("@", "MX", "overdue"),)), expect=good()),
    lone("expiring-mx", "the MX signature alone", ("@", "MX", "expiring"), ""),
    lone("expiring-a", "the A signature alone", ("mx1", "A", "expiring"), "mx1"),
    lone("expiring-tlsa", "the TLSA signature alone", ("_25._tcp.mx1", "TLSA", "expiring"), "mx1"),
    lone("expiring-denial", "the signature of a denial, of AAAA", ("mx1", "NSEC", "expiring"),
         "mx1", hosts=(Host(addresses="4"),)),
    # What a whole zone hangs by, its own signatures being good.
    lone("expiring-dnskey", "the DNSKEY signature alone", ("@", "DNSKEY", "expiring"), ""),
    again("expiring-dnskey-trusted", "the resolver's word tells nothing of the keys",
          "expiring-dnskey", 0, "--dnssec", "trust-ad", "--resolver", RESOLVER[0]),
    lone("expiring-ksk", "the DNSKEY signature alone, made by a key of its own",
         ("@", "DNSKEY", "overdue"), "", split=True),
    Scenario("scheduled-dnskey", "more than a quarter of the DNSKEY signature's life is left",
             zone=Zone(faults=(("@", "DNSKEY", "on-schedule"),)), expect=good()),
    below("expiring-ds", "the signature of the DS records in the zone above", "expiring", 1,
          "signature-expiring/warning"),
    below("scheduled-ds", "the same, on schedule", "on-schedule", 0),
    Scenario("expiring-provider", "the DNSKEY signature of the hosts' zone alone", exit=1,
             zones=(("expiring-provider-hosts.example",
                     Zone(faults=(("@", "DNSKEY", "expiring"),))),),
             hosts=(Host("mx1.expiring-provider-hosts.example."),
                    Host("mx2.expiring-provider-hosts.example.")),
             expect=good("signature-expiring/warning")),
    Scenario("expiring-above", "the DNSKEY signature of the zone above: its owner's to renew",
             domain="sub.expiring-above.example",
             zones=(("expiring-above.example", Zone(faults=(("@", "DNSKEY", "expiring"),))),),
             expect=good()),
    Scenario("after-2038", "an MX signature that ends after 2038-01-19", exit=3,
             zone=Zone(faults=(("@", "MX", "after-2038"),)),
             expect={"mx.dnssec": "indeterminate",
                     "findings": ("signature-unjudgeable/unknown",)}),
    Scenario("tlsa-after-2038", "a TLSA signature that ends after 2038-01-19", exit=3,
             zone=Zone(faults=(("_25._tcp.mx1", "TLSA", "after-2038"),)),
             expect={"hosts.0.tlsa.state": "failed",
                     "hosts.0.endpoints.*.dane.result": "not-checked",
                     "findings": ("signature-unjudgeable/unknown",)}),
]

GIVEN = [
    Scenario("given", "the MX host is given on the command line", hosts=(Host("mx1"),), mx=(),
             args=("--mx", "mx1.given.example"),
             expect=good(**{"mx.kind": "given", "hosts.#": 1,
                            "hosts.0.name": "mx1.given.example"})),
    Scenario("given-unsigned", "a given host makes up for an unsigned MX",
             domain="mx-insecure.example", zone=None, hosts=(),
             args=("--mx", "mx1.mx-insecure-provider.example"), expect=good()),
    Scenario("port", "TLSA records follow the port", args=("--port", "587"),
             hosts=(Host("mx1", port=587),),
             expect=good(**{"hosts.0.tlsa.owner": "_587._tcp.mx1.port.example",
                            "hosts.0.endpoints.*.port": 587})),
    Scenario("only-v4", "IPv4 alone", domain="half-stale.example", zone=None, hosts=(),
             args=("-4",), expect=good(**{"hosts.0.endpoints.#": 1})),
    Scenario("only-v6", "IPv6 alone", domain="half-stale.example", zone=None, hosts=(),
             args=("-6",), exit=2,
             expect={"hosts.0.endpoints.#": 1, "hosts.0.endpoints.v6.dane.result": "mismatch",
                     "senders.dane.outcome": "deferred", "findings": ("dane-mismatch/critical",)}),
]

SCENARIOS = NULL + IMPLICIT + ABSENT + SHAPE + ALIASES + SECURITY + SIGNATURES + GIVEN

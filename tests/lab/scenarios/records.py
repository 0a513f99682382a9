"""Which TLSA records count (RFC 6698 §2.1, RFC 7671 §4, §9, RFC 7672 §3.1)."""

from scenarios.words import DIFFERS, RSA, UNUSABLE, bad, good
from world.spec import Host, Scenario, Server, Zone

KNOT = Zone(server="knot")


def unusable(name, about, tlsa, finding="tlsa-record-unusable/warning", **more):
    """Records of which none can be used: TLS without authentication."""
    return Scenario(name, about, hosts=(Host(tlsa=tlsa),), exit=2, **more, expect={
        **UNUSABLE, "hosts.0.tlsa.records.*.usable": False,
        "hosts.0.tlsa.records.*.matched": False, "findings": ("tlsa-unusable/critical", finding)})


def partly(name, about, bad_record, finding="tlsa-record-unusable/warning", **more):
    """One good record beside one that cannot be used."""
    return Scenario(name, about, hosts=(Host(tlsa=("3 1 1", bad_record)),), exit=1, **more,
                    expect=good(finding, **{"hosts.0.tlsa.state": "usable"}))


def verified(name, about, *tlsa, findings=(), **paths):
    """A host whose records are accepted; not ok where `findings` says so."""
    warned = any(words.endswith("/warning") for words in findings)
    return Scenario(name, about, hosts=(Host(tlsa=tlsa),), exit=int(warned),
                    expect=good(*findings, **paths))


USABLE = [
    verified("ee-cert-full", "3 0 0: the whole certificate", "3 0 0"),
    verified("ee-cert-sha256", "3 0 1", "3 0 1"),
    verified("ee-cert-sha512", "3 0 2", "3 0 2"),
    verified("ee-key-full", "3 1 0: the whole key", "3 1 0"),
    verified("ee-key-sha512", "3 1 2", "3 1 2"),
    verified("ta-cert-sha256", "2 0 1", "2 0 1",
             **{"hosts.*.endpoints.*.dane.usage": 2, "hosts.*.endpoints.*.dane.depth": 1}),
    verified("ta-cert-sha512", "2 0 2", "2 0 2"),
    verified("ta-key-sha256", "2 1 1", "2 1 1"),
    verified("ta-key-sha512", "2 1 2", "2 1 2"),
    verified("ta-cert-full", "2 0 0 of an issuer that is sent", "2 0 0",
             findings=("tlsa-weak-ta/warning",)),
    verified("ta-key-full", "2 1 0 of an issuer that is sent", "2 1 0",
             findings=("tlsa-weak-ta/warning",)),
    verified("ta-cert-unsent", "2 0 0 of a root that is not sent", "2 0 0 root",
             findings=("tlsa-weak-ta/warning", DIFFERS),
             **{"hosts.*.endpoints.*.dane.depth": None}),
    verified("ta-key-unsent", "2 1 0 of a root that is not sent", "2 1 0 root",
             findings=("tlsa-weak-ta/warning", DIFFERS),
             **{"hosts.*.endpoints.*.dane.depth": None}),
    Scenario("ta-digest-unsent", "2 0 1 of a root that is not sent", exit=2,
             hosts=(Host(tlsa=("2 0 1 root",)),), expect=bad("mismatch", "dane-mismatch")),
    verified("roll-over", "the next key beside the present one", "3 1 1", "3 1 1 other",
             findings=("tlsa-no-match-yet/info",)),
    verified("ee-and-ta", "usage 3 and usage 2, both right", "3 1 1", "2 1 1",
             **{"hosts.*.endpoints.*.dane.usage": 3}),
    verified("ee-wrong-ta-right", "usage 3 misses, usage 2 hits", "3 1 1 other", "2 1 1",
             **{"hosts.*.endpoints.*.dane.usage": 2}),
    Scenario("sorted", "records are sorted by usage, selector, type, data",
             hosts=(Host(tlsa=("3 1 1", "3 0 1", "2 1 1", "2 0 1")),),
             expect=good(**{"hosts.0.tlsa.records.0.usage": 2,
                            "hosts.0.tlsa.records.0.selector": 0,
                            "hosts.0.tlsa.records.1.selector": 1,
                            "hosts.0.tlsa.records.2.usage": 3,
                            "hosts.0.tlsa.records.3.selector": 1})),
]

USELESS = [
    unusable("pkix-ta", "usage 0 alone", ("0 0 1 intermediate",), "tlsa-pkix-usage/warning"),
    unusable("pkix-ee", "usage 1 alone, of the very certificate", ("1 1 1 leaf",),
             "tlsa-pkix-usage/warning"),
    unusable("usage-4", "a usage that nobody has defined", ("4 1 1 leaf",)),
    unusable("usage-255", "the private usage", ("255 1 1 leaf",)),
    unusable("selector-2", "an unknown selector", ("3 2 1 leaf",)),
    unusable("mtype-3", "an unknown matching type", ("3 1 3 leaf",)),
    unusable("digest-short", "a digest without its last octet", ("3 1 1 cut",)),
    unusable("digest-long", "a digest with an octet too many", ("3 1 1 hex:" + "00" * 33,)),
    unusable("digest-other", "a SHA-256 digest under the name of SHA-512",
             ("3 1 2 hex:" + "5a" * 32,)),
    unusable("data-empty", "no data at all", ("3 1 1 hex:",), zone=KNOT),
    unusable("full-broken", "3 0 0 that is no certificate", ("3 0 0 hex:deadbeef",)),
    unusable("full-key-broken", "3 1 0 that is no key", ("3 1 0 hex:30030201",)),
    unusable("ta-broken", "2 0 0 that is no certificate", ("2 0 0 cut",)),
    unusable("full-empty", "2 1 0 without data", ("2 1 0 hex:",), zone=KNOT),
    Scenario("unusable-no-starttls", "unusable records still demand TLS", exit=2,
             hosts=(Host(tlsa=("1 1 1 leaf",), server=Server(does="no-starttls")),),
             expect={"hosts.0.tlsa.state": "unusable", "senders.dane.outcome": "deferred",
                     "findings": ("tlsa-unusable/critical", "tlsa-pkix-usage/warning",
                                  "starttls-missing/critical")}),
]

MIXED = [
    partly("partly-pkix", "usage 1 beside a good record", "1 1 1 leaf", "tlsa-pkix-usage/warning"),
    partly("partly-short", "a short digest beside a good record", "3 0 1 cut"),
    Scenario("partly-empty", "empty data beside a good record", exit=2, zone=KNOT,
             hosts=(Host(tlsa=("3 1 1", "3 0 1 hex:")),),
             expect=bad("untrusted", "dane-untrusted", "tlsa-record-unusable/warning")),
    partly("partly-unknown", "an unknown matching type beside a good record", "3 1 9 leaf"),
    Scenario("partly-misfit", "the usable record misses, the unusable one would fit", exit=2,
             hosts=(Host(tlsa=("3 1 1 other", "1 1 1 leaf")),),
             expect=bad("mismatch", "dane-mismatch", "tlsa-pkix-usage/warning")),
]

AGILITY = [
    Scenario("agility", "the strong digest misses, the weak one would fit", exit=2,
             hosts=(Host(tlsa=("3 1 2 other", "3 1 1")),),
             expect={**bad("mismatch", "dane-digest-agility/critical"),
                     "hosts.0.tlsa.records.0.active": False,
                     "hosts.0.tlsa.records.1.active": True}),
    Scenario("agility-ta", "the same with usage 2", exit=2,
             hosts=(Host(tlsa=("2 1 2 stranger", "2 1 1")),),
             expect=bad("mismatch", "dane-digest-agility/critical")),
    verified("agility-good", "the strong digest fits, the weak one misses",
             "3 1 2", "3 1 1 other", findings=("tlsa-superseded/info",)),
    verified("agility-selector", "a stronger digest of another selector hides nothing",
             "3 0 2 other", "3 1 1"),
    verified("agility-usage", "a stronger digest of another usage hides nothing",
             "2 1 2 stranger", "3 1 1"),
    verified("agility-full", "a whole key is never hidden", "3 1 2 other", "3 1 0"),
    verified("agility-malformed", "a malformed strong digest hides nothing",
             "3 1 2 cut", "3 1 1", findings=("tlsa-record-unusable/warning",)),
    verified("agility-full-hides-nothing", "a whole key that misses hides no digest",
             "3 1 0 other", "3 1 1"),
]

TTL = [
    Scenario("ttl-long", "a TTL over two days", hosts=(Host(ttl=172801),), exit=1,
             expect=good("tlsa-ttl-long/warning")),
    Scenario("ttl-two-days", "a TTL of two days", hosts=(Host(ttl=172800),), expect=good()),
]

LARGE = [
    Scenario("many-records", "thirty records, the last one fits", exit=1,
             hosts=(Host(tlsa=(*(f"3 0 1 hex:{number:064x}" for number in range(30)), "3 1 1")),),
             expect=good("tlsa-many/warning", **{"hosts.0.tlsa.records.#": 31})),
    Scenario("records-100", "a hundred records, one of them fits", exit=1,
             hosts=(Host(tlsa=(*(f"3 0 1 hex:{number:064x}" for number in range(99)), "3 1 1")),),
             expect=good("tlsa-many/warning", **{"hosts.0.tlsa.records.#": 100})),
    Scenario("records-200", "two hundred records, one of them fits, which Postfix may drop",
             hosts=(Host(tlsa=(*(f"3 0 1 hex:{number:064x}" for number in range(199)), "3 1 1")),),
             crosscheck_differs="which hundred of the records Postfix keeps is chance; s_client keeps all",
             exit=2, expect=bad("untrusted", "dane-untrusted/critical", "tlsa-many/warning")),
    Scenario("answer-64k", "a record that fills the answer to all but some octets", exit=1,
             hosts=(Host(tlsa=(f"3 0 0 hex:{'00' * 65000}", "3 1 1")),),
             expect=good("tlsa-record-unusable/warning", **{"hosts.0.tlsa.records.#": 2})),
    Scenario("large-record", "2 0 0 of an RSA root in an answer past 1,232 octets", exit=1,
             hosts=(Host(tlsa=("2 0 0 rsa-root", "2 0 0 rsa-intermediate"),
                         server=Server(certs=(RSA,))),), expect=good("tlsa-weak-ta/warning")),
]

SCENARIOS = USABLE + USELESS + MIXED + AGILITY + TTL + LARGE

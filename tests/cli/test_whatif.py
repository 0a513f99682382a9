"""Proposed data: --zone and --chain in place of what is published, up to a run without any network.

The chains are those of tests/unit/fixtures/proposed; the time is theirs, not the day's.
"""

import hashlib
import json
import re
import subprocess

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conftest import BUILD, ROOT
from servers.dns_acts import Table
from servers.dns_server import DnsServer

CHAINS = ROOT / "tests" / "unit" / "fixtures" / "proposed"
ECDSA, RSA = CHAINS / "ecdsa.pem", CHAINS / "rsa.pem"
NO_RESOLVER = ["-r", "127.0.0.1@9", "--dnssec", "trust-ad", "-t", "2"]  # nobody listens there


def digest(file, place=0):
    """What a TLSA x 1 1 record of the file's certificate at `place` holds."""
    block = file.read_bytes().split(b"-----BEGIN")[place + 1]
    key = x509.load_pem_x509_certificate(b"-----BEGIN" + block).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()


HEAD = """$ORIGIN whatif.example.
$TTL 1h
@   SOA ns1 hostmaster (2026112301 1h 15m 4w 1h)
    NS  ns1
ns1 A   192.0.2.53
"""
ZONE = HEAD + """@   MX  10 mx1
mx1 A   192.0.2.1
    AAAA 2001:db8::1
"""
TLSA = f"_25._tcp.mx1 TLSA 3 1 1 {digest(ECDSA)}\n"
TLSA_RSA = f"_25._tcp.mx1 TLSA 3 1 1 {digest(RSA)}\n"
SCHEMA = json.loads((ROOT / "tests" / "report" / "mxdane.schema.json").read_text())
LIVE = ["live.example. MX 10 mx.live.example.", "mx.live.example. A 192.0.2.7",
        "_25._tcp.mx.live.example. TLSA 3 1 1 " + "00" * 32]


class Result:
    def __init__(self, process):
        self.status, self.error = process.returncode, process.stderr
        self.reports = [json.loads(line) for line in process.stdout.splitlines()]
        for report in self.reports:
            jsonschema.validate(report, SCHEMA)

    def __getattr__(self, key):
        return self.reports[0][key]

    @property
    def host(self):
        return self.hosts[0]

    def codes(self, *severities):
        return {f["code"] for f in self.findings if not severities or f["severity"] in severities}


@pytest.fixture
def whatif(mxdane, tmp_path):
    """Runs with zone files of these texts and chains of these files ("HOST=" allowed)."""
    def run(domain="whatif.example", zones=(), chains=(), more=(), resolver=NO_RESOLVER):
        arguments = [*resolver, "--at", "2027-01-01T00:00:00Z", "-o", "json", *more]
        for i, text in enumerate([zones] if isinstance(zones, str) else zones):
            file = tmp_path / f"zone{i + 1}"
            file.write_text(text)
            arguments += ["--zone", str(file)]
        for chain in chains:
            arguments += ["--chain", str(chain)]
        return Result(mxdane(*arguments, domain))
    return run


def live(dns):
    return ["-r", dns.address, "--dnssec", "trust-ad"]


# ---- Nothing but proposed data ----

def test_zone_and_chain_are_a_whole_world(whatif):
    r = whatif(zones=ZONE + TLSA, chains=[ECDSA])
    assert (r.status, r.error, r.codes("warning", "unknown", "critical")) == (0, "", set())
    assert r.mx == {"kind": "mx", "dnssec": "secure", "signature_expires": None,
                    "proposed": True, "error": None, "ede": [], "insecure_at": None, "ttl": 3600, "ttl_left": None}
    assert (r.host["tlsa"]["state"], r.host["tlsa"]["proposed"]) == ("usable", True)
    assert [e["address"] for e in r.host["endpoints"]] == ["192.0.2.1", "2001:db8::1"]
    for e in r.host["endpoints"]:
        assert (e["smtp"]["stage"], e["smtp"]["error"], e["tls"]) == ("none", None, None)
        assert (e["key_type"], e["dane"]["result"], e["status"]) == ("ecdsa", "verified", "ok")
        assert [c["depth"] for c in e["chain"]] == [0, 1, 2]
    assert r.senders["dane"]["outcome"] == "authenticated"
    assert r.senders["opportunistic"]["outcome"] == "encrypted"


@pytest.mark.parametrize("others, result", [(99, "verified"), (100, "untrusted")])
@pytest.mark.parametrize("usage", [3, 2])
def test_more_records_than_postfix_takes(whatif, others, result, usage):
    match = f"_25._tcp.mx1 TLSA {usage} 1 1 {digest(ECDSA, 0 if usage == 3 else 1)}\n"
    wrong = "".join(f"_25._tcp.mx1 TLSA 3 1 1 {number:064x}\n" for number in range(others))
    r = whatif(zones=ZONE + wrong + match, chains=[ECDSA])
    assert {e["dane"]["result"] for e in r.host["endpoints"]} == {result}
    assert r.senders["dane"]["outcome"] == ("deferred" if others > 99 else "authenticated")
    said = [f["message"] for f in r.findings if f["code"] == "dane-untrusted"]
    assert all("Postfix uses only 100 of the TLSA records" in one for one in said)
    assert bool(said) == (others > 99)


@pytest.mark.parametrize("count", [64, 65])
def test_addresses_up_to_the_limit(whatif, count):
    ipv6 = "".join(f"mx1 AAAA 2001:db8::{number:x}\n" for number in range(2, count))
    r = whatif(zones=ZONE + ipv6 + TLSA, chains=[ECDSA])
    assert len(r.host["endpoints"]) == 64
    many = [f for f in r.findings if f["code"] == "mx-too-many"]
    assert r.status == len(many) == (count > 64)
    for one in many:
        assert (one["host"], one["severity"]) == ("mx1.whatif.example", "warning")
        assert one["message"] == ("mx1.whatif.example has more than 64 addresses; only 64 of them "
                                  "are checked.")


def namespaces():
    """Whether a test may run a program where no network is."""
    return subprocess.run(["unshare", "-rmn", "true"], capture_output=True, timeout=20).returncode == 0


@pytest.mark.skipif(not namespaces(), reason="needs user namespaces")
@pytest.mark.parametrize("resolv_conf", ["nameserver 192.0.2.53\n", ""], ids=["unreachable", "none"])
def test_no_network_is_needed(tmp_path, resolv_conf):
    """No interface, no resolver: the verdict stands, and nothing is complained of."""
    zone, conf = tmp_path / "zone", tmp_path / "resolv.conf"
    zone.write_text(ZONE + TLSA)
    conf.write_text(resolv_conf)
    run = subprocess.run(
        ["unshare", "-rmn", "sh", "-ec", 'mount --bind "$0" /etc/resolv.conf; exec "$@"', conf,
         BUILD / "src" / "mxdane", "-o", "json", "--zone", zone, "--chain", ECDSA, "whatif.example"],
        capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stderr) == (0, "")
    report = json.loads(run.stdout)
    jsonschema.validate(report, SCHEMA)
    assert (report["status"], report["senders"]["dane"]["outcome"]) == ("ok", "authenticated")
    change = report["change"]
    assert (change["before"], change["after"], change["effect"]) == (None, "ok", "unknown")
    assert change["error"].startswith("The live state could not be seen: ")
    assert report["elapsed_ms"] < 1000


def test_text_marks_what_is_proposed(mxdane, tmp_path):
    zone = tmp_path / "zone"
    zone.write_text(ZONE + TLSA)
    out = mxdane(*NO_RESOLVER, "--zone", zone, "--chain", ECDSA, "whatif.example").stdout
    assert re.search(r"192\.0\.2\.1,? .*\n?.*\(proposed\)", out)
    assert re.search(r"TLSA .*\(proposed\)", out)


KEY, REQUEST = CHAINS / "key.pem", CHAINS / "request.pem"
SHA512_OF_KEY = hashlib.sha512(x509.load_pem_x509_certificate(ECDSA.read_bytes()).public_key().public_bytes(
    Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
WRONG = "00" * 32


@pytest.mark.parametrize("records, result, codes, severity, outcome", [
    (TLSA, "verified", {"dane-verified"}, "info", "authenticated"),
    (TLSA + f"_25._tcp.mx1 TLSA 3 0 1 {WRONG}\n", "verified", {"dane-verified"}, "info", "authenticated"),
    (f"_25._tcp.mx1 TLSA 3 1 2 {SHA512_OF_KEY}\n", "verified", {"dane-verified"}, "info", "authenticated"),
    (TLSA + f"_25._tcp.mx1 TLSA 3 1 2 {WRONG * 2}\n", "mismatch", {"dane-digest-agility"}, "info", "deferred"),
    (f"_25._tcp.mx1 TLSA 3 1 1 {WRONG}\n", "mismatch", {"dane-mismatch"}, "info", "deferred"),
    # the octets of a digest that was never made
    (f"_25._tcp.mx1 TLSA 3 0 1 {WRONG}\n", "not-checked", set(), "unknown", "unknown"),
    (f"_25._tcp.mx1 TLSA 2 0 1 {WRONG}\n", "not-checked", set(), "unknown", "unknown"),
    (f"_25._tcp.mx1 TLSA 2 1 1 {WRONG}\n_25._tcp.mx1 TLSA 3 1 1 {WRONG}\n", "not-checked", set(), "unknown", "unknown"),
    ("", "none", {"tlsa-absent"}, "info", "encrypted"),
])
def test_key_in_place_of_a_chain(whatif, records, result, codes, severity, outcome):
    r = whatif(zones=ZONE + records, chains=[KEY])
    assert {e["dane"]["result"] for e in r.host["endpoints"]} == {result}
    said = {f["code"]: f["severity"] for f in r.findings}
    assert said["chain-key-only"] == severity
    dane = {c for c in said if c.startswith(("dane-", "tlsa-absent"))}
    assert dane == codes
    assert r.senders["dane"]["outcome"] == outcome
    leaf, = r.host["endpoints"][0]["chain"]
    assert (leaf["key"], leaf["spki_sha256"], leaf["cert_sha256"], leaf["not_after"]) == ("ECDSA P-256", digest(ECDSA), None, None)
    assert r.host["endpoints"][0]["pkix"]["result"] == "not-checked"
    assert "cert-expired-ignored" not in said and "cert-pkix-ignored" not in said


def test_fix_of_a_key_names_the_key(whatif):
    r = whatif(zones=ZONE + f"_25._tcp.mx1 TLSA 3 1 1 {WRONG}\n", chains=[REQUEST])
    fix, = [f for f in r.findings if f["code"] == "dane-mismatch" and f["address"] == "192.0.2.1"]
    added, = [a["record"] for a in fix["actions"] if a["do"] != "delete"]
    key = x509.load_pem_x509_csr(REQUEST.read_bytes()).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert added.endswith(" TLSA 3 1 1 " + hashlib.sha256(spki).hexdigest())
    fixed = whatif(zones=ZONE + added + "\n", chains=[REQUEST])
    assert (fixed.status, fixed.codes("warning", "unknown", "critical")) == (0, set())


@pytest.mark.parametrize("more", [[], ["-v"]])
def test_text_says_that_the_key_stands_alone(mxdane, tmp_path, more):
    file = tmp_path / "zone"
    file.write_text(ZONE + TLSA)
    done = mxdane(*NO_RESOLVER, "--zone", str(file), "--chain", str(KEY), *more, "whatif.example")
    assert done.returncode == 0 and "ECDSA P-256, the key alone" in done.stdout
    assert "does not parse" not in done.stdout and "00" * 32 not in done.stdout


def test_tlsa_records_for_the_proposed_chain(mxdane, tmp_path):
    zone = tmp_path / "zone"
    zone.write_text(ZONE)
    out = mxdane(*NO_RESOLVER, "--zone", zone, "--chain", RSA, "-o", "tlsa", "whatif.example")
    assert f"_25._tcp.mx1.whatif.example. 3600 IN TLSA 3 1 1 {digest(RSA)}\n" in out.stdout


@pytest.mark.parametrize("head, ttl", [("$TTL 5m\n", 300), ("", 3600)])
def test_records_to_add_take_the_ttl_of_their_file(mxdane, whatif, tmp_path, head, ttl):
    text = head + ZONE.replace("$TTL 1h\n", "") + "@ 60 TXT x\n"
    r = whatif(zones=[text, "other.example. 7 MX 0 .\n"], chains=[ECDSA])
    absent = next(f for f in r.findings if f["code"] == "tlsa-absent")
    line = f"_25._tcp.mx1.whatif.example. {ttl} IN TLSA 3 1 1 {digest(ECDSA)}"
    assert [(a["ttl"], a["record"]) for a in absent["actions"]] == [(ttl, line)]
    zone = tmp_path / "bare"
    zone.write_text(text)
    printed = mxdane(*NO_RESOLVER, "--zone", zone, "--chain", ECDSA, "-o", "tlsa", "whatif.example")
    assert f"{line}\n" in printed.stdout


def test_records_to_add_take_the_ttl_0_of_their_rrset(whatif):
    """A name server takes the TTL of the first for all of an RRset."""
    r = whatif(zones=ZONE + "_25._tcp.mx1 0 TLSA 3 1 1 " + "00" * 32 + "\n", chains=[ECDSA])
    fix = next(f for f in r.findings if f["code"] == "dane-mismatch")
    assert [(a["ttl"], a["record"]) for a in fix["actions"]] == [(0, f"_25._tcp.mx1.whatif.example. 0 IN TLSA 3 1 1 {digest(ECDSA)}")]


# ---- What the change would do ----

def test_nothing_proposed_is_no_change(whatif):
    with DnsServer(Table(LIVE)) as dns:
        assert whatif("live.example", resolver=live(dns)).change is None


def test_change_against_the_live_state(whatif):
    """The live domain takes no mail any more, the proposed zone does."""
    with DnsServer(Table(["whatif.example. MX 0 ."])) as dns:
        r = whatif(zones=ZONE + TLSA, chains=[RSA], resolver=live(dns))
    assert (r.change["before"], r.change["after"], r.change["effect"]) == ("ok", "critical", "breaks")
    assert r.change["before_summary"] == "accepts no mail (null MX)"
    assert {f["code"] for f in r.change["go"]} == {"null-mx"}
    assert "dane-mismatch" in {f["code"] for f in r.change["appear"]}
    assert [f for f in r.change["appear"] if f not in r.findings] == []


def test_no_domain_name_has_no_change(whatif):
    assert whatif("not a domain", zones=ZONE).change is None



CHANGES = [
    # label, records beside ZONE, chains, exit status, dane.result of each endpoint, findings
    ("the other key", TLSA, [RSA], 2, ["mismatch"] * 2, {"dane-mismatch"}),
    ("both keys, both records", TLSA + TLSA_RSA, [RSA, ECDSA], 0, ["verified"] * 4, set()),
    ("both keys, one record", TLSA, [RSA, ECDSA], 2, ["verified", "mismatch"] * 2,
     {"dane-mismatch", "dane-rollover-partial"}),
    ("no record any more", "", [ECDSA], 2, ["none"] * 2, {"tlsa-absent"}),
    ("a record twice", TLSA + TLSA, [ECDSA], 1, ["verified"] * 2, {"tlsa-duplicate"}),
    ("an empty record", "_25._tcp.mx1 TYPE52 \\# 3 030101\n", [ECDSA], 2, ["unusable"] * 2,
     {"tlsa-unusable", "tlsa-record-unusable"}),
    ("a record by wildcard", TLSA.replace("_25", "*", 1), [ECDSA], 0, ["verified"] * 2, set()),
    ("a record by alias", "_25._tcp.mx1 CNAME dane\n" + TLSA.replace("_25._tcp.mx1", "dane", 1),
     [ECDSA], 0, ["verified"] * 2, set()),
    ("an anchor", f"_25._tcp.mx1 TLSA 2 1 1 {digest(ECDSA, 2)}\n", [ECDSA], 0,
     ["verified"] * 2, set()),
    ("an anchor of another host's chain", f"_25._tcp.mx1 TLSA 2 1 1 {digest(ECDSA, 2)}\n",
     [CHAINS / "self-signed-with-root.pem"], 2, ["untrusted"] * 2, {"dane-untrusted"}),
    ("its own chain in place of everybody's", TLSA,
     [RSA, f"mx1.whatif.example={ECDSA}"], 0, ["verified"] * 2, set()),
]


@pytest.mark.parametrize("label, records, chains, status, results, codes", CHANGES,
                         ids=[c[0] for c in CHANGES])
def test_change(whatif, label, records, chains, status, results, codes):
    r = whatif(zones=ZONE + records, chains=chains)
    assert [e["dane"]["result"] for e in r.host["endpoints"]] == results
    assert r.codes("warning", "unknown", "critical") == codes
    assert r.status == status


def test_ecdsa_stands_before_rsa(whatif):
    r = whatif(zones=ZONE + TLSA + TLSA_RSA, chains=[RSA, ECDSA], more=["-4"])
    assert [(e["address"], e["key_type"]) for e in r.host["endpoints"]] == [
        ("192.0.2.1", "ecdsa"), ("192.0.2.1", "rsa")]


@pytest.mark.parametrize("at, result", [("2035-12-31T00:00:00Z", "verified"),
                                        ("2036-01-02T00:00:00Z", "expired")])
def test_proposed_chain_is_judged_as_of_at(whatif, at, result):
    r = whatif(zones=ZONE + f"_25._tcp.mx1 TLSA 2 1 1 {digest(ECDSA, 2)}\n", chains=[ECDSA],
               more=["-4", "--at", at])
    assert [e["dane"]["result"] for e in r.host["endpoints"]] == [result]


def test_host_without_an_address_is_still_judged(whatif):
    r = whatif(zones=HEAD + "@ MX 10 mx1\n" + TLSA, chains=[ECDSA])
    assert [(e["address"], e["chain"][0]["depth"]) for e in r.host["endpoints"]] == [(None, 0)]
    assert "host-no-address" in r.codes("critical")
    assert r.status == 2
    # Nobody can connect to it: what senders do does not depend on the chain.
    without = whatif(zones=HEAD + "@ MX 10 mx1\n" + TLSA)
    assert (r.senders, r.summary) == (without.senders, without.summary)
    assert {(one["outcome"], one["hosts_ok"]) for one in r.senders.values()} == {("unknown", 0)}


@pytest.mark.parametrize("records, code, status", [
    ("@ MX 0 .\n", "null-mx", 0), ("", "no-mail-host", 2)])
def test_domain_without_mail(whatif, records, code, status):
    r = whatif(zones=HEAD + records)
    assert code in r.codes()
    assert r.status == status


def test_name_that_the_zone_has_not(whatif):
    r = whatif("none.whatif.example", zones=ZONE)
    assert "domain-not-found" in r.codes("critical")


def test_signed_zone_file(whatif):
    signature = "13 2 3600 20261210000000 20261120000000 4711 whatif.example. YWJj ZGVm\n"
    r = whatif(chains=[ECDSA], zones=ZONE + TLSA + f"@ RRSIG MX {signature}@ DNSKEY 257 3 13 YWJj\n"
               "@ NSEC mx1 NS SOA MX RRSIG NSEC DNSKEY\nmx1 NSEC @ A RRSIG NSEC\n")
    assert (r.status, r.mx["signature_expires"]) == (0, None)


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "cli" / "zones").glob("*.zone")),
                         ids=lambda path: path.stem)
def test_zone_as_tools_write_it(whatif, file):
    """Signed by BIND and ldns (NSEC and NSEC3), compiled by BIND, transferred and printed by dig."""
    r = whatif(chains=[ECDSA], zones=file.read_text())
    assert (r.status, r.mx["dnssec"], r.mx["proposed"]) == (0, "secure", True)
    assert [e["address"] for e in r.host["endpoints"]] == ["192.0.2.1", "2001:db8::1"]
    assert {e["dane"]["result"] for e in r.host["endpoints"]} == {"verified"}
    assert [record["data"] for record in r.host["tlsa"]["records"]] == [digest(ECDSA)]
    assert r.host["tlsa"]["dnssec"] == "secure"


@pytest.mark.parametrize("key, chain", [("ecdsa", ECDSA), ("rsa", RSA)])
def test_printed_records_fit_when_pasted(mxdane, whatif, tmp_path, key, chain):
    """What --output tlsa says of a proposed chain is a zone file, and the chain fits it."""
    zone = tmp_path / "bare"
    zone.write_text(ZONE)
    printed = mxdane(*NO_RESOLVER, "--zone", zone, "--chain", chain, "-o", "tlsa", "whatif.example")
    r = whatif(zones=[ZONE, printed.stdout], chains=[chain])
    assert (r.status, r.host["endpoints"][0]["key_type"]) == (0, key)
    assert r.codes("warning", "unknown", "critical") == set()
    r = whatif(zones=[ZONE, printed.stdout], chains=[RSA if chain == ECDSA else ECDSA])
    assert r.codes("critical") == {"dane-mismatch"}


def test_printed_records_of_two_key_types(mxdane, whatif, tmp_path):
    zone = tmp_path / "bare"
    zone.write_text(ZONE)
    printed = mxdane(*NO_RESOLVER, "--zone", zone, "--chain", ECDSA, "--chain", RSA, "-o", "tlsa",
                     "whatif.example")
    assert printed.stdout.count("IN TLSA 3 1 1 ") == 2
    r = whatif(zones=[ZONE, printed.stdout], chains=[RSA, ECDSA])
    assert (r.status, len(r.host["endpoints"])) == (0, 4)


def test_junit_of_a_proposal(mxdane, tmp_path):
    zone = tmp_path / "zone"
    zone.write_text(ZONE + TLSA)
    for chain, status, failures in ((ECDSA, 0, 0), (RSA, 2, 2)):
        out = mxdane(*NO_RESOLVER, "--zone", zone, "--chain", chain, "-o", "junit", "whatif.example")
        assert out.returncode == status
        file = tmp_path / "report.xml"
        file.write_text(out.stdout)
        subprocess.run(["xmllint", "--noout", "--nonet", "--schema", ROOT / "tests/report/junit.xsd",
                        file], check=True, capture_output=True, timeout=20)
        assert out.stdout.count("<failure ") == failures
        assert "\nChange: unknown (not checked → " in out.stdout


def test_included_file(whatif, tmp_path):
    (tmp_path / "records").write_text(TLSA)
    assert whatif(zones=ZONE + "$INCLUDE records\n", chains=[ECDSA]).status == 0


# ---- Proposed data over live DNS ----

def test_single_rrset_over_live_dns(whatif):
    with DnsServer(Table(LIVE)) as dns:
        r = whatif("live.example", f"_25._tcp.mx.live.example. TLSA 3 1 1 {digest(ECDSA)}\n",
                   [ECDSA], resolver=live(dns))
    assert (r.mx["proposed"], r.host["tlsa"]["proposed"]) == (False, True)
    assert r.host["endpoints"][0]["dane"]["result"] == "verified"
    # The live record, which fits another chain, stays in caches.
    assert (r.status, r.codes("warning", "unknown", "critical")) == (1, {"rollover-order"})
    assert ("live.example.", "MX") in dns.questions
    assert sorted(set(dns.questions)) == sorted(dns.questions)  # one question serves both states


def test_chain_alone_against_live_records(whatif):
    with DnsServer(Table(LIVE)) as dns:
        r = whatif("live.example", chains=[f"mx.live.example={ECDSA}"], resolver=live(dns))
    assert r.codes("critical") == {"dane-mismatch"}


def test_delegated_names_are_live(whatif):
    with DnsServer(Table(["child.whatif.example. MX 10 mx.live.example.", *LIVE])) as dns:
        r = whatif("child.whatif.example", ZONE + "child NS ns1.child\n", [ECDSA],
                   resolver=live(dns))
    assert (r.mx["kind"], r.mx["proposed"]) == ("mx", False)


def test_alias_from_proposed_to_live(whatif):
    """The MX host of the zone is an alias of a live one, whose TLSA records then count."""
    with DnsServer(Table(LIVE[:2] + [f"_25._tcp.mx.live.example. TLSA 3 1 1 {digest(ECDSA)}"])) as dns:
        r = whatif(zones=HEAD + "@ MX 10 out\nout CNAME mx.live.example.\n", chains=[ECDSA],
                   resolver=live(dns))
    assert (r.host["addresses"]["dnssec"], r.host["addresses"]["canonical"]) == (
        "secure", "mx.live.example")
    assert (r.host["tlsa"]["base"], r.host["tlsa"]["proposed"]) == ("mx.live.example", False)
    assert r.host["endpoints"][0]["dane"]["result"] == "verified"
    assert r.codes("warning", "unknown", "critical") == {"mx-target-alias"}


# ---- What only the zone's software knows ----

HELD = LIVE[:2] + ["mx1.whatif.example. A 192.0.2.1", f"_25._tcp.mx1.whatif.example. TLSA 3 1 1 {digest(ECDSA)}",
                   "whatif.example. MX 10 mx1.whatif.example.", 'whatif.example. TXT "a"']


def unknown_data(r):
    return [(f["host"], f["severity"], f["location"]["line"], f["location"]["column"], f["message"])
            for f in r.findings if f["code"] == "zone-unknown-data"]


def decided(what, name, kind, owner=None):
    return (f"The {what} of {name} are decided by the record of type {kind} at {owner or name} in the zone file, "
            "which only its software knows: the live answer is used.")


@pytest.mark.parametrize("lines, wanted", [
    ("@ MX 10 mx1\n@ ALIAS www.live.example.\nwww LUA A \"f()\"\nx TYPE65280 \\# 0\nmx1 A 192.0.2.1\n" + TLSA, []),
    ("@ MX 10 mx1\nmx1 ALIAS mx.live.example.\n" + TLSA,
     [("mx1.whatif.example", "warning", 7, 1, decided("addresses", "mx1.whatif.example", "ALIAS"))]),
    ("@ MX 10 mx1\nmx1 A 192.0.2.1\n    LUA A \"f()\"\n" + TLSA,
     [("mx1.whatif.example", "warning", 8, 5, decided("addresses", "mx1.whatif.example", "LUA"))]),
    ("@ MX 10 mx1\nx TYPE65280 \\# 0\n" + TLSA + "mx1 TYPE65300 \\# 0\n",
     [("mx1.whatif.example", "warning", 9, 1, decided("addresses", "mx1.whatif.example", "TYPE65300"))]),
    ("@ MX 10 mx1\nmx1 A 192.0.2.1\n_25._tcp.mx1 LUA TLSA \"f()\"\n",
     [("mx1.whatif.example", "warning", 8, 1, decided("TLSA records", "_25._tcp.mx1.whatif.example", "LUA"))]),
    ("@ LUA MX \"f()\"\nmx1 A 192.0.2.1\n" + TLSA,
     [(None, "warning", 6, 1, decided("MX records", "whatif.example", "LUA"))]),
    ("@ MX 10 to\nto CNAME mx1\nmx1 ALIAS mx.live.example.\n" + TLSA,
     [("to.whatif.example", "warning", 8, 1, decided("addresses", "to.whatif.example", "ALIAS", "mx1.whatif.example"))]),
    ("@ MX 10 mx1\nmx1 A 192.0.2.1\n_mta-sts TYPE65280 \\# 0\n_smtp._tls LUA TXT \"f()\"\n" + TLSA,
     [(None, "warning", 8, 1, decided("TXT records", "_mta-sts.whatif.example", "TYPE65280")),
      (None, "warning", 9, 1, decided("TXT records", "_smtp._tls.whatif.example", "LUA"))]),
])
def test_data_that_only_the_zones_software_knows(whatif, lines, wanted):
    """Passed over, and where it decides what is looked up the live answer is used."""
    with DnsServer(Table(HELD)) as dns:
        r = whatif(zones=HEAD + lines, chains=[ECDSA], resolver=live(dns))
    assert unknown_data(r) == wanted
    assert [e["address"] for h in r.hosts for e in h["endpoints"]] == ["192.0.2.1"]
    assert {e["dane"]["result"] for e in r.host["endpoints"]} == {"verified"}
    assert r.codes("warning", "unknown", "critical") - {"mx-target-alias"} == ({"zone-unknown-data"} if wanted else set())


WRONG_TLSA = "TLSA 3 1 1 " + "00" * 32 + "\n"


@pytest.mark.parametrize("lines", [
    "* ALIAS mx.live.example.\n* " + WRONG_TLSA,
    "* LUA CNAME \"f()\"\n",
    "* A 192.0.2.1\n* TYPE65280 \\# 0\n",
    "mx1 A 192.0.2.1\n*.mx1 TYPE65280 \\# 0\n",
])
def test_fix_below_a_wildcard_of_unknown_data(mxdane, whatif, tmp_path, lines):
    """A record below the wildcard takes away what it gives the host: that is published beside."""
    held = [HELD[2], "_25._tcp.mx1.whatif.example. " + WRONG_TLSA.strip()]
    text = HEAD + "@ MX 10 mx1\n" + lines
    with DnsServer(Table(held)) as dns:
        before = whatif(zones=text, chains=[ECDSA], resolver=live(dns))
        fix = next(f for f in before.findings if f["code"] == "dane-mismatch")
        (tmp_path / "z").write_text(text)
        printed = mxdane(*live(dns), "--at", "2027-01-01T00:00:00Z", "--zone", tmp_path / "z", "--chain", ECDSA,
                         "-o", "tlsa", "whatif.example").stdout
        for records in "".join(a["record"] + "\n" for a in fix["actions"]), printed:
            after = whatif(zones=text + records, chains=[ECDSA], resolver=live(dns))
            assert [e["dane"]["result"] for e in after.host["endpoints"]] == ["verified"]
            assert not after.codes("critical", "unknown")


@pytest.mark.parametrize("lines", [
    "_25._tcp.mx1 LUA TLSA \"f()\"\n",
    "_25._tcp.mx1 CNAME dane\ndane LUA TLSA \"f()\"\n",
])
def test_no_fix_of_what_the_software_makes(whatif, lines):
    """A record beside it changes nothing that is known."""
    wrong = ["_25._tcp.mx1.whatif.example. " + WRONG_TLSA.strip(), "dane.whatif.example. " + WRONG_TLSA.strip()]
    with DnsServer(Table(HELD[2:3] + wrong)) as dns:
        r = whatif(zones=HEAD + "@ MX 10 mx1\nmx1 A 192.0.2.1\n" + lines, chains=[ECDSA], resolver=live(dns))
    mismatch, = [f for f in r.findings if f["code"] == "dane-mismatch"]
    assert mismatch["actions"] == [] and "TLSA 3 1 1" not in (mismatch["fix"] or "")


def test_unknown_data_is_no_change(whatif):
    """It was there before, perhaps; what it says is live."""
    with DnsServer(Table(["whatif.example. MX 0 .", "mx1.whatif.example. A 192.0.2.1"])) as dns:
        r = whatif(zones=HEAD + "@ MX 10 mx1\nmx1 ALIAS mx.live.example.\n" + TLSA, chains=[ECDSA], resolver=live(dns))
    assert r.codes("warning", "unknown", "critical") == {"zone-unknown-data"}
    assert (r.change["before"], r.change["after"], r.change["effect"]) == ("ok", "warning", "neutral")


def test_unknown_data_in_a_single_file(whatif):
    with DnsServer(Table(LIVE)) as dns:
        r = whatif("live.example", "mx.live.example. ALIAS elsewhere.example.\n", resolver=live(dns))
    assert unknown_data(r) == [("mx.live.example", "warning", 1, 1, decided("addresses", "mx.live.example", "ALIAS"))]
    assert [e["address"] for e in r.host["endpoints"]] == ["192.0.2.7"]


def test_unknown_data_without_a_live_answer(whatif):
    """Nothing is made up: the lookup failed, and both is said."""
    r = whatif(zones=HEAD + "@ MX 10 mx1\nmx1 ALIAS mx.live.example.\n" + TLSA, chains=[ECDSA])
    assert {"zone-unknown-data", "address-lookup-failed"} <= r.codes()
    assert (r.status, [e["address"] for e in r.host["endpoints"]]) == (3, [None])


@pytest.mark.parametrize("unsigned, dnssec", [([], "secure"), (["live.example."], "insecure")])
def test_alias_from_live_to_proposed(whatif, unsigned, dnssec):
    """A live MX host is an alias into the zone; the status is that of the whole chain."""
    records = ["live.example. MX 10 mx.live.example.",
               "mx.live.example. CNAME mx1.whatif.example.",
               "mx1.whatif.example. A 192.0.2.99"]  # what is published there is not looked at
    with DnsServer(Table(records, unsigned)) as dns:
        r = whatif("live.example", ZONE + TLSA, [ECDSA], resolver=live(dns))
    assert (r.host["addresses"]["dnssec"], r.host["addresses"]["canonical"]) == (
        dnssec, "mx1.whatif.example")
    assert [e["address"] for e in r.host["endpoints"]] == ["192.0.2.1", "2001:db8::1"]
    assert r.mx["proposed"] is False
    if not unsigned:
        assert (r.host["tlsa"]["base"], r.host["tlsa"]["proposed"]) == ("mx1.whatif.example", True)
        assert r.host["endpoints"][0]["dane"]["result"] == "verified"


# ---- What is refused ----

def test_host_that_nobody_has(whatif):
    """The report is printed, the error said, and nothing passes for judged."""
    r = whatif(zones=ZONE + TLSA, chains=[ECDSA, f"mx9.whatif.example={RSA}"])
    assert len(r.reports) == 1
    assert r.error == "mxdane: --chain: no domain of this run has mx9.whatif.example as MX host\n"
    assert r.status == 3


def test_host_that_nobody_has_is_3_even_when_critical(whatif):
    r = whatif(zones=ZONE + TLSA, chains=[RSA, f"mx9.whatif.example={ECDSA}"])
    assert (r.reports[0]["status"], r.status) == ("critical", 3)


REFUSED_ZONES = [
    (["$ORIGIN x.\n\n@ TLSA 256 1 1 ab\n"],
     "zone1:3: expected a certificate usage from 0 to 255, not '256'"),
    (["a A 192.0.2.1\n"], "zone1:1: expected the owner of a record, but in 'a' it is relative"),
    (["$ORIGIN x.\n$GENERATE 1-2 a$ TSLA 3\n"], "zone1:2: expected a record type (such as TLSA or TYPE52), not 'TSLA'"),
    (["$INCLUDE none\n"], "zone1:1: expected a file that can be included"),
    (["$INCLUDE zone1\n"], "zone1:1: expected a file that can be included"),
    (["a. A 192.0.2.1\n", "\na. A 192.0.2.2\n"],
     "zone2:2: expected each RRset in one --zone file, but a A stands in "),
    ([ZONE + "other.example. A 192.0.2.1\n"],
     "zone1:9: expected a name at or below whatif.example"),
    (["a. \x1b[2J\n"], "zone1:1: expected a record type (such as TLSA or TYPE52), not '\\x1b[2J'"),
    ([""], "zone1: expected a record, not an empty file"),
]


@pytest.mark.parametrize("zones, message", REFUSED_ZONES, ids=[z[1][:40] for z in REFUSED_ZONES])
def test_broken_zone_is_refused_before_anything_is_sent(whatif, tmp_path, zones, message):
    with DnsServer(Table(LIVE)) as dns:
        r = whatif("live.example", zones, resolver=live(dns))
    assert (r.status, r.reports, dns.questions) == (3, [], [])
    assert r.error.startswith(f"mxdane: --zone: {tmp_path}/{message}"), r.error
    assert r.error.count("\n") == 1


REFUSED_CHAINS = [
    (["empty.pem"], "empty.pem: it contains no PEM certificate, public key or certificate request"),
    (["broken.pem"], "broken.pem: certificate 2 "),
    (["reversed.pem"], "reversed.pem: expected the server's own certificate first"),
    (["ecdsa.pem", "self-signed.pem"],
     "self-signed.pem: expected a chain of another key type for all hosts than in "),
]


@pytest.mark.parametrize("files, message", REFUSED_CHAINS, ids=[c[0][-1] for c in REFUSED_CHAINS])
def test_broken_chain_is_refused_before_anything_is_sent(whatif, files, message):
    with DnsServer(Table(LIVE)) as dns:
        r = whatif("live.example", chains=[CHAINS / f for f in files], resolver=live(dns))
    assert (r.status, r.reports, dns.questions) == (3, [], [])
    assert r.error.startswith(f"mxdane: --chain: {CHAINS}/{message}"), r.error
    assert r.error.count("\n") == 1


@pytest.mark.parametrize("owner, cause", [
    ("_25._tcp", "tlsa-at-domain"),
    ("_25._tcp.mx1.whatif.example", "missing-dot"),
    ("_465._tcp.mx1", "wrong-port"),
    ("_587._tcp.mx1", "wrong-port"),
    ("_25._udp.mx1", "wrong-protocol"),
    ("_tcp._25.mx1", "swapped-labels"),
    ("25._tcp.mx1", "no-underscore"),
    ("_25.tcp.mx1", "no-underscore"),
    ("25.tcp.mx1", "no-underscore"),
    ("mx1", "at-host"),
    ("_443._tcp.mx1", None),
])
def test_misplaced_tlsa_record(whatif, owner, cause):
    """A zone file with its TLSA record at another name: the finding says at which."""
    done = whatif(zones=[ZONE + TLSA.replace("_25._tcp.mx1", owner, 1)])
    absent = next(f for f in done.findings if f["code"] == "tlsa-absent")
    assert absent["cause"] == cause
    assert (absent["location"]["line"], absent["location"]["column"]) == ((9, 1) if cause else (6, 1))
    assert (f"One is published at {owner}.whatif.example." in absent["message"]) is (cause is not None)


def test_tlsa_record_as_txt(whatif):
    """The data are there, but in a TXT record."""
    for text, cause in ((f"3 1 1 {digest(ECDSA)}", "as-txt"), ("3 1 1 is what we use", None)):
        done = whatif(zones=[ZONE + f'_25._tcp.mx1 TXT "other" "text"\n TXT "{text}"\n'])
        absent = next(f for f in done.findings if f["code"] == "tlsa-absent")
        assert absent["cause"] == cause
        assert absent["location"]["line"] == (10 if cause else 6)


# ---- Every mail domain of the files ----

@pytest.fixture
def gate(mxdane, tmp_path):
    """Runs without a domain; zones as {file name: text}, or {"NAME=file name": text}."""
    def run(zones, *more, chains=(KEY,), resolver=NO_RESOLVER):
        arguments = [*resolver, "--at", "2027-01-01T00:00:00Z", "-o", "json", *more]
        for name, text in zones.items():
            origin, equals, file = name.rpartition("=")
            path = tmp_path / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            arguments += ["--zone", f"{origin}{equals}{path}"]
        for chain in chains:
            arguments += ["--chain", str(chain)]
        return Result(mxdane(*arguments))
    return run


def test_every_owner_of_mx_is_a_mail_domain(gate):
    r = gate({"z": ZONE + TLSA + "sub MX 5 mx1\n*.wild MX 5 mx1\nnull MX 0 .\nsub MX 6 mx1\n"})
    assert [d["domain"] for d in r.reports] == ["whatif.example", "sub.whatif.example", "*.wild.whatif.example",
                                                "null.whatif.example"]
    assert (r.status, r.error) == (0, "")
    assert {d["status"] for d in r.reports} == {"ok"}
    assert r.reports[2]["hosts"][0]["name"] == "mx1.whatif.example"


def test_subdomain_with_a_broken_mx_fails(gate):
    r = gate({"z": ZONE + TLSA + "sub MX 5 mx9\n"})
    assert r.status == 2
    assert [(d["domain"], d["status"]) for d in r.reports] == [("whatif.example", "ok"), ("sub.whatif.example", "critical")]
    assert "host-no-address" in {f["code"] for f in r.reports[1]["findings"]}


def test_zone_gets_its_origin_from_the_command_line(gate):
    text = ZONE.replace("$ORIGIN whatif.example.\n", "") + TLSA
    assert gate({"Whatif.Example.=db": text}).status == 0
    other = gate({"other.example=db": ZONE})
    assert (other.status, other.codes()) == (2, {"zone-invalid"})
    assert "expected the SOA of other.example" in other.findings[0]["message"]


def test_zones_see_each_other(gate):
    a = ZONE.replace("mx1 A 192.0.2.1\n    AAAA 2001:db8::1\n", "").replace("10 mx1", "10 mx1.hosts.example.")
    b = HEAD.replace("whatif", "hosts") + "mx1 A 192.0.2.1\n" + TLSA
    r = gate({"a": a, "b": b})
    assert (r.status, [d["domain"] for d in r.reports]) == (0, ["whatif.example"])
    assert r.host["endpoints"][0]["dane"]["result"] == "verified"


def test_broken_file_is_a_finding_and_the_others_are_judged(gate, tmp_path):
    r = gate({"broken": ZONE + "mx2 B 192.0.2.2\n", "good": ZONE + TLSA, "again": ZONE})
    assert r.status == 2
    assert [d["domain"] for d in r.reports] == [f"{tmp_path}/broken", f"{tmp_path}/again", "whatif.example"]
    for report, place in zip(r.reports, ("broken:9", "again:3")):
        finding, = report["findings"]
        assert (finding["code"], finding["severity"], finding["host"]) == ("zone-invalid", "critical", None)
        assert f"{tmp_path}/{place}: expected" in finding["message"]
        assert report["hosts"] == [] and report["change"] is None
    assert r.reports[2]["status"] == "ok"


def test_host_of_a_broken_file_is_not_called_misspelt(gate, tmp_path):
    one = gate({"broken": ZONE + "mx2 B 192.0.2.2\n"}, chains=[f"mx1.whatif.example={KEY}"])
    assert (one.status, one.error) == (2, "")
    good = gate({"good": ZONE + TLSA}, chains=[f"mx9.whatif.example={KEY}", f"mx1.whatif.example={KEY}"])
    assert good.status == 3 and "mx9.whatif.example" in good.error


@pytest.mark.parametrize("text", [HEAD.replace("whatif.example", "2.0.192.in-addr.arpa") + "1 PTR mx1.whatif.example.\n",
                                  HEAD + "www A 192.0.2.7\n", HEAD + "@ A 192.0.2.7\n", "a.example. A 192.0.2.7\n"])
def test_zone_without_mail_is_no_fault(gate, text):
    r = gate({"z": text}, chains=[])
    assert (r.status, r.reports) == (0, [])
    assert r.error == "mxdane: no mail domain is in the zone files: nothing is checked\n"


@pytest.mark.parametrize("require, domains", [("any", ["whatif.example"]), ("none", [])])
def test_apex_with_addresses_counts_where_something_is_required(gate, require, domains):
    r = gate({"z": HEAD + "@ A 192.0.2.7\n_25._tcp" + TLSA[8:].replace(".mx1", "", 1)}, "--require", require)
    assert [d["domain"] for d in r.reports] == domains


@pytest.mark.parametrize("form", ["text", "json", "junit", "nagios", "prometheus", "tlsa", "sarif", "github"])
def test_broken_file_in_every_format(mxdane, tmp_path, form):
    file = tmp_path / "broken"
    file.write_text("a.example. B\n")
    done = mxdane(*NO_RESOLVER, "-o", form, "--zone", str(file))
    assert (done.returncode, done.stderr) == (2, "")
    assert form == "tlsa" or f"{file}" in "".join(done.stdout.split())


def test_owner_below_a_delegation_is_the_childs(gate):
    child = ZONE.replace("whatif", "child.whatif") + TLSA
    parent = ZONE + TLSA + "child NS ns.child\nchild MX 10 mx9\nns.child A 192.0.2.9\n"
    assert [d["domain"] for d in gate({"p": parent}).reports] == ["whatif.example"]
    both = gate({"p": parent, "c": child})
    assert [d["domain"] for d in both.reports] == ["whatif.example", "child.whatif.example"]
    assert both.status == 0


# ---- The line ----

PLACES = HEAD + """;  a comment
@   3600 IN  MX  10 mx1
         IN  MX  20 mx2
mx1     A   192.0.2.1
mx2     A   192.0.2.2
        AAAA 2001:db8::2
_25._tcp.mx1 TLSA ( 3 1 1
    {good} )
 3600 IN TLSA 3 1 1 {wrong}
_25._tcp.mx1 TLSA 1 1 1 {wrong}
_25._tcp.mx1 TLSA 3 1 1 {wrong}
_25._tcp.mx2 TLSA 3 1 1 {wrong}
_mta-sts TXT "v=STSv1"
"""


@pytest.mark.parametrize("code, host, line, column", [
    ("dane-verified", "mx1", 12, 1),
    ("tlsa-no-match-yet", "mx1", 14, 10),
    ("tlsa-pkix-usage", "mx1", 15, 1),
    ("tlsa-duplicate", "mx1", 16, 1),
    ("dane-mismatch", "mx2", 17, 1),
    ("sts-txt-invalid", None, 18, 1),
    ("tlsrpt-absent", None, 7, 1),
])
def test_finding_knows_its_line(gate, tmp_path, code, host, line, column):
    r = gate({"z": PLACES.format(good=digest(ECDSA), wrong=WRONG)})
    found = [f for f in r.findings if f["code"] == code]
    assert {f["host"] for f in found} == {host and f"{host}.whatif.example"}
    assert [f["location"] for f in found] == [{"file": f"{tmp_path}/z", "line": line, "column": column}] * len(found)
    assert found


@pytest.mark.parametrize("records, code, line, column", [
    ("_25._tcp.mx2 TLSA 3 1 1 " + WRONG + "\n", "tlsa-absent", 7, 5),
    (TLSA + "@ MX 20 mx9\n", "host-no-address", 11, 1),
    (TLSA + "@ MX 20 alias\nalias CNAME mx1\n", "mx-target-alias", 11, 1),
    (TLSA + "mx1 A 10.0.0.1\n", "address-reserved", 11, 1),
])
def test_what_is_absent_has_the_line_of_its_mx_record(gate, records, code, line, column):
    r = gate({"z": HEAD + "@   NS  ns1\n    MX  10 mx1\nmx1 A   192.0.2.1\n    AAAA 2001:db8::1\n" + records})
    places = {(f["location"]["line"], f["location"]["column"]) for f in r.findings if f["code"] == code}
    assert (line, column) in places


def test_line_in_an_included_file(gate, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/hosts").write_text(f"\n_25._tcp.mx1 TLSA 3 1 1 {WRONG}\n")
    r = gate({"z": ZONE + "$INCLUDE sub/hosts\n"})
    places = {(f["location"]["file"], f["location"]["line"]) for f in r.findings if f["code"] == "dane-mismatch"}
    assert places == {(f"{tmp_path}/sub/hosts", 2)}


def test_line_of_a_broken_file(gate, tmp_path):
    r = gate({"z": ZONE + "mx2 B 192.0.2.2\n", "empty": ""})
    assert [f["location"] for d in r.reports for f in d["findings"]] == [
        {"file": f"{tmp_path}/z", "line": 9, "column": 1}, {"file": f"{tmp_path}/empty", "line": 1, "column": 1}]


def test_live_records_have_no_line(whatif):
    with DnsServer(Table(LIVE)) as dns:
        r = whatif("live.example", chains=[KEY], resolver=live(dns))
    assert r.findings and {f["location"] for f in r.findings} == {None}


def test_text_names_file_and_line(mxdane, tmp_path):
    file = tmp_path / "z"
    file.write_text(ZONE + f"_25._tcp.mx1 TLSA 3 1 1 {WRONG}\n")
    done = mxdane(*NO_RESOLVER, "--zone", str(file), "--chain", str(KEY))
    assert f"{file}:9" in done.stdout.replace("\n", "")


# ---- Beside the line: SARIF and GitHub ----

@pytest.fixture
def annotate(mxdane, tmp_path, monkeypatch):
    """Runs in the folder of the zone file, whose path is relative then."""
    def run(form, text, *more):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "zones").mkdir(exist_ok=True)
        (tmp_path / "zones/a b.zone").write_text(text)
        return mxdane(*NO_RESOLVER, "--at", "2027-01-01T00:00:00Z", "--chain", str(KEY), "--zone", "./zones/a b.zone",
                      "-o", form, *more).stdout
    return run


def results_of(text):
    log = json.loads(text)
    jsonschema.Draft4Validator(json.loads((ROOT / "tests/report/sarif-2.1.0.schema.json").read_text())).validate(log)
    return log["runs"][0]["results"]


MISMATCH = ZONE + f"_25._tcp.mx1 TLSA 3 1 1 {WRONG}\n"


def test_sarif_names_the_line_once(annotate):
    result, = results_of(annotate("sarif", MISMATCH))
    assert (result["ruleId"], result["level"]) == ("dane-mismatch", "error")
    place, = result["locations"]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "zones/a%20b.zone"},
                                         "region": {"startLine": 9, "startColumn": 1}}


def test_fingerprint_outlives_a_line_put_above(annotate):
    def one(text):
        result, = results_of(annotate("sarif", text))
        region = result["locations"][0]["physicalLocation"]["region"]
        return result["partialFingerprints"]["mxdane/v1"], region["startLine"]
    before, after = one(MISMATCH), one(MISMATCH.replace("@   MX", "; new\n@   MX"))
    assert (before[0], before[1] + 1) == after
    other = one(MISMATCH.replace(WRONG, "11" * 32))
    assert other[1] == before[1] and other[0] != before[0]


def test_sarif_of_nothing_wrong(annotate):
    assert results_of(annotate("sarif", ZONE + TLSA)) == []
    assert {r["level"] for r in results_of(annotate("sarif", ZONE + TLSA, "-v"))} == {"note"}
    assert results_of(annotate("sarif", MISMATCH, "--ignore", "dane-mismatch")) == []


def test_sarif_of_two_domains_and_a_broken_file(annotate, tmp_path):
    (tmp_path / "broken").write_text("a.example. B\n")
    found = results_of(annotate("sarif", MISMATCH + "sub MX 10 mx9\n", "--zone", "broken"))
    assert [(r["ruleId"], r["locations"][0]["physicalLocation"]["region"]["startLine"]) for r in found] == [
        ("zone-invalid", 1), ("dane-mismatch", 9), ("host-no-address", 10)]


def test_github_annotates_the_line(annotate):
    line, = annotate("github", MISMATCH).splitlines()
    assert line.startswith("::error file=zones/a b.zone,line=9,col=1,title=whatif.example dane-mismatch::mx1.whatif.example ")
    assert "%0AFix: " in line
    assert annotate("github", ZONE + TLSA) == ""

"""What a change does, by whole runs: the proposed state beside the live one, and the way between."""

import datetime
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import checker
import crosscheck

PLAIN = "four-addresses.example"  # DANE as it should be, and no MTA-STS
OWNER = "_25._tcp.mx1.{}."
TTL = 3600  # of the lab's TLSA records
NOBODY = ["-r", "127.0.0.1@9", "--dnssec", "trust-ad", "-t", "2"]


def make_chain(folder, name):
    """A self-signed certificate in a file, and what a 3 1 1 record of it holds."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
                   .public_key(key.public_key()).serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(days=1))
                   .not_valid_after(now + datetime.timedelta(days=90))
                   .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
                   .sign(key, hashes.SHA256()))
    spki = key.public_key().public_bytes(serialization.Encoding.DER,
                                         serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(spki)
    file = folder / f"{name}.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return file, digest.finalize().hex()


@pytest.fixture(scope="module", name="new")
def new_chain(tmp_path_factory):
    """The chain that the host is to get, and the record of it."""
    file, digest = make_chain(tmp_path_factory.mktemp("chain"), f"mx1.{PLAIN}")
    return file, f"3 1 1 {digest}"


@pytest.fixture(name="change")
def fixture_change(tmp_path):
    """Checks a domain with these TLSA records at its first host, or these zone lines."""
    def run(domain, records=None, chain=None, zone=None, more=()):
        arguments = list(more)
        if records is not None:
            zone = "".join(f"{OWNER.format(domain)} {TTL} IN TLSA {r}\n" for r in records)
        if zone is not None:
            file = tmp_path / "zone"
            file.write_text(zone)
            arguments += ["--zone", str(file)]
        if chain:
            arguments += ["--chain", f"mx1.{domain}={chain}"]
        return checker.check(*arguments, domain)
    return run


def codes(report, key="findings"):
    """The codes in a list of findings that are more than remarks."""
    findings = report[key] if key == "findings" else report["change"][key]
    return {one["code"] for one in findings if one["severity"] != "info"}


def roll_over(report):
    """The finding on the rollover of the first host, or None."""
    found = [one for one in report["findings"] if one["code"].startswith("rollover-")]
    assert len(found) <= 1, found
    return found[0] if found else None


def effect(report):
    """before, after and what the change does."""
    return tuple(report["change"][key] for key in ("before", "after", "effect"))


def moment(report, seconds):
    """A time after the check, as the report writes it."""
    at = datetime.datetime.fromisoformat(report["checked_at"].replace("Z", "+00:00"))
    return (at + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def live_records(domain="good.example"):
    """What is published for the first host."""
    return crosscheck.tlsa_records(OWNER.format(domain))


def test_nothing_proposed():
    """Without --zone and --chain there is nothing to compare."""
    assert checker.check("good.example").report["change"] is None


def test_mends(change):
    """The records that --output tlsa prints mend the domain when they are pasted into a zone file."""
    printed = checker.run("-o", "tlsa", "broken.example")
    assert re.search(rf"^{re.escape(OWNER.format('broken.example'))} \d+ IN TLSA 3 1 1 [0-9a-f]{{64}}$",
                     printed.stdout, re.MULTILINE)
    done = change("broken.example", zone=printed.stdout)
    assert done.status == 0
    assert effect(done.report) == ("critical", "ok", "fixes")
    assert done.report["change"]["before_summary"].endswith("; DANE senders defer")
    assert codes(done.report, "go") == {"dane-mismatch"}
    assert codes(done.report, "appear") == set()
    assert roll_over(done.report)["code"] == "rollover-safe"


def test_breaks(change):
    """A record that fits nothing."""
    done = change("good.example", ["3 1 1 " + "00" * 32])
    assert done.status == 2
    assert effect(done.report) == ("ok", "critical", "breaks")
    assert codes(done.report, "appear") == {"dane-mismatch"}
    assert codes(done.report, "go") == set()
    assert roll_over(done.report) is None


def test_what_the_file_excuses_is_not_repaired(change):
    """The records stay as they are: the exception holds for the live state too."""
    records = live_records("broken.example")
    done = change("broken.example", [f"{r} ; mxdane: ignore=dane-mismatch the host goes" for r in records])
    assert (done.status, effect(done.report)) == (0, ("ok", "ok", "neutral"))
    assert (codes(done.report, "appear"), codes(done.report, "go")) == (set(), set())
    assert {(one["code"], one["ignored_reason"]) for one in done.report["findings"] if one["ignored"]} == {
        ("dane-mismatch", "the host goes")}


def test_deleted_record_is_absent(change):
    """A whole zone without the record; the mail host's other data are as they are."""
    host = checker.check("good.example").report["hosts"][0]
    addresses = "".join(f"mx1 {'AAAA' if ':' in e['address'] else 'A'} {e['address']}\n"
                        for e in host["endpoints"])
    zone = ("$ORIGIN good.example.\n$TTL 1h\n@ SOA ns hostmaster 1 2 3 4 5\n@ NS ns\n"
            "@ MX 10 mx1\n" + addresses)
    done = change("good.example", zone=zone)
    assert done.status == 2
    assert effect(done.report) == ("ok", "critical", "breaks")
    assert "tlsa-absent" in codes(done.report, "appear")
    assert done.report["mta_sts"]["state"] == "absent"  # the live policy is of the live state


def test_neutral(change):
    """The same again changes nothing."""
    done = change("good.example", live_records())
    assert done.status == 0
    assert effect(done.report) == ("ok", "ok", "neutral")
    assert done.report["change"]["appear"] == done.report["change"]["go"] == []
    assert roll_over(done.report) is None


def test_worsens_and_improves(change):
    """Warnings alone."""
    long = "".join(f"{OWNER.format('good.example')} 604800 IN TLSA {r}\n" for r in live_records())
    done = change("good.example", zone=long)
    assert (done.status, effect(done.report)) == (1, ("ok", "warning", "worsens"))
    assert codes(done.report, "appear") == {"tlsa-ttl-long"}
    assert change("good.example", zone=long, more=["--fail-on", "critical"]).status == 0


def test_live_server_out_of_reach(change, tmp_path):
    """What could not be seen is not mended."""
    file, digest = make_chain(tmp_path, "mx1.half-down.example")
    done = change("half-down.example", [f"3 1 1 {digest}"], chain=file)
    assert effect(done.report)[0] == "unknown"
    assert effect(done.report)[2] == "unknown"
    assert "cannot be reached" in done.report["change"]["error"]


def test_live_state_out_of_reach(change, new):
    """No resolver: the verdict on a whole proposal stands, the comparison does not."""
    zone = (f"$ORIGIN {PLAIN}.\n$TTL 1h\n@ SOA ns hostmaster 1 2 3 4 5\n@ NS ns\n@ MX 10 mx1\n"
            f"mx1 A 81.2.69.1\n_25._tcp.mx1 TLSA {new[1]}\n")
    done = change(PLAIN, zone=zone, chain=new[0], more=NOBODY)
    assert (done.status, done.stderr) == (0, "")
    assert effect(done.report) == (None, "ok", "unknown")
    assert roll_over(done.report)["code"] == "rollover-unknown"


def test_live_state_does_not_count(change):
    """A live domain that fails in every way: status and exit status are of the proposal."""
    zone = "unsigned-mx.good.example. MX 10 mx1.good.example.\n"
    done = change("unsigned-mx.good.example", zone=zone)
    assert done.status == 0
    assert effect(done.report) == ("critical", "ok", "fixes")
    assert "domain-not-found" in codes(done.report, "go")


# ---- Roll-over ----

def test_next_key_is_published(change, new):
    """The record beside the old one, no other chain yet."""
    done = change(PLAIN, [*live_records(PLAIN), new[1]])
    found = roll_over(done.report)
    assert (done.status, found["code"], found["host"]) == (0, "rollover-safe", f"mx1.{PLAIN}")


def test_records_first(change, new):
    """Record and chain at once, and the old record stays."""
    done = change(PLAIN, [*live_records(PLAIN), new[1]], chain=new[0])
    found = roll_over(done.report)
    assert (done.status, found["code"], found["severity"]) == (1, "rollover-order", "warning")
    assert f"not before {moment(done.report, TTL)}, when the live records (TTL {TTL} s)" in found["message"]
    assert done.report["senders"]["dane"]["outcome"] == "authenticated"
    assert effect(done.report) == ("ok", "warning", "worsens")


def test_chain_first(change, tmp_path):
    """The record of the key in use goes, that of the next one stays."""
    domain = "both-keys.example"  # a record of an ECDSA and one of an RSA key
    live = checker.check(domain).report["hosts"][0]
    rsa = next(e for e in live["endpoints"] if e["key_type"] == "rsa")
    kept = f"3 1 1 {rsa['chain'][0]['spki_sha256']}"
    pem = tmp_path / "rsa.pem"
    pem.write_text("".join(c["pem"] + "\n" for c in next(
        e for e in checker.check("-v", domain).report["hosts"][0]["endpoints"]
        if e["key_type"] == "rsa")["chain"]))
    done = change(domain, [kept], chain=pem)
    found = roll_over(done.report)
    assert (done.status, found["code"]) == (1, "rollover-order")
    assert "the new chain comes first" in found["message"]


def test_neither_order(change, new):
    """Everything at once; the fix is a change of its own, and then each step is safe."""
    done = change(PLAIN, [new[1]], chain=new[0])
    found = roll_over(done.report)
    assert (done.status, found["code"], found["severity"]) == (2, "rollover-unsafe", "critical")
    assert moment(done.report, TTL) in found["message"]
    assert "is safe in no order" in done.report["summary"]
    assert effect(done.report) == ("ok", "critical", "breaks")
    steps = [(a["do"], a["where"]) for a in found["actions"]]
    assert steps == [("add", "zone"), ("deploy", "server"), ("delete", "zone")]
    steps = [(s["do"], s["at"], s["after"]) for s in done.report["change"]["steps"]]
    assert steps == [("add", done.report["checked_at"], None),
                     ("deploy", moment(done.report, TTL), 0), ("delete", None, 1)]
    bridge = "".join(f"{found['actions'][i]['record']}\n" for i in (0, 2))
    first = change(PLAIN, zone=bridge)
    assert (first.status, roll_over(first.report)["code"]) == (0, "rollover-safe")
    # OpenSSL accepts what is presented now by the records of the bridge, and not by the new ones.
    records = re.findall(r"TLSA (.+)", bridge)
    endpoint = first.report["hosts"][0]["endpoints"][0]
    now = datetime.datetime.now(datetime.timezone.utc)
    for given, accepted in ((records, True), ([new[1]], False)):
        assert crosscheck.openssl_verifies(endpoint, f"mx1.{PLAIN}", [f"mx1.{PLAIN}"],
                                           given, now) is accepted


def test_live_alias_lets_nothing_stand(change):
    """A single record beside a CNAME that live DNS has is refused, as within one file."""
    done = change("wild-alias-own.example", zone="_25._tcp.mx1.wild-alias-own.example. 60 IN TLSA "
                                                 f"3 1 1 {'ab' * 32}\n")
    assert (done.status, done.stdout) == (3, "")
    assert ("expected no TLSA at _25._tcp.mx1.wild-alias-own.example, where live DNS has a CNAME "
            "(RFC 2181 §10.1)") in done.stderr


def test_wildcard_is_taken_away(change):
    """TLSA records alone make the name exist: the wildcard no longer gives it addresses (RFC 4592
    §2.2.2)."""
    domain = "wild-address.example"
    live = checker.check(domain).report
    fix = next(f for f in live["findings"] if f["code"] == "tlsa-absent")
    lines = [action["record"] for action in fix["actions"]]
    done = change(domain, zone=lines[0] + "\n")
    assert done.status == 2
    lost = next(f for f in done.report["findings"] if f["code"] == "host-no-address")
    assert lost["cause"] == "wildcard-shadowed"
    assert (f"mx1.{domain} exists only because of _25._tcp.mx1.{domain}, so the wildcard *.{domain} "
            "no longer applies") in lost["message"]
    whole = change(domain, zone="".join(f"{line}\n" for line in lines))
    assert (whole.status, whole.report["status"]) == (0, "ok")


def test_ignored_roll_over(change, new):
    """--ignore leaves it to the user; JSON has it all the same."""
    done = change(PLAIN, [new[1]], chain=new[0], more=["--ignore", "rollover-unsafe"])
    assert done.status == 0
    assert effect(done.report) == ("ok", "ok", "neutral")
    assert [one["ignored"] for one in done.report["change"]["appear"]
            if one["code"] == "rollover-unsafe"] == [True]


def test_chain_that_the_live_records_know(change, tmp_path):
    """--chain alone: an authority's record outlives the leaf."""
    live = checker.check("-v", "both-keys-ta.example").report["hosts"][0]
    pem = tmp_path / "kept.pem"
    pem.write_text("".join(c["pem"] + "\n" for c in live["endpoints"][0]["chain"]))
    done = change("both-keys-ta.example", chain=pem)
    assert (done.status, effect(done.report)[2]) == (0, "neutral")
    assert roll_over(done.report) is None  # nothing but what is there already


# ---- The same for people and for CI ----

def test_text_says_it_first(change, tmp_path):
    """Right below the summary."""
    file = tmp_path / "zone"
    file.write_text(f"{OWNER.format('good.example')} 3600 IN TLSA 3 1 1 {'00' * 32}\n")
    lines = checker.run("--zone", str(file), "good.example").stdout.splitlines()
    change = next(i for i, line in enumerate(lines) if line.startswith("  Change: "))
    assert "" not in lines[:change]
    assert re.fullmatch(r"  Change: breaks \(ok (→|->) critical\)", lines[change])
    assert re.fullmatch(r"    \+ critical dane-mismatch mx1\.good\.example \S+ ecdsa", lines[change + 1])




def test_held_against_an_earlier_run(change, tmp_path):
    """What is new, what is known and what is gone, between records that match and records that do not."""
    wrong = [f"3 1 1 {'ab' * 32}"]
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(checker.check(PLAIN).stdout, encoding="utf-8")
    broken = change(PLAIN, records=wrong)
    bad.write_text(broken.stdout, encoding="utf-8")
    assert broken.status == 2 and "dane-mismatch" in codes(broken.report)
    new = change(PLAIN, records=wrong, more=["--baseline", str(good)])
    assert new.status == 2
    assert {one["known"] for one in new.report["findings"] if one["code"] == "dane-mismatch"} == {False}
    known = change(PLAIN, records=wrong, more=["--baseline", str(bad)])
    assert (known.status, known.report["status"], known.report["gone"]) == (0, "critical", [])
    assert all(one["known"] for one in known.report["findings"])
    assert all(one["known"] for one in known.report["change"]["appear"])
    fixed = checker.check("--baseline", str(bad), PLAIN)
    assert fixed.status == 0
    assert {one["code"] for one in fixed.report["gone"]} >= codes(broken.report)
    unseen = checker.check(*NOBODY, "--baseline", str(bad), PLAIN)
    assert (unseen.status, unseen.report["gone"]) == (3, [])
    assert checker.run("-q", "--baseline", str(good), PLAIN).stdout == ""

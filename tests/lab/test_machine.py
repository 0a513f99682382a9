"""What the machine lacks: open files, disk, resolver, trust store, address families, the right time.

That is said as such, with what to do about it, and never taken for a fact about a server.
"""

import json
import os
import time

import pytest

import checker
from faults.scene import Scene
from servers.smtp_acts import delayed
from servers.smtp_server import SmtpServers

RESOLVER = os.environ.get("LAB_RESOLVER", "")
RESOLV_CONF = "/etc/resolv.conf"
TRUST_STORE = "/etc/ssl/certs/ca-certificates.crt"
LEAST = 131  # the lowest limit of open files with which a check is made


def in_place_of(*pairs):
    """What goes before mxdane, so that it sees these files where others are: (file, over what)."""
    words = [str(word) for pair in pairs for word in pair]
    script = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" && shift 2 || exit 99; done; shift; exec "$@"'
    return ("unshare", "--mount", "sh", "-c", script, "sh", *words, "--")


def findings(run):
    """(code, message) of all findings of a run with one domain."""
    return [(one["code"], one["message"]) for one in run.report["findings"]]


# ---- Open files ----

def test_few_files_change_no_verdict(tmp_path):
    """Connections are held back: 200 of them, to hosts that let each wait, where 128 files are
    left."""
    hosts = {f"slow{number}": delayed((0.2,)) for number in range(100)}
    scene = Scene(tmp_path, first=3000, more=hosts)
    with SmtpServers(scene.stations):
        run = checker.check("--timeout", "20", "--jobs", "1000", "--zone", str(scene.zone_file),
                            *(f"{label}.faults.example" for label in hosts),
                            before=("prlimit", f"--nofile={LEAST}:{LEAST}"))
    assert (run.status, run.stderr) == (0, ""), run
    assert {report["senders"]["dane"]["outcome"] for report in run.reports} == {"authenticated"}
    assert len(run.reports) == len(hosts)


@pytest.mark.parametrize("options, least", [((), LEAST), (("-a",), LEAST + 32)], ids=["", "authoritative"])
def test_too_few_files_are_said(options, least):
    """Rather than made do with."""
    run = checker.check(*options, "good.example", before=("prlimit", f"--nofile={least}:{least}"))
    assert (run.status, run.stderr) == (0, "")
    run = checker.check(*options, "good.example", before=("prlimit", f"--nofile={least - 1}:{least - 1}"))
    assert (run.status, run.stdout) == (3, "")
    assert run.stderr.endswith("raise the limit (ulimit -n)\n")


# ---- Disk ----

def test_disk_that_fills_up(tmp_path):
    """Whole lines as far as there is room; the error is named."""
    zone = tmp_path / "zone"
    zone.write_text("$ORIGIN fast.example.\n@ 60 IN SOA ns h 1 1 1 1 1\n*  60 IN MX 0 .\n",
                    encoding="ascii")
    script = ('mount -t tmpfs -o size=64k small "$1" && shift && cd / && "$@" >"$OUT"; status=$?; '
              'cat "$OUT"; exit $status')
    disk = tmp_path / "disk"
    disk.mkdir()
    domains = [f"d{number}.fast.example" for number in range(300)]
    run = checker.check("--zone", str(zone), *domains,
                        before=("unshare", "--mount", "sh", "-c", script, "sh", str(disk)),
                        env=dict(os.environ, OUT=str(disk / "reports")))
    assert run.status == 3
    assert run.stderr == "mxdane: cannot write to standard output: No space left on device\n"
    assert 0 < len(run.reports) < 300
    assert [report["domain"] for report in run.reports] == domains[:len(run.reports)]
    assert run.stdout.endswith("}\n")


# ---- Resolver ----

@pytest.mark.parametrize("text,said", [
    ("", "names no resolver"),
    ("# nameserver 20.25.0.53\n; nameserver 20.25.0.53\n", "names no resolver"),
    ("search example\noptions edns0\n", "names no resolver"),
    ("nameserver\nnameserver resolver.example\nnameserver 1.2.3\n", "names no resolver"),
    ("\x00\xff\x1b[31m nameserver 20.25.0.53", "names no resolver"),
    ("nameserver 20.25.0.53" + "\n" * 300000, "is too long"),
], ids=["empty", "comments", "others", "no-address", "garbage", "long"])
def test_resolv_conf_of_no_use(tmp_path, text, said):
    """Refused before anything is asked, with the way out."""
    (tmp_path / "resolv.conf").write_text(text, encoding="latin-1")
    run = checker.run("good.example", before=in_place_of((tmp_path / "resolv.conf", RESOLV_CONF)))
    assert (run.status, run.stdout) == (3, "")
    assert run.stderr.startswith(f"mxdane: {RESOLV_CONF} {said}") and "--resolver" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_resolv_conf_that_cannot_be_read():
    """An error of reading is no empty file."""
    run = checker.run("good.example", before=in_place_of(("/proc/self/mem", RESOLV_CONF)))
    assert (run.status, run.stdout) == (3, "")
    assert run.stderr.startswith(f"mxdane: {RESOLV_CONF} cannot be read: ")
    assert run.stderr.endswith("; name a resolver with --resolver\n")


def test_nothing_in_etc(tmp_path):
    """No resolv.conf is said; with --resolver nothing of /etc is needed but the trust store."""
    before = in_place_of((tmp_path, "/etc"))
    run = checker.run("good.example", before=before)
    assert (run.status, run.stdout) == (3, "")
    assert run.stderr == (f"mxdane: {RESOLV_CONF} cannot be read: No such file or directory; "
                          "name a resolver with --resolver\n")
    run = checker.check("--resolver", RESOLVER, "good.example", before=before)
    assert run.status == 3
    assert {one["dane"]["result"] for host in run.report["hosts"] for one in host["endpoints"]} == \
        {"verified"}
    assert run.report["senders"]["dane"]["outcome"] == "authenticated"
    assert run.stderr.startswith(f"mxdane: no trust store found; tried {TRUST_STORE}")


def test_what_the_resolvers_cache_left():
    """The TTL stays that of the signature while what is left of it falls; a fix says both."""
    checker.check("broken.example")
    time.sleep(2)
    report = checker.check("broken.example").report
    for fact in (report["mx"], report["hosts"][0]["addresses"], report["hosts"][0]["tlsa"]):
        assert fact["ttl"] == 3600
        assert fact["ttl_left"] <= 3598
    left = report["hosts"][0]["tlsa"]["ttl_left"]
    mismatch = next(f for f in report["findings"] if f["code"] == "dane-mismatch")
    assert ("Caches may hold the old record for another 3600 s, "
            f"this resolver's for {left} s.") in mismatch["fix"].splitlines()


# ---- Trust store ----

@pytest.mark.parametrize("text", ["", "garbage\n", "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                  "-----END CERTIFICATE-----\n"], ids=["empty", "text", "broken"])
def test_trust_store_of_no_use(tmp_path, text):
    """DANE needs none; what needs one is not judged, which is said and is no verdict."""
    (tmp_path / "ca.pem").write_text(text, encoding="ascii")
    run = checker.check("sts-only.example", "--require", "any",
                        before=in_place_of((tmp_path / "ca.pem", TRUST_STORE)))
    assert run.status == 3, run
    assert "trust store" in run.stderr and len(run.stderr.splitlines()) == 1
    assert {one["pkix"]["result"] for host in run.report["hosts"] for one in host["endpoints"]} == \
        {"not-checked"}
    assert run.report["senders"]["mta_sts"]["outcome"] != "authenticated"


@pytest.mark.parametrize("make", [None, "", "garbage\n", "folder"],
                         ids=["missing", "empty", "text", "folder"])
def test_ca_file_of_no_use(tmp_path, make):
    """Refused before anything is sent, by its name."""
    path = tmp_path / "ca.pem"
    if make == "folder":
        path.mkdir()
    elif make is not None:
        path.write_text(make, encoding="ascii")
    run = checker.run("--ca-file", str(path), "--resolver", "127.0.0.1@9", "good.example")
    assert (run.status, run.stdout) == (3, "")
    assert str(path) in run.stderr and len(run.stderr.splitlines()) == 1


# ---- Address families ----

@pytest.mark.parametrize("script", [
    "ip link set lo up", "true",
    "ip link set lo up; echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6",
], ids=["loopback", "nothing", "no-ipv6"])
def test_no_route(tmp_path, script):
    """Told as what it is, with the option that leaves the family out."""
    zone = tmp_path / "zone"
    zone.write_text("$ORIGIN lone.example.\n@ 60 IN SOA ns h 1 1 1 1 1\n@ 60 IN MX 10 mx\n"
                    "mx 60 IN A 20.25.0.99\nmx 60 IN AAAA 2a00:25::99\n"
                    f"_25._tcp.mx 60 IN TLSA 3 1 1 {'00' * 32}\n", encoding="ascii")
    before = ("unshare", "--net", "sh", "-c", f'{script}; exec "$@"', "sh")
    run = checker.check("--zone", str(zone), "lone.example", before=before)
    assert (run.status, run.stderr) == (3, ""), run
    failed = {one["address"]: one["message"] for one in run.report["findings"]
              if one["code"] == "connect-failed"}
    assert set(failed) == {"20.25.0.99", "2a00:25::99"}
    for family, address, option in (("IPv4", "20.25.0.99", "-6"), ("IPv6", "2a00:25::99", "-4")):
        assert "this machine has no" in failed[address] and family in failed[address]
        assert failed[address].endswith(f"or leave {family} out with {option}.")
    assert run.report["status"] == "unknown"
    only = checker.check("-4", "--zone", str(zone), "lone.example", before=before)
    assert "IPv6" not in json.dumps(only.report["findings"])


# ---- Time ----

@pytest.mark.skipif(checker.sanitized(), reason="libfaketime stands before the sanitizer's library")
@pytest.mark.parametrize("date,said", [("2020-01-01 00:00:00", "is not valid before"),
                                       ("2037-01-01 00:00:00", "expired at"),
                                       ("2040-01-01 00:00:00", "expired at")])
def test_clock_far_off(date, said):
    """Nothing is judged, and the clock is named."""
    run = checker.check("good.example", before=("faketime", date))
    (code, message), = findings(run)
    assert (run.status, code) == (3, "dnssec-root-failed")
    assert said in message and message.count("is the clock right?") == 1
    assert run.report["senders"]["dane"]["outcome"] == "unknown"


def test_clock_late_for_one_zone_alone():
    """Where the root's signatures are older than the clock and a zone's are not, it is named too."""
    run = checker.check("q-future.example")
    assert [message for code, message in findings(run)
            if code == "mx-bogus" and "is the clock right?" in message], findings(run)


# ---- Environment ----

@pytest.mark.parametrize("setting", [
    {"LC_ALL": "xx_YY.NOPE"}, {"LC_ALL": "C", "LANG": "\xff"}, {"TERM": None}, {"TERM": "\x1b[31m"},
    {"COLUMNS": "9" * 40}, {"COLUMNS": "-1"}, {"COLUMNS": "0x50"}, {"COLUMNS": ""},
    {"TZ": "Nowhere/Land"}, {"TZ": ":" + "A" * 5000}, {"TZ": "Pacific/Kiritimati"},
    {"HOME": None, "PATH": None}, {"GETDNS": "x", "GNUTLS_SYSTEM_PRIORITY_FILE": "/nonexistent"},
    {"https_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"},
], ids=str)
def test_odd_environment(setting):
    """The report is that of a plain one."""
    plain = dict(os.environ, LC_ALL="C")
    odd = {name: text for name, text in (plain | setting).items() if text is not None}
    options = ("--at", "2026-01-01T00:00:00Z", "broken.example", "sts-only.example")
    found, expected = (checker.without_ttl_left(checker.run(*options, env=env).stdout) for env in (odd, plain))
    assert found == expected


# What an administrator may forbid GnuTLS on this machine, and the word for it.
POLICIES = {
    "all": ("[global]\noverride-mode = allowlist\n", "priorities"),
    "sha256": ("[overrides]\ninsecure-hash = sha256\n", "SHA-256"),
    "p256": ("[overrides]\ndisabled-curve = secp256r1\n", "P-256"),
    "cipher": ("[overrides]\ntls-disabled-cipher = aes-128-gcm\n", "AES-128-GCM"),
    "tls12": ("[overrides]\ndisabled-version = tls1.2\n", "TLS 1.2"),
}
WITHOUT_PROC = ("unshare", "--mount", "sh", "-c", 'mount -t tmpfs lab /proc && exec "$0" "$@"')


def under_policy(name, folder, **options):
    """A run on a machine with this policy."""
    policy = folder / "policy"
    policy.write_text(POLICIES[name][0], encoding="ascii")
    environment = dict(os.environ, GNUTLS_SYSTEM_PRIORITY_FILE=str(policy))
    return checker.check("sts-required.example", env=environment, **options)


@pytest.mark.parametrize("name", POLICIES)
def test_local_tls_policy(tmp_path, name):
    """It does not make servers look guilty."""
    run = under_policy(name, tmp_path)
    assert (run.status, run.stderr) == (0, ""), run
    assert run.report["mta_sts"]["fetch"]["tls"] == "valid"


@pytest.mark.skipif(checker.sanitized(), reason="LeakSanitizer needs /proc, and reads its options there")
@pytest.mark.parametrize("name", POLICIES)
def test_local_tls_policy_that_binds(tmp_path, name):
    """Where it cannot be set aside, that is what is said."""
    run = under_policy(name, tmp_path, before=WITHOUT_PROC)
    assert (run.status, run.stdout) == (3, ""), run
    assert f"GnuTLS policy of this machine, {tmp_path / 'policy'}, forbids" in run.stderr
    assert POLICIES[name][1] in run.stderr

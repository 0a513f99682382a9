"""What leaves the machine and what is touched on it; resolvers by TCP, by TLS, and one after another."""

import json
import os
import re
import subprocess

import checker
from servers.dns_server import DnsServer

RESOLVER = os.environ.get("LAB_RESOLVER", "")
FORWARDER = os.environ.get("LAB_FORWARDER", "")  # one that does not validate
NAME = os.environ.get("LAB_RESOLVER_NAME", "")
NOBODY = f"{RESOLVER}@9"  # nothing listens there


def host_addresses(domain):
    """Every address that the lab gave to the domain's hosts."""
    with open(os.environ["LAB_SCENARIOS"], encoding="utf-8") as text:
        for scenario in json.load(text):
            if scenario["domain"] == domain:
                return {address for host in scenario["hosts"] for address in host["addresses"]}
    raise LookupError(domain)


def test_writes_no_file_and_asks_nobody_else(tmp_path):
    """Under strace: no file is opened for writing, and every connection has a reason."""
    trace = tmp_path / "trace"
    done = checker.run("--output", "json", "broken.example", before=(
        "strace", "-f", "-o", str(trace), "-e",
        "trace=open,openat,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2,"
        "connect,sendto,execve"))
    assert done.report["status"] == "critical"
    calls = trace.read_text(encoding="utf-8", errors="replace")
    assert len(re.findall(r"\bexecve\(", calls)) == 1
    assert not re.findall(r"\b(?:mkdir|mkdirat|creat|unlink|unlinkat|rename\w*)\(.*", calls)
    written = re.findall(r".*\bopen(?:at)?\(.*O_(?:WRONLY|RDWR|CREAT).*", calls)
    assert not [call for call in written if "/dev/" not in call]
    asked = set(re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', calls))
    addresses = {one or other for one, other in asked} - {"0.0.0.0", "::"}
    assert RESOLVER in addresses
    assert addresses <= {RESOLVER} | host_addresses("broken.example")


def test_next_resolver_takes_over():
    """The first resolver is dead, the second answers."""
    done = checker.run("--output", "json", "-r", NOBODY, "-r", RESOLVER, "good.example")
    assert (done.status, done.report["status"]) == (0, "ok")


def test_no_resolver_at_all():
    """A failed lookup is never an empty answer."""
    done = checker.run("--output", "json", "-r", NOBODY, "good.example")
    assert done.status == 3
    assert [found["code"] for found in done.report["findings"]] == ["dnssec-root-failed"]


def test_resolver_that_does_not_validate():
    """Its word is not taken for anything: a signed domain is not called unsigned."""
    done = checker.run("--output", "json", "--dnssec", "trust-ad", "-r", FORWARDER, "good.example")
    assert (done.status, done.report["mx"]["dnssec"]) == (3, None)
    [found] = done.report["findings"]
    assert found["code"] == "dnssec-root-failed"
    assert "no AD bit" in found["message"]


def test_resolver_that_validates_calls_what_is_unsigned_so():
    """Its word on the root is asked for once, however many answers have no AD bit."""
    with DnsServer() as proxy:
        run = checker.check("--dnssec", "trust-ad", "-r", proxy.address, "unsigned.example",
                            "sts-only.example", "implicit-unsigned.example")
    assert [report["mx"]["dnssec"] for report in run.reports] == ["insecure"] * 3
    assert [kind for name, kind in proxy.questions if name == "."] == ["DNSKEY"]


def test_resolver_over_tls():
    """DNS over TLS, its certificate judged by --ca-file for the name given."""
    for mode in ("validate", "trust-ad"):
        done = checker.run("--output", "json", "--dnssec", mode, "-r", f"tls://{RESOLVER}#{NAME}",
                           "good.example")
        assert (done.status, done.report["status"]) == (0, "ok"), str(done)


def test_resolver_over_tls_with_another_name():
    """A certificate for another name is no resolver."""
    done = checker.run("--output", "json", "-r", f"tls://{RESOLVER}#other.example", "good.example")
    assert done.status == 3
    assert done.report["mx"]["dnssec"] != "secure"


def test_trust_anchor_missing_or_wrong(tmp_path):
    """A clear error that names the file; a wrong key is said, never taken for "insecure"."""
    done = checker.run("--trust-anchor", "/nonexistent/root.key", "good.example")
    assert (done.status, done.stdout) == (3, "")
    assert "/nonexistent/root.key" in done.stderr
    wrong = tmp_path / "root.key"
    wrong.write_text(". IN DS 12345 13 2 " + "ab" * 32 + "\n", encoding="ascii")
    done = checker.run("--output", "json", "--trust-anchor", str(wrong), "good.example")
    assert done.status == 3
    assert [found["code"] for found in done.report["findings"]] == ["dnssec-root-failed"]


def test_blocked_port_is_said_once(tmp_path):
    """No host answers: one sentence for the run, with what to do; the reports stay unknown."""
    for command in ("link add silence type veth peer name hush", "link set silence arp off up",
                    "link set hush arp off up",
                    "route add 20.99.0.0/16 dev silence"):
        subprocess.run(["ip", *command.split()], check=True, timeout=60)
    zone = tmp_path / "zone"
    zone.write_text("".join(f"{host}. 60 IN A 20.99.0.{number}\n" for number, host in enumerate(
        ("mx1.good.example", "mx2.good.example", "mx1.broken.example"), 1)))
    try:
        options = ("--output", "json", "-4", "--timeout", "2", "--zone", str(zone))
        blocked = checker.run(*options, "good.example")
        mixed = checker.run(*options, "--mx", "mx1.good.example", "--mx", "mx1.sts-only.example",
                            "good.example")
    finally:
        subprocess.run(["ip", "link", "del", "silence"], check=True, timeout=60)
    assert blocked.status == 3
    assert blocked.stderr.count("none of 2 connections to port 25 was answered") == 1
    assert len(blocked.stderr.splitlines()) == 1
    assert mixed.stderr == ""

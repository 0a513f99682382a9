"""Through real SOCKS proxies: microsocks and ssh -D.

What a proxy does not do is never taken for a fact about a server, and names never leave for it.
"""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading

import pytest

import checker
from world.net import CLOSED, WEB
from world.process import wait_for_port, write
from world.programs import find

DOMAIN = "good.example"
PASSWORD = "p@ss:word/%"
IN_URL = "p%40ss%3Aword%2f%25"
PORTS = {"open": 1080, "locked": 1081, "named": 1082, "sshd": 1083, "ssh": 1084}
NOBODY = 1089

SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
"""


@pytest.fixture(scope="module", name="run_proxy")
def fixture_run_proxy(tmp_path_factory):
    """Starts a proxy on its port; returns the file that it writes to."""
    folder = tmp_path_factory.mktemp("proxy")
    os.makedirs(folder / "log")
    running = []

    def run(name, *command):
        with open(folder / "log" / name, "wb") as log:
            running.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        wait_for_port(name, "127.0.0.1", PORTS[name], str(folder), running[-1])
        return folder / "log" / name
    run.folder = folder
    yield run
    for process in running:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module", name="log")
def fixture_log(run_proxy):
    """What microsocks says of its connections, which anybody may use."""
    return run_proxy("open", find("microsocks"), "-i", "127.0.0.1", "-p", str(PORTS["open"]))


@pytest.fixture(scope="module", name="locked")
def fixture_locked(run_proxy):
    """microsocks with a user and a password."""
    run_proxy("locked", find("microsocks"), "-i", "127.0.0.1", "-p", str(PORTS["locked"]),
              "-u", "me", "-P", PASSWORD)


@pytest.fixture(scope="module", name="ssh")
def fixture_ssh(run_proxy):
    """ssh -D to a server of OpenSSH."""
    if os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        pytest.skip("sshd needs a user that a lab without root does not have")
    assert shutil.which("ssh"), "ssh is not installed"
    folder = run_proxy.folder
    os.makedirs("/run/sshd", exist_ok=True)
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    text = SSHD.format(port=PORTS["sshd"], folder=folder)
    for option, part in (("SshdSessionPath", "sshd-session"), ("SshdAuthPath", "sshd-auth")):
        path = pathlib.Path(find("sshd")).parents[1] / "lib/openssh" / part
        text += f"{option} {path}\n" if path.exists() else ""  # from OpenSSH 9.8 on
    config = write(str(folder), "sshd_config", text)
    run_proxy("sshd", find("sshd"), "-D", "-e", "-f", config)
    run_proxy("ssh", "ssh", "-N", "-D", f"127.0.0.1:{PORTS['ssh']}", "-F", "none", "-i", folder / "user",
              "-p", str(PORTS["sshd"]), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
              "root@127.0.0.1")


def through(name, *arguments, user="", host="127.0.0.1", **options):
    """A check through that proxy."""
    return checker.check("--proxy", f"socks5://{user}{host}:{PORTS[name]}", *arguments, **options)


def found(run):
    """The codes that are more than remarks, each with what it is about."""
    return {(one["code"], one["host"], one["address"]): one["message"] for one in run.report["findings"]
            if one["severity"] != "info"}


def results(run):
    """What is known of each endpoint, but how long it took."""
    return [(e["address"], e["key_type"], e["dane"]["result"], e["smtp"], e["tls"])
            for host in run.report["hosts"] for e in host["endpoints"]]


def assert_same_as_without(run):
    """The report is that of a check without a proxy."""
    plain = checker.check(DOMAIN)
    assert run.status == plain.status == 0, run
    assert results(run) == results(plain)
    assert run.report["mta_sts"] == plain.report["mta_sts"]
    assert run.report["senders"] == plain.report["senders"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_everything_goes_through_it(log, host):
    """Each server by its address, and the policy host too; nothing else is connected to but resolvers."""
    before = log.read_text().count("\n")
    run = through("open", DOMAIN, host=host)
    assert_same_as_without(run)
    asked = {re.search(r"connected to (\S+):(\d+)$", line).groups()
             for line in log.read_text().splitlines()[before:]}
    addresses = {(e["address"], "25") for host in run.report["hosts"] for e in host["endpoints"]}
    assert addresses <= asked
    assert {port for _, port in asked - addresses} == {"443"}
    for address, _ in asked:
        socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)


@pytest.mark.skipif(checker.sanitized(), reason="LeakSanitizer cannot be traced")
def test_no_server_is_connected_to_directly(log, tmp_path):
    """The system calls show it: only resolver and proxy."""
    trace = tmp_path / "trace"
    run = through("open", DOMAIN, before=("strace", "-f", "-o", trace, "-e", "trace=connect"))
    assert run.status == 0
    ports = set(re.findall(r"sin6?_port=htons\((\d+)\)", trace.read_text()))
    assert ports == {"53", str(PORTS["open"])}


def test_proxy_by_name_of_several_addresses(run_proxy):
    """It listens at one of them; the others are tried too."""
    run_proxy("named", find("microsocks"), "-i", "0.0.0.0", "-p", str(PORTS["named"]))
    host = f"mx1.{DOMAIN}"
    families = {entry[0] for entry in socket.getaddrinfo(host, PORTS["named"])}
    assert families == {socket.AF_INET, socket.AF_INET6}
    assert_same_as_without(through("named", DOMAIN, host=host))


def test_user_and_password(locked):
    assert_same_as_without(through("locked", DOMAIN, user=f"me:{IN_URL}@"))


@pytest.mark.parametrize("user, why", [("me:wrong@", "refuses the user name or the password"),
                                       ("", "wants a user name and a password")])
def test_user_who_is_refused(locked, user, why):
    run = through("locked", DOMAIN, user=user)
    codes = found(run)
    assert run.status == 3 and {code for code, _, _ in codes} == {"proxy-failed"}
    addresses = {address for _, _, address in codes}
    assert None in addresses and len(addresses) == 5  # the policy, and four servers
    name = f"the proxy socks5://127.0.0.1:{PORTS['locked']} "
    for (_, host, _), message in codes.items():
        assert name in message and (why in message or host is None), message
    assert "wrong" not in run.stdout + run.stderr


def test_proxy_that_is_not_there():
    run = checker.check("--proxy", f"socks5://127.0.0.1:{NOBODY}", DOMAIN)
    assert run.status == 3
    assert {code for code, _, _ in found(run)} == {"proxy-failed"}
    assert {outcome["outcome"] for outcome in run.report["senders"].values()} == {"unknown"}


def test_proxy_that_is_none():
    """A mail server does not speak SOCKS; one that says nothing is not waited for any longer."""
    address = checker.check(DOMAIN).report["hosts"][0]["endpoints"][0]["address"]
    run = checker.check("--proxy", f"socks5://{address}:25", "--timeout", "3", DOMAIN)
    assert run.status == 3 and {code for code, _, _ in found(run)} == {"proxy-failed"}
    with socket.create_server(("127.0.0.1", NOBODY)):
        run = checker.check("--proxy", f"socks5://127.0.0.1:{NOBODY}", "--timeout", "1", DOMAIN)
    assert run.status == 3 and {code for code, _, _ in found(run)} == {"proxy-failed"}
    assert {host is None or "does not answer" in message for (_, host, _), message in found(run).items()} == {True}


@pytest.mark.usefixtures("log")
def test_target_that_refuses():
    """The proxy's word about the server stands for the server."""
    for family in ("-4", "-6"):
        run = through("open", family, "-p", "2626", "--mx", f"mx1.{DOMAIN}")
        messages = [m for (code, _, address), m in found(run).items() if code == "connect-failed" and address]
        assert len(messages) == 1, run
        assert f"connection refused (through the proxy socks5://127.0.0.1:{PORTS['open']})" in messages[0]
        assert "proxy-failed" not in {code for code, _, _ in found(run)}


def forbid(server):
    """A proxy whose rules allow nothing (RFC 1928 §6: 2), until the listener is closed."""
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client, contextlib.suppress(OSError):
            client.settimeout(10)
            client.recv(3)
            client.sendall(b"\5\0")
            client.recv(4 + 16 + 2)
            client.sendall(b"\5\2\0\1" + bytes(6))


def test_proxy_that_does_not_allow_it():
    """Its rules are no fault of a server, nor of the policy host."""
    with socket.create_server(("127.0.0.1", NOBODY), backlog=50) as server:
        serving = threading.Thread(target=forbid, args=(server,), daemon=True)
        serving.start()
        run = checker.check("--proxy", f"socks5://127.0.0.1:{NOBODY}", DOMAIN)
        server.shutdown(socket.SHUT_RDWR)
        serving.join()
    codes = found(run)
    assert run.status == 3 and {code for code, _, _ in codes} == {"proxy-failed"}
    assert ("proxy-failed", None, None) in codes
    assert {host is None or "does not allow the connection" in m for (_, host, _), m in codes.items()} == {True}


def test_ssh(ssh):
    """What most people have; it says that it has connected before it has."""
    assert_same_as_without(through("ssh", DOMAIN))
    run = through("ssh", "-p", "2626", "--mx", f"mx1.{DOMAIN}")
    codes = found(run)
    assert {code for code, _, address in codes if address} == {"connect-failed"}
    assert any("the connection was closed before the greeting (through the proxy " in m for m in codes.values())


def test_policy_host_behind_ssh(ssh, tmp_path):
    """A policy host that cannot be reached: nobody knows whether that is the proxy's fault."""
    zone = tmp_path / "zone"
    zone.write_text(f"mta-sts.{DOMAIN}. 60 IN A {CLOSED[0]}\n", encoding="ascii")
    run = through("ssh", "-4", "--zone", str(zone), DOMAIN)
    assert ("proxy-failed", None, None) in found(run), run.stdout


@pytest.mark.parametrize("name", ["open", "ssh"])
def test_next_address_of_the_policy_host(name, request, tmp_path):
    """One that answers is enough, through a proxy as well."""
    request.getfixturevalue({"open": "log"}.get(name, name))
    zone = tmp_path / "zone"
    zone.write_text(f"mta-sts.{DOMAIN}. 60 IN A {CLOSED[0]}\nmta-sts.{DOMAIN}. 60 IN A {WEB[0]}\n", encoding="ascii")
    run = through(name, "-4", "--zone", str(zone), DOMAIN)
    assert run.report["mta_sts"]["state"] == "enforce", run.stdout


def test_proxy_without_an_address():
    run = checker.check("--proxy", "socks5://nowhere.invalid", DOMAIN)
    assert (run.status, run.stdout) == (3, "")
    assert run.stderr.startswith("mxdane: --proxy: no address of nowhere.invalid is found: ")

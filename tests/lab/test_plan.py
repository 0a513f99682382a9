"""Each kind of --plan, played: a real Knot with dynamic updates, a real nsupdate, a real Exim that takes the
mail; and at every moment, with the old records for their whole TTL in a real Unbound, mail from Postfix and
from Exim arrives there, authenticated.
"""

import datetime
import glob
import os
import re
import shutil
import smtplib
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dns.message
import dns.query
import dns.rdatatype
import pytest
from cryptography.hazmat.primitives import serialization

import checker
import crosscheck
from world import mta, net, tlsa
from world.dns_templates import KNOT
from world.guests import KNOT_POLICY
from world.pki import Pki, spki
from world.process import start, wait_for_port, write
from world.programs import find
from world.spec import Cert

ORIGIN = "plan.example"
TTL = 15  # of the TLSA records, seconds
REFRESH = 2  # of the SOA record
PAUSE = 3  # between two looks at one state
PATIENCE = 120
SELF = Cert(issuer="self", chain=())
RSA = Cert(key="rsa", issuer="self", chain=())
OLD_CA, NEW_CA = (Cert(issuer=name, chain=(name,)) for name in ("private", "stranger"))

EXIM = """\
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
keep_environment =
daemon_smtp_ports = 25
local_interfaces = <; {interfaces}
primary_hostname = mail.{origin}
tls_advertise_hosts = *
tls_certificate = {certificates}
tls_privatekey = {keys}
spool_directory = {here}
log_file_path = {here}/%slog
pid_file_path = {here}/exim.pid
acl_smtp_rcpt = accept
queue_only = true
"""

# Postfix as a sender: mail that it is given on the loopback leaves with DANE or not at all.
POSTFIX = """\
myhostname = sender.invalid
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = dnssec
smtp_tls_security_level = dane-only
smtp_connection_cache_on_demand = no
"""
POSTFIX_SERVICES = """\
{where}:2525 inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
"""
LOOPBACK = "127.0.0.2"


@dataclass(frozen=True)
class Case:
    """One rollover: records, what the hosts present before and after."""

    name: str
    records: tuple
    old: tuple = (SELF,)
    new: tuple = (SELF,)
    hosts: int = 1
    key_alone: bool = False  # --chain gives the public key
    shared: bool = False  # the hosts' TLSA names are aliases of one

    @property
    def domain(self):
        """Its mail domain."""
        return f"{self.name}.{ORIGIN}"


CASES = (
    Case("spki", ("3 1 1",)),
    Case("certificate", ("3 0 1",)),
    Case("digests", ("3 1 1", "3 1 2")),
    Case("authority", ("2 1 1",), (OLD_CA,), (NEW_CA,)),
    Case("both-kinds", ("3 1 1 leaf", "3 1 1 leaf2"), (SELF, RSA), (SELF, RSA)),
    Case("hosts", ("3 1 1",), hosts=2),
    Case("shared", ("3 1 1",), hosts=2, shared=True),
    Case("key", ("3 1 1",), key_alone=True),
    Case("hasty", ("3 1 1",)),
)


def run(*command, **options):
    """The output of a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


class World:
    """The name server and the mail server of all cases."""

    def __init__(self):
        self.state = os.environ["LAB_STATE"]
        self.here = os.path.join(self.state, "plan")
        os.makedirs(os.path.join(self.here, "knot"))
        os.makedirs(os.path.join(self.here, "certs"))
        self.pki = Pki(datetime.datetime.now(datetime.timezone.utc), os.path.join(self.here, "certs"))
        lines = []
        self.players = [Player(self, case, number, lines) for number, case in enumerate(CASES)]
        self._serve_zone(lines)
        self._serve_mail()
        self._start_postfix()

    def _serve_zone(self, lines):
        path = os.path.join(self.state, "zones", f"{ORIGIN}.zone")
        with open(path, encoding="ascii") as text:
            zone = text.read().replace(" 1 3600 900 ", f" 1 {REFRESH} 900 ")
        with open(path, "w", encoding="ascii") as out:
            out.write(zone + "".join(lines))
        text = KNOT.format(addresses=f"listen: {net.DYNAMIC}@53", state=self.here)
        text = text.replace("journal-content: none", "journal-content: changes")
        text = text.replace("template:", f"{KNOT_POLICY}acl:\n  - id: anyone\n    address: 0.0.0.0/0\n"
                            "    action: update\ntemplate:", 1)
        text += (f'  - domain: "{ORIGIN}"\n    file: "{path}"\n    acl: anyone\n'
                 "    dnssec-signing: on\n    dnssec-policy: nsec\n")
        config = write(self.state, "plan/knot.conf", text)
        for key in glob.glob(f"{self.state}/zones/K{ORIGIN}.*.key"):
            run(find("keymgr"), "-c", config, ORIGIN, "import-bind", key)
        start("plan-knot", [find("knot"), "-c", config], self.state)
        wait_for_port("plan-knot", net.DYNAMIC, 53, self.state)

    def _serve_mail(self):
        """An Exim for each number of kinds of key, which reads its files for each connection."""
        for kinds in (1, 2):
            here = os.path.join(self.here, f"exim{kinds}")
            os.makedirs(here)
            shutil.chown(here, "Debian-exim", "Debian-exim")
            served = [p for p in self.players if len(p.case.old) == kinds]
            addresses = [address for player in served for address in player.addresses]
            files = [" : ".join(f"{self.here}/certs/$received_ip_address.{number}.{end}" for number in range(kinds))
                     for end in ("pem", "key")]
            config = write(self.state, f"plan/exim{kinds}/exim.conf", EXIM.format(
                interfaces=" ; ".join(addresses), origin=ORIGIN, here=here, certificates=files[0], keys=files[1]))
            start(f"plan-exim{kinds}", [find("exim"), "-bdf", "-C", config], self.state)
            for address in addresses:
                wait_for_port(f"plan-exim{kinds}", address, 25, self.state)


    def _start_postfix(self):
        self.log = os.path.join(self.state, "log", "plan-postfix")
        mta.run_postfix("plan-postfix", os.path.join(self.here, "postfix"), self.state, POSTFIX,
                        POSTFIX_SERVICES.format(where=LOOPBACK),
                        ("hold", "corrupt", "bounce", "defer", "trace", "flush", "saved"))
        wait_for_port("plan-postfix-master", LOOPBACK, 2525, self.state)

    def send_by_postfix(self, domain):
        """What Postfix logs of a mail that it is given: whether it was sent, and where."""
        with smtplib.SMTP(LOOPBACK, 2525, timeout=PATIENCE) as smtp:
            smtp.ehlo()
            smtp.mail("<>")
            smtp.rcpt(f"postmaster@{domain}")
            queued = smtp.data("Subject: test\r\n\r\ntest\r\n")[1].decode().rsplit(" ", 1)[1]
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with open(self.log, encoding="utf-8", errors="replace") as log:
                found = re.search(rf": {queued}: to=<.* status=\w+ .*", log.read())
            if found:
                return found.group()
            time.sleep(0.1)
        raise AssertionError(f"Postfix says nothing of {queued} in {self.log}")


class Player:
    """One case, from its first state to its last."""

    def __init__(self, world, case, number, lines):
        self.world, self.case = world, case
        self.names = [f"mx{host + 1}.{case.domain}" for host in range(case.hosts)]
        self.hosts = {name: [f"20.25.254.{number * 8 + host * 2 + i}" for i in (1, 2)]
                      for host, name in enumerate(self.names)}
        self.addresses = [address for addresses in self.hosts.values() for address in addresses]
        self.owners = ["_dane." + case.domain] if case.shared else [f"_25._tcp.{name}" for name in self.names]
        self.chains = {"old": {}, "new": {}}
        for age, specs in (("old", case.old), ("new", case.new)):
            for host, name in enumerate(self.names):
                same = case.shared and host
                issued = None if same else [world.pki.issue(spec, name, f"{age}{name}") for spec in specs]
                self.chains[age][name] = self.chains[age][self.names[0]] if same else [
                    (one, world.pki.write(one, spec.chain)) for one, spec in zip(issued, specs)]
        self._write_zone(lines)
        for name in self.names:
            for address in self.hosts[name]:
                self.deploy("old", name, address)

    def _write_zone(self, lines):
        for preference, name in enumerate(self.names):
            lines.append(f"{self.case.domain}. 3600 IN MX {preference} {name}.\n")
            lines += [f"{name}. 3600 IN A {address}\n" for address in self.hosts[name]]
            if self.case.shared:
                lines.append(f"_25._tcp.{name}. 3600 IN CNAME {self.owners[0]}.\n")
        for owner, name in zip(self.owners, self.names):
            shown = [issued for issued, _ in self.chains["old"][name]]
            lines += [f"{owner}. {TTL} IN TLSA {tlsa.record(words, shown, self.world.pki)}\n"
                      for words in self.case.records]

    def deploy(self, age, name, address):
        """Let one address present a chain of that age."""
        for number, (_, files) in enumerate(self.chains[age][name]):
            for file, end in zip(files, ("pem", "key")):
                target = f"{self.world.here}/certs/{address}.{number}.{end}"
                shutil.copy(file, f"{target}.new")
                os.replace(f"{target}.new", target)

    def arguments(self):
        """--plan and --chain of every host."""
        words = ["--plan"]
        for name in self.names:
            for issued, (chain, _) in self.chains["new"][name]:
                if self.case.key_alone:
                    chain = write(self.world.state, f"plan/{name}.pub", issued.certificate.public_key().public_bytes(
                        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode())
                words += ["--chain", f"{name}={chain}"]
        return [*words, self.case.domain]

    # ---- What is seen ----

    def published(self):
        """The records of each owner at the name server."""
        found = {}
        for owner in self.owners:
            answer = dns.query.tcp(dns.message.make_query(owner, "TLSA"), net.DYNAMIC, timeout=PATIENCE)
            found[owner] = {rdata.to_text() for rrset in answer.answer for rdata in rrset
                            if rdata.rdtype == dns.rdatatype.TLSA}
        return found

    def fill_caches(self):
        """Ask until the resolver has just begun to keep what is there now."""
        for owner in self.owners:
            query = dns.message.make_query(owner, "TLSA", want_dnssec=True)
            end = time.monotonic() + PATIENCE
            while True:
                answer = dns.query.tcp(query, os.environ["LAB_RESOLVER"], timeout=PATIENCE).answer
                if any(rrset.rdtype == dns.rdatatype.TLSA and rrset.ttl == TTL for rrset in answer):
                    break
                assert time.monotonic() < end, answer
                time.sleep(0.2)

    def deliver(self, when):
        """Postfix and Exim authenticate the host, and deliver."""
        postfix = crosscheck.posttls_finger(self.case.domain)
        assert postfix.authenticated, f"{self.case.name}, {when}: Postfix\n{postfix.text}"
        sent = self.world.send_by_postfix(self.case.domain)
        assert " status=sent (250 " in sent, f"{self.case.name}, {when}: {sent}"
        authenticated, text = crosscheck.exim(self.case.domain)
        tried = [authenticated[address] for address in self.addresses if address in authenticated]
        assert tried and all(tried), f"{self.case.name}, {when}: Exim\n{text}"
        assert re.search(rf" => postmaster@{re.escape(self.case.domain)} ", text), text

    def deliver_until(self, moment, when):
        """Again and again, and once at the end."""
        while time.time() < moment:
            self.deliver(when)
            time.sleep(min(PAUSE, max(moment - time.time(), 0)))
        self.deliver(when)

    # ---- The steps ----

    def script(self):
        """The plan for nsupdate, and of its lines those that are no comments."""
        done = checker.run("-o", "nsupdate", *self.arguments())
        assert done.stderr == "", done
        return done.stdout, [line for line in done.stdout.splitlines() if not line.startswith(";")]

    def play(self):
        """The whole rollover; what came of it."""
        first = checker.check(*self.arguments())
        text, lines = self.script()
        assert first.status == 0, first.stdout
        steps = first.report["change"]["steps"]
        deploy = next(step for step in steps if step["do"] == "deploy")
        old = self.published()
        self.fill_caches()
        run("nsupdate", input=text)
        published = time.time()
        union = self.published()
        self.deliver("published, and caches have the old records")
        late = published - moment(first.report["checked_at"])
        self.deliver_until(moment(deploy["at"]) + late, "before the new chain is deployed")
        for name in self.names:
            for address in self.hosts[name]:
                self.deploy("new", name, address)
                for _ in range(3):  # one of the two addresses is met
                    self.deliver(f"{address} has the new chain")
        again, last = self.script()
        self.fill_caches()
        run("nsupdate", input=again)
        deleted = time.time()
        new = self.published()
        self.deliver("deleted, and caches have all records")
        self.deliver_until(deleted + TTL + PAUSE, "the old records are gone")
        return {"first": first, "text": text, "lines": lines, "last": last, "old": old, "union": union, "new": new,
                "done": checker.check(*self.arguments()), "repeated": subprocess.run(
                    ["nsupdate"], input=text, capture_output=True, text=True, timeout=PATIENCE, check=False)}


def moment(text):
    """Seconds since the epoch of a time in a report."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


@pytest.fixture(scope="module", name="played")
def fixture_played():
    """All of them at once, since a plan waits most of its time."""
    if os.environ.get("MXDANE_LAB_ROOTLESS") == "1":
        pytest.skip("Exim needs a user of its own")
    players = {player.case.name: player for player in World().players}
    with ThreadPoolExecutor(len(players)) as pool:
        futures = {name: pool.submit(player.play if name != "hasty" else lambda: None)
                   for name, player in players.items()}
        yield players, futures


@pytest.mark.parametrize("name", [case.name for case in CASES if case.name != "hasty"])
def test_played(name, played):
    """Mail is delivered at every moment; the steps are those of the plan."""
    players, futures = played
    done, player = futures[name].result(), players[name]
    steps = done["first"].report["change"]["steps"]
    assert {step["do"] for step in steps} == {"add", "deploy", "delete"}
    for step in steps:
        due = moment(step["at"]) - moment(done["first"].report["checked_at"])
        assert due == (0 if step["do"] == "add" else REFRESH + TTL), step
    for owner in player.owners:
        old, union, new = (done[key][owner] for key in ("old", "union", "new"))
        assert old and new and not old & new and union == old | new
    # The script has first what is allowed first, and the rest to be taken from it by its number.
    commented = [line[3:] for line in done["text"].splitlines() if re.match(r";\d ", line)]
    assert done["lines"].count("send") == 1 and "delete" not in "".join(done["lines"])
    assert sorted(commented) == sorted(done["last"])
    assert f"zone {ORIGIN}." in done["lines"]
    # A second time it is refused: the RRset is another one.
    assert done["repeated"].returncode != 0 and "update failed: NXRRSET" in done["repeated"].stderr
    assert player.published() == done["new"]
    assert done["done"].status == 0
    assert done["done"].report["change"]["steps"] == []


def test_wait_is_needed(played):
    """Without it mail is deferred: the caches have the old records, and the chain is new."""
    players, _ = played
    player = players["hasty"]
    player.deliver("before")
    text, _ = player.script()
    player.fill_caches()
    run("nsupdate", input=text)
    for name in player.names:
        for address in player.hosts[name]:
            player.deploy("new", name, address)
    assert not crosscheck.posttls_finger(player.case.domain).authenticated
    assert " status=deferred (Server certificate not " in player.world.send_by_postfix(player.case.domain)
    assert not any(crosscheck.exim(player.case.domain)[0].get(address) for address in player.addresses)

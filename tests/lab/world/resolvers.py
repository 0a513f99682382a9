"""Real resolvers beside the lab's own, each with Debian's defaults as far as the lab allows: they
start at the lab's root servers, or forward to the lab's Unbounds, and validate from the lab's key.
"""

import functools
import os
import subprocess
from dataclasses import dataclass

import dns.dnssec
import dns.name
import dns.zonefile

from world import net
from world.dns_servers import unbound_config
from world.dns_templates import each
from world.guests import bind_environment
from world.process import start, wait_for_port, write
from world.programs import find

ROOT = dns.name.root
STUB = "127.0.0.53"  # where systemd-resolved answers if nothing else is said


@dataclass(frozen=True)
class Resolver:
    """One resolver: where it answers, whether it validates, and what starts it."""

    address: str
    validates: bool
    start: object


NAMED = """\
options {{
    directory "{here}";
    pid-file none;
    listen-on {{ {address}; }};
    listen-on-v6 {{ none; }};
    allow-query {{ any; }};
    dnssec-validation yes;
    empty-zones-enable no;
}};
controls {{ }};
trust-anchors {{ . static-key {key}; }};
zone "." {{ type hint; file "{hints}"; }};
"""

# Its modules have a fixed place, where they are laid over the system's libraries.
KRESD_START = """\
mount -t overlay -o lowerdir="$1:$2" lab "$2" && shift 2 && exec "$@"
"""
KRESD = """\
log_target('stderr')
net.listen('{address}', 53, {{ kind = 'dns' }})
worker.control_path = '{here}/'
cache.open(50 * MB, 'lmdb://{here}/cache')
trust_anchors.remove('.')
trust_anchors.add([[{anchor}]])
modules = {{ 'hints' }}
hints.root_file('{hints}')
"""

RECURSOR = """\
local-address={address}
config-dir={here}
socket-dir={here}
hint-file={hints}
lua-config-file={here}/anchor.lua
allow-from=0.0.0.0/0
security-poll-suffix=
daemon=no
disable-syslog=yes
write-pid=no
threads=1
max-mthreads=256
max-tcp-clients=128
network-timeout=4000
server-down-max-fails=0
packetcache-servfail-ttl=0
"""
RECURSOR_ANCHOR = """\
clearTA()
addTA('.', "{ds}")
"""

# Its folders have fixed names, and its user has to be known.
RESOLVED_START = """\
set -e
for folder in /run /etc/systemd; do mount -t tmpfs -o mode=755 lab "$folder"; done
mkdir -p /run/systemd/resolve /run/systemd/resolved.conf.d /run/dnssec-trust-anchors.d
cp "$1/anchor" /run/dnssec-trust-anchors.d/root.positive
cp "$1/resolved.conf" /run/systemd/resolved.conf.d/lab.conf
mount --bind "$1/passwd" /etc/passwd
shift
exec "$@"
"""
RESOLVED = """\
[Resolve]
DNS={upstream}
FallbackDNS=
Domains=~.
DNSSEC={dnssec}
LLMNR=no
MulticastDNS=no
ResolveUnicastSingleLabel=yes
DNSStubListener={stub}
{extra}
"""


def _folder(state, name):
    path = os.path.join(state, name)
    os.makedirs(path, exist_ok=True)
    return path


class Anchor:
    """The lab's root key in the forms that resolvers read."""

    def __init__(self, state):
        with open(os.path.join(state, "root.key"), encoding="ascii") as text:
            self.line = text.read().strip()
        rdata = dns.zonefile.read_rrsets(self.line, rdclass=None)[0][0]
        self.ds = dns.dnssec.make_ds(ROOT, rdata, "SHA256").to_text()
        flags, protocol, algorithm, *octets = rdata.to_text().split()
        self.bind = f'{flags} {protocol} {algorithm} "{"".join(octets)}"'


def start_unbound(name, address, state, clauses):
    """Unbound as the lab's that only resolves, with more clauses."""
    config = write(state, f"{name}.conf", unbound_config(
        addresses=each("interface", [f"{address}@53"]), state=state,
        hints=os.path.join(state, "root.hints"), modules="iterator", anchor="", key="",
        chain="") + clauses)
    start(name, [find("unbound"), "-d", "-c", config], state)


def start_bind(name, address, state):
    """BIND."""
    here = _folder(state, name)
    config = write(state, f"{name}/named.conf", NAMED.format(
        here=here, address=address, key=Anchor(state).bind,
        hints=os.path.join(state, "root.hints")))
    start(name, [find("named"), "-g", "-c", config], state,
          env=bind_environment())


def start_kresd(name, address, state):
    """Knot Resolver."""
    here = _folder(state, name)
    config = write(state, f"{name}/kresd.conf", KRESD.format(
        here=here, address=address, anchor=Anchor(state).line,
        hints=os.path.join(state, "root.hints")))
    unpacked = find("kresd-libraries")
    system = "/" + unpacked.split("/knot-resolver/", 1)[1]
    start(name, ["unshare", "--mount", "sh", "-c", KRESD_START, "sh", unpacked, system,
                 find("kresd"), "-n", "-c", config, here], state)


def start_recursor(name, address, state):
    """PowerDNS Recursor; from 5.2 on the old form of its settings has to be asked for."""
    here = _folder(state, name)
    write(state, f"{name}/recursor.conf", RECURSOR.format(
        here=here, address=address, hints=os.path.join(state, "root.hints")))
    write(state, f"{name}/anchor.lua", RECURSOR_ANCHOR.format(ds=Anchor(state).ds))
    program = find("pdns_recursor")
    words = [program, f"--config-dir={here}"]
    known = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    if "enable-old-settings" in known.stdout + known.stderr:
        words.append("--enable-old-settings")
    start(name, words, state)


def dnsmasq(upstream, *more):
    """dnsmasq, forwarding there."""
    def start_dnsmasq(name, address, state):
        words = [find("dnsmasq"), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv",
                 "--no-hosts", "--bind-interfaces", "--user=root", "--group=", "--pid-file=",
                 "--log-facility=-", f"--server={upstream}", f"--listen-address={address}", *more]
        if "--dnssec" in more:
            words.append("--trust-anchor=.," + ",".join(Anchor(state).ds.split(" ")))
        start(name, words, state)
    return start_dnsmasq


def resolved(dnssec, stub):
    """systemd-resolved, which needs no bus; two of them cannot both have the stub's address."""
    def start_resolved(name, address, state):
        here = _folder(state, name)
        write(state, f"{name}/anchor", f". IN DS {Anchor(state).ds}\n")
        write(state, f"{name}/passwd", "root:x:0:0::/:/bin/sh\nsystemd-resolve:x:0:0::/:/bin/sh\n")
        write(state, f"{name}/resolved.conf", RESOLVED.format(
            upstream=net.RESOLVER[0], dnssec=dnssec, stub="yes" if stub else "no",
            extra="" if stub else f"DNSStubListenerExtra={address}"))
        start(name, ["unshare", "--mount", "sh", "-c", RESOLVED_START, "sh", here,
                     find("resolved")], state)
    return start_resolved


def _already_there(name, address, state):
    """The lab's own."""


RESOLVERS = {
    "unbound": Resolver(net.RESOLVER[0], True, _already_there),
    "bind": Resolver("20.25.0.60", True, start_bind),
    "knot-resolver": Resolver("20.25.0.61", True, start_kresd),
    "pdns-recursor": Resolver("20.25.0.62", True, start_recursor),
    "dnsmasq": Resolver("20.25.0.63", False, dnsmasq(net.RESOLVER[0])),
    "dnsmasq-dnssec": Resolver("20.25.0.64", True, dnsmasq(net.FORWARDER[0], "--dnssec")),
    "resolved": Resolver(STUB, True, resolved("yes", True)),
    "resolved-default": Resolver("20.25.0.65", False, resolved("no", False)),
}


@functools.cache
def bring_up():
    """Give the namespace what they insist on: BIND an interface with its address, systemd-resolved
    one that is not the loopback."""
    commands = ["link add lab0 type veth peer name lab1", "link set lab0 up", "link set lab1 up"]
    commands += [f"address add {address}/32 dev lab0"
                 for address in (RESOLVERS["bind"].address, net.GUESTS["guest-bind"])]
    net.ip(commands)


def start_all(names, state):
    """Start these; returns once all answer."""
    for name in names:
        RESOLVERS[name].start(name, RESOLVERS[name].address, state)
    for name in names:
        wait_for_port(name, RESOLVERS[name].address, 53, state)

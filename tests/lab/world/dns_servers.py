"""The lab's DNS: two NSDs and a Knot that are authoritative, two Unbounds that resolve."""

import functools
import os

import dns.name

from world import guests, net
from world.dns_templates import KNOT, NSD, each
from world.process import start, wait_for_port, write
from world.programs import find
from world.spec import Cert

RESOLVER_NAME = "resolver.lab.example"  # the name in the certificate for DNS over TLS
FORWARDER_NAME = "forwarder.lab.example"

UNBOUND = """\
server:
    {addresses}
    access-control: 0.0.0.0/0 allow
    access-control: ::/0 allow
    do-daemonize: no
    use-syslog: no
    username: ""
    chroot: ""
    directory: "{state}"
    pidfile: ""
    num-threads: 1
    # for each of the four interfaces; with outgoing-range, within 1,024 open files
    incoming-num-tcp: 150
    outgoing-range: 200
    outgoing-num-tcp: 50
    tcp-idle-timeout: 60000
    do-ip6: yes
    root-hints: "{hints}"
    module-config: "{modules}"
    {anchor}
    trust-anchor-signaling: no
    val-log-level: 2
    log-servfail: yes
    ede: yes
    tls-service-key: "{key}"
    tls-service-pem: "{chain}"
    tls-port: 853
    # An unreachable name server of one scenario must not slow down the next one.
    infra-host-ttl: 5
    {more}
remote-control:
    control-enable: no
"""


@functools.cache
def _more():
    """Newer ones cut an NS RRset to 20 records, which makes it bogus."""
    with open(find("unbound"), "rb") as program:
        return "iter-scrub-ns: 64" if b"iter-scrub-ns" in program.read() else ""


def unbound_config(**words):
    """The configuration of an Unbound."""
    return UNBOUND.format(more=_more(), **words)


def write_anchor(plan, state):
    """The lab's root key in zone-file form; returns its path."""
    root = plan.zones[dns.name.root]
    return write(state, "root.key", f". 3600 IN DNSKEY {root.keys.ksk.dnskey.to_text()}\n")


def start_authoritative(plan, state):
    """Write and serve every zone; returns once the servers were started."""
    files = {net.PARENTS: [], net.LEAVES: [], net.KNOT: []}
    for origin, zone in plan.zones.items():
        if zone.spec.signer != "lab":
            guests.write_unsigned(zone, state)
            continue
        path = write(state, f"zones/{origin}zone", zone.text(plan.now))
        if zone.spec.server in net.GUESTS:
            continue
        # Those that misbehave ask the leaves' server.
        server = next((each for each in files if zone.name_server in each), net.LEAVES)
        files[server].append((origin, path))
    for name, addresses in (("nsd-parents", net.PARENTS), ("nsd-leaves", net.LEAVES)):
        text = NSD.format(addresses=each("ip-address", addresses), state=state, name=name)
        text += "".join(f'zone:\n    name: "{origin}"\n    zonefile: "{path}"\n'
                        for origin, path in files[addresses])
        start(name, [find("nsd"), "-d", "-c", write(state, f"{name}.conf", text)], state)
    text = KNOT.format(addresses=each("listen", [f"{one}@53" for one in net.KNOT]), state=state)
    text += "".join(f'  - domain: "{origin}"\n    file: "{path}"\n'
                    for origin, path in files[net.KNOT])
    start("knot", [find("knot"), "-c", write(state, "knot.conf", text)], state)


def start_resolvers(plan, state):
    """Start the validating resolver and the one that only resolves."""
    hints = write(state, "root.hints", f". 3600 IN NS ns-lab.\nns-lab. 3600 IN A {net.PARENTS[0]}\n")
    anchor = f'trust-anchor-file: "{os.path.join(state, "root.key")}"'
    for name, addresses, tls_name, issuer, modules, line in (
            ("resolver", net.RESOLVER, RESOLVER_NAME, "intermediate", "validator iterator", anchor),
            ("forwarder", net.FORWARDER, FORWARDER_NAME, "stranger", "iterator", "")):
        cert = Cert(issuer=issuer, chain=(issuer,))
        chain, key = plan.pki.write(plan.pki.issue(cert, tls_name, name), cert.chain)
        everywhere = [f"{address}@{port}" for address in addresses for port in (53, 853)]
        config = write(state, f"{name}.conf", unbound_config(
            addresses=each("interface", everywhere), state=state, hints=hints,
            modules=modules, anchor=line, key=key, chain=chain))
        start(name, [find("unbound"), "-d", "-c", config], state)


def wait(state):
    """Wait until all of them answer."""
    for name, address in (("nsd-parents", net.PARENTS), ("nsd-leaves", net.LEAVES),
                          ("knot", net.KNOT), ("resolver", net.RESOLVER), ("forwarder", net.FORWARDER)):
        wait_for_port(name, address[0], 53, state)

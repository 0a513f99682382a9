"""From scenarios to a concrete world: addresses, certificates, zones, servers.

Nothing is started here; the daemons read the Plan.
"""

from dataclasses import dataclass, field

import dns.name

from scenarios import dnssec, load, name_servers
from scenarios.tree import TREE
from world import net, tlsa
from world.pki import Pki
from world.zone import ZoneData


@dataclass
class Listener:
    """One SMTP server on one address."""

    address: str
    port: int
    helo: str
    server: object  # spec.Server
    chains: list  # (chain file, key file) of each certificate
    by_sni: list  # (name, chain file, key file)


@dataclass
class Site:
    """One policy host of the web server."""

    name: str
    policy: object  # spec.Policy
    body: str
    chain: tuple


@dataclass
class Placed:
    """A host of a scenario where it came to stand."""

    name: str
    addresses: list
    listeners: list = field(default_factory=list)


class Plan:
    """Everything that the daemons need, made from all scenarios."""

    def __init__(self, now, directory):
        self.pki = Pki(now, directory)
        self.now = int(now.timestamp())
        self.scenarios = load()
        self.zones = {}
        self.listeners = []
        self.sites = []
        self.acts = {}  # "TYPE=ACT,..." -> address of the name server that does it
        self.hosts = {}  # scenario name -> [Placed]
        self._allocator = net.Allocator()
        for name, spec in TREE:
            parents = name == "." or name.count(".") == 0
            self._add_zone(name, spec, net.PARENTS[0] if parents else None)
        for name, spec in (*dnssec.zones(), *name_servers.zones()):
            self._add_zone(name, spec)
        for scenario in self.scenarios:
            self._add_scenario(scenario)
        self._add_guests_mail()
        self._delegate()

    def zone_of(self, name):
        """The zone that holds a name."""
        name = dns.name.from_text(name)
        while name not in self.zones:
            name = name.parent()
        return self.zones[name]

    def _add_zone(self, name, spec, server=None):
        origin = dns.name.from_text(name)
        assert origin not in self.zones, f"zone {name} is there twice"
        self.zones[origin] = ZoneData(name, spec, server or self._server(spec))

    def _server(self, spec):
        if spec.server == "knot":
            return net.KNOT[0]
        if spec.server == "dynamic":
            return net.DYNAMIC
        if spec.server in net.GUESTS:
            return net.GUESTS[spec.server]
        rules = spec.faulty
        if not rules:
            return net.LEAVES[0]
        if rules not in self.acts:
            self.acts[rules] = net.FAULTY.format(len(self.acts) + 1)
        return self.acts[rules]

    def _add_scenario(self, scenario):
        if scenario.zone is not None:
            self._add_zone(scenario.origin, scenario.zone)
        for name, spec in scenario.zones:
            self._add_zone(name, spec)
        placed = [self._add_host(scenario, host) for host in scenario.hosts]
        self.hosts[scenario.name] = placed
        if scenario.zone is None:
            return
        zone = self.zones[dns.name.from_text(scenario.origin)]
        lines = scenario.mx
        if lines is None:
            lines = [f"{host.preference} {there.name}." for host, there
                     in zip(scenario.hosts, placed) if host.preference is not None]
        for line in lines:
            zone.add(f"@ MX {line}")
        for line in scenario.records:
            zone.add(line)
        for text in scenario.tlsrpt:
            self._add_text(f"_smtp._tls.{scenario.origin}", text)
        if scenario.sts:
            self._add_policy(scenario, scenario.sts, [there.name for there in placed])

    def _add(self, name, rest):
        self.zone_of(name).add(f"{name}. {rest}")

    def _add_text(self, name, text):
        self._add(name, "TXT " + " ".join(f'"{part}"' for part in text.split("|")))

    def _add_host(self, scenario, host):
        name = host.name[:-1] if host.name.endswith(".") else f"{host.name}.{scenario.origin}"
        if host.name == "@":
            name = scenario.origin
        families, *literal = host.addresses.split() or ["-"]
        addresses = [self._allocator.take(digit) for digit in families.strip("-")] + literal
        servers = host.servers or (host.server,) * len(addresses)
        placed = Placed(name, addresses)
        shown = None
        for address, server in zip(addresses, servers):
            family = "AAAA" if ":" in address else "A"
            self._add(name, f"{host.ttl} {family} {address}")
            issued = [self.pki.issue(spec, name, scenario.name) for spec in server.certs]
            if shown is None:
                shown = issued
            elif server == servers[0]:
                issued = shown
            self._listen(scenario, host, placed, address, server, issued)
        self._add_tlsa(name, host, shown or [])
        return placed

    def _listen(self, scenario, host, placed, address, server, issued):
        by_sni = []
        for wanted, spec in server.by_sni:
            extra = self.pki.issue(spec, wanted, scenario.name)
            by_sni.append((wanted, *self.pki.write(extra, spec.chain)))
        chains = [self.pki.write(one, spec.chain) for one, spec in zip(issued, server.certs)]
        listener = Listener(address, host.port, server.helo or placed.name, server, chains,
                            by_sni)
        placed.listeners.append(listener)
        self.listeners.append(listener)

    def _add_tlsa(self, name, host, shown):
        owner = host.tlsa_name or f"_{host.port}._tcp.{name}"
        for where, words in (*((owner, words) for words in host.tlsa), *host.more_tlsa):
            self._add(where, f"{host.ttl} TLSA " + tlsa.record(words, shown, self.pki))

    def _add_policy(self, scenario, policy, hosts):
        name = f"mta-sts.{scenario.origin}"
        for text in policy.txt:
            self._add_text(f"_mta-sts.{scenario.origin}", text)
        if policy.address == "none":
            return
        where = net.WEB if policy.address == "web" else net.CLOSED
        self._add(name, f"A {where[0]}")
        self._add(name, f"AAAA {where[1]}")
        chain = self.pki.write(self.pki.issue(policy.cert, name, scenario.name),
                               policy.cert.chain)
        self.sites.append(Site(name, policy, policy_text(policy, hosts), chain))

    def _add_guests_mail(self):
        """The mail host in each zone of guests: good.example's by another name."""
        good = self.hosts["good"][0]
        known = self.zone_of(good.name)
        for name, _ in (*dnssec.guest_zones(), *name_servers.zones()):
            self._add(f"mx.{name}", f"A {good.addresses[0]}")
            for rdata in known.records(f"_25._tcp.{good.name}", "TLSA"):
                self._add(f"_25._tcp.mx.{name}", f"TLSA {rdata.to_text()}")

    def _delegate(self):
        for origin, zone in self.zones.items():
            if origin != dns.name.root:
                parent = self.zone_of(origin.parent().to_text())
                parent.delegate(zone)


def policy_text(policy, hosts):
    """The body of a policy file."""
    if policy.body is not None:
        return policy.body
    lines = ["version: STSv1", f"mode: {policy.mode}"]
    lines += [f"mx: {name}" for name in (hosts if policy.mx is None else policy.mx)]
    lines.append(f"max_age: {policy.max_age}")
    return "".join(f"{line}\r\n" for line in lines)

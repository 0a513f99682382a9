"""The domains of the fault matrix: one for each cell, in one proposed zone, each with two MX hosts,
the first (or the policy host) faulty, the second as it should be."""

import datetime
import itertools

from faults.cells import cells
from servers.smtp_acts import ACTS
from servers.smtp_faults import http_act, smtp_act
from servers.smtp_server import Station, fill_backlogs
from world import tlsa
from world.pki import Pki
from world.spec import Cert

ZONE = "faults.example"
MANY = "many.example"
CLOSED = "20.25.240.1"  # nothing listens here
GOOD_HOSTS = 4  # what the second MX hosts share, so that they are seen while the others fail


def slug(stage, fault):
    """The first label of a cell's domain."""
    return f"{stage}-{fault}".replace(" ", "-").lower()


def address_of(number):
    """One of the addresses that are this scene's, every other one of IPv6."""
    if number % 2:
        return f"2a00:25::f0:{number:x}"
    return f"20.25.{241 + number // 250}.{1 + number % 250}"


class Scene:
    """Certificates, zone file and servers of the cells that `chosen` names, at addresses from
    the one with the number `first` on. `more`: hosts beside them, {label: act}."""

    def __init__(self, directory, chosen=(), first=0, more=()):
        self.cells = {slug(stage, fault): (stage, fault, text) for stage, fault, text in cells()
                      if (stage, fault) in chosen}
        self.stations = []
        self.held = []
        self._struck = {}  # the faulty address of each cell
        self._pki = Pki(datetime.datetime.now(datetime.timezone.utc), str(directory))
        policy_names = tuple(f"mta-sts.{label}.{ZONE}" for label in self.cells)
        chain = ("intermediate",)
        mx = self._pki.issue(Cert(names=(f"*.{ZONE}",)), ZONE, ZONE)
        self._mx_files = self._pki.write(mx, chain)
        self._web_files = self._pki.write(self._pki.issue(Cert(names=policy_names or (ZONE,)), ZONE, ZONE),
                                          chain)
        self._tlsa = tlsa.record("3 1 1", [mx], self._pki)
        self._lines = [f"$ORIGIN {ZONE}.", "$TTL 3600",
                       "@ IN SOA ns hostmaster 1 3600 900 1209600 300", "@ IN NS ns"]
        self._free = iter(range(first, first + 1000))
        self.good = [self._add_host(f"good{number}", ACTS["serve"])
                     for number in range(GOOD_HOSTS)]
        for number, (label, cell) in enumerate(self.cells.items()):
            self._add_cell(number, label, *cell[:2])
        for label, act in dict(more).items():
            self._lines.append(f"{label} IN MX 10 bad-{label}.{ZONE}.")
            self._add_host(f"bad-{label}", act)
        self.ca_file = directory / "ca.pem"
        self.ca_file.write_text(self._pki.bundle(), encoding="ascii")
        self.zone_file = directory / "zone"
        self.zone_file.write_text("\n".join(self._lines) + "\n", encoding="ascii")

    @property
    def domains(self):
        """The domain of every cell."""
        return [f"{label}.{ZONE}" for label in self.cells]

    def repeat(self, count, path):
        """Write a zone file of so many more domains, each a cell anew: with a host, or a policy host,
        of its own at the cell's faulty address. Returns their (domain, cell)."""
        domains = []
        lines = [f"$ORIGIN {MANY}.", "$TTL 3600", "@ IN SOA ns h 1 3600 900 1209600 300"]
        for number, (label, cell) in zip(range(count), itertools.cycle(self.cells.items())):
            name, address = f"d{number}", self._struck[label]
            kind = "AAAA" if ":" in address else "A"
            if cell[0].startswith("policy"):
                lines += [f"{name} IN MX 10 good0.{ZONE}.", f'_mta-sts.{name} IN TXT "v=STSv1; id=1;"',
                          f"mta-sts.{name} IN {kind} {address}"]
            else:
                lines += [f"{name} IN MX 10 mx.{name}", f"mx.{name} IN {kind} {address}",
                          f"_25._tcp.mx.{name} IN TLSA {self._tlsa}"]
            domains.append((f"{name}.{MANY}", cell))
        path.write_text("\n".join(lines) + "\n", encoding="ascii")
        return domains

    def _add_cell(self, number, label, stage, fault):
        good = f"good{number % GOOD_HOSTS}"
        policy = stage.startswith("policy")
        bad = f"good{(number + 1) % GOOD_HOSTS}" if policy else f"bad-{label}"
        self._lines += [f"{label} IN MX 10 {bad}.{ZONE}.", f"{label} IN MX 20 {good}.{ZONE}."]
        if policy:
            self._lines.append(f'_mta-sts.{label} IN TXT "v=STSv1; id=1;"')
            act = (None if stage == "policy connect" else http_act(stage, fault))
            address = self._listen(fault, act, 443, self._web_files)
            self._add_address(f"mta-sts.{label}", address)
        else:
            act = None if stage == "connect" else smtp_act(stage, fault)
            address = self._add_host(bad, act, fault)
        self._struck[label] = address

    def _add_host(self, name, act, fault=None):
        address = self._listen(fault, act, 25, self._mx_files, f"{name}.{ZONE}")
        self._add_address(name, address)
        self._lines.append(f"_25._tcp.{name} IN TLSA {self._tlsa}")
        return address

    def _add_address(self, name, address):
        self._lines.append(f"{name} IN {'AAAA' if ':' in address else 'A'} {address}")

    def _listen(self, fault, act, port, files, helo="www"):
        if act is None and fault == "refused":
            return CLOSED
        address = address_of(next(self._free))
        if act is None:
            self.held += fill_backlogs([(address, port)])
        else:
            self.stations.append(Station(address, port, act, (files,), helo))
        return address

"""A repository of zones drawn at random, in the forms of the software that keeps them, with faults planted in it."""

import hashlib
import json
import pathlib
import random
import subprocess
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from world.programs import find

SEED = 16
# The folders of zones/, how many zones each has; outside and inside are the same zones in two views.
FOLDERS = {"outside": 20, "inside": 20, "nsd": 25, "knot": 25, "signed": 25, "powerdns": 25, "dnscontrol": 20,
           "octodns": 20, "terraform": 20}
FAULTS = {  # one in a zone, from the second of the folder on
    "outside": ["mismatch", "invalid"], "inside": ["mismatch"], "nsd": ["other-name", "duplicate", "invalid"],
    "knot": ["mismatch", "alias", "policy"], "signed": ["mismatch", "no-address", "usage"],
    "powerdns": ["mismatch", "other-port"], "dnscontrol": ["long", "other-name"], "octodns": ["long", "no-address"],
    "terraform": ["mismatch", "no-address"],
}
CODES = {
    "mismatch": {"dane-mismatch"}, "invalid": {"zone-invalid"}, "other-name": {"tlsa-absent"}, "other-port": {"tlsa-absent"},
    "duplicate": {"tlsa-duplicate"}, "alias": {"mx-target-alias"}, "policy": {"sts-txt-invalid"},
    "no-address": {"host-no-address"}, "usage": {"tlsa-pkix-usage", "tlsa-unusable"}, "long": {"tlsa-ttl-long"},
}


class Zone:
    """A name and its records: [owner below it, TTL, type, data], names in the data whole."""

    def __init__(self, name):
        self.name, self.records = name, []

    def add(self, owner, kind, data, ttl=3600):
        """One more record."""
        self.records.append([owner, ttl, kind, data])

    def find(self, kind, owner):
        """The first record of that owner and type."""
        return next(r for r in self.records if r[0] == owner and r[2] == kind)


class Drawn:
    """The repository: its files, and in `planted` what is to be found: (codes, file, line)."""

    def __init__(self, folder):
        self.folder, self.rng, self.planted = folder, random.Random(SEED), []
        self.marks = []  # (codes, zone, what stands in the line of the fault)
        views = self.rng.getstate()
        for name, count in FOLDERS.items():
            if name == "inside":
                self.rng.setstate(views)
            self.private = name == "inside"
            zones = [self.hoster(name)] + [self.zone(name, number) for number in range(1, count)]
            for fault, zone in zip(FAULTS[name], zones[1:]):
                self.plant(fault, zone, zones[0])
            place = folder / "zones" / name
            place.mkdir(parents=True)
            getattr(self, name)(place, zones)
            self.locate(place)

    def key(self, view, host):
        """A new key for a host: its file, and the data of the record."""
        public = ec.derive_private_key(self.rng.getrandbits(240) + 1, ec.SECP256R1()).public_key()
        file = self.folder / "chains" / view / f"{host}.pem"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def address(self, kind):
        """One of the Internet's, inside one of the office's."""
        if kind == "A":
            first = self.rng.randint(11, 90)
            rest = [self.rng.randint(0, 255), self.rng.randint(0, 255), self.rng.randint(1, 254)]
            return ".".join(map(str, [10 if self.private else first, *rest]))
        return f"{'fd00' if self.private else '2a01'}:{self.rng.getrandbits(16):x}::{self.rng.randint(1, 0xffff):x}"

    def host(self, view, zone, label):
        """A mail host with its addresses, key and records."""
        zone.add(label, "A", self.address("A"))
        if self.rng.random() < 0.6:
            zone.add(label, "AAAA", self.address("AAAA"))
        zone.add(f"_25._tcp.{label}", "TLSA", f"3 1 1 {self.key(view, f'{label}.{zone.name}')}")
        if self.rng.random() < 0.2:  # of the next key
            zone.add(f"_25._tcp.{label}", "TLSA", f"3 1 1 {self.rng.getrandbits(256):064x}")

    def start(self, name):
        """A zone with its SOA and name servers."""
        zone = Zone(name)
        zone.add("", "SOA", f"ns1.{name}. hostmaster.{name}. 2026112901 14400 3600 2419200 3600")
        zone.add("", "NS", f"ns1.{name}.")
        zone.add("", "NS", "ns2.dns.example.")
        zone.add("ns1", "A", self.address("A"))
        return zone

    def hoster(self, view):
        """The zone with the hosts of many."""
        zone = self.start(f"hosting-{'views' if view in ('outside', 'inside') else view}.example")
        for label in ("mx1", "mx2", "mx3"):
            self.host(view, zone, label)
        zone.add("", "MX", f"10 mx1.{zone.name}.")
        self.hosters = [f"{label}.{zone.name}." for label in ("mx1", "mx2", "mx3")]
        return zone

    def zone(self, view, number):
        """A customer's zone; those of faults have hosts of their own."""
        kind = "own" if number <= 3 else self.rng.choice(["own", "hosted", "hosted", "null", "web", "reverse"])
        group = "views" if view in ("outside", "inside") else view
        if kind == "reverse":
            zone = self.start(f"{number}.{100 + list(FOLDERS).index(view)}.10.in-addr.arpa")
            for last in self.rng.sample(range(1, 255), 5):
                zone.add(str(last), "PTR", f"host{last}.{group}{number}.example.")
            return zone
        zone = self.start(f"{group}{number}.example")
        if kind == "own":
            for place, label in enumerate(self.rng.choice([["mx1", "mx2"], ["mail", "backup"], ["a.mx", "b.mx"]])):
                self.host(view, zone, label)
                zone.add("", "MX", f"{10 * place + 10} {label}.{zone.name}.")
        for place, host in enumerate(self.rng.sample(self.hosters, 2) if kind == "hosted" else []):
            zone.add("", "MX", f"{10 * place + 10} {self.rng.choice([host, host.upper()])}")
        if kind == "null":
            zone.add("", "MX", "0 .")
        if kind in ("own", "hosted") and self.rng.random() < 0.5:
            zone.add("_smtp._tls", "TXT", f'"v=TLSRPTv1; rua=mailto:tlsrpt@{zone.name}"')
            zone.add("lists", "MX", f"10 {self.hosters[0]}")
        self.garnish(zone)
        return zone

    def garnish(self, zone):
        """What zones hold besides."""
        zone.add("", "TXT", '"v=spf1 mx -all"')
        if self.rng.random() < 0.5:
            zone.add("", "A", self.address("A"))
            zone.add("www", "CNAME", f"{zone.name}.")
        if self.rng.random() < 0.3:
            zone.add("", "CAA", '0 issue "ca.example"')
        if self.rng.random() < 0.3:
            zone.add("_sip._tcp", "SRV", f"0 5 5060 www.{zone.name}.")
        if self.rng.random() < 0.3:
            zone.add("*.dev", "A", self.address("A"))
        if self.rng.random() < 0.3:
            zone.add("k1._domainkey", "TXT", f'"v=DKIM1; p=" "{self.rng.getrandbits(800):0200x}"')
        if self.rng.random() < 0.3:
            zone.add("child", "NS", "ns1.elsewhere.example.")

    def plant(self, fault, zone, hoster):
        """One fault; what stands in its line is noted."""
        tlsa = next(r for r in zone.records if r[2] == "TLSA")
        host = tlsa[0].removeprefix("_25._tcp.")
        zone.records = [r for r in zone.records if r is tlsa or r[0] != tlsa[0] or r[2] != "TLSA"]
        mark = tlsa[3][6:22]
        if fault == "mismatch":
            mark = f"{self.rng.getrandbits(64):016x}"
            tlsa[3] = f"3 1 1 {mark}{tlsa[3][22:]}"
        elif fault == "other-name":
            tlsa[0] += f".{zone.name}"
        elif fault == "other-port":
            tlsa[0] = f"_465._tcp.{host}"
        elif fault == "usage":
            tlsa[3] = f"1{tlsa[3][1:]}"
        elif fault == "long":
            tlsa[1] = 8 * 86400
        elif fault == "duplicate":
            zone.records.insert(zone.records.index(tlsa) + 1, list(tlsa))
        elif fault == "invalid":
            tlsa[2] = "TSLA"
        elif fault == "policy":
            mark = "v=STSv1"
            zone.add("_mta-sts", "TXT", '"v=STSv1"')
        elif fault == "no-address":
            mark = f"lost.{zone.name}"
            zone.add("old", "MX", f"10 {mark}.")
        elif fault == "alias":
            mark = f"alias.{zone.name}"
            zone.add("old", "MX", f"10 {mark}.")
            zone.add("alias", "CNAME", f"mx1.{hoster.name}.")
            key = self.folder / "chains/knot"
            (key / f"{mark}.pem").write_bytes((key / f"mx1.{hoster.name}.pem").read_bytes())
        self.marks.append((CODES[fault], zone, mark, fault))

    def locate(self, place):
        """Where the faults of a folder came to stand."""
        for codes, zone, mark, fault in self.marks:
            kind = {"no-address": "MX", "alias": "MX", "policy": "TXT", "invalid": "TSLA"}.get(fault, "TLSA")
            found = []
            for file in sorted(p for p in place.rglob("*") if p.is_file()):
                lines = file.read_text(encoding="ascii").splitlines()
                for number, line in enumerate(lines):
                    start = number - 1 if number and lines[number - 1].endswith("(") else number
                    relative = mark.removesuffix(f".{zone.name}")
                    if (mark in line.lower() or mark in line or relative in line.split()) and kind in lines[start].split():
                        if zone.name in line or zone.name in file.name or zone.name in "".join(lines[:4]):
                            found.append((file, start + 1))
            where = found[1] if fault == "duplicate" else found[0]
            assert len(found) == (2 if fault == "duplicate" else 1), (zone.name, mark, found)
            self.planted += [(code, str(where[0].relative_to(self.folder)), where[1]) for code in codes]
        self.marks = []

    # ---- The forms ----

    def by_hand(self, zone, part=None):
        """As people write: some state the origin, leave owners out, break lines. `part` is a fragment's file."""
        relative = self.rng.random() < 0.5
        lines = [f"; {zone.name}: the zone of a customer"]
        if self.rng.random() < 0.4:
            lines.append(f"$ORIGIN {zone.name}.")
        lines.append(self.rng.choice(["$TTL 1h", "$TTL 3600 ; an hour"]))
        inside, before = [], None
        for owner, ttl, kind, data in zone.records:
            if relative:
                data = " ".join(w.removesuffix(f".{zone.name}.") if w.endswith(f".{zone.name}.") else w for w in data.split(" "))
            name = owner or self.rng.choice(["@", f"{zone.name}."])
            shown = "" if owner == before and part is None else name
            before = owner
            head = f"{shown}\t{'' if ttl == 3600 else ttl}\t{self.rng.choice(['IN ', ''])}{kind}\t"
            if kind == "SOA":
                words = data.split(" ")
                data = f"{words[0]} {words[1]} (\n\t\t{words[2]} ; serial\n\t\t4h 1h 4w 1h )"
            elif kind in ("TLSA", "TSLA") and self.rng.random() < 0.5:
                usage, text = data[:6], data[6:]
                data = f"{usage}(\n\t\t{text} )"
            (inside if part and kind in ("TLSA", "TSLA") else lines).append(head + data)
        if part:
            part.parent.mkdir(exist_ok=True)
            part.write_text("".join(f"{line}\n" for line in [f"; of {zone.name}", *inside]), encoding="ascii")
            lines.append(f"$INCLUDE {self.rng.choice(['inc/', str(part.parent.relative_to(self.folder)) + '/'])}{part.name}")
        return "".join(f"{line}\n" for line in lines)

    def outside(self, place, zones):
        """BIND's tree: files db.NAME, the TLSA records of some in a fragment."""
        for number, zone in enumerate(zones):
            part = place / "inc" / f"tlsa-{number}" if number % 2 == 0 and "arpa" not in zone.name else None
            (place / f"db.{zone.name}").write_text(self.by_hand(zone, part), encoding="ascii")
        (place / "README.md").write_text("Raise the SOA serial by one.\n", encoding="ascii")

    inside = outside

    def nsd(self, place, zones):
        """Files named after their zones."""
        for zone in zones:
            (place / zone.name).write_text(self.by_hand(zone), encoding="ascii")

    def knot(self, place, zones):
        """As Knot writes them."""
        for zone in zones:
            (place / f"{zone.name}.zone").write_text(self.by_hand(zone), encoding="ascii")
        state = self.folder / "knot"
        (state / "db").mkdir(parents=True)
        conf = state / "knot.conf"
        conf.write_text(f"server:\n  rundir: {state}\n  listen: 127.0.0.1@5398\ncontrol:\n  listen: {state}/s\n"
                        f"database:\n  storage: {state}/db\ntemplate:\n- id: default\n  storage: {place}\n  file: \"%s.zone\"\n"
                        "zone:\n" + "".join(f"- domain: {zone.name}\n" for zone in zones), encoding="ascii")
        control = [pathlib.Path(find("knot")).parent / "knotc", "-b", "-c", conf]
        with served([find("knot"), "-c", conf], {}, [*control, "zone-status"]):
            subprocess.run([*control, "-f", "zone-flush"], check=True, capture_output=True, timeout=60)
        assert all(";; Zone dump" in (place / f"{zone.name}.zone").read_text(encoding="ascii") for zone in zones)

    def signed(self, place, zones):
        """As dig prints a transfer of zones that BIND has signed, every second with NSEC3."""
        state = self.folder / "named"
        state.mkdir()
        tools, libraries = pathlib.Path(find("dnssec-signzone")).parent, {"LD_LIBRARY_PATH": find("bind-libraries")}
        text = (f'options {{ directory "{state}"; listen-on port 5399 {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n'
                "pid-file none; session-keyfile none; recursion no; allow-transfer { any; }; check-integrity no; };\n"
                "controls { };\n")
        for number, zone in enumerate(zones):
            plain = state / f"{zone.name}.plain"
            plain.write_text(self.by_hand(zone), encoding="ascii")
            subprocess.run([tools / "dnssec-keygen", "-q", "-K", state, "-a", "ECDSAP256SHA256", "-f", "KSK", zone.name],
                           env=libraries, check=True, capture_output=True, timeout=60)
            subprocess.run([tools / "dnssec-signzone", "-S", "-z", "-d", state, "-K", state, "-o", zone.name,
                            "-f", state / zone.name, *(["-3", "-"] if number % 2 else []), plain], env=libraries,
                           check=True, capture_output=True, timeout=60)
            text += f'zone "{zone.name}" {{ type primary; file "{zone.name}"; }};\n'
        (state / "named.conf").write_text(text, encoding="ascii")
        dig = ["dig", "@127.0.0.1", "-p", "5399", "+tries=1", "+time=2"]
        with served([find("named"), "-g", "-c", state / "named.conf"], libraries, [*dig, zones[-1].name, "soa"]):
            for zone in zones:
                printed = subprocess.run([*dig, zone.name, "axfr"], check=True, capture_output=True, text=True,
                                         timeout=60).stdout
                assert printed.count("\tSOA\t") == 2 and "\tRRSIG\t" in printed
                (place / f"{zone.name}.zone").write_text(printed, encoding="ascii")

    def powerdns(self, place, zones):
        """As pdnsutil lists them; some have records that only PowerDNS knows."""
        state = self.folder / "pdns"
        state.mkdir()
        text = ""
        for zone in zones:
            if "arpa" not in zone.name:
                zone.add("geo", "LUA", "A \"pickrandom({'192.0.2.1', '192.0.2.2'})\"")
                zone.add("cdn", "ALIAS", "cdn.elsewhere.example.")
            (state / zone.name).write_text(self.by_hand(zone), encoding="ascii")
            text += f'zone "{zone.name}" {{ type master; file "{state / zone.name}"; }};\n'
        (state / "named.conf").write_text(text, encoding="ascii")
        (state / "pdns.conf").write_text(f"launch=bind\nmodule-dir={find('pdns-modules')}\nbind-config={state}/named.conf\n",
                                         encoding="ascii")
        for zone in zones:
            listed = subprocess.run([find("pdnsutil"), f"--config-dir={state}", "list-zone", zone.name], check=True,
                                    capture_output=True, text=True, timeout=60).stdout
            assert listed.startswith("$ORIGIN .\n")
            (place / f"{zone.name}.zone").write_text(listed, encoding="ascii")

    def dnscontrol(self, place, zones):
        """$TTL first, then a comment; columns; metadata as comments."""
        for zone in zones:
            lines, before = ["$TTL 3600", "; generated with dnscontrol 2026-11-29T03:00:00Z"], None
            for owner, ttl, kind, data in zone.records:
                name = "" if owner == before else owner or "@"
                before = owner
                lines.append(f"{name:<10} {'' if ttl == 3600 else ttl:<5} IN {kind:<5} {data}")
            lines.append(";old             IN R53_ALIAS  atype=A zone_id=Z1")
            (place / f"{zone.name}.zone").write_text("".join(f"{line}\n" for line in lines), encoding="ascii")

    def octodns(self, place, zones):
        """$ORIGIN, the SOA over lines, then columns as wide as the longest name; a dot ends the file's name."""
        for zone in zones:
            soa = zone.records[0][3].split(" ")
            text = (f"$ORIGIN {zone.name}.\n\n@ 3600 IN SOA {soa[0]} {soa[1]} (\n    {soa[2]} ; Serial\n    {soa[3]} ; Refresh\n"
                    f"    {soa[4]} ; Retry\n    {soa[5]} ; Expire\n    {soa[6]} ; NXDOMAIN ttl\n)\n\n")
            width, before = max(len(r[0]) for r in zone.records), None
            for owner, ttl, kind, data in zone.records[1:]:
                if kind == "TXT":
                    data = data.replace(";", "\\;")
                text += f"{'' if owner == before else owner or '@':<{width}} {ttl:8d} IN {kind:<8} {data}\n"
                before = owner
            (place / f"{zone.name}.").write_text(text, encoding="ascii")

    def terraform(self, place, zones):
        """A plan, and what plan-to-zones of the example makes of it."""
        known, module = [], []
        for number, zone in enumerate(zones):
            known.append({"address": f"aws_route53_zone.z[{number}]", "mode": "managed", "type": "aws_route53_zone",
                          "values": {"name": zone.name, "zone_id": f"Z{number}", "vpc": []}})
            sets = {}
            for owner, ttl, kind, data in zone.records[1:]:
                sets.setdefault((owner, kind), (ttl, []))[1].append(data.strip('"').replace('" "', '""'))
            for place_of, ((owner, kind), (ttl, data)) in enumerate(sets.items()):
                module.append({"address": f"module.r.aws_route53_record.r[{number}-{place_of}]", "mode": "managed",
                               "type": "aws_route53_record",
                               "values": {"name": owner or zone.name, "type": kind, "ttl": ttl, "zone_id": f"Z{number}",
                                          "records": data if kind != "CAA" else ['0 issue "ca.example"'], "alias": []}})
        plan = {"format_version": "1.2", "planned_values": {"root_module": {
            "resources": known, "child_modules": [{"address": "module.r", "resources": module}]}}}
        program = pathlib.Path(__file__).parents[1] / "examples/zone-forms/terraform/plan-to-zones"
        subprocess.run([program, place], input=json.dumps(plan), text=True, check=True, timeout=60)


class served:
    """A name server that runs for the time of a block, from when `ready` succeeds."""

    def __init__(self, command, environment, ready):
        self.command, self.environment, self.ready = command, environment, ready

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            done = subprocess.run(self.ready, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode == 0 and "SERVFAIL" not in done.stdout:
                return
            time.sleep(0.2)
        raise TimeoutError(self.command[0])

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

"""One zone: its records, its denial chain, its signatures, its master file."""

import base64
import hashlib

import dns.name
import dns.rdata
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY import NSEC, NSEC3

from world.keys import IN, ZoneKeys, delegation
from world.sign import DAMAGE, PERIODS, Signer, replaced

RR = dns.rdatatype
OPT_OUT = 1
BASE32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                         b"0123456789ABCDEFGHIJKLMNOPQRSTUV")


class ZoneData:
    """The records of one zone, gathered and then signed as its spec says."""

    def __init__(self, origin, spec, name_server):
        self.origin = dns.name.from_text(origin)
        self.spec = spec
        self.name_server = name_server
        self.keys = ZoneKeys(spec) if spec.algorithm else None
        self._sets = {}
        self._signatures = {}
        self._faults = {}
        for name, rdtype, fault in spec.faults:
            assert fault in DAMAGE or fault in PERIODS, fault
            name = name if name == "*" else self._absolute(name)
            self._faults[name, RR.from_text(rdtype)] = fault
        self._apex()
        for line in spec.records:
            self.add(line)

    def add(self, line):
        """Add one record: "OWNER [TTL] TYPE RDATA", the owner relative to the zone."""
        owner, word, rest = line.split(maxsplit=2)
        ttl = self.spec.ttl
        if word.isdigit():
            ttl = int(word)
            word, _, rest = rest.partition(" ")
        rdata = dns.rdata.from_text(IN, RR.from_text(word), rest, origin=self.origin,
                                    relativize=False)
        self.add_rdata(self._absolute(owner), ttl, rdata)

    def add_rdata(self, name, ttl, rdata):
        """Add one record; equal ones are kept once."""
        rrset = self._sets.setdefault((name, rdata.rdtype),
                                      dns.rrset.RRset(name, IN, rdata.rdtype))
        rrset.add(rdata, ttl)

    def delegate(self, child):
        """Add the delegation of another zone of the lab."""
        host = child.origin
        server = dns.name.from_text("ns-lab", host)
        self.add(f"{host} NS {server}")
        self.add(f"{server} A {child.name_server}")
        if child.keys:
            for rdata in delegation(child.origin, child.keys, child.spec.ds):
                self.add_rdata(host, self.spec.ttl, rdata)

    def text(self, now):
        """The master file, signed at `now`."""
        if self.keys:
            self._sign(now)
        served = [*self._sets.values(), *self._signatures.values()]
        return "".join(self._line(rrset, rdata) for rrset in served for rdata in rrset)

    def unsigned(self):
        """The master file for another signer, who adds the keys."""
        return "".join(self._line(rrset, rdata) for rrset in self._sets.values()
                       if rrset.rdtype != RR.DNSKEY for rdata in rrset)

    def records(self, name, rdtype):
        """The records of one name and type."""
        return self._sets[dns.name.from_text(name), RR.from_text(rdtype)]

    def _line(self, rrset, rdata):
        # The generic form (RFC 3597) is the only one that bad TLSA records have; PowerDNS cannot
        # read it.
        generic = rrset.rdtype == RR.TLSA and self.spec.server != "guest-pdns"
        text = rdata.to_generic() if generic else rdata
        return f"{rrset.name} {rrset.ttl} IN {RR.to_text(rrset.rdtype)} {text.to_text()}\n"

    def _absolute(self, name):
        return self.origin if name == "@" else dns.name.from_text(name, self.origin)

    def _apex(self):
        self.add(f"@ SOA ns-lab hostmaster 1 3600 900 {self.spec.expire} 300")
        self.add("@ NS ns-lab")
        self.add(f"ns-lab A {self.name_server}")
        if self.keys:
            for key in self.keys.published:
                self.add_rdata(self.origin, self.spec.ttl, key)

    def _foreign(self):
        """The names on which this zone has no say: those below delegations and DNAMEs."""
        cuts = {name for name, rdtype in self._sets
                if rdtype == RR.DNAME or (rdtype == RR.NS and name != self.origin)}

        def below(name):
            while name != self.origin:
                name = name.parent()
                if name in cuts:
                    return True
            return False
        return {name for name, _ in self._sets if below(name)}

    def _sign(self, now):
        signer = Signer(self.origin, self.keys, now)
        foreign = self._foreign()
        names = {}
        for name, rdtype in self._sets:
            if name not in foreign:
                names.setdefault(name, set()).add(rdtype)
        delegations = {name for name, types in names.items()
                       if RR.NS in types and name != self.origin}
        if self.spec.denial == "nsec":
            self._add_nsec(names)
        else:
            self._add_nsec3(names, delegations)
        for (name, rdtype), rrset in list(self._sets.items()):
            unsigned = name in delegations and rdtype not in (RR.DS, RR.NSEC)
            if name not in foreign and not unsigned:
                self._sign_one(signer, rrset)

    def _sign_one(self, signer, rrset):
        name, rdtype = rrset.name, rrset.rdtype
        denial = rdtype in (RR.NSEC, RR.NSEC3)
        fault = (self._faults.get((name, RR.NSEC if denial else rdtype)) or
                 self._faults.get(("*", RR.NSEC if denial else rdtype)) or
                 self._faults.get(("*", RR.ANY)))
        signatures = signer.sign(rrset, fault)
        if signatures:
            self._signatures[name, rdtype] = signatures
        if fault == "replaced":
            self._sets[name, rdtype] = replaced(rrset)
        if fault == "remove":
            del self._sets[name, rdtype]

    def _add_nsec(self, names):
        order = sorted(names)
        for name, following in zip(order, order[1:] + order[:1]):
            types = names[name] | {RR.NSEC, RR.RRSIG}
            self.add_rdata(name, 300, NSEC.NSEC(IN, RR.NSEC, following, _windows(types)))

    def _add_nsec3(self, names, delegations):
        opt_out = self.spec.denial == "optout"
        salt = "-"
        self.add(f"@ NSEC3PARAM 1 0 {self.spec.iterations} {salt}")
        names[self.origin].add(RR.NSEC3PARAM)
        if opt_out:
            for name in delegations:
                if RR.DS not in names[name]:
                    del names[name]
        for name in list(names):
            while name != self.origin:
                name = name.parent()
                names.setdefault(name, set())
        hashed = sorted((self.hash(name), types, name in delegations)
                        for name, types in names.items())
        for (digest, types, cut), (following, *_) in zip(hashed, hashed[1:] + hashed[:1]):
            signed = types and (not cut or RR.DS in types)
            types = types | ({RR.RRSIG} if signed else set())
            owner = dns.name.from_text(_base32(digest), self.origin)
            self.add_rdata(owner, 300, NSEC3.NSEC3(
                IN, RR.NSEC3, 1, OPT_OUT if opt_out else 0, self.spec.iterations, b"",
                following, _windows(types)))

    def hash(self, name):
        """The NSEC3 hash of a name (RFC 5155 §5)."""
        digest = hashlib.sha1(name.to_digestable()).digest()
        for _ in range(self.spec.iterations):
            digest = hashlib.sha1(digest).digest()
        return digest


def _windows(types):
    """The type bitmap (RFC 4034 §4.1.2); every type of the lab is in window 0."""
    if not types:
        return []
    octets = bytearray(max(types) // 8 + 1)
    for rdtype in types:
        octets[rdtype // 8] |= 0x80 >> rdtype % 8
    return [(0, bytes(octets))]


def _base32(octets):
    return base64.b32encode(octets).translate(BASE32).decode()

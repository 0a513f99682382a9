"""DNSSEC keys of a zone, and the DS records its parent publishes for them."""

import base64
import functools
import hashlib

import dns.dnssec
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

IN = dns.rdataclass.IN
SEP = 257
ZONE = 256
UNKNOWN_ALGORITHM = 199  # unassigned: no validator knows it

NUMBERS = {"rsasha1": 5, "rsasha1-nsec3": 7, "rsasha256": 8, "rsasha512": 10,
           "ecdsa256": 13, "ecdsa384": 14, "ed25519": 15, "ed448": 16,
           "unknown": UNKNOWN_ALGORITHM}

DIGESTS = {"sha1": (1, hashlib.sha1), "sha256": (2, hashlib.sha256),
           "sha384": (4, hashlib.sha384),
           # No validator knows digest type 200; its octets do not matter.
           "unknown-digest": (200, hashlib.sha256)}

_rsa_keys = []


def make_private(algorithm):
    """A private key for a DNSSEC algorithm; RSA keys come from a pool of three."""
    if algorithm.startswith("rsa"):
        if len(_rsa_keys) < 3:
            _rsa_keys.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
        else:
            _rsa_keys.append(_rsa_keys.pop(0))
        return _rsa_keys[-1]
    makers = {"ecdsa384": lambda: ec.generate_private_key(ec.SECP384R1()),
              "ed25519": ed25519.Ed25519PrivateKey.generate,
              "ed448": ed448.Ed448PrivateKey.generate}
    return makers.get(algorithm, lambda: ec.generate_private_key(ec.SECP256R1()))()


class Key:
    """One DNSKEY with its private half."""

    def __init__(self, algorithm, flags):
        self.private = make_private(algorithm)
        # What is signed with: an unknown algorithm is ECDSA with another number on it.
        number = 13 if algorithm == "unknown" else NUMBERS[algorithm]
        self.signing = dns.dnssec.make_dnskey(self.private.public_key(), number, flags=flags)
        self.dnskey = self.signing.replace(algorithm=NUMBERS[algorithm])
        self.tag = dns.dnssec.key_id(self.dnskey)


    def files(self, origin):
        """What BIND keeps in files and others read: (file name, text) of both halves; ECDSA only."""
        size = (self.private.key_size + 7) // 8
        octets = self.private.private_numbers().private_value.to_bytes(size, "big")
        base = f"K{origin}+{self.dnskey.algorithm:03}+{self.tag:05}"
        yield f"{base}.key", f"{origin} 3600 IN DNSKEY {self.dnskey.to_text()}\n"
        yield f"{base}.private", (
            f"Private-key-format: v1.3\nAlgorithm: {self.dnskey.algorithm:d} (ECDSA)\n"
            f"PrivateKey: {base64.b64encode(octets).decode()}\n"
            + "".join(f"{time}: 20200101000000\n" for time in ("Created", "Publish", "Activate")))


class ZoneKeys:
    """The keys of one zone: one for all, or one for keys and one for data."""

    def __init__(self, algorithm, split, spare):
        self.ksk = Key(algorithm, SEP)
        self.zsk = Key(algorithm, ZONE) if split else self.ksk
        self.spare = Key("unknown", SEP) if spare else None
        self.published = [self.ksk] + ([self.zsk] if split else []) + ([self.spare] if spare else [])
        self._algorithm = algorithm

    @functools.cached_property
    def stranger(self):
        """A key that may sign, but is not published."""
        return Key(self._algorithm, SEP)


def delegation(origin, keys, words):
    """The DS rdata for a zone.  Words: a digest, alone or with `wrong-key`, `wrong-digest`,
    `unknown-algorithm` or `gost` after a colon; no words, no DS."""
    found = [_one_ds(origin, keys.stranger if twist == "wrong-key" else keys.ksk, digest, twist)
             for digest, _, twist in (word.partition(":") for word in words)]
    return found + ([_one_ds(origin, keys.spare, "sha256", "")] if keys.spare else [])


def _one_ds(origin, key, digest, twist):
    number, function = DIGESTS[digest]
    octets = function(origin.to_digestable() + key.dnskey.to_wire(origin=origin)).hexdigest()
    if twist == "wrong-digest":
        octets = octets[::-1]
    twists = {"unknown-algorithm": UNKNOWN_ALGORITHM, "gost": 12}
    algorithm = twists.get(twist, key.dnskey.algorithm)
    return dns.rdata.from_text(IN, dns.rdatatype.DS, f"{key.tag} {algorithm} {number} {octets}")

"""DNSSEC keys of a zone, and the DS records its parent publishes for them."""

import base64
import functools
import hashlib
import math

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


def _with_exponent(private, bits):
    """The RSA key with a public exponent of so many bits."""
    numbers = private.private_numbers()
    p, q = numbers.p, numbers.q
    order = (p - 1) * (q - 1)
    e = (1 << (bits - 1)) + 1
    while math.gcd(e, order) != 1:
        e += 2
    d = pow(e, -1, order)
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, numbers.public_numbers.n)).private_key()


def _with_zero(dnskey, before):
    """The RSA DNSKEY with a zero octet before its "exponent" or "modulus" (RFC 3110 §2 forbids both)."""
    length = dnskey.key[0]
    exponent, modulus = dnskey.key[1:1 + length], dnskey.key[1 + length:]
    if before == "exponent":
        exponent = b"\0" + exponent
    else:
        modulus = b"\0" + modulus
    return dnskey.replace(key=bytes([len(exponent)]) + exponent + modulus)


# Keys that nobody signs with: (algorithm, data) of each.
OTHERS = {"cut": (13, b"\1\2\3"), "off-curve": (13, bytes(range(64))), "ed25519-cut": (15, b"\1\2\3"),
          "rsa-cut": (8, b"\xff\3\1\0\1"), "rsa-no-modulus": (8, b"\3\1\0\1"),
          "rsa-exponent": (8, b"\10\1\0\0\0\0\0\0\1" + b"\xf1" * 256),
          "rsa-zero": (8, b"\3\1\0\1\0" + b"\xf1" * 255),
          "unknown": (UNKNOWN_ALGORITHM, b"\1\2\3")}


def _others(word, keys):
    """DNSKEYs beside those of a zone: NAME or NAME:FLAGS of OTHERS (flags 256 sort before a key-signing
    key); or ksk:N, zsk:N, so many with the tag of that key, which sort behind it, before it where N is
    negative."""
    name, _, number = word.partition(":")
    if name in OTHERS:
        algorithm, octets = OTHERS[name]
        return [keys.ksk.dnskey.replace(flags=int(number or ZONE), algorithm=algorithm, key=octets)]
    like = getattr(keys, name).dnskey
    step = 1 if int(number) > 0 else -1
    return [_same_tag(like, times * step) for times in range(1, abs(int(number)) + 1)]


def _same_tag(like, more):
    """Another key with the tag (RFC 4034 appendix B): what one octet gains another loses."""
    octets = bytearray(like.key)
    at = next(at for at in range(len(octets) - 2)
              if 10 < octets[at] < 245 and 10 < octets[at + 2] < 245)
    octets[at] += more
    octets[at + 2] -= more
    return like.replace(key=bytes(octets))


class Key:
    """One DNSKEY with its private half."""

    def __init__(self, algorithm, flags, form=""):
        self.private = make_private(algorithm)
        word, _, rest = form.partition(":")
        if word == "exponent":
            self.private = _with_exponent(self.private, int(rest))
        # What is signed with: an unknown algorithm is ECDSA with another number on it.
        number = 13 if algorithm == "unknown" else NUMBERS[algorithm]
        self.signing = dns.dnssec.make_dnskey(self.private.public_key(), number, flags=flags)
        if word == "zero":
            self.signing = _with_zero(self.signing, rest)
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

    def __init__(self, spec):
        self.ksk = Key(spec.algorithm, SEP, spec.key_form)
        self.zsk = Key(spec.algorithm, ZONE) if spec.split_keys else self.ksk
        self.spare = Key("unknown", SEP) if spec.spare else None
        # The others first: NSD leaves the order as it is, and Unbound tries them in theirs.
        self.published = [other for word in spec.more_keys for other in _others(word, self)]
        self.published += [key.dnskey for key in dict.fromkeys((self.ksk, self.zsk, self.spare)) if key]
        self._algorithm = spec.algorithm

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

"""Signatures over RRsets, good ones and bad ones.

A fault is a word; FAULTS says what each does to the signatures of an RRset.
"""

from unittest import mock

import dns.dnssec
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.RRSIG import RRSIG

from world.keys import IN, UNKNOWN_ALGORITHM

DAY = 86400
HOUR = 3600
# Inception and expiration of a good signature, in seconds from now.
GOOD = (-HOUR, 30 * DAY)

# The validity of signatures that are right but for their dates.
PERIODS = {
    "expired": (-60 * DAY, -30 * DAY),
    "future": (30 * DAY, 60 * DAY),
    "expiring": (-80 * DAY, 5 * DAY),
    "on-the-fly": (-HOUR, 2 * DAY),
    # More and less than a quarter of its life is left, 10.25 and 11.25 days.
    "on-schedule": (-30 * DAY, 11 * DAY),
    "overdue": (-34 * DAY, 11 * DAY),
    # Past 2038-01-19 a 32-bit time is negative (RFC 4034 §3.1.5 has serial arithmetic).
    "after-2038": (-HOUR, None),
}
AFTER_2038 = 0x80000000 + 30 * DAY
# Other faults: how the RRset or its signature is damaged.
DAMAGE = ("strip", "wrong-key", "forged", "replaced", "remove", "foreign-signer", "labels",
          "unknown-algorithm", "double")


class Signer:
    """Signs the RRsets of one zone."""

    def __init__(self, origin, keys, now):
        self._origin = origin
        self._keys = keys
        self._now = now

    def sign(self, rrset, fault=None):
        """The RRSIG RRset for `rrset`, None where the fault strips it."""
        if fault in ("strip", "remove"):
            return None
        key = self._keys.ksk if rrset.rdtype == dns.rdatatype.DNSKEY else self._keys.zsk
        signatures = [self._signature(rrset, key, fault)]
        if fault == "double":
            # A broken signature beside a good one: still secure (RFC 4035 §5.3.3).
            signatures = [_damaged(signatures[0]), signatures[0]]
        return dns.rrset.from_rdata_list(rrset.name, rrset.ttl, signatures)

    def _signature(self, rrset, key, fault):
        if fault == "wrong-key":
            key = self._keys.stranger
        signer = self._origin
        if fault == "foreign-signer":
            signer = self._origin.parent()
        first, last = PERIODS.get(fault, GOOD)
        expiration = AFTER_2038 if last is None else self._now + last
        with mock.patch.object(dns.dnssec, "RRSIG", _rrsig_of(rrset.name)):
            signature = dns.dnssec.sign(rrset, key.private, signer, key.signing,
                                        inception=self._now + first, expiration=expiration)
        if fault == "forged":
            return _damaged(signature)
        if fault == "labels":
            return signature.replace(labels=signature.labels - 1)
        if key.dnskey.algorithm == UNKNOWN_ALGORITHM or fault == "unknown-algorithm":
            return signature.replace(algorithm=UNKNOWN_ALGORITHM, key_tag=key.tag)
        return signature


def _rrsig_of(owner):
    """Signatures over a name; dnspython before 2.7 counts a wildcard's asterisk, which RFC 4034
    §3.1.3 does not."""
    def create(**fields):
        return RRSIG(**{**fields, "labels": len(owner) - 1 - owner.is_wild()})
    return create


def _damaged(signature):
    octets = bytearray(signature.signature)
    octets[len(octets) // 2] ^= 0xFF
    return signature.replace(signature=bytes(octets))


def replaced(rrset):
    """Other data in the place of what was signed, of the same type."""
    substitutes = {dns.rdatatype.A: "20.25.0.81", dns.rdatatype.AAAA: "2a00:25::81",
                   dns.rdatatype.MX: "10 evil.example.",
                   dns.rdatatype.CNAME: "evil.example.",
                   dns.rdatatype.TLSA: "3 1 1 " + "66" * 32,
                   dns.rdatatype.TXT: '"v=STSv1; id=evil;"'}
    return dns.rrset.from_text(rrset.name, rrset.ttl, IN, rrset.rdtype,
                               substitutes[rrset.rdtype])

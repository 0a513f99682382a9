"""DNS messages that no resolver sends: true ones damaged at random, and records of every type that
getdns takes apart, cut, stretched and full of pointers.

Each maker is maker(random, octets, question_end) that returns the octets of a message; the id and
mostly the question are left, so that the message reaches what reads answers.
"""

import struct

import dns.rdata
import dns.rdataclass
import dns.rdatatype

HEADER = 12
TTL = b"\0\0\0\x3c"
# A record of each type in zone-file form, "@" a name: what its RDATA looks like when it is right.
RIGHT = {
    "A": "20.25.0.81", "NS": "@", "MD": "\\# 1 00", "MF": "\\# 1 00", "CNAME": "@",
    "SOA": "@ @ 1 2 3 4 5", "MB": "\\# 1 00", "MG": "\\# 1 00", "MR": "\\# 1 00",
    "NULL": "\\# 3 616263", "WKS": "20.25.0.81 6 25", "PTR": "@", "HINFO": "a b",
    "MINFO": "\\# 2 0000", "MX": "10 @", "TXT": '"v=STSv1; id=1;" b', "RP": "@ @", "AFSDB": "1 @",
    "X25": "1234", "ISDN": "12 34", "RT": "1 @", "NSAP": "0x47", "NSAP-PTR": "@",
    "SIG": "\\# 20 0001050200000001000000020000000100010061", "KEY": "\\# 7 0100030d616263",
    "PX": "1 @ @", "GPOS": "1 2 3", "AAAA": "2a00:25::81", "LOC": "52 22 23.000 N 4 53 32.000 E -2m",
    "NXT": "\\# 3 000061", "EID": "\\# 1 61", "NIMLOC": "\\# 1 61", "SRV": "1 2 25 @",
    "ATMA": "\\# 2 0061", "NAPTR": '1 2 "a" "b" "c" @', "KX": "1 @", "CERT": "1 2 3 YWJj",
    "A6": "\\# 2 8000", "DNAME": "@", "OPT": "\\# 8 000a0004aabbccdd",
    "APL": "1:20.25.0.0/16 !2:2a00::/16", "DS": "1 13 2 " + "ab" * 32, "SSHFP": "1 1 " + "ab" * 20,
    "IPSECKEY": "1 3 2 @ YWJj", "RRSIG": "TLSA 13 3 60 20350101000000 20240101000000 1 @ YWJj",
    "NSEC": "@ A RRSIG", "DNSKEY": "257 3 13 YWJj", "DHCID": "YWJj", "NSEC3": "1 0 1 ab 2vptu5timamqttgl4luu9kg21e0aor3s A",
    "NSEC3PARAM": "1 0 1 ab", "TLSA": "3 1 1 " + "ab" * 32, "SMIMEA": "3 1 1 " + "ab" * 32,
    "HIP": "2 200100107b1a74df365639cc39f1d578 YWJj @", "NINFO": "a", "TALINK": "\\# 2 0000",
    "CDS": "1 13 2 " + "ab" * 32, "CDNSKEY": "257 3 13 YWJj", "OPENPGPKEY": "YWJj",
    "CSYNC": "1 3 A", "ZONEMD": "1 1 1 " + "ab" * 48, "SVCB": "1 @ alpn=h2", "HTTPS": "1 @ port=25",
    "SPF": "a", "NID": "1 0001:0002:0003:0004", "L32": "1 1.2.3.4", "L64": "1 0001:0002:0003:0004", "LP": "1 @",
    "EUI48": "aa-bb-cc-dd-ee-ff", "EUI64": "aa-bb-cc-dd-ee-ff-00-11",
    "TKEY": "@ 1 2 3 0 YWJj", "TSIG": "@ 1 300 3 YWJj 1 0 0", "URI": '1 2 "a:b"',
    "CAA": '0 issue "a"', "AVC": "a", "DOA": "\\# 11 0000000100000001026162",
    "AMTRELAY": "1 0 3 @", "TA": "\\# 8 0001010261626364", "DLV": "1 13 2 " + "ab" * 32,
    "TYPE65280": "\\# 4 61626364",
}
TYPE_NUMBERS = {"TA": 32768, "DLV": 32769, "MINFO": 14, "MR": 9, "MG": 8, "MB": 7, "MD": 3, "MF": 4,
                "NULL": 10, "EID": 31, "NIMLOC": 32, "ATMA": 34, "A6": 38, "TALINK": 58, "DOA": 259,
                "AMTRELAY": 260, "NXT": 30, "SIG": 24, "KEY": 25}


def rdata_of(kind):
    """(number, octets) of the right RDATA of a type; names in it are plain."""
    number = TYPE_NUMBERS.get(kind) or dns.rdatatype.from_text(kind)
    text = RIGHT[kind].replace("@", "mx1.hostile.example.")
    if text.startswith("\\#"):
        return number, bytes.fromhex("".join(text.split()[2:]))
    return number, dns.rdata.from_text(dns.rdataclass.IN, number, text).to_wire()


RDATA = [rdata_of(kind) for kind in RIGHT]
NAME = b"\3mx1\7hostile\7example\0"


def record(number, rdata, owner=b"\xc0\x0c", length=None):
    """The octets of a record, its length a lie if one is given."""
    length = len(rdata) if length is None else length
    return owner + struct.pack("!HH", number, 1) + TTL + struct.pack("!H", length & 0xFFFF) + rdata


def message(octets, end, records, counts=None):
    """The question of a message, and these records, each (section, octets)."""
    found = [sum(section == one for one, _ in records) for section in range(3)]
    return (octets[:2] + b"\x81\xa0\0\1" + struct.pack("!HHH", *(counts or found)) +
            octets[HEADER:end] + b"".join(one for _, one in sorted(records)))


def flipped(random, octets, _):
    """Some octets are others."""
    octets = bytearray(octets)
    for _ in range(random.randint(1, 8)):
        octets[random.randrange(2, len(octets))] = random.choice(
            (0, 1, 0x3f, 0x40, 0x7f, 0xc0, 0xff, random.randrange(256)))
    return bytes(octets)


def cut(random, octets, _):
    """The message ends early."""
    return octets[:random.randrange(2, len(octets))]


def counted(random, octets, _):
    """The header counts other records than there are."""
    at = random.choice((4, 6, 8, 10))
    return octets[:at] + struct.pack("!H", random.choice((0, 1, 2, 3, 255, 65535))) + octets[at + 2:]


def pointed(random, octets, end):
    """A pointer to anywhere in the place of any two octets."""
    octets = bytearray(octets)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(end, len(octets) - 1) if len(octets) > end + 1 else HEADER
        target = random.choice((at, at - 1, at + 2, 0, HEADER, len(octets) - 1, len(octets), 0x3FFF,
                                random.randrange(len(octets))))
        octets[at:at + 2] = struct.pack("!H", 0xC000 | target & 0x3FFF)
    return bytes(octets)


def stretched(random, octets, _):
    """Octets more, in the middle or at the end."""
    at = random.choice((len(octets), random.randrange(HEADER, len(octets))))
    return octets[:at] + random.randbytes(random.randint(1, 300)) + octets[at:]


def noise(random, octets, end):
    """Nothing but the header, or the question too, is what it should be."""
    kept = random.choice((2, 4, HEADER, end))
    return octets[:kept] + random.randbytes(random.randint(HEADER, 600))


def typed(random, octets, end):
    """Records of any type, right, short, long, random, their names pointing anywhere."""
    records = []
    for _ in range(random.randint(1, 4)):
        number, rdata = random.choice(RDATA)
        shape = random.randrange(8)
        length = None
        if shape == 0:
            rdata = rdata[:random.randrange(len(rdata) + 1)]
        elif shape == 1:
            length = random.choice((0, 1, len(rdata) - 1, len(rdata) + 1, 65535))
        elif shape == 2:
            rdata = random.randbytes(random.randint(0, 40))
        elif shape == 3:
            at = rdata.find(NAME)
            target = struct.pack("!H", 0xC000 | random.randrange(0x3FFF if random.random() < 0.3 else 200))
            rdata = rdata.replace(NAME, target) if at >= 0 else rdata[:-2] + target
        elif shape == 4:
            rdata = rdata.replace(NAME, random.choice((
                b"\x3f" + b"a" * 63, b"\x40a\0", b"\x3fab", b"\1a" * 200 + b"\0", b"\1a" * 40, b"")))
        elif shape == 5:
            rdata = bytes(random.choice((one, random.randrange(256))) for one in rdata)
        owner = random.choice((b"\xc0\x0c",) * 6 + (
            b"\0", NAME, b"\3www\xc0\x0c", b"\xc0\xff", b"\x3f" + b"b" * 63 + b"\0", b"\x80\0"))
        records.append((random.choice((0, 0, 0, 1, 2)), record(number, rdata, owner, length)))
    return message(octets, end, records)


def last_cut(random, octets, end):
    """One record of any type, and the message ends within it."""
    number, rdata = random.choice(RDATA)
    one = record(number, rdata)
    whole = message(octets, end, [(random.randrange(3), one)])
    return whole[:len(whole) - random.randrange(len(one) + 1)]


FORMS = {"self": lambda at: struct.pack("!H", 0xC000 | min(at, 0x3FFF)),
         "back": lambda at: struct.pack("!H", 0xC000 | min(max(at - 12, HEADER), 0x3FFF)),
         "question": lambda at: b"\xc0\x0c", "root": lambda at: b"\0"}


def filled(octets, end, number, rdata, form):
    """As many records as there can be, and an alias of the asked name to itself."""
    records, at = [], end
    tail = record(5, b"\xc0\x0c")
    while at + 40 < 65535 - len(tail):
        records.append(record(number, rdata, form(at)))
        at += len(records[-1])
    return (octets[:2] + b"\x81\xa0\0\1" + struct.pack("!HHH", len(records) + 1, 0, 0) +
            octets[HEADER:end] + b"".join(records) + tail)


def full(random, octets, end):
    """As many octets as there can be: records that lead to each other, or to themselves."""
    return filled(octets, end, random.choice((5, 5, 39, 1, 46, 52, 15)),
                  random.choice((b"", b"\xc0\x0c")), FORMS[random.choice(sorted(FORMS))])


def full_of_pointers(form):
    """An attack for proxy.Proxy: aliases whose owners are pointers of one form."""
    def spoil(query, _):
        octets = query.to_wire()
        end = HEADER + len(query.question[0].name.to_wire()) + 4
        return filled(octets, end, 5, b"\xc0\x0c", FORMS[form])
    return spoil


MAKERS = (flipped,) * 4 + (cut, cut, counted, pointed, pointed, stretched, noise) + (typed,) * 6 + (
    last_cut, last_cut)


def hostile(random, octets, end):
    """A message from one of the makers; one of 400 is as long as there can be."""
    maker = full if random.randrange(400) == 0 else random.choice(MAKERS)
    return maker.__name__, maker(random, octets, end)[:65535]

"""Hostile text, and what no output may do with it: the table and the rules that several tests share."""

import base64
import json
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import dns.rdatatype
import dns.zone
import jsonschema

FORMATS = ("text", "json", "nagios", "prometheus", "junit", "tlsa", "sarif", "github")
VALIDATOR = jsonschema.Draft202012Validator(json.loads(
    (Path(__file__).resolve().parent / "report" / "mxdane.schema.json").read_text("utf-8")))


def utf8(text):
    """Text as UTF-8, code points that UTF-8 does not have included."""
    return text.encode("utf-8", "surrogatepass")


# label: octets.  None holds a NUL or a line end, so that they fit every place; see LINES and NUL.
TEXTS = {
    "color": b"\x1b[31mred\x1b[0m",
    "title": b"\x1b]0;title\x07",
    "title, 8-bit": b"\x9d0;title\x9c",
    "clear": b"\x1b[2J\x1b[H",
    "device control": b"\x1bPq#0\x1b\\",
    "answer back": b"\x1b[c\x1b[6n\x05",
    "link": b"\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "back over": b"good\x08\x08\x08\x08evil",
    "tab, bell, delete": b"a\tb\x07c\x7fd",
    "form feed": b"a\x0bb\x0cc",
    "C1 in UTF-8": utf8("\x80\x84\x85\x88\x8e\x90\x98\x9b31m\x9d0;x\x9c\x9f"),
    "C1 raw": b"\x9b31mred\x90q\x84\x85",
    "override": utf8("user\u202egpj.exe"),
    "embeddings": utf8("\u202a\u202b\u202d\u202c"),
    "isolates": utf8("\u2066\u2067\u2068\u2069"),
    "marks": utf8("\u200e\u200f\u061c"),
    "zero width": utf8("a\u200bb\u200cc\u200dd\u2060e\ufefff"),
    "separators": utf8("a\u2028b\u2029c\x85d"),
    "tags": utf8("x" + "".join(chr(0xe0000 + ord(c)) for c in "evil") + "\U000e007f"),
    "fillers": utf8("a\u115fb\u3164c\uffa0d\u00ade\u180ef\u034fg"),
    "selectors": utf8("a\U000e0100b\ufff9c\ufffad\ufffb"),
    "no characters": utf8("a\ufffeb\uffffc\U0001fffed\U0010ffff\ufdd0"),
    "overlong": b"\xc0\xaf\xc1\xbf\xe0\x80\x80\xe0\x80\xaf\xf0\x80\x80\xaf\xc0\x80",
    "surrogates": utf8("\ud800\udfff") + b"\xed\xa0\xbd\xed\xb8\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80\xf5\x80\x80\x80\xf8\x88\x80\x80\x80\xff\xfe",
    "truncated": b"\xe2\x82",
    "truncated in the midst": b"\xe2\x82(\xf0\x9f\x92x\xf0\x9f",
    "lone continuations": b"\x80\xbf\xa0",
    "Latin-1": b"caf\xe9 \xa0",
    "mark-up": b"<b>&amp;<![CDATA[x]]></testsuite><!--\"'",
    "entities": b"&lol;&#0;&#x1b;]]>",
    "JSON": b"\",\"status\":\"ok\"}{\"\\u0000\\",
    "metrics": b"a\"} 1\\",
    "performance data": b"OK | time=0s;;;; 'x'=1",
    "zone file": b"; $INCLUDE /etc/passwd ( \"",
    "format": b"%s%n%1000000d%%",
    "many marks": utf8("e" + "\u0301" * 60),
    "wide": utf8("\u5317\u4eac\U0001f4e7"),
    "10,000 octets": b"a" * 10000,
    "10,000 escapes": b"\x1b" * 10000,
}
LINES = {
    "line end": b"a\nMXDANE OK - fine",
    "CRLF": b"a\r\n250 fine",
    "lone CR": b"bad\rgood",
    "forged metric": b"x\nmxdane_status{domain=\"evil\"} 0\n# EOF",
    "forged record": b"x\n_25._tcp.evil.example. 3600 IN TLSA 3 1 1 " + b"66" * 32,
}
NUL = {"NUL": b"a\x00b", "NULs": b"\x00\x00", "NUL and escape": b"good.example\x00\x1b[31m.evil"}


# A key that protects nothing; the certificates over it are not even signed.
SPKI = bytes.fromhex("302a300506032b6570032100" + "11" * 32)
ED25519 = bytes.fromhex("300506032b6570")


def tlv(tag, *parts):
    """DER."""
    value = b"".join(parts)
    size = len(value)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 128 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + value


def certificate(text):
    """PEM of a certificate with the text in subject, issuer and subjectAltName, of every kind."""
    def name(*values):
        return tlv(0x30, *(tlv(0x31, tlv(0x30, bytes.fromhex(oid), tlv(tag, value)))
                           for oid, tag, value in values))
    # commonName, organizationName, emailAddress, an attribute that nobody knows
    names = [("0603550403", 0x0c, text), ("060355040a", 0x13, text), ("060355040b", 0x14, text),
             ("06092a864886f70d010901", 0x16, text), ("06032a0304", 0x0c, text)]
    alternatives = tlv(0x30, tlv(0x82, text), tlv(0x82, b"mx.x.example"), tlv(0x81, text),
                       tlv(0x86, text), tlv(0xa4, name(names[0])))
    extensions = tlv(0xa3, tlv(0x30, tlv(
        0x30, bytes.fromhex("0603551d11"), tlv(0x04, alternatives))))
    dates = tlv(0x30, tlv(0x17, b"250101000000Z"), tlv(0x17, b"450101000000Z"))
    signed = tlv(0x30, tlv(0xa0, b"\x02\x01\x02"), b"\x02\x01\x01", ED25519, name(*names), dates,
                 name(*reversed(names)), SPKI, extensions)
    der = tlv(0x30, signed, ED25519, tlv(0x03, b"\0" * 65))
    lines = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{lines}-----END CERTIFICATE-----\n".encode()


UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def check_text(text, also=""):
    """No character that moves the cursor, reorders or hides."""
    bad = {hex(ord(c)) for c in text if unicodedata.category(c) in UNSAFE and c not in "\n" + also}
    assert not bad, f"{bad} in {text!r:.300}"


def _walk(value):
    if isinstance(value, str):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(
            value, list) else ():
        yield from _walk(child)


def check_json(text):
    """Lines of JSON that fit the schema; no string of theirs is unsafe when it is shown."""
    check_text(text)
    for line in text.splitlines():
        report = json.loads(line)
        VALIDATOR.validate(report)
        for string in _walk(report):
            check_text(string)


def check_nagios(text):
    """One status line with one bar, and none in what follows."""
    first, *more = text.split("\n")
    assert re.fullmatch(r"MXDANE (OK|WARNING|CRITICAL|UNKNOWN) - [^|]*\| time=[0-9.]+s;;;0; [^|]*",
                        first), first
    assert all(not line.startswith("MXDANE") or line.count("|") == 1 for line in more), more
    assert all("|" not in line for line in more if not line.startswith("MXDANE")), more


SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\} (-?[0-9][0-9.]*)')


def check_prometheus(text):
    """Families in one piece, each sample once; nothing that the exposition format does not have."""
    family, families, samples = None, set(), set()
    assert text.endswith("\n") or not text
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in families, family
            families.add(family)
        elif line.startswith("# TYPE "):
            assert re.fullmatch(f"# TYPE {family} gauge", line), line
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample and sample[1] == family, line
            assert (sample[1], sample[2]) not in samples, line
            samples.add((sample[1], sample[2]))


def check_junit(text):
    """XML whose text is safe; against its schema the caller holds it, all files at once."""
    for element in ElementTree.fromstring(text).iter():
        for value in (element.text or "", element.tail or "", *element.attrib.values()):
            check_text(value)


def check_tlsa(text):
    """A zone file of TLSA records and comments."""
    zone = dns.zone.from_text(text, origin=".", relativize=False, check_origin=False)
    assert {rdata.rdtype for _, _, rdata in zone.iterate_rdatas()} <= {dns.rdatatype.TLSA}
    assert "evil" not in "".join(name.to_text() for name, _ in zone.items())


def check_sarif(text):
    """One JSON value whose strings are safe."""
    def walk(value):
        if isinstance(value, str):
            for line in value.split("\n"):
                check_text(line)
        for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(child)
    walk(json.loads(text))


def check_github(text):
    """Every line is one command of ours."""
    for line in text.splitlines():
        assert re.match(r"::(error|warning|notice) (file=[^,:]+(,line=\d+,col=\d+)?,)?title=[^:,]+::", line), line


RULES = {"text": check_text, "json": check_json, "nagios": check_nagios,
         "prometheus": check_prometheus, "junit": check_junit, "tlsa": check_tlsa,
         "sarif": check_sarif, "github": check_github}


def check_output(kind, octets):
    """What a run wrote to standard output in this format."""
    text = octets.decode("utf-8")  # strictly
    check_text(text)
    if text:
        RULES[kind](text)


def check_errors(octets):
    """What a run wrote to standard error: whole lines of mxdane's own."""
    text = octets.decode("utf-8")
    check_text(text)
    assert all(line.startswith("mxdane: ") for line in text.splitlines()), text

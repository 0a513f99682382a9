"""What scripted DNS servers do: acts for dns_server.DnsServer, one function each, and tables of them."""

import socket
import struct
import time

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from servers.dns_server import framed, passed_on, to_octets
from servers.smtp_faults import DRIP_SECONDS, GARBAGE

RR = dns.rdatatype
VITAL = ("SOA", "NS", "DNSKEY", "DS")  # what keeps a zone alive


def respond(query, rcode=dns.rcode.NOERROR, answer=(), authority=()):
    """A response made of these RRsets."""
    response = dns.message.make_response(query, recursion_available=True)
    response.set_rcode(rcode)
    response.answer = list(answer)
    response.authority = list(authority)
    return response


# Which questions are struck ------------------------------------------------------------------

def on(rdtype, act):
    """An act on questions of one type, all else is passed on."""
    def attack(query, ask):
        return (act if query.question[0].rdtype == RR.from_text(rdtype) else passed_on)(query, ask)
    return attack


def on_name(owner, rdtype, act):
    """An act on one question."""
    def attack(query, ask):
        asked = query.question[0]
        hit = asked.name == dns.name.from_text(owner) and asked.rdtype == RR.from_text(rdtype)
        return (act if hit else passed_on)(query, ask)
    return attack


def by_type(rules):
    """An act for each type, "TYPE=ACT,TYPE=ACT" with words of AUTHORITY; ANY stands for every type but
    those that keep a zone alive. All else is passed on."""
    acts = {word: AUTHORITY[act] for word, act in (rule.split("=") for rule in rules.split(","))}

    def attack(query, ask):
        rdtype = RR.to_text(query.question[0].rdtype)
        rest = passed_on if rdtype in VITAL else acts.get("ANY", passed_on)
        return acts.get(rdtype, rest)(query, ask)
    return attack


# What is done to them ------------------------------------------------------------------------

def rcode(value):
    """An empty response with this code."""
    return lambda query, ask: respond(query, value)


refused = rcode(dns.rcode.REFUSED)


def silence(_query, _ask):
    """No answer; the connection stays."""
    return lambda stream: None


def reset(_query, _ask):
    """A RST."""
    def strike(stream):
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()
    return strike


def close(_query, _ask):
    """A FIN."""
    return None


def drip(query, ask):
    """The true answer, one octet a second."""
    octets = framed(ask.octets(query))

    def strike(stream):
        for octet in octets:
            stream.sendall(bytes((octet,)))
            time.sleep(DRIP_SECONDS)
    return strike


def garbage(query, _):
    """A message that means nothing, under the right id."""
    return query.to_wire()[:2] + b"\x81\x80" + GARBAGE


def endless(query, _):
    """Answers that nobody asked for, without end."""
    octets = query.to_wire()
    other = struct.pack("!H", struct.unpack("!H", octets[:2])[0] ^ 0x5555)
    batch = framed(other + b"\x81\x80" + octets[4:]) * 100

    def strike(stream):
        while True:
            stream.sendall(batch)
    return strike


def long_line(query, _):
    """The longest message that there is: the question, and no record that can be read."""
    octets = query.to_wire()
    return octets[:2] + b"\x81\x80\x00\x01\xff\xff" + octets[8:] + b"\xff" * (65535 - len(octets))


def wrong_protocol(_query, _ask):
    """An HTTP server."""
    return lambda stream: stream.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def after(query, ask):
    """The true answer, and behind it one that says that there is nothing, under the same id."""
    true = framed(ask.octets(query))
    false = dns.message.make_response(query)
    false.set_rcode(dns.rcode.NXDOMAIN)
    false.flags |= dns.flags.AD
    return lambda stream: stream.sendall(true + framed(false.to_wire()) * 3)


def mangled(query, _):
    """A message that announces an answer that is not there."""
    octets = bytearray(to_octets(respond(query)))
    octets[7] = 3
    return bytes(octets)


def lame(query, _):
    """An answer without authority, pointing nowhere."""
    return dns.message.make_response(query)


def deny_empty(query, ask):
    """The true answer, but NXDOMAIN at an empty non-terminal, as of a name server that knows no names but
    those of records (RFC 8020)."""
    response = ask(query)
    name = query.question[0].name
    after = [rr.next for rrset in response.authority if rrset.rdtype == RR.NSEC for rr in rrset]
    empty = [rr for rrset in response.authority if rrset.rdtype == RR.NSEC3 for rr in rrset if not rr.windows]
    if not response.answer and (empty or any(one != name and one.is_subdomain(name) for one in after)):
        response.set_rcode(dns.rcode.NXDOMAIN)
    return response


class Table:
    """Answers from lines "NAME TYPE DATA", all vouched for by AD; names under one of `unsigned` get no
    AD, those under one of `silent` no answer."""

    def __init__(self, records, unsigned=(), silent=()):
        self._records = {}
        self._unsigned, self._silent = tuple(unsigned), tuple(silent)
        for line in records:
            name, kind, data = line.split(None, 2)
            self._records.setdefault((name, kind), []).append(data)

    def __call__(self, query, _):
        name = query.question[0].name.to_text().lower()
        kind = RR.to_text(query.question[0].rdtype)
        if name.endswith(self._silent):
            return silence(query, _)
        response = respond(query)
        secure = True
        while True:
            secure = secure and not name.endswith(self._unsigned)
            found = kind if (name, kind) in self._records else "CNAME"
            data = self._records.get((name, found))
            if not data:
                break
            response.answer.append(dns.rrset.from_text_list(name, 3600, "IN", found, data))
            if found == kind:
                break
            name = data[0]
        if not data:
            if not any(known == name or known.endswith("." + name) for known, _ in self._records):
                response.set_rcode(dns.rcode.NXDOMAIN)
            response.authority.append(dns.rrset.from_text(
                "live.example.", 60, "IN", "SOA", "live.example. live.example. 1 1 1 1 60"))
        if secure:
            response.flags |= dns.flags.AD
        return response


# What a resolver does in the fault matrix, and a zone's name server in a scenario.
RESOLVER = {"refused": refused, "silence": silence, "reset": reset, "close": close, "drip": drip,
            "garbage": garbage, "endless": endless, "long line": long_line,
            "wrong protocol": wrong_protocol, "after 220": after}
AUTHORITY = {"servfail": rcode(dns.rcode.SERVFAIL), "refused": rcode(dns.rcode.REFUSED),
             "formerr": rcode(dns.rcode.FORMERR), "notimp": rcode(dns.rcode.NOTIMP),
             "drop": silence, "mangle": mangled, "lame": lame}

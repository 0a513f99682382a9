"""Name servers that misbehave for some types and pass the rest on to NSD.

Each address has its own rules, "TYPE=ACT,TYPE=ACT"; ANY stands for every type
but those that keep a zone alive (SOA, NS, DNSKEY, DS).  Acts are:
    servfail, refused, formerr, notimp   an answer with this response code and nothing else
    drop                                 no answer at all
    mangle                               an answer that cannot be parsed
    lame                                 an answer without authority, pointing back at the root
"""

import selectors
import socket
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from world.net import LEAVES

RCODES = {"servfail": dns.rcode.SERVFAIL, "refused": dns.rcode.REFUSED,
          "formerr": dns.rcode.FORMERR, "notimp": dns.rcode.NOTIMP}
VITAL = ("SOA", "NS", "DNSKEY", "DS")


def parse_rules(text):
    """{"TLSA": "servfail"} from "TLSA=servfail"."""
    return dict(rule.split("=") for rule in text.split(","))


def answer(octets, rules, forward):
    """The response to one query; None for none."""
    query = dns.message.from_wire(octets)
    rdtype = dns.rdatatype.to_text(query.question[0].rdtype)
    act = rules.get(rdtype) or (None if rdtype in VITAL else rules.get("ANY"))
    if act is None:
        return forward(octets)
    if act == "drop":
        return None
    response = dns.message.make_response(query)
    if act == "mangle":
        # Announces an answer that is not there.
        response = bytearray(response.to_wire())
        response[7] = 3
        return bytes(response)
    if act != "lame":
        response.set_rcode(RCODES[act])
    return response.to_wire()


def _forward_udp(octets):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.settimeout(3)
        upstream.connect((LEAVES[0], 53))
        upstream.send(octets)
        return upstream.recv(65535)


def _forward_tcp(octets):
    with socket.create_connection((LEAVES[0], 53), 3) as upstream:
        upstream.sendall(struct.pack("!H", len(octets)) + octets)
        return receive_framed(upstream)


def receive_framed(stream):
    """One DNS message from a TCP stream; None at its end."""
    with_length = _receive_exactly(stream, 2)
    return with_length and _receive_exactly(stream, struct.unpack("!H", with_length)[0])


def _receive_exactly(stream, count):
    octets = b""
    while len(octets) < count:
        more = stream.recv(count - len(octets))
        if not more:
            return None
        octets += more
    return octets


def _serve_stream(stream, rules):
    with stream:
        stream.settimeout(30)
        try:
            while octets := receive_framed(stream):
                response = answer(octets, rules, _forward_tcp)
                if response:
                    stream.sendall(struct.pack("!H", len(response)) + response)
        except OSError:
            pass


def _serve_datagram(sock, octets, peer, rules):
    try:
        response = answer(octets, rules, _forward_udp)
    except OSError:
        return
    if response:
        sock.sendto(response, peer)


def serve(acts, ready):
    """Serve {rules text: address} for ever; calls `ready` once all are bound."""
    selector = selectors.DefaultSelector()
    for text, address in acts.items():
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            sock = socket.socket(socket.AF_INET, kind)
            sock.bind((address, 53))
            if kind == socket.SOCK_STREAM:
                sock.listen(16)
            selector.register(sock, selectors.EVENT_READ, parse_rules(text))
    ready()
    while True:
        for key, _ in selector.select():
            sock, rules = key.fileobj, key.data
            if sock.type == socket.SOCK_STREAM:
                target, arguments = _serve_stream, (sock.accept()[0], rules)
            else:
                target, arguments = _serve_datagram, (sock, *sock.recvfrom(65535), rules)
            threading.Thread(target=target, args=arguments, daemon=True).start()

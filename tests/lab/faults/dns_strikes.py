"""What a resolver sends over TCP in place of an answer: attacks for proxy.Proxy."""

import socket
import struct
import time

import dns.flags
import dns.message
import dns.rcode

from faults.strikes import DRIP_SECONDS, GARBAGE


def framed(octets):
    """A DNS message as it goes over TCP (RFC 1035 §4.2.2)."""
    return struct.pack("!H", len(octets)) + octets


def refused(query, _):
    """The resolver's own "no"."""
    response = dns.message.make_response(query)
    response.set_rcode(dns.rcode.REFUSED)
    return response


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
    octets = framed(ask(query).to_wire(max_size=65535))

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
    true = framed(ask(query).to_wire(max_size=65535))
    false = dns.message.make_response(query)
    false.set_rcode(dns.rcode.NXDOMAIN)
    false.flags |= dns.flags.AD
    return lambda stream: stream.sendall(true + framed(false.to_wire()) * 3)


DNS = {"refused": refused, "silence": silence, "reset": reset, "close": close, "drip": drip,
       "garbage": garbage, "endless": endless, "long line": long_line,
       "wrong protocol": wrong_protocol, "after 220": after}

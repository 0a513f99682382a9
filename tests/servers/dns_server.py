"""The scripted DNS server: by TCP and UDP, in the place of a resolver or of a zone's name server.

An act is a function act(query, ask) that returns the response: a dns.message.Message, octets, None to
close the connection (to a datagram: no answer), or a function that does to the stream what it likes.
`ask(query)` is the true answer, `ask.octets(query)` the same unread.
"""

import contextlib
import errno
import os
import socket
import struct
import threading

import dns.message
import dns.rdatatype

from servers.listening import Listening

PATIENCE = 5  # seconds for a true answer


def framed(octets):
    """A DNS message as it goes over TCP (RFC 1035 §4.2.2)."""
    return struct.pack("!H", len(octets)) + octets


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


def to_octets(response):
    """A response as octets, whatever it is."""
    return response.to_wire(max_size=65535) if isinstance(response, dns.message.Message) else response


class Upstream:
    """The server behind, asked by the same transport as the scripted one was."""

    def __init__(self, address, kind):
        self._address = address
        self.kind = kind

    def __call__(self, query):
        return dns.message.from_wire(self.octets(query))

    def octets(self, query):
        """The answer to a query, under its id."""
        with socket.socket(socket.AF_INET, self.kind) as there:
            there.settimeout(PATIENCE)
            # Reset at the end: the ports of thousands of questions would be in TIME-WAIT at once.
            there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            there.connect((self._address, 53))
            if self.kind == socket.SOCK_DGRAM:
                there.send(query.to_wire())
                return there.recv(65535)
            there.sendall(framed(query.to_wire()))
            answer = receive_framed(there)
            if answer is None:
                raise ConnectionResetError
            return answer


def passed_on(query, ask):
    """The act of a server that changes nothing."""
    return ask.octets(query)


def _open_pair(address, port):
    """Sockets of UDP and of TCP on one port: each on its own could find the number of the other's
    taken."""
    while True:
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            datagrams.bind((address, port))
            return datagrams, socket.create_server(datagrams.getsockname(), backlog=128)
        except OSError as error:
            datagrams.close()
            if error.errno != errno.EADDRINUSE:
                raise


class DnsServer(Listening):
    """Listens on a loopback port, any one or `port`, or at an address of the lab's."""

    def __init__(self, act=passed_on, upstream=None, address="127.0.0.1", port=0):
        self._act = act
        self._upstream = upstream or os.environ.get("LAB_RESOLVER")
        self._connections = []
        datagrams, stream = _open_pair(address, port)
        super().__init__([(datagrams, lambda *got: self.serve_datagram(datagrams, *got)),
                          (stream, self.serve_stream)])
        self.port = stream.getsockname()[1]
        self.address = f"{address}@{self.port}"
        self.questions = []  # (name, type) in the order of arrival
        self.connections = self.datagrams = self.answered = 0
        self._lock = threading.Lock()

    def __exit__(self, *_):
        super().__exit__()
        for one in self._connections:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def all_answered(self):
        """Whether the act has done what it does to every question."""
        return self.answered == len(self.questions)

    def _respond(self, octets, kind):
        query = dns.message.from_wire(octets)
        question = query.question[0]
        self.questions.append((question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)))
        return to_octets(self._act(query, Upstream(self._upstream, kind)))

    def _count(self, what):
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)

    def serve_datagram(self, sock, octets, peer):
        """Answer one, if the answer is octets."""
        self._count("datagrams")
        with contextlib.suppress(OSError):
            response = self._respond(octets, socket.SOCK_DGRAM)
            if isinstance(response, bytes):
                sock.sendto(response, peer)
            self._count("answered")

    def serve_stream(self, stream):
        """Answer what comes on a connection."""
        self._count("connections")
        self._connections.append(stream)
        with stream, contextlib.suppress(OSError):
            while octets := receive_framed(stream):
                response = self._respond(octets, socket.SOCK_STREAM)
                if response is None:
                    break
                if callable(response):
                    response(stream)
                else:
                    stream.sendall(framed(response))
                self._count("answered")

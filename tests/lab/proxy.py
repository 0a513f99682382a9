"""A DNS-over-TCP proxy between mxdane and the lab's resolver: whoever sits on the path.

An attack is a function attack(query, ask) that returns the response: a
dns.message.Message, octets, None to close the connection, or a function that
does to the stream what it likes.  `ask(query)` is the true answer.
"""

import errno
import os
import socket
import struct
import threading

import dns.message
import dns.query

from world.dns_fault import receive_framed


def _open_pair(port):
    """Sockets of UDP and of TCP on one loopback port: each on its own could find the number of the
    other's taken, and what comes by UDP is to be seen."""
    while True:
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind(("127.0.0.1", port))
        datagrams.setblocking(False)
        try:
            return datagrams, socket.create_server(datagrams.getsockname())
        except OSError as error:
            datagrams.close()
            if error.errno != errno.EADDRINUSE:
                raise


class Proxy:
    """Listens on a loopback port, any one or `port`, for as long as its `with` block lasts."""

    def __init__(self, attack=lambda query, ask: ask(query), upstream=None, port=0):
        self._attack = attack
        self._upstream = upstream or os.environ["LAB_RESOLVER"]
        self._datagrams, self._socket = _open_pair(port)
        self._connections = []
        self.port = self._socket.getsockname()[1]
        self.address = f"127.0.0.1@{self.port}"
        self.questions = []  # (name, type) in the order of arrival
        self.connections = 0

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in (self._socket, *self._connections):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        self._datagrams.close()

    @property
    def datagrams(self):
        """How many datagrams came to the port since this was last asked."""
        found = 0
        while True:
            try:
                self._datagrams.recv(65535)
            except BlockingIOError:
                return found
            found += 1

    def _accept(self):
        while True:
            try:
                stream, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(stream)
            self.connections += 1
            threading.Thread(target=self._serve, args=(stream,), daemon=True).start()

    def _serve(self, stream):
        try:
            while octets := receive_framed(stream):
                query = dns.message.from_wire(octets)
                question = query.question[0]
                self.questions.append((question.name.to_text().lower(),
                                       dns.rdatatype.to_text(question.rdtype)))
                response = self._attack(query, self.ask)
                if response is None:
                    break
                if callable(response):
                    response(stream)
                    continue
                if isinstance(response, dns.message.Message):
                    response = response.to_wire(max_size=65535)
                stream.sendall(struct.pack("!H", len(response)) + response)
        except OSError:
            pass
        finally:
            stream.close()

    def ask(self, query):
        """The true answer to a query, under the same id."""
        return dns.query.tcp(query, self._upstream, timeout=5, one_rr_per_rrset=False)

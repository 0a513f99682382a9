"""Servers that count: connections, how many at once, QUITs, and how the client ended each.

They run inside the test's own process, on addresses of the lab's that no scenario has.
"""

import os
import selectors
import socket
import threading
import time

from world.smtp_server import PATIENCE, Connection, HungUp, tls_context
from world.spec import Server


class Chains:
    """TLS contexts by certificate, made once."""

    def __init__(self):
        self._contexts = {}

    def context(self, files):
        """The context that shows the chain in these (chain, key) files."""
        if files not in self._contexts:
            self._contexts[files] = tls_context(Server(), [files])
        return self._contexts[files]


_CHAINS = Chains()


class Station:
    """One listening address, what it does, and what it saw."""

    def __init__(self, address, port, act, files=None, helo="mx.faults.example"):
        self.address, self.port, self.act, self.helo = address, port, act, helo
        self._files = files
        self._lock = threading.Lock()
        self.connections = self.open = self.most_open = self.quits = 0
        self.ends = []  # of each connection: "fin", "reset" or "left open", and after how long
        self.socket = socket.create_server(
            (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            backlog=256)

    @property
    def context(self):
        """The TLS context."""
        return _CHAINS.context(self._files)

    def talk(self, plain):
        """Serve one connection to its end."""
        with self._lock:
            self.connections += 1
            self.open += 1
            self.most_open = max(self.most_open, self.open)
        connection = Counted(plain, self)
        try:
            self.act(connection)
            connection.finish_tls()
        except (HungUp, OSError):
            pass
        finally:
            end = _end_of(connection.plain)
            with self._lock:
                self.open -= 1
                self.ends.append(end)
            connection.plain.close()
            connection.socket.close()


class Counted(Connection):
    """A connection that counts QUITs, and whose TCP stays in reach below TLS."""

    def __init__(self, plain, station):
        super().__init__(plain, station)
        self.plain = socket.socket(fileno=os.dup(plain.fileno()))
        self.plain.settimeout(PATIENCE)

    def read_line(self):
        line = super().read_line()
        self.station.quits += line.upper() == "QUIT"
        return line

    def abort(self):
        """End the connection without a word of TLS."""
        self.tls = False
        self.socket.shutdown(socket.SHUT_WR)

    def read_all(self):
        """Take what the client says until it hangs up."""
        while self.socket.recv(4096):
            pass


def _end_of(raw):
    """How the client ends a connection, once the server is done with it."""
    deadline = time.monotonic() + PATIENCE
    try:
        raw.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    while time.monotonic() < deadline:
        try:
            raw.settimeout(max(deadline - time.monotonic(), 0.01))
            if not raw.recv(65536):
                return "fin"
        except TimeoutError:
            break
        except OSError:
            return "reset"
    return "left open"


class Servers:
    """Serves stations for as long as its `with` block lasts."""

    def __init__(self, stations=()):
        self.stations = list(stations)
        self._stopping, self._stop = socket.socketpair()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stop.close()

    def _accept(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._stopping, selectors.EVENT_READ)
            for station in self.stations:
                selector.register(station.socket, selectors.EVENT_READ, station)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._stopping:
                        for station in self.stations:
                            station.socket.close()
                        return
                    try:
                        plain, _ = key.fileobj.accept()
                    except OSError:
                        continue  # gone before it was taken
                    threading.Thread(target=key.data.talk, args=(plain,), daemon=True).start()

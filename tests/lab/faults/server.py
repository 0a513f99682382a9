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

    def context(self, chains, server):
        """The context of such a server that shows the chains in these (chain, key) files."""
        if (chains, server) not in self._contexts:
            self._contexts[chains, server] = tls_context(server, chains)
        return self._contexts[chains, server]


_CHAINS = Chains()


class Station:
    """One listening address, what it does, and what it saw."""

    def __init__(self, address, port, act, chains, helo, server=Server()):
        self.address, self.port, self.act, self.helo = address, port, act, helo
        self._chains, self._server = chains, server
        self._lock = threading.Lock()
        self._live = []
        self.connections = self.most_open = self.quits = 0
        self.ends = []  # how the client ended each connection: "fin", "reset" or "left open"
        self.socket = socket.create_server(
            (address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            backlog=256)

    @property
    def context(self):
        """The TLS context."""
        return _CHAINS.context(self._chains, self._server)

    def count_quit(self):
        """A client said QUIT."""
        with self._lock:
            self.quits += 1

    def talk(self, plain):
        """Serve one connection to its end."""
        connection = Counted(plain, self)
        with self._lock:
            self.connections += 1
            self._live.append(connection.plain)
            self.most_open = max(self.most_open, sum(map(_is_open, self._live)))
        try:
            self.act(connection)
            connection.finish_tls()
        except (HungUp, OSError):
            pass
        finally:
            end = _end_of(connection.plain)
            with self._lock:
                self._live.remove(connection.plain)
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
        if line.upper() == "QUIT":
            self.station.count_quit()
        return line

    def abort(self):
        """End the connection without a word of TLS."""
        self.tls = False
        self.socket.shutdown(socket.SHUT_WR)

    def read_all(self):
        """Take what the client says until it hangs up."""
        while self.socket.recv(4096):
            pass


def _is_open(raw):
    """Whether the client's side is open, whatever the thread that serves it has seen of that."""
    try:
        state = raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    except OSError:
        return False
    return state in (1, 4, 5)  # ESTABLISHED, FIN_WAIT1, FIN_WAIT2: Linux' tcp_states.h


def _end_of(raw):
    """How the client ends a connection, once the server is done with it."""
    deadline = time.monotonic() + PATIENCE
    try:
        raw.shutdown(socket.SHUT_WR)
    except OSError:
        return "reset"
    while time.monotonic() < deadline:
        try:
            raw.settimeout(max(deadline - time.monotonic(), 0.01))
            if not raw.recv(65536):
                # A reset after the end of what the client sent is no error of recv().
                return "reset" if raw.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) else "fin"
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
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.close()
        self._thread.join()  # the next may want the same addresses

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

"""The scripted SMTP server, which serves policies too: what every act needs (lines, replies, STARTTLS
and the ways to hang up), and what it saw of its clients.

What a server does is an act of smtp_acts.py or smtp_faults.py, a function of the connection.
"""

import ctypes
import functools
import os
import socket
import ssl
import struct
import threading
import time

from servers.listening import Listening, family_of

# Seconds that a connection may idle; under valgrind many times as long.
PATIENCE = 30 * float(os.environ.get("MXDANE_TEST_SLOWNESS", "1"))
LONGEST_LINE = 2048

VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.1": ssl.TLSVersion.TLSv1_1,
            "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def _ask_for_certificate(context):
    context.verify_mode = ssl.CERT_OPTIONAL


def _demand_certificate(context):
    context.verify_mode = ssl.CERT_REQUIRED


def _refuse_names(context):
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


def _send_tickets(context):
    context.num_tickets = 20


def _send_no_tickets(context):
    context.num_tickets = 0
    context.options |= ssl.OP_NO_TICKET


def _use(ciphers):
    return lambda context: context.set_ciphers(f"{ciphers}:@SECLEVEL=0")


HABITS = {"ask": _ask_for_certificate, "demand": _demand_certificate,
          "refuse-names": _refuse_names, "tickets": _send_tickets,
          "no-tickets": _send_no_tickets, "rsa-exchange": _use("kRSA"),
          "ccm": _use("ECDHE+AESCCM"), "anonymous": _use("aNULL")}


class HungUp(Exception):
    """The client closed the connection."""


@functools.cache
def tls_context(chains, tls, habits, by_sni=()):
    """An OpenSSL server context with the certificates of these (chain, key) files; `by_sni`: a (name,
    chain, key) for each name that has another one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Small keys, SHA-1 and TLS 1.0 are allowed here: seeing them is mxdane's task.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = (VERSIONS[word] for word in tls)
    for chain, key in chains:
        context.load_cert_chain(chain, key)
    for word in habits:
        HABITS[word](context)
    if by_sni:
        by_name = {name: tls_context(((chain, key),), tls, habits) for name, chain, key in by_sni}
        context.sni_callback = lambda connection, name, _: setattr(
            connection, "context", by_name.get(name, context))
    return context


def _set_group(context, group):
    """Python's ssl sets elliptic curves alone: SSL_CTX_set1_groups_list(), the pointer to OpenSSL's own
    context being the first member of Python's."""
    pointer = ctypes.c_void_p.from_address(id(context) + object.__basicsize__)
    if ctypes.CDLL("libssl.so.3").SSL_CTX_ctrl(pointer, 92, ctypes.c_long(0), group.encode()) != 1:
        raise ssl.SSLError(f"no group {group}")


class Station:
    """One listening address, what it does, and what it saw."""

    def __init__(self, address, port, act, chains=(), helo="www", tls=("1.2", "1.3"), habits=(), by_sni=()):
        self.port, self.act, self.helo = port, act, helo
        self._tls = tuple(chains), tls, habits, tuple(by_sni)
        self._lock = threading.Lock()
        self._live = []
        self.connections = self.most_open = self.quits = 0
        self.ends = []  # how the client ended each connection: "fin", "reset" or "left open"
        self.socket = socket.create_server((address, port), family=family_of(address), backlog=512)

    @property
    def context(self):
        """The TLS context."""
        return tls_context(*self._tls)

    def count_quit(self):
        """A client said QUIT."""
        with self._lock:
            self.quits += 1

    def talk(self, plain):
        """Serve one connection to its end."""
        connection = Connection(plain, self)
        with self._lock:
            self.connections += 1
            self._live.append(connection.plain)
            self.most_open = max(self.most_open, sum(map(_is_open, self._live)))
        try:
            self.act(connection)
            connection.finish_tls()
        except (HungUp, OSError):  # ssl.SSLError and time-outs are OSErrors
            pass
        finally:
            end = _end_of(connection.plain)
            with self._lock:
                self._live.remove(connection.plain)
                self.ends.append(end)
            connection.plain.close()
            connection.socket.close()


class Connection:
    """One connection: what acts are written in."""

    def __init__(self, plain, station):
        self.station = station
        self.helo = station.helo
        self.tls = False
        self.socket = plain
        self.socket.settimeout(PATIENCE)
        self.plain = socket.socket(fileno=os.dup(plain.fileno()))  # in reach below TLS
        self.plain.settimeout(PATIENCE)
        self._pending = b""

    def send(self, text):
        """Send text as it stands."""
        self.socket.sendall(text.encode("latin-1"))

    def reply(self, *lines):
        """Send one reply, each line with its code and text, CRLF added."""
        self.send("".join(f"{line}\r\n" for line in lines))

    def read_line(self):
        """The next line without its end."""
        while b"\r\n" not in self._pending:
            octets = self.socket.recv(LONGEST_LINE)
            if not octets:
                raise HungUp
            self._pending += octets
        line, self._pending = self._pending.split(b"\r\n", 1)
        if line.upper() == b"QUIT":
            self.station.count_quit()
        return line.decode("latin-1")

    def read_all(self):
        """Take what the client says until it hangs up."""
        while self.socket.recv(4096):
            pass

    def spoke_early(self):
        """Whether the client has sent anything already."""
        self.socket.settimeout(0.1)
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(PATIENCE)

    def start_tls(self, group=None):
        """The server's half of the handshake, with this group alone if there is one."""
        context = self.station.context
        if group:
            _set_group(context, group)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, suppress_ragged_eofs=True)
        self.tls = True

    def finish_tls(self):
        """Send close_notify, take the client's."""
        if self.tls:
            self.socket.settimeout(2)
            self.socket = self.socket.unwrap()

    def reset(self):
        """Close with RST in place of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.plain.close()
        self.socket.close()

    def abort(self):
        """End the connection without a word of TLS."""
        self.tls = False
        self.socket.shutdown(socket.SHUT_WR)


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


class SmtpServers(Listening):
    """Serves stations, a thread for each connection."""

    def __init__(self, stations):
        self.stations = list(stations)
        super().__init__((station.socket, station.talk) for station in self.stations)


def fill_backlogs(addresses):
    """Listen on addresses so that no connection ever completes: a time-out.

    Returns the sockets, which must stay open.
    """
    held = []
    for address, port in addresses:
        family = family_of(address)
        listener = socket.socket(family)
        listener.bind((address, port))
        listener.listen(0)
        first = socket.socket(family)
        first.connect((address, port))
        held += [listener, first]
    return held

"""The scripted SMTP server: a process for some hundred addresses, a thread a connection.

What a server does is an act of world/smtp_acts.py.  This file holds what
every act needs: lines, replies, STARTTLS and the ways to hang up.
"""

import selectors
import socket
import ssl
import struct
import threading

from world.smtp_acts import ACTS

PATIENCE = 30  # seconds that a connection may idle
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


def tls_context(server, chains):
    """An OpenSSL server context with all certificates of a server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Small keys, SHA-1 and TLS 1.0 are allowed here: seeing them is mxdane's task.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = (VERSIONS[word] for word in server.tls)
    for chain, key in chains:
        context.load_cert_chain(chain, key)
    for word in server.habits:
        HABITS[word](context)
    return context


class Station:
    """One listening address with its TLS contexts."""

    def __init__(self, listener):
        self.helo = listener.helo
        self.act = ACTS[listener.server.does]
        self._listener = listener
        self._context = None
        family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((listener.address, listener.port))
        self.socket.listen(64)

    @property
    def context(self):
        """The TLS context, made at the first handshake."""
        if self._context is None:
            listener = self._listener
            context = tls_context(listener.server, listener.chains)
            by_name = {name: tls_context(listener.server, [(chain, key)])
                       for name, chain, key in listener.by_sni}
            if by_name:
                def choose(connection, name, _):
                    connection.context = by_name.get(name, context)
                context.sni_callback = choose
            self._context = context
        return self._context


class Connection:
    """One connection: what acts are written in."""

    def __init__(self, plain, station):
        self.station = station
        self.helo = station.helo
        self.tls = False
        self.socket = plain
        self.socket.settimeout(PATIENCE)
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
        return line.decode("latin-1")

    def spoke_early(self):
        """Whether the client has sent anything already."""
        self.socket.settimeout(0.1)
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK))
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(PATIENCE)

    def start_tls(self):
        """The server's half of the handshake."""
        self.socket = self.station.context.wrap_socket(
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
        self.socket.close()


def _talk(plain, station):
    connection = Connection(plain, station)
    try:
        station.act(connection)
        connection.finish_tls()
    except (HungUp, OSError):  # ssl.SSLError and time-outs are OSErrors
        pass
    finally:
        connection.socket.close()


def serve(listeners, ready):
    """Accept on every address for ever; calls `ready` once all are bound."""
    selector = selectors.DefaultSelector()
    for listener in listeners:
        station = Station(listener)
        selector.register(station.socket, selectors.EVENT_READ, station)
    ready()
    while True:
        for key, _ in selector.select():
            try:
                plain, _ = key.fileobj.accept()
            except OSError:
                continue  # gone before it was taken
            threading.Thread(target=_talk, args=(plain, key.data), daemon=True).start()


def fill_backlogs(addresses):
    """Listen on addresses so that no connection ever completes: a time-out.

    Returns the sockets, which must stay open.
    """
    held = []
    for address, port in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.socket(family)
        listener.bind((address, port))
        listener.listen(0)
        first = socket.socket(family)
        first.connect((address, port))
        held += [listener, first]
    return held

"""What every scripted server is: sockets that listen, and a thread for each connection and datagram."""

import contextlib
import selectors
import signal
import socket
import threading


class Listening:
    """Serves for as long as its `with` block lasts.

    `served` are (socket, what is called with a connection, or with a datagram and who sent it).
    """

    def __init__(self, served):
        self._served = list(served)
        self._stopping, self._stop = socket.socketpair()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.close()
        self._thread.join()  # the next may want the same addresses
        for sock, _ in self._served:
            sock.close()

    def _run(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._stopping, selectors.EVENT_READ)
            for sock, serve in self._served:
                selector.register(sock, selectors.EVENT_READ, serve)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._stopping:
                        return
                    try:
                        arguments = _take(key.fileobj)
                    except OSError:
                        continue  # gone before it was taken
                    threading.Thread(target=key.data, args=arguments, daemon=True).start()


def _take(sock):
    return sock.accept()[:1] if sock.type == socket.SOCK_STREAM else sock.recvfrom(65535)


def family_of(address):
    """The family of an address in text."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def serve_for_ever(services, ready):
    """Serve all of these; calls `ready` once they do."""
    with contextlib.ExitStack() as stack:
        for one in services:
            stack.enter_context(one)
        ready()
        signal.pause()

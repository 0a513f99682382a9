"""Starting things and waiting for them, always with a bound."""

import os
import socket
import subprocess
import sys
import time
import traceback

START_SECONDS = 15


class LabError(Exception):
    """The lab could not be started; the message says what failed."""


def start(name, command, state, **options):
    """Start a program whose output goes to STATE/log/NAME."""
    with open(os.path.join(state, "log", name), "ab") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                **options)


def start_function(name, function, state, *arguments):
    """Run function(*arguments, ready) in a forked process; wait until it calls `ready`."""
    receiving, sending = os.pipe()
    if os.fork() == 0:
        status = 1
        try:
            os.close(receiving)
            log = os.open(os.path.join(state, "log", name), os.O_WRONLY | os.O_CREAT, 0o644)
            os.dup2(log, 1)
            os.dup2(log, 2)
            function(*arguments, lambda: os.close(sending) if os.write(sending, b"1") else None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        if not pipe.read(1):
            raise LabError(f"{name} did not start:\n{tail(name, state)}")


def wait_for_port(name, address, port, state, process=None):
    """Wait until something accepts TCP connections there."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((address, port), 1).close()
            return
        except OSError:
            dead = process is not None and process.poll() not in (None, 0)
            if dead or time.monotonic() > end:
                raise LabError(f"{name} does not answer at {address} port {port}:\n"
                               f"{tail(name, state)}") from None
            time.sleep(0.02)


def tail(name, state):
    """The last lines of what NAME wrote."""
    try:
        with open(os.path.join(state, "log", name), encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-20:])
    except OSError:
        return "(it wrote nothing)"


def write(state, name, text):
    """Write a file below the state folder; returns its path."""
    path = os.path.join(state, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    return path

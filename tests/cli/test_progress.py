"""The progress line: seen on a terminal, gone at the end, nowhere else unless asked for."""

import fcntl
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import termios
import time

import pytest

from conftest import PROGRAM

DOMAINS = ["one.example", "two.example", "bad..example"]


@pytest.fixture(scope="module")
def silent_resolver():
    """Takes connections and never answers, so that a run lasts as long as its deadline."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"127.0.0.1@{listener.getsockname()[1]}"


@pytest.fixture
def on_terminal(silent_resolver):
    """Runs the program with standard error on a terminal: its bytes, standard output, status."""
    def run(*arguments, columns=80, interrupt_when=None, both=False):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = dict(os.environ, TERM="dumb", NO_COLOR="1", LC_ALL="C")
        program = subprocess.Popen(
            [PROGRAM, "--resolver", silent_resolver, "--timeout", "1", "--deadline", "2",
             *arguments], stdin=subprocess.DEVNULL,
            stdout=slave if both else subprocess.PIPE, stderr=slave, env=environment)
        os.close(slave)
        seen = b""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                seen += os.read(master, 65536)
            except OSError:  # EIO: nobody has the other end any more
                break
            if interrupt_when and interrupt_when in seen:
                program.send_signal(signal.SIGINT)
                interrupt_when = None
        out = b"" if both else program.stdout.read()
        status = program.wait(timeout=60)
        os.close(master)
        return seen.decode(), out.decode(), status
    return run


def screen(seen):
    """The lines that are left to be seen: carriage returns go back, blanks overwrite."""
    lines = []
    for line in seen.replace("\r\n", "\n").split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part):]
        lines.append(shown.rstrip())
    return lines


def drawn(seen):
    return [part for part in re.split(r"[\r\n]+", seen) if "domains:" in part]


def test_counts_and_leaves_no_trace(on_terminal):
    seen, out, status = on_terminal("--output", "json", *DOMAINS)
    assert re.search(r"[0-3]/3 domains: 0 ok, 0 warning, [01] critical, [0-3] unknown", seen)
    assert re.search(r"1/3 domains: .*; \d+\.\d/s, \d+:\d\d left", seen)
    assert screen(seen) == [""]
    assert len(out.splitlines()) == 3 and "domains:" not in out
    assert status in (2, 3)


def test_no_line_of_a_report_holds_it(on_terminal):
    seen, _, _ = on_terminal("--output", "json", *DOMAINS, both=True)
    assert drawn(seen)
    left = [line for line in screen(seen) if line]
    assert len(left) == 3 and all(line.startswith("{") and line.endswith("}") for line in left)


def test_a_list_is_counted(on_terminal, tmp_path):
    names = tmp_path / "names"
    names.write_text("# a list\n\n" + "\n".join(DOMAINS))
    seen, out, _ = on_terminal("--output", "json", "--file", names, "four.example")
    assert any(re.match(r"\d/4 domains: .*:\d\d left", line) for line in drawn(seen))
    assert len(out.splitlines()) == 4


def test_length_of_a_pipe_is_not_known(silent_resolver):
    done = subprocess.run([PROGRAM, "--resolver", silent_resolver, "--progress", "always", "-o", "json",
                           "--file", "-"], input="a..b\nc..d\n", capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.stderr.splitlines()[-1].startswith("2 domains: ")


def test_file_in_place_of_a_domain(on_terminal, tmp_path, monkeypatch):
    """Told to who types; the file of the same name is left alone."""
    (tmp_path / "both.zone").write_text("")
    monkeypatch.chdir(tmp_path)
    seen, out, _ = on_terminal("-o", "json", "--progress", "never", "both.zone", "none.zone")
    assert " ".join(seen.split()) == (
        "mxdane: both.zone is taken as a domain, but there is a file of that name: did you mean --zone "
        "both.zone, or --file both.zone for a list?")
    assert len(out.splitlines()) == 2


@pytest.mark.parametrize("columns", [5, 20, 41])
def test_never_wraps(on_terminal, columns):
    seen, _, _ = on_terminal("--output", "json", *DOMAINS, columns=columns)
    parts = [part for part in re.split(r"[\r\n]+", seen) if part]
    assert parts and max(map(len, parts)) <= columns - 1


def test_gone_after_an_interrupt(on_terminal):
    seen, _, status = on_terminal("--deadline", "50", "--timeout", "40", "--output", "json",
                                  *DOMAINS, interrupt_when=b"domains:")
    assert drawn(seen) and screen(seen)[-1] == "" and status == 3
    assert not any("domains:" in line for line in screen(seen))


@pytest.mark.parametrize("arguments", [
    ["--progress", "never", *DOMAINS],
    ["one.example"],
], ids=["never", "one-domain"])
def test_none(on_terminal, arguments):
    seen, _, _ = on_terminal("--output", "json", *arguments)
    assert seen == ""


@pytest.mark.parametrize("when, wanted", [("auto", 0), ("always", 1)])
def test_piped(silent_resolver, when, wanted):
    done = subprocess.run(
        [PROGRAM, "--resolver", silent_resolver, "--timeout", "1", "--deadline", "2",
         "--progress", when, "--output", "json", *DOMAINS], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60)
    lines = done.stderr.splitlines()
    assert (len(lines) >= 1) == bool(wanted)
    assert all(re.match(r"[0-3]/3 domains: ", line) for line in lines)
    assert not wanted or lines[-1].startswith("3/3 domains: ")

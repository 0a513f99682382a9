"""A run that is broken off: by a signal, a reader that stops or leaves, a file that is full."""

import fcntl
import json
import os
import resource
import signal
import struct
import subprocess
import termios
import time
import xml.etree.ElementTree as ET

import pytest

from conftest import PATIENCE, PROGRAM, wait_for_sleep, wait_until
from servers.dns_acts import Table
from servers.dns_server import DnsServer

BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
FAST = 20
SLOW = ["slow1.example", "slow2.example"]
HURRIED = 2  # seconds that a reader is granted after the first signal


@pytest.fixture(name="dns")
def fixture_dns():
    """A resolver that answers for 'dN.fast.example' at once and for 'slowN.example' never."""
    takes_no_mail = [f"{name}. MX 0 ." for name in ["d.fast.example", *fast(1000)]]
    with DnsServer(Table(takes_no_mail, silent=[f"{name}." for name in SLOW])) as dns:
        yield dns


@pytest.fixture(name="options")
def fixture_options(dns):
    return ["--resolver", dns.address, "--dnssec", "trust-ad", "--timeout", "50", "--deadline", "55"]


def fast(count):
    return [f"d{number}.fast.example" for number in range(count)]


def start(*arguments, **more):
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([PROGRAM, *arguments], **(streams | more))


def names(out):
    """The domains of whole JSON lines; what is no whole line is an error."""
    assert not out or out.endswith(b"\n")
    return [json.loads(line)["domain"] for line in out.splitlines()]


def pending(stream):
    """How many octets wait in a pipe."""
    return struct.unpack("i", fcntl.ioctl(stream, termios.FIONREAD, bytes(4)))[0]


def is_stuck(program):
    """Nothing more is written, for longer than an answer takes to come."""
    before = pending(program.stdout)
    time.sleep(0.5)
    return pending(program.stdout) == before


@BOTH
@pytest.mark.parametrize("form", ["json", "junit"])
def test_what_is_done_is_printed_whole(dns, options, number, form):
    """In front of and behind what is still under way, and no word of that."""
    domains = [SLOW[0], *fast(FAST), SLOW[1]]
    with start(*options, "--output", form, *domains) as program:
        wait_until(lambda: {f"{name}." for name in fast(FAST)} <= {name for name, _ in dns.questions} and dns.all_answered())
        wait_for_sleep(program)
        begin = time.monotonic()
        program.send_signal(number)
        out, error = program.communicate(timeout=PATIENCE)
    assert (program.returncode, error) == (3, b"")
    assert time.monotonic() - begin < 20
    if form == "json":
        assert names(out) == fast(FAST)
    else:
        suites = ET.fromstring(out.decode()).iter("testsuite")
        assert [suite.get("name") for suite in suites] == fast(FAST)


@BOTH
def test_signal_while_a_list_is_awaited(options, number):
    with start(*options, "--output", "json", "--file", "-", stdin=subprocess.PIPE) as program:
        program.stdin.write("".join(f"{name}\n" for name in fast(3)).encode())
        program.stdin.flush()
        lines = [program.stdout.readline() for _ in range(3)]
        wait_for_sleep(program)
        program.send_signal(number)
        assert program.wait(PATIENCE) == 3
        assert names(b"".join(lines)) == fast(3)
        assert (program.stdout.read(), program.stderr.read()) == (b"", b"")


@BOTH
@pytest.mark.parametrize("option", ["--zone", "--file", "--ca-file", "--resume", "--baseline"])
def test_signal_while_it_starts(tmp_path, options, option, number):
    """A file that never comes is waited for before anything is sent."""
    os.mkfifo(tmp_path / "pipe")
    with start(*options, "--output", "json", option, str(tmp_path / "pipe"), SLOW[0]) as program:
        wait_for_sleep(program)
        program.send_signal(number)
        out, error = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out, error) == (3, b"", b"")


@pytest.fixture(name="stuck")
def fixture_stuck(options):
    """The program in the middle of a write to a pipe that is full."""
    with start(*options, "--output", "json", *fast(1000)) as program:
        # Its pages hold whole lines only, so not all of its 64 KiB is ever filled.
        wait_until(lambda: pending(program.stdout) >= 48 * 1024 and is_stuck(program))
        wait_for_sleep(program)
        yield program
        program.kill()


@BOTH
def test_signal_while_nobody_reads(stuck, number):
    """The reader has a moment, then the run ends without it."""
    begin = time.monotonic()
    stuck.send_signal(number)
    assert stuck.wait(PATIENCE) == 3
    assert HURRIED - 0.1 <= time.monotonic() - begin < HURRIED + 10
    assert stuck.stderr.read() == b""


def test_second_signal_while_nobody_reads(stuck):
    """Does not even grant that."""
    stuck.send_signal(signal.SIGINT)
    wait_for_sleep(stuck)
    begin = time.monotonic()
    stuck.send_signal(signal.SIGINT)
    assert stuck.wait(PATIENCE) == 3
    assert time.monotonic() - begin < HURRIED


@BOTH
def test_reader_that_goes_on_after_a_signal(stuck, number):
    """Has whole lines only, of all that was done by then."""
    stuck.send_signal(number)
    out, error = stuck.communicate(timeout=PATIENCE)
    assert (stuck.returncode, error) == (3, b"")
    done = names(out)
    assert len(done) >= 30 and done == [name for name in fast(1000) if name in set(done)]


@pytest.mark.parametrize("form", ["json", "text"])
def test_reader_that_leaves(options, form):
    """As with `| head -1`: no message."""
    with start(*options, "--output", form, *fast(200)) as program:
        assert program.stdout.readline().endswith(b"\n")
        program.stdout.close()
        assert program.wait(PATIENCE) == 3
        assert program.stderr.read() == b""


def test_reader_that_was_never_there(options):
    reading, writing = os.pipe()
    os.close(reading)
    with start(*options, "--output", "json", *fast(1), stdout=writing) as program:
        os.close(writing)
        assert (program.wait(PATIENCE), program.stderr.read()) == (3, b"")


@pytest.mark.parametrize("arguments", [["d.fast.example"], ["--help"], ["--version"],
                                       ["--explain", "dane-mismatch"]], ids=" ".join)
def test_full_device(options, arguments):
    with open("/dev/full", "wb") as full:
        more = options if "d.fast.example" in arguments else []
        done = subprocess.run([PROGRAM, *more, *arguments], stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert done.returncode == 3
    assert done.stderr == "mxdane: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("mode", ["wb", "ab"])
def test_file_at_its_limit(tmp_path, options, mode):
    """The lines that fit, whole, and what others had written before them."""
    path = tmp_path / "reports"
    before = b'{"schema":1,"domain":"before.example"}\n'
    path.write_bytes(before)
    limit = 10000

    def restrict():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    with open(path, mode) as out:
        done = subprocess.run([PROGRAM, *options, "--output", "json", *fast(FAST)], stdout=out,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              timeout=PATIENCE, preexec_fn=restrict)
        assert os.lseek(out.fileno(), 0, os.SEEK_CUR) == path.stat().st_size
    assert done.returncode == 3
    assert done.stderr == "mxdane: cannot write to standard output: File too large\n"
    written = path.read_bytes()
    printed = names(written)[mode == "ab":]
    assert written.startswith(before) == (mode == "ab")
    assert 2 <= len(printed) < FAST and printed == fast(len(printed))
    assert limit - 4096 < len(written) <= limit

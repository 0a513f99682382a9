"""What the machine may deny: standard streams, open files, the time to finish."""

import os
import resource
import signal
import socket
import subprocess
import time

import pytest

from conftest import PROGRAM, wait_for_sleep

INVALID = "bad..example"


@pytest.fixture(scope="module")
def silent():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener


def run_without(closed, *arguments):
    """Runs the program with the standard descriptors of `closed` closed."""
    def close():
        for fd in closed:
            os.close(fd)
    kept = {0: "stdin", 1: "stdout", 2: "stderr"}
    streams = {name: subprocess.PIPE for fd, name in kept.items() if fd not in closed}
    # What subprocess leaves alone is inherited, and closed by then.
    with subprocess.Popen([PROGRAM, *arguments], text=True, preexec_fn=close, **streams) as program:
        out, error = program.communicate(timeout=60)
        return program.returncode, out or "", error or ""


@pytest.mark.parametrize("closed", [{1}, {0, 1}], ids=str)
def test_closed_standard_output_is_an_error(closed):
    status, _, error = run_without(closed, "--resolver", "127.0.0.1", INVALID)
    assert status == 3
    assert error == "mxdane: cannot write to standard output: Bad file descriptor\n"


@pytest.mark.parametrize("closed", [{0}, {2}, {0, 2}], ids=str)
def test_other_closed_streams_do_not_matter(closed):
    status, out, _ = run_without(closed, "--resolver", "127.0.0.1", "--output", "json", INVALID)
    assert status == 3 and '"domain-invalid"' in out and out.endswith("}\n")


def test_closed_standard_input_cannot_be_read():
    status, _, error = run_without({0}, "--resolver", "127.0.0.1", "--file", "-")
    assert status == 3 and error.startswith("mxdane: --file: standard input") and \
        "Bad file descriptor" in error


def test_all_closed():
    assert run_without({0, 1, 2}, "--resolver", "127.0.0.1", INVALID)[0] == 3


def run_with_files(limit, hard, *arguments):
    def restrict():
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, preexec_fn=restrict)


@pytest.mark.parametrize("limit", [5, 8, 12, 66, 130])
def test_few_files_are_said(limit):
    done = run_with_files(limit, limit, "--resolver", "127.0.0.1", INVALID)
    assert done.returncode == 3 and done.stdout == ""
    assert done.stderr == (f"mxdane: only {limit - 3} more files may be opened, and a check needs "
                           "128: raise the limit (ulimit -n)\n")


@pytest.mark.parametrize("limit, hard", [(131, 131), (5, 131), (8, 1024)])
def test_enough_files(limit, hard):
    done = run_with_files(limit, hard, "--resolver", "127.0.0.1", INVALID)
    assert "domain-invalid" in done.stdout and done.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_signal_prints_what_is_done_and_ends(silent, number):
    address = f"127.0.0.1@{silent.getsockname()[1]}"
    with subprocess.Popen([PROGRAM, "--resolver", address, "--timeout", "50", "--deadline", "55",
                           "--output", "json", "slow.example", INVALID], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as program:
        silent.accept()[0].close()
        wait_for_sleep(program)  # the invalid one waits in line behind the slow one
        begin = time.monotonic()
        program.send_signal(number)
        out, _ = program.communicate(timeout=60)
    assert time.monotonic() - begin < 30
    assert program.returncode == 3
    assert [line.count('"domain":') > 0 and INVALID in line for line in out.splitlines()] == [True]

"""The sandbox around a run: in force before the first byte is sent, told by --version, and a kernel
that lacks it.  What it forbids is tested from inside, by tests/unit/sandbox/test_sandbox.c."""

import re
import socket
import subprocess

import pytest

from conftest import BUILD, PROGRAM, ROOT

WITHOUT = ROOT / "tests" / "without.py"
LACKING = {"seccomp": "seccomp", "Landlock": "landlock_create_ruleset"}
INVALID = ["--resolver", "127.0.0.1", "bad..example"]


def describe(before=()):
    out = subprocess.run([*before, PROGRAM, "--version"], check=True, timeout=60,
                         capture_output=True, text=True).stdout
    return re.search("^sandbox (.*)$", out, re.M)[1]


@pytest.fixture(scope="module", autouse=True)
def whole():
    """These tests take one part away and see the other stay."""
    if not re.fullmatch(r"seccomp, Landlock \d+", describe()):
        pytest.skip(f"here the sandbox is: {describe()}")


def without(*parts):
    return [WITHOUT, ",".join(LACKING[part] for part in parts)]


def status_of(before=(), *arguments):
    """/proc/PID/status of a run that has sent its first bytes, and what it says in the end."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(60)
        with subprocess.Popen(
                [*before, PROGRAM, "--resolver", f"127.0.0.1@{silent.getsockname()[1]}",
                 *arguments, "one.example"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, text=True) as program:
            connection, _ = silent.accept()
            with open(f"/proc/{program.pid}/status", encoding="ascii", errors="replace") as text:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)
            connection.close()
            program.terminate()
            _, error = program.communicate(timeout=60)
    return {name: status.get(name, "").strip() for name in
            ("Seccomp", "Seccomp_filters", "NoNewPrivs", "Threads")}, error


def test_in_force_when_the_first_question_leaves():
    """The filter and the earlier one against rings, in the only thread that there is."""
    status, error = status_of()
    assert status == {"Seccomp": "2", "Seccomp_filters": "2", "NoNewPrivs": "1", "Threads": "1"}
    assert error == ""


def test_filter_stays_without_landlock():
    """One filter is the test's own."""
    status, error = status_of(without("Landlock"))
    assert (status["Seccomp_filters"], status["NoNewPrivs"]) == ("3", "1")
    assert error == ("mxdane: the sandbox is incomplete, the check continues: "
                     "no Landlock in this kernel\n")


def test_no_filter_without_seccomp():
    status, error = status_of(without("seccomp"))
    assert status["Seccomp_filters"] == "1"
    assert error.count("\n") == 1 and error.endswith("continues: no seccomp in this kernel\n")


@pytest.fixture(name="with_ring")
def fixture_with_ring(tmp_path, monkeypatch):
    """A libuv that makes a ring with its loop; whether it has made one."""
    monkeypatch.setenv("LD_PRELOAD", str(BUILD / "tests" / "cli" / "libring_of_loop.so"))
    monkeypatch.setenv("RING_OF_LOOP", str(tmp_path / "made"))
    return (tmp_path / "made").exists


def run_invalid(before=()):
    done = subprocess.run([*before, PROGRAM, *INVALID, "--quiet"], timeout=60,
                          capture_output=True, text=True)
    return done.returncode, done.stderr


@pytest.mark.parametrize("parts", [[], ["Landlock"]], ids=str)
def test_no_ring_passes_by_the_filter(with_ring, parts):
    """Nor does a libuv that asks for one come to grief."""
    assert run_invalid(without(*parts) if parts else ()) == (3, "")
    assert not with_ring()


def test_a_ring_is_of_use_where_there_is_no_filter(with_ring):
    """None is taken away that was given; which also shows that this kernel gives them."""
    assert run_invalid(without("seccomp")) == (3, "")
    if not with_ring():
        pytest.skip("no io_uring in this kernel")


@pytest.mark.parametrize("calls", ["io_uring_setup", "seccomp,io_uring_setup"])
def test_rings_forbidden_from_outside(with_ring, calls):
    """As in a container."""
    assert run_invalid([WITHOUT, calls]) == (3, "")
    assert not with_ring()


@pytest.mark.parametrize("format", ["text", "json", "nagios", "prometheus", "junit", "tlsa", "sarif", "github"])
def test_without_both_the_report_is_the_same(format):
    plain, bare = (subprocess.run([*before, PROGRAM, *INVALID, "--output", format], timeout=60,
                                  capture_output=True, text=True)
                   for before in ([], without("seccomp", "Landlock")))
    times = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z?|\b\d{10}\b|\"elapsed_ms\":\d+|time=\"[\d.]+\"")
    assert times.sub("", bare.stdout) == times.sub("", plain.stdout) != ""
    assert (plain.returncode, plain.stderr) == (3, "")
    assert bare.returncode == 3
    assert bare.stderr.endswith("continues: no Landlock in this kernel, no seccomp in this kernel\n")


def test_quiet_says_nothing_of_it():
    done = subprocess.run([*without("seccomp", "Landlock"), PROGRAM, *INVALID, "--quiet"],
                          timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")


def test_version_tells_what_is_there():
    assert describe(without("Landlock")) == "seccomp, no Landlock in this kernel"
    assert re.fullmatch(r"no seccomp in this kernel, Landlock \d+", describe(without("seccomp")))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--explain", "tlsa-absent"],
                                       ["--nonsense"]], ids=lambda a: a[0])
def test_nothing_to_confine(arguments):
    """A run that reads no stranger's bytes does not complain of the kernel."""
    done = subprocess.run([*without("seccomp", "Landlock"), PROGRAM, *arguments], timeout=60,
                          capture_output=True, text=True)
    assert "sandbox is incomplete" not in done.stderr

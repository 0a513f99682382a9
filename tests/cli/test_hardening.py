"""What the compiler and the linker were to build in, read off the built program, and no core dumps."""

import os
import resource
import signal
import socket
import subprocess

import pytest

from conftest import PROGRAM


def readelf(*options):
    return subprocess.run(["readelf", "--wide", *options, PROGRAM], check=True, timeout=60,
                          capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def symbols():
    return readelf("--dyn-syms")


@pytest.fixture(scope="module")
def segments():
    return readelf("--program-headers")


def line_of(text, word):
    return next(line for line in text.splitlines() if word in line)


def test_position_independent():
    assert "DYN (Position-Independent Executable file)" in readelf("--file-header")


def test_full_relro(segments):
    assert "GNU_RELRO" in segments
    assert "NOW" in line_of(readelf("--dynamic"), "(FLAGS_1)")


def test_no_executable_stack(segments):
    assert line_of(segments, "GNU_STACK").split()[-2] == "RW"


def test_no_segment_writable_and_executable(segments):
    assert " RWE " not in segments


def test_no_library_path_and_no_text_relocation():
    dynamic = readelf("--dynamic")
    assert not any(tag in dynamic for tag in ("(RPATH)", "(RUNPATH)", "(TEXTREL)"))


def test_stack_protector(symbols):
    assert "__stack_chk_fail" in symbols


def test_fortified(symbols):
    if "__asan_init" in symbols:
        pytest.skip("AddressSanitizer checks what the fortified functions would")
    assert "__memcpy_chk" in symbols and "__vsnprintf_chk" in symbols


def test_branch_targets_are_marked():
    """In the code itself: Debian's start files have no mark, so the linker gives the whole none."""
    code = subprocess.run(["objdump", "--disassemble=main", "--no-show-raw-insn", PROGRAM],
                          check=True, timeout=60, capture_output=True, text=True).stdout
    if os.uname().machine != "x86_64":
        pytest.skip("indirect branch tracking is of x86")
    first = code.split("<main>:\n")[1].splitlines()[0]
    assert "endbr64" in first


@pytest.fixture
def running():
    """The program in the middle of a run, started where core dumps are allowed."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        program = subprocess.Popen(
            [PROGRAM, "--resolver", f"127.0.0.1@{silent.getsockname()[1]}", "one.example"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            # a shell's background job, such as a run of CI, may ignore it
            preexec_fn=lambda: signal.signal(signal.SIGQUIT, signal.SIG_DFL))
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
        with silent.accept()[0]:  # options are read, the first question is on its way
            yield program
            program.kill()
            program.wait()


def test_no_core_dump(running):
    with open(f"/proc/{running.pid}/limits", encoding="ascii") as limits:
        assert line_of(limits.read(), "Max core file size").split()[4:6] == ["0", "0"]
    # Of the signals that dump core, one that AddressSanitizer does not take for a fault of ours.
    running.send_signal(signal.SIGQUIT)
    _, status = os.waitpid(running.pid, 0)
    running.returncode = -signal.SIGQUIT
    assert os.WTERMSIG(status) == signal.SIGQUIT and not os.WCOREDUMP(status)

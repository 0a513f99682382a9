"""The sandbox hurts nothing legitimate: in every mode a run says what it says on a kernel without."""

import itertools
import os
import pty
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

import checker

pytestmark = pytest.mark.skipif(checker.sanitized(), reason="an instrumented build has no sandbox")
BARE = (str(checker.REPOSITORY / "tests/without.py"), "seccomp,landlock_create_ruleset")
NOTICE = re.compile(r"mxdane: the sandbox is incomplete, .*\r?\n")
RESOLVER = os.environ.get("LAB_RESOLVER", "")
CA_FILE = os.environ.get("LAB_CA_FILE", "")
DOMAINS = ["good.example", "broken.example", "sts-only.example", "bad..example"]

FORMATS = ["text", "json", "nagios", "prometheus", "junit", "tlsa", "sarif", "github"]
RESOLVERS = {
    "system": [],
    "tcp": ["-r", RESOLVER],
    "tls": ["-r", f"tls://{RESOLVER}#{os.environ.get('LAB_RESOLVER_NAME')}"],
    "tls by ca-file": ["-r", f"tls://{RESOLVER}#{os.environ.get('LAB_RESOLVER_NAME')}",
                       "--ca-file", CA_FILE],
}
TRUST_AD = {name: ["--dnssec", "trust-ad"] for name in RESOLVERS if name != "system"}


def modes():
    """Every format with every kind of resolver, validating and not."""
    for form, (name, resolver) in itertools.product(FORMATS, RESOLVERS.items()):
        yield f"{form}, {name}", ["-o", form, *resolver]
        if name in TRUST_AD:
            yield f"{form}, {name}, trust-ad", ["-o", form, *resolver, *TRUST_AD[name]]
    for form in ("text", "json", "nagios"):
        yield f"{form}, verbose", ["-o", form, "-v"]


def both(call):
    """What `call` gives with nothing before the program, and as on a kernel without a sandbox."""
    with ThreadPoolExecutor() as pool:
        inside, outside = pool.map(call, ((), BARE))
    return inside, outside


def compare(*arguments, before=(), **options):
    """Both runs say the same; the one with the sandbox, for more to be asked of it."""
    inside, outside = both(lambda bare: checker.run(*arguments, before=(*before, *bare), **options))
    assert NOTICE.search(outside.stderr), "the other one has a sandbox too"
    assert checker.unchanging(inside.stdout) == checker.unchanging(outside.stdout)
    assert checker.unchanging(inside.stderr) == checker.unchanging(NOTICE.sub("", outside.stderr))
    assert inside.status == outside.status
    return inside


@pytest.mark.parametrize("arguments", [pytest.param(arguments, id=name) for name, arguments in modes()])
def test_every_format_and_resolver(arguments):
    done = compare(*arguments, *DOMAINS)
    assert len(done.stdout) > 100 and done.status in (2, 3)


@pytest.fixture(name="named")
def _named(tmp_path):
    """The files that options name."""
    listed = tmp_path / "list"
    listed.write_text("\n".join(DOMAINS) + "\n", encoding="ascii")
    zone = tmp_path / "zone"
    zone.write_text("$ORIGIN good.example.\n$INCLUDE more\n", encoding="ascii")
    (tmp_path / "more").write_text("_25._tcp.mx1 IN TLSA 3 1 1 " + "ab" * 32 + "\n", encoding="ascii")
    part = checker.check("good.example")
    (tmp_path / "part").write_text(part.stdout, encoding="utf-8")
    return tmp_path


def test_named_files(named):
    """Read before, or open and read on, in the sandbox."""
    assert len(compare("-o", "json", "--file", str(named / "list")).stdout.splitlines()) == 4
    resumed = compare("-o", "json", "--resume", str(named / "part"), *DOMAINS)
    assert len(resumed.reports) == 3
    known = compare("-o", "json", "--baseline", str(named / "part"), "good.example").report
    assert all(found["known"] for found in known["findings"])
    changed = compare("-o", "json", "--zone", str(named / "zone"), "good.example").report
    assert "dane-mismatch" in {found["code"] for found in changed["findings"]}
    compare("-o", "json", "--chain", f"mx1.good.example={CA_FILE}", "good.example")
    compare("--trust-anchor", os.environ["LAB_TRUST_ANCHOR"], "--ca-file", CA_FILE, *DOMAINS)
    compare("--at", "+400d", "--require", "both", "-4", "--mx", "mx1.good.example", "good.example")


@pytest.mark.parametrize("kind", ["pipe", "file", "named pipe"])
def test_standard_input(named, kind):
    """A list that comes in while the run is under way."""
    listed = named / "list"
    if kind == "named pipe":
        os.mkfifo(named / "fifo")

    def run(bare):
        command = [*bare, checker.binary(), "-o", "json", "--file",
                   str(named / "fifo") if kind == "named pipe" else "-"]
        feed = f"sleep 0.2; cat {listed}; sleep 0.5; echo sts-only.example"
        shell = {"pipe": f"({feed}) | exec \"$@\"", "file": f"exec \"$@\" <{listed}",
                 "named pipe": f"({feed}) >{named / 'fifo'} & exec \"$@\""}[kind]
        done = subprocess.run(["bash", "-c", shell, "bash", *command], timeout=60,
                              capture_output=True, text=True, check=False)
        return checker.Run(command, done.returncode, done.stdout, done.stderr)

    inside, outside = [run(bare) for bare in ((), BARE)]
    assert checker.unchanging(inside.stdout) == checker.unchanging(outside.stdout)
    assert (inside.status, inside.stderr) == (outside.status, NOTICE.sub("", outside.stderr))
    assert len(inside.reports) == (4 if kind == "file" else 5)


def on_terminal(arguments, **environment):
    """All that a run writes to a terminal, and its status."""
    master, slave = pty.openpty()
    with subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=slave,
                          env=dict(os.environ, TERM="xterm", **environment)) as program:
        os.close(slave)
        seen = b""
        try:
            while piece := os.read(master, 65536):
                seen += piece
        except OSError:  # EIO: nobody has the other end any more
            pass
        os.close(master)
        return seen.decode(), program.wait(timeout=60)


def screen(seen):
    """The lines that are left to be seen: a carriage return begins a line anew, over blanks."""
    lines = [line.rsplit("\r", 1)[-1] for line in NOTICE.sub("", seen).split("\r\n")]
    return checker.unchanging(re.sub(r"\x1b\[\d*m", "", "\n".join(lines)))


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_terminal(locale):
    """Width, colors, symbols, and the progress line over it, which a slow domain brings."""
    arguments = [checker.binary(), "--progress", "always", "-v", *DOMAINS[1:], "dripping.example"]
    (inside, status), (outside, bare) = both(
        lambda before: on_terminal([*before, *arguments], LC_ALL=locale))
    assert status == bare and NOTICE.search(outside)
    assert "\x1b[" in inside and "/4 domains: " in inside
    assert screen(inside) == screen(outside)


def test_another_time_zone_and_day():
    """Both are things of the C library that it, or what stands in for it, looks up in files."""
    done = compare("-o", "json", *DOMAINS, env=dict(os.environ, TZ="Pacific/Auckland"))
    assert len(done.reports) == 4
    compare("-o", "json", "good.example", before=("faketime", "-f", "+1d"))


def test_ports_of_the_options():
    """Nobody listens there, which is said as such: not that it was forbidden."""
    done = compare("-o", "json", "-p", "2525", "-r", f"{RESOLVER}@9", "-r", RESOLVER, "good.example")
    assert done.stdout.count("refused") >= 4


# Rights on files that each version of Landlock knows (linux/landlock.h), and whether it knows ports.
VERSIONS = {1: (0x1FFF, False), 2: (0x3FFF, False), 3: (0x7FFF, False), 4: (0x7FFF, True),
            5: (0xFFFF, True), 6: (0xFFFF, True)}


@pytest.mark.parametrize("version", VERSIONS)
def test_older_landlock(version, tmp_path):
    """strace answers for the kernel when it is asked its version: only what that one knows is used."""
    calls = "landlock_create_ruleset,landlock_add_rule,landlock_restrict_self"
    done = checker.run("-o", "json", "bad..example", before=(
        "strace", "-X", "raw", "-o", str(tmp_path / "trace"), "-e", f"trace={calls}",
        "-e", f"inject=landlock_create_ruleset:retval={version}:when=1"))
    trace = (tmp_path / "trace").read_text(encoding="ascii")
    if "landlock_restrict_self" not in trace:
        pytest.skip("this kernel or build has no Landlock")
    files, ports = VERSIONS[version]
    assert (done.status, done.stderr) == (3, "")
    assert f"handled_access_fs={files:#x}" in trace
    assert len(re.findall(r"landlock_add_rule\(\d+, 0x2.* = 0$", trace, re.M)) == (3 if ports else 0)
    assert re.search(r"landlock_restrict_self\(\d+, 0\) += 0", trace)

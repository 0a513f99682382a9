"""Text from strangers in every place of a report and of the command line, in every format: it is
shown escaped, and what is drawn stays valid (nothing reaches a terminal raw)."""

import os
import re
import shutil
import subprocess

import pytest

import hostile
from conftest import BUILD, PROGRAM, ROOT

MODES = [(kind, "verbose") for kind in hostile.FORMATS]
MODES += [("text", "plain"), ("text", "color"), ("text", "ascii"), ("nagios", "plain"),
          ("nagios", "ascii"), ("tlsa", "ascii")]
EVERY = {**hostile.TEXTS, **hostile.LINES}
ALL = {**EVERY, **hostile.NUL}
# One of each kind, where the place treats all texts alike.
SOME = ["color", "C1 in UTF-8", "C1 raw", "override", "separators", "tags", "overlong",
        "truncated", "line end", "format", "10,000 escapes"]


@pytest.fixture(scope="module", name="keep")
def fixture_keep(tmp_path_factory):
    """Keeps XML and metrics, which are held against their own judges at the end, all at once."""
    folder = tmp_path_factory.mktemp("drawn")
    yield lambda kind, octets: (folder / f"{len(os.listdir(folder))}.{kind}").write_bytes(octets)
    drawn = sorted(folder.glob("*.junit"))
    schema = ROOT / "tests" / "report" / "junit.xsd"
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, *drawn],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for file in folder.glob("*.prometheus") if shutil.which("promtool") else ():
        done = subprocess.run(["promtool", "check", "metrics"], input=file.read_bytes(),
                              capture_output=True, timeout=60, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), file.read_bytes()


def strip_color(octets):
    """Without the program's own colors."""
    return re.sub(rb"\x1b\[[0-9;]*m", b"", octets)


# ---- Every text of a report ----------------------------------------------------------------------

@pytest.mark.parametrize("label", EVERY)
def test_report(label, keep):
    """Every text that a zone or a server can choose is this one."""
    for kind, mode in MODES:
        done = subprocess.run([BUILD / "tests" / "report" / "draw_attack", kind, mode],
                              input=EVERY[label], capture_output=True, timeout=60, check=True)
        out = strip_color(done.stdout) if mode == "color" else done.stdout
        hostile.check_output(kind, out)
        assert mode != "ascii" or out.isascii()
        keep(kind, out)


# ---- Every place of the command line -------------------------------------------------------------

NO_RESOLVER = ["-r", "127.0.0.1@9", "--dnssec", "trust-ad", "-t", "1"]
HEAD = b"$ORIGIN x.example.\n$TTL 1h\n@ SOA a b 1 1 1 1 1\n"


def quoted(text):
    """A master file's quoted string with these octets."""
    return b'"' + b"".join(b"\\%03d" % octet for octet in text) + b'"'


def strings(text):
    """The same, cut to strings of 255 octets."""
    return b" ".join(quoted(text[i:i + 200]) for i in range(0, len(text), 200))


def label_of(text):
    """A name whose first label has these octets, as far as they fit."""
    return b"".join(b"\\%03d" % octet for octet in text[:60]) + b".x.example."


OPTIONS = ["--ignore", "--require", "--output", "--at", "--resolver", "--ehlo", "--mx", "--port",
           "--dnssec", "--jobs", "--timeout", "--fail-on", "--color", "--explain", "--warn-days",
           "--key-types", "--trust-anchor", "--ca-file", "--zone", "--chain", "--file"]
BROKEN_ZONES = {  # what a zone file says that is wrong, with the text in it
    "token": lambda t: HEAD + t + b" A 192.0.2.1\n",
    "type": lambda t: HEAD + b"a " + t + b"\n",
    "data": lambda t: HEAD + b"a A " + t + b"\n",
    "digest": lambda t: HEAD + b"a TLSA 3 1 1 " + t + b"\n",
    "directive": lambda t: b"$" + t + b" x\n",
    "include": lambda t: HEAD + b"$INCLUDE " + quoted(t) + b"\n",
}
ZONES = {  # what a zone file says of domain number N with the text in it
    "MX target": lambda n, t: b"%d MX 10 " % n + label_of(t) + b"\n",
    "alias": lambda n, t: b"%d MX 10 m%d\nm%d CNAME " % (n, n, n) + label_of(t) + b"\n",
    "alias of the domain": lambda n, t: b"%d CNAME " % n + label_of(t) + b"\n",
    "TXT of MTA-STS": lambda n, t: b"%d MX 10 m\n_mta-sts.%d TXT " % (n, n) +
    strings(b"v=STSv1; id=" + t) + b"\n",
    "TXT of TLSRPT": lambda n, t: b"%d MX 10 m\n_smtp._tls.%d TXT " % (n, n) +
    strings(b"v=TLSRPTv1; rua=mailto:a@x.example," + t) + b"\n",
    "rua alone": lambda n, t: b"%d MX 10 m\n_smtp._tls.%d TXT " % (n, n) +
    strings(b"v=TLSRPTv1; rua=" + t) + b"\n",
}


class Runner:
    """Runs the program, in every format if not told otherwise, and looks at what it writes."""

    def __init__(self, keep):
        self.keep = keep
        self.said = 0

    def __call__(self, *arguments, formats=hostile.FORMATS, **more):
        for kind in formats:
            done = subprocess.run(
                [PROGRAM, "-v", "-o", kind, *arguments], capture_output=True, timeout=60,
                check=False, **({"stdin": subprocess.DEVNULL} if "input" not in more else {}),
                **more)
            assert 0 <= done.returncode <= 3, (arguments, done.stderr)
            hostile.check_output(kind, done.stdout)
            hostile.check_errors(done.stderr)
            if done.stdout:
                self.keep(kind, done.stdout)
            self.said += bool(done.stdout or done.stderr)


@pytest.fixture(name="run")
def fixture_run(keep):
    return Runner(keep)


def test_domains(run):
    """As domains, as lines of --file."""
    run(*NO_RESOLVER, *(b"x" + text for text in EVERY.values()))
    run(*NO_RESOLVER, "--file", "-",
        input=b"".join(text + b"\n" + text + b".example\n" for text in ALL.values()))
    assert run.said == 2 * len(hostile.FORMATS)


@pytest.mark.parametrize("option", OPTIONS)
def test_option(option, run):
    """As an option's argument: what is said goes to standard error."""
    for label in SOME:
        run(*NO_RESOLVER, option, b"x" + EVERY[label], "x.invalid", formats=["text"])
    assert run.said == len(SOME)


def test_unknown_option(run):
    """As an option."""
    for text in EVERY.values():
        run(b"--x" + text, formats=["text"])
        run(b"-" + text[:1], formats=["text"])


@pytest.mark.parametrize("place", BROKEN_ZONES)
def test_broken_zone(place, run, tmp_path):
    """In a zone file that is refused for it."""
    for number, text in enumerate(ALL.values()):
        file = tmp_path / str(number)
        file.write_bytes(BROKEN_ZONES[place](text))
        run(*NO_RESOLVER, "--zone", file, "x.example", formats=["text"])


@pytest.mark.parametrize("place", ZONES)
def test_zone(place, run, tmp_path):
    """In the data of a zone that is checked."""
    file = tmp_path / "zone"
    file.write_bytes(HEAD + b"m A 192.0.2.1\n" + b"".join(
        ZONES[place](number, text[:2000]) for number, text in enumerate(ALL.values())))
    run(*NO_RESOLVER, "--zone", file, *(f"{number}.x.example" for number in range(len(ALL))))
    assert run.said == len(hostile.FORMATS)


def test_file_names(run, tmp_path):
    """In the names of files that are broken."""
    for label in SOME:
        name = os.path.join(os.fsencode(tmp_path), EVERY[label].replace(b"/", b"")[:200])
        with open(name, "wb") as out:
            out.write(b"$BAD\n")
        for option in ("--zone", "--chain", "--trust-anchor", "--ca-file", "--file"):
            run(*NO_RESOLVER, option, name, "x.example", formats=["text"])


def test_certificates(run, tmp_path):
    """In every name of a certificate that --chain proposes."""
    zone = tmp_path / "zone"
    zone.write_bytes(HEAD + b"@ MX 10 m\nm A 192.0.2.1\n_25._tcp.m TLSA 3 1 1 " + b"00" * 32)
    for number, text in enumerate(ALL.values()):
        chain = tmp_path / f"{number}.pem"
        chain.write_bytes(hostile.certificate(text[:3000]))
        run(*NO_RESOLVER, "--zone", zone, "--chain", chain, "x.example",
            formats=hostile.FORMATS if number % 4 == 0 else ["json"])
    assert run.said >= len(ALL)

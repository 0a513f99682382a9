"""The architecture, held by its includes: a file knows only what lies below it, a library only its
adapter, and pure code neither the world nor the clock."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
FILES = sorted(SOURCE.glob("*.[ch]"))

# From the bottom up.  Each string is one noun: blank-separated patterns of the files that make it.
# A file may include headers of its own noun and of the layers below, never of a neighbour.
LAYERS = [
    ["limit*", "arena", "finding*", "der"],
    ["buffer", "loop", "table", "sandbox*", "descriptors", "quota", "allocator"],
    ["escape", "name"],
    ["model address lookup chain", "hostname"],
    ["params"],
    ["certificate*", "sts*", "smtp*", "dns_name", "digest", "zone_text zone_token", "resolv_conf",
     "domain_source", "resume"],
    ["proposed_chain", "tls tls_*", "tlsa path*", "anchor",
     "zone_name zone_type zone_rdata* zone_file zone_nodes zone_overlay", "options*"],
    ["discovery", "trust_store"],
    ["senders", "reach", "confine"],
    ["dns_* dnssec_*", "probe*", "judge*", "report* text_style"],
    ["resolver*", "output", "progress"],
    ["policy*", "notice"],
    ["gather*", "explain"],
    ["inquiry"],
    ["check*"],
    ["main"],
]

# A library's headers, and the files that may know them.
ADAPTERS = {
    "getdns/*": "dns_* dnssec_* anchor resolver*",
    "gnutls/*": "tls tls_* certificate* trust_store digest",
    "curl/*": "policy",
    "idn2.h": "name",
    "jansson.h": "report_json*",
    "uv.h": "loop",
    "seccomp.h": "sandbox_seccomp",
    "linux/landlock.h": "sandbox_landlock",
}

# No I/O, no clock, no environment: the same input gives the same output.
PURE = """address buffer chain der discovery escape finding* judge* lookup model name options* path* policy_answer reach report*
    senders smtp* sts* text_style tlsa zone_name zone_nodes zone_rdata* zone_text zone_token
    zone_type certificate certificate_fields certificate_signature dns_name"""
IO_HEADERS = {"dirent.h", "fcntl.h", "netdb.h", "poll.h", "signal.h", "sys/*", "termios.h",
              "unistd.h"}
ADDRESS_FAMILIES = {"address.h"}  # sys/socket.h for AF_INET and AF_INET6 alone
IO_CALLS = re.compile(
    r"\b(fopen|fdopen|freopen|open|openat|fread|fgets|getline|read|recv|write|send|socket|connect|"
    r"poll|printf|puts|putchar|fprintf|fputs|fwrite|perror|time|clock|clock_gettime|gettimeofday|"
    r"getenv|setenv|gethostname|getaddrinfo|system|popen|fork|exec\w+|sleep)\s*\(")

# Who may write to standard output or standard error at all.
SPEAKERS = "main output progress check notice arena"


def stem_in(stem, patterns):
    return any(fnmatch(stem, pattern) for pattern in patterns.split())


def place(stem):
    """The layer's number and the noun of a file; a later, more exact pattern wins over a star."""
    found = [(pattern == stem, number, noun) for number, layer in enumerate(LAYERS)
             for noun in layer for pattern in noun.split() if fnmatch(stem, pattern)]
    assert found, f"{stem}: which layer is it in? Say so in LAYERS."
    exact = [f for f in found if f[0]] or found
    assert len(exact) == 1, f"{stem}: more than one layer claims it: {exact}"
    return exact[0][1:]


def code_of(path):
    """The text without comments and string literals."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def includes(path, form):
    return re.findall(form, path.read_text(), flags=re.M)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_includes_go_down(path):
    layer, noun = place(path.stem)
    for header in includes(path, r'^#include "(.+)"'):
        assert (SOURCE / header).exists(), f"{path.name} includes {header}, which is not in src"
        below, its_noun = place(Path(header).stem)
        assert below < layer or its_noun == noun, \
            f"{path.name} (layer {layer}) includes {header} (layer {below})"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_library_headers_stay_in_their_adapter(path):
    for header in includes(path, r"^#include <(.+)>"):
        for library, owners in ADAPTERS.items():
            if fnmatch(header, library):
                assert stem_in(path.stem, owners), f"{path.name} knows {header}"


@pytest.mark.parametrize("path", [p for p in FILES if stem_in(p.stem, PURE)], ids=lambda p: p.name)
def test_pure_files_do_no_io(path):
    for header in includes(path, r"^#include <(.+)>"):
        if header == "sys/socket.h" and path.name in ADDRESS_FAMILIES:
            continue
        assert not any(fnmatch(header, h) for h in IO_HEADERS), f"{path.name} includes {header}"
    calls = IO_CALLS.findall(code_of(path))
    assert not calls, f"{path.name} calls {calls}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_few_files_speak(path):
    if not stem_in(path.stem, SPEAKERS):
        said = re.findall(r"\b(?:stdout|stderr|STDOUT_FILENO|printf\s*\(|puts\s*\()", code_of(path))
        assert not said, f"{path.name} writes to the user: {said}"


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".c"], ids=lambda p: p.name)
def test_files_and_functions_are_short(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 400, f"{path.name} has {len(lines)} lines"
    begin = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            assert number - begin - 1 <= 80, f"{path.name}:{begin}: function of over 80 lines"
            begin = None


def test_every_file_is_built():
    listed = set(re.findall(r"'(\w+\.c)'", (SOURCE / "meson.build").read_text()))
    assert listed == {p.name for p in FILES if p.suffix == ".c"}


def test_every_file_opens_with_what_it_owns():
    for path in FILES:
        head = path.read_text()
        assert head.startswith("/*"), f"{path.name} opens without a sentence"
        assert path.name in head.split("*/")[0] and len(head.split("*/")[0].split()) >= 5, path.name

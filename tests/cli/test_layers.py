"""The architecture, as far as the compiler does not keep it: a folder's include path is what its
meson.build names (src/README.md)."""

import re
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
FILES = sorted(SOURCE.glob("*/*.[ch]"))

# A library's headers, and the files that may know them.
ADAPTERS = {
    "getdns/*": "dns/* dnssec/* resolver/resolver.c",
    "gnutls/*": "smtp/tls* x509/* base/digest.c dnssec/signature.c",
    "curl/*": "gather/sts_fetch.c",
    "idn2.h": "base/name.c",
    "jansson.h": "report/json* run/baseline.c",
    "uv.h": "base/loop.c",
    "seccomp.h": "sandbox/sandbox_seccomp.c",
    "linux/landlock.h": "sandbox/sandbox_landlock.c",
}

# Folders whose code does no I/O and knows no clock or environment: the same input gives the same
# output. That they do not call what does is shown by what their tests link; this is about libc.
PURE = ("model", "zone/zone_nodes", "zone/zone_rdata", "zone/zone_text", "x509/certificate.",
        "x509/certificate_fields", "x509/certificate_signature", "x509/path", "x509/der", "sts", "dane", "judge",
        "report", "smtp/smtp", "dns/dname")
IO_HEADERS = {"dirent.h", "fcntl.h", "netdb.h", "poll.h", "signal.h", "sys/*", "termios.h", "unistd.h"}
ADDRESS_FAMILIES = {"address.h"}  # sys/socket.h for AF_INET and AF_INET6 alone
IO_CALLS = re.compile(
    r"\b(fopen|fdopen|freopen|open|openat|fread|fgets|getline|read|recv|write|send|socket|connect|"
    r"poll|printf|puts|putchar|fprintf|fputs|fwrite|perror|time|clock|clock_gettime|gettimeofday|"
    r"getenv|setenv|gethostname|getaddrinfo|system|popen|fork|exec\w+|sleep)\s*\(")

# Who may write to standard output or standard error at all.
SPEAKERS = {"main", "output", "progress", "check", "connectivity", "arena"}


def name(path):
    return str(path.relative_to(SOURCE))


def code_of(path):
    """The text without comments and string literals."""
    text = re.sub(r"/\*.*?\*/", " ", path.read_text(), flags=re.S)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def includes(path, form):
    return re.findall(form, path.read_text(), flags=re.M)


def test_library_headers_stay_in_their_adapter():
    strangers = [f"{name(path)} knows {header}" for path in FILES
                 for header in includes(path, r"^#include <(.+)>") for library, owners in ADAPTERS.items()
                 if fnmatch(header, library) and not any(fnmatch(name(path), o) for o in owners.split())]
    assert not strangers


def test_pure_files_do_no_io():
    for path in FILES:
        if not name(path).startswith(PURE):
            continue
        headers = [h for h in includes(path, r"^#include <(.+)>") if any(fnmatch(h, io) for io in IO_HEADERS)
                   and not (h == "sys/socket.h" and path.name in ADDRESS_FAMILIES)]
        calls = IO_CALLS.findall(code_of(path))
        assert not headers and not calls, f"{name(path)} includes {headers}, calls {calls}"


def test_few_files_speak():
    for path in FILES:
        said = re.findall(r"\b(?:stdout|stderr|STDOUT_FILENO|printf\s*\(|puts\s*\()", code_of(path))
        assert not said or path.stem in SPEAKERS, f"{name(path)} writes to the user: {said}"


def test_files_and_functions_are_short():
    for path in FILES:
        lines = path.read_text().splitlines()
        assert len(lines) <= 600, f"{name(path)} has {len(lines)} lines"
        begin = None
        for number, line in enumerate(lines, 1):
            if line == "{":
                begin = number
            elif line == "}" and begin:
                assert number - begin - 1 <= 80, f"{name(path)}:{begin}: function of over 80 lines"
                begin = None


def test_every_file_is_built_in_its_folder():
    for folder in {path.parent for path in FILES}:
        listed = set(re.findall(r"'(\w+\.c)'", (folder / "meson.build").read_text()))
        listed |= set(re.findall(rf"'{folder.name}/(\w+\.c)'", (SOURCE / "meson.build").read_text()))
        assert listed == {path.name for path in FILES if path.parent == folder and path.suffix == ".c"}


def test_file_names_are_unique():
    twice = [n for n, count in Counter(path.name for path in FILES).items() if count > 1]
    assert not twice


def test_headers_include_each_other_in_no_circle():
    below = {path.name: set(includes(path, r'^#include "(.+)"')) for path in FILES if path.suffix == ".h"}
    while below:
        leaves = {header for header, needed in below.items() if not needed & below.keys()}
        assert leaves, f"a circle among {sorted(below)}"
        below = {header: needed for header, needed in below.items() if header not in leaves}


def test_every_file_opens_with_what_it_is_responsible_for():
    for path in FILES:
        head = path.read_text()
        assert head.startswith("/*"), f"{name(path)} opens without a sentence"
        assert path.name in head.split("*/")[0] and len(head.split("*/")[0].split()) >= 5, name(path)

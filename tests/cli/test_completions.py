"""The completions in real shells."""

import shutil

import pytest

import shells

# What is typed, and all that is then on the line.
CASES = [
    ("mxdane --outp", "--output"),
    ("mxdane --re", "--require --reserved --resolver --resume"),
    ("mxdane -o ju", "-o junit"),
    ("mxdane --output ", "--output json junit nagios prometheus text tlsa"),
    ("mxdane --output=n", "--output=nagios"),
    ("mxdane --dnssec ", "--dnssec trust-ad validate"),
    ("mxdane -k ", "-k any each"),
    ("mxdane --require ", "--require any both dane mta-sts none"),
    ("mxdane --fail-on c", "--fail-on critical"),
    ("mxdane --color ", "--color always auto never"),
    ("mxdane --progress al", "--progress always"),
    ("mxdane --explain sts-t", "--explain sts-testing sts-txt-invalid"),
    ("mxdane --explain=dane-roll", "--explain=dane-rollover-partial"),
    ("mxdane --ignore dane-m", "--ignore dane-mismatch"),
    ("mxdane --ignore null-mx,tlsa-ab", "--ignore null-mx,tlsa-absent"),
    ("mxdane --ignore=null-mx,mx-bogus,sts-a", "--ignore=null-mx,mx-bogus,sts-absent"),
    ("mxdane -f {files}/one", "-f {files}/one.list"),
    ("mxdane --file={files}/one", "--file={files}/one.list"),
    ("mxdane --zone {files}/tw", "--zone {files}/two.zone"),
    ("mxdane --ca-file {files}/ca", "--ca-file {files}/ca.pem"),
    ("mxdane --trust-anchor {files}/ro", "--trust-anchor {files}/root.key"),
    ("mxdane -o json --resume {files}/old", "-o json --resume {files}/old.json"),
    ("mxdane --chain {files}/ca", "--chain {files}/ca.pem"),
    ("mxdane --chain mx.example={files}/ca", "--chain mx.example={files}/ca.pem"),
    ("mxdane --chain=mx.example={files}/ca", "--chain=mx.example={files}/ca.pem"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    for name in ("one.list", "two.zone", "ca.pem", "root.key", "old.json"):
        (folder / name).touch()
    return folder


@pytest.fixture(scope="module", params=["bash", "zsh", "fish"])
def shell(request):
    assert shutil.which(request.param), f"{request.param} is not installed"
    running = shells.start(request.param)
    yield running
    running.close()


@pytest.mark.parametrize("line, want", CASES, ids=[c[0] for c in CASES])
def test_completion(shell, files, line, want):
    assert shell.complete(line.format(files=files)) == want.format(files=files).split()


def test_every_value_is_completed(shell, catalogue):
    for option in catalogue["options"]:
        if option["choices"]:
            got = shell.complete(f"mxdane {option['name']} ")
            assert sorted(got[1:]) == sorted(option["choices"]), option["name"]


def test_every_code_is_completed(shell, catalogue):
    codes = sorted(finding["code"] for finding in catalogue["findings"])
    for option in ("--explain", "--ignore"):
        assert sorted(shell.complete(f"mxdane {option} ")[1:]) == codes


def test_every_option_is_completed(shell, catalogue):
    names = sorted(o["name"] for o in catalogue["options"] if o["name"].startswith("--"))
    assert sorted(shell.complete("mxdane --")) == names

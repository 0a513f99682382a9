"""The completions in real shells."""

import shutil

import pytest

import shells

# What is typed, and all that is then on the line.
FILE_OPTIONS = ("--file", "--zone", "--chain", "--trust-anchor", "--ca-file", "--resume", "--baseline")
CASES = [
    ("mxdane --outp", "--output"),
    ("mxdane --re", "--repeat --require --reserved --resolver --resume"),
    ("mxdane -o ju", "-o junit"),
    ("mxdane --output ", "--output github json junit nagios nsupdate prometheus sarif text tlsa"),
    ("mxdane --output=na", "--output=nagios"),
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
    ("mxdane -oju", "-ojunit"),
    ("mxdane -qo ju", "-qo junit"),
    ("mxdane -4qoju", "-4qojunit"),
    ("mxdane example.org --outp", "example.org --output"),
    ("mxdane --zone {files}/two.zone --outp", "--zone {files}/two.zone --output"),
    ("mxdane --chain mx.example={files}/ca.pem --outp",
     "--chain mx.example={files}/ca.pem --output"),
    ("mxdane -f {files}/one", "-f {files}/one.list"),
    ("mxdane --chain mx.example={files}/ca", "--chain mx.example={files}/ca.pem"),
    ("mxdane --chain=mx.example={files}/ca", "--chain=mx.example={files}/ca.pem"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    for name in ("one.list", "two.zone", "ca.pem", "root.key", "old.json", "a name.pem"):
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


@pytest.mark.parametrize("option", FILE_OPTIONS)
def test_files_are_completed(shell, files, option):
    for begin, name in (("tw", "two.zone"), ("a", "a name.pem")):
        file = f"{files}/{name}"
        assert shell.complete(f"mxdane {option} {files}/{begin}") == [option, file]
        assert shell.complete(f"mxdane {option}={files}/{begin}") == [f"{option}={file}"]
    got = shell.complete(f"mxdane {option} {files}/")
    assert sorted(got[1:]) == sorted(str(file) for file in files.iterdir())


def values(words, option):
    """What comes after "--option=", which not every shell repeats before each."""
    return sorted(word.removeprefix(f"{option}=") for word in words)


def test_every_value_is_completed(shell, catalogue):
    for option in catalogue["options"]:
        if option["choices"]:
            got = shell.complete(f"mxdane {option['name']} ")
            assert sorted(got[1:]) == sorted(option["choices"]), option["name"]
            if option["name"].startswith("--"):
                got = shell.complete(f"mxdane {option['name']}=")
                assert values(got, option["name"]) == sorted(option["choices"])


def test_every_code_is_completed(shell, catalogue):
    codes = [finding["code"] for finding in catalogue["findings"]]
    for option, words in ("--ignore", codes), ("--explain", codes + list(catalogue["causes"])):
        assert sorted(shell.complete(f"mxdane {option} ")[1:]) == sorted(words)
        assert values(shell.complete(f"mxdane {option}="), option) == sorted(words)


def test_every_code_is_completed_after_a_comma(shell, catalogue):
    codes = {finding["code"] for finding in catalogue["findings"]}
    got = shell.complete("mxdane --ignore null-mx,mx-bogus,")[1:]
    assert all(word.startswith("null-mx,mx-bogus,") for word in got)
    # Whether one code may be named twice is each shell's own custom.
    assert codes - {"null-mx", "mx-bogus"} <= {word.split(",")[2] for word in got} <= codes


def test_every_option_is_completed(shell, catalogue):
    names = sorted(o["name"] for o in catalogue["options"] if o["name"].startswith("--"))
    assert sorted(shell.complete("mxdane --")) == names
    assert {name for name in shell.complete("mxdane -") if name.startswith("--")} == set(names)


def test_every_short_option_is_completed(shell, catalogue):
    want = {f"-{o['letter']}" for o in catalogue["options"] if o["letter"]}
    want |= {o["name"] for o in catalogue["options"] if not o["name"].startswith("--")}
    assert {name for name in shell.complete("mxdane -") if not name.startswith("--")} == want


def test_only_domains_follow_two_hyphens(shell):
    # fish repeats the last word only where something fits.
    assert shell.complete("mxdane -- --outp") in (["--", "--outp"], ["--"])
    assert shell.complete("mxdane -q -- -") in (["-q", "--", "-"], ["-q", "--"])
    assert "junit" not in shell.complete("mxdane -- --output ")

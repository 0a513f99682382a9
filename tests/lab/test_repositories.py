"""Repositories of zones in the forms that their software has: the examples, and one drawn at random."""

import json
import pathlib
import re
import shutil

import jsonschema
import pytest

import checker
from drawn import FOLDERS, Drawn
from test_examples import EXAMPLES, OFFLINE, SARIF, run, verdicts
from world.programs import find

FORMS = EXAMPLES / "zone-forms"
BIND = {"LD_LIBRARY_PATH": find("bind-libraries")}


def findings(done):
    """What a run of check-zones with -o json found, from warning up: (code, file, line) each."""
    reports = checker.Run([], done.returncode, done.stdout, done.stderr).reports
    return {(f["code"], f["location"] and f["location"]["file"], f["location"] and f["location"]["line"])
            for r in reports for f in r["findings"] if f["severity"] != "info"}


# The form, what is changed in a file of it, and what is then found: the code, the file and what stands in its line.
FAULTS = {
    "bind": ("zones/common/tlsa", "e69c0e59", "00000000", {("dane-mismatch", "zones/common/tlsa", "00000000")}),
    "nsd": ("zones/example.com", "_25._tcp.mx2", "_25._tcp.mx2.example.com",
            {("tlsa-absent", "zones/example.com", "_25._tcp.mx2.")}),
    "knot": ("zones/example.com.zone", "TLSA\t3 1 1 E69C", "TLSA\t1 1 1 E69C", {
        ("tlsa-pkix-usage", "zones/example.com.zone", "E69C"), ("tlsa-unusable", "zones/example.com.zone", "E69C")}),
    "signed": ("zones/example.com.zone", "TLSA\t3 1 1 E69C", "TLSA\t3 1 1 009C",
               {("dane-mismatch", "zones/example.com.zone", "3 1 1 009C")}),
    "powerdns": ("zones/example.com.zone", "mx2.example.com\t3600\tIN\tA\t", "mx3.example.com\t3600\tIN\tA\t", {
        ("host-no-address", "zones/example.com.zone", "MX\t20"), ("host-no-address", "zones/example.net.zone", "MX\t20")}),
    "dnscontrol": ("zones/example.com.zone", "lists            IN MX    10 mx1.example.com.",
                   "lists            IN MX    10 mx.example.com.", {("host-no-address", "zones/example.com.zone", "lists")}),
    "octodns": ("zones/example.com.", "ba095c6b", "00000000", {("dane-mismatch", "zones/example.com.", "00000000")}),
    "terraform": ("plan.json", "e69c0e59", "00000000", {("dane-mismatch", "zones/public/example.com.zone", "00000000")}),
}


def line_of(file, text):
    """The line where `text` stands; of a record in parentheses, the line where it begins."""
    lines = file.read_text(encoding="ascii").splitlines()
    number = next(i for i, line in enumerate(lines) if text in line)
    while number and lines[number - 1].rstrip().endswith("("):
        number -= 1
    return number + 1


@pytest.fixture(name="example")
def _example(tmp_path):
    """A function that copies a form's folder as it is installed, and runs commands there."""
    def copy(form):
        shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
        folder = tmp_path / "zone-forms" / form
        (folder / "bin").mkdir()
        for tool in ("named-checkconf", "named-checkzone"):
            (folder / "bin" / tool).symlink_to(pathlib.Path(find("named-compilezone")).parent / tool)
        return folder
    return copy


def commands(folder):
    """The commands that the README says."""
    return re.search(r"```sh\n(.*?)\n```", (folder / "README.md").read_text(encoding="utf-8"), re.S)[1]


@pytest.mark.parametrize("form", sorted(p.name for p in FORMS.iterdir() if p.is_dir()))
def test_form(example, form):
    """The README's commands judge it; a fault is found at its line, and nothing else."""
    folder = example(form)
    done = run([*OFFLINE, "sh", "-ec", commands(folder)], folder, **BIND)
    assert done.returncode == 0, done
    assert " OK  example.com\n" in done.stdout and "DANE-verified" in done.stdout
    name, old, new, wanted = FAULTS[form]
    file = folder / name
    text = file.read_text(encoding="ascii")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="ascii")
    done = run([*OFFLINE, "sh", "-ec", commands(folder) + " -o json"], folder, **BIND)
    assert done.returncode == 2, done
    assert findings(done) == {(code, where, line_of(folder / where, line)) for code, where, line in wanted}


def test_bind_loads_its_tree(example):
    """Configuration, zones and what they include."""
    folder = example("bind")
    conf = folder / "named.conf.local"
    conf.write_text(conf.read_text(encoding="ascii").replace("/etc/bind/", ""), encoding="ascii")
    done = run(["named-checkconf", "-z", conf], folder, **BIND)
    assert done.returncode == 0, done
    assert done.stdout.count("loaded serial") == 5


@pytest.mark.parametrize("form, program, tool, options", [
    ("nsd", "nsd", "nsd-checkzone", []), ("dnscontrol", "named-compilezone", "named-checkzone", ["-i", "none"]),
    ("octodns", "named-compilezone", "named-checkzone", ["-i", "none"])])
def test_servers_load_the_zones(example, form, program, tool, options):
    """NSD its own, and BIND those that generators write for it."""
    folder = example(form)
    files = sorted((folder / "zones").iterdir())
    for file in files:
        name = file.name.removesuffix(".zone")
        done = run([pathlib.Path(find(program)).parent / tool, *options, name, file], folder, **BIND)
        assert done.returncode == 0, done
    assert len(files) == 2


def test_knot_loads_its_zones(example):
    """Configuration and zones."""
    folder = example("knot")
    conf = folder / "knot.conf"
    conf.write_text(conf.read_text(encoding="ascii").replace("/etc/knot", str(folder)), encoding="ascii")
    check = [pathlib.Path(find("knot")).parent / "knotc", "-c", conf, "zone-check"]
    assert run(check, folder).returncode == 0
    (folder / "zones/example.net.zone").write_text("@ MX none\n", encoding="ascii")
    assert run(check, folder).returncode != 0


# ---- 200 zones, 20 faults ----

@pytest.fixture(name="drawn", scope="module")
def _drawn(tmp_path_factory):
    """The repository, made once."""
    folder = tmp_path_factory.mktemp("drawn")
    drawn = Drawn(folder)
    shutil.copy(EXAMPLES / "zone-repository/check-zones", folder)
    return drawn


def test_each_fault_is_found_at_its_line_and_nothing_else(drawn):
    """Over all forms and both views in one run of check-zones."""
    done = run([*OFFLINE, "./check-zones", "-o", "json"], drawn.folder)
    assert done.returncode == 2, done.stderr
    assert findings(done) == set(drawn.planted)
    assert sum(FOLDERS.values()) == 200 and len({place[1:] for place in drawn.planted}) == 20


@pytest.mark.parametrize("view", FOLDERS)
def test_sarif_and_junit_of_a_view(drawn, view):
    """Both are valid, and say the same."""
    wanted = {one for one in drawn.planted if one[1].startswith(f"zones/{view}/")}
    sarif, junit = (run([*OFFLINE, "./check-zones", "-o", form], drawn.folder, VIEW=view).stdout for form in ("sarif", "junit"))
    log = json.loads(sarif)
    jsonschema.Draft4Validator(json.loads(SARIF.read_text(encoding="utf-8"))).validate(log)
    places = [(result["ruleId"], result["locations"][0]["physicalLocation"]) for result in log["runs"][0]["results"]]
    assert {(rule, place["artifactLocation"]["uri"], place["region"]["startLine"]) for rule, place in places} == wanted
    file = drawn.folder / f"{view}.xml"
    file.write_text(junit, encoding="utf-8")
    codes = {one[0] for one in wanted}
    assert verdicts(file) <= codes and all(code in junit for code in codes)  # a test has one type

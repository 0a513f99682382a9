"""What the program promises by name is written down, completed and tested: every option, value,
finding code and exit status, and nothing that it does not have."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
COMPLETIONS = {"bash": "mxdane.bash", "zsh": "_mxdane", "fish": "mxdane.fish"}

# How the man page puts a severity that depends on something.
SEVERITIES = {
    "critical if DANE is required, otherwise info": "critical/info: dane",
    "critical if MTA-STS is required, otherwise info": "critical/info: mta-sts",
    "critical if MTA-STS is required, otherwise warning": "critical/warning: mta-sts",
    "unknown if MTA-STS is required, otherwise warning": "unknown/warning: mta-sts",
    "warning with --require mta-sts or both, otherwise info": "warning/info: asked",
    "unknown; with --reserved info": "unknown/info: reserved",
    "critical where TLSA records or an enforced MTA-STS policy make TLS mandatory, otherwise "
    "warning": "critical/warning: tls",
    "critical where the policy is enforced, otherwise warning": "critical/warning: enforced",
    "unknown where the verdict hangs on the certificate, otherwise info": "unknown/info: certificate",
    "critical where the verdicts on the certificates differ, otherwise info": "critical/info: verdicts",
    "warning; with --plan info": "warning/info: unplanned",
    "unknown with --plan, otherwise info": "unknown/info: planned",
    "warning; unknown where no name server of the zone answers": "warning/unknown: answers",
    "critical where the delivery of mail hangs on it, otherwise warning": "critical/warning: decides",
    "warning where EHLO inside TLS is not answered, otherwise info": "warning/info: unanswered",
}


@pytest.fixture(scope="module")
def man():
    return (ROOT / "man" / "mxdane.1").read_text()


def section(man, name):
    return re.search(rf"^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)", man, re.M | re.S).group(1)


def man_options(man):
    """The list item of each option, by its names."""
    items = {}
    for heading, body in re.findall(r"^\.It (Fl .*)\n(.*?)(?=^\.It |^\.El)",
                                    section(man, "OPTIONS"), re.M | re.S):
        for name in re.findall(r"Fl (\S+)", heading):
            items["-" + name] = heading + "\n" + body
    return items


def names_of(option):
    return [option["name"]] + (["-" + option["letter"]] if option["letter"] else [])


def completion_options(shell):
    """The options that a completion offers."""
    text = (ROOT / "completions" / COMPLETIONS[shell]).read_text()
    if shell == "bash":
        offered = re.search(r"_mxdane_words '(-f --file .*?)'", text, re.S).group(1).split()
        return set(offered)
    if shell == "fish":
        return {"-" * (1 + (kind == "l")) + name
                for line in re.findall(r"^complete -c mxdane (.*)", text, re.M)
                for kind, name in re.findall(r"-([sl]) (\S+)", line.split(" -d ")[0])}
    arguments = text[text.index("_arguments"):]
    plain = re.findall(r"^\s+'\*?(?:\([^)]*\))?(-[\w-]+)", arguments, re.M)
    braced = ",".join(re.findall(r"\{(-[^}]*)\}", arguments)).split(",")
    return {name.rstrip("+=") for name in plain + [b for b in braced if b]}


def completion_words(shell, name):
    """The list "codes" or "causes" of a completion."""
    text = (ROOT / "completions" / COMPLETIONS[shell]).read_text()
    block = {"bash": rf"_mxdane_{name}='\n(.*?)'", "zsh": rf"^{name}=\(\n(.*?)^\)",
             "fish": rf'function __mxdane_{name}\n.*?string trim "\n(.*?)"'}[shell]
    return re.search(block, text, re.M | re.S).group(1).split()


def texts_of_tests(*patterns):
    """The tests that expect something; this file and lists that hold every name are none."""
    return "\n".join(path.read_text() for pattern in patterns for path in TESTS.glob(pattern)
                     if path.name not in ("test_catalogue.py", "catalogue.c"))


def test_man_page_has_every_option_and_no_other(man, catalogue):
    promised = {name for option in catalogue["options"] for name in names_of(option)}
    assert set(man_options(man)) == promised


def test_man_page_has_every_value_and_range(man, catalogue):
    items = man_options(man)
    for option in catalogue["options"]:
        body = items[option["name"]]
        for choice in option["choices"]:
            assert re.search(rf"^\.Cm {choice}\b", body, re.M), f"{option['name']} {choice}"
        if option["maximum"] and option["name"] != "--port":
            assert f"{option['minimum']} to {option['maximum']}" in body, option["name"]


def test_man_page_has_every_format(man, catalogue):
    formats = next(o["choices"] for o in catalogue["options"] if o["name"] == "--output")
    assert re.findall(r"^\.It Cm (\S+)$", section(man, "OUTPUT"), re.M) == formats


def test_man_page_has_every_finding_with_its_severity(man, catalogue):
    written = re.findall(r"^\.It Cm (\S+) Pq (.+)\n(?!\.It|\.El)", section(man, "FINDINGS"), re.M)
    promised = [(f["code"], SEVERITIES.get(f["severity"], f["severity"]))
                for f in catalogue["findings"]]
    assert written == promised


def test_man_page_has_every_cause_with_its_meaning(man, catalogue):
    table = section(man, "FINDINGS").split("\n.Ss Causes\n")[1]
    written = {slug: " ".join(text.split())
               for slug, text in re.findall(r"^\.It Cm (\S+)\n(.*?)(?=^\.It|^\.El)", table, re.M | re.S)}
    assert written == catalogue["causes"]
    assert list(written) == list(catalogue["causes"])


def test_man_page_has_every_exit_status(man, catalogue):
    written = dict(re.findall(r"^\.It (\d+)\n(\w+)", section(man, "EXIT STATUS"), re.M))
    assert written == {str(number): name for name, number in catalogue["statuses"].items()}


def test_help_has_every_option_value_and_status(mxdane, catalogue):
    text = mxdane("--help").stdout
    for option in catalogue["options"]:
        for name in names_of(option):
            assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text), name
        for choice in option["choices"]:
            assert re.search(rf"(?<![\w-]){choice}(?![\w-])", text), f"{option['name']} {choice}"
    for name, number in catalogue["statuses"].items():
        assert f"{number} {name}" in text


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_completion_has_every_option_and_no_other(shell, catalogue):
    promised = {name for option in catalogue["options"] for name in names_of(option)}
    assert completion_options(shell) == promised


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_completion_has_every_code_and_no_other(shell, catalogue):
    assert completion_words(shell, "codes") == [f["code"] for f in catalogue["findings"]]


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_completion_has_every_cause_and_no_other(shell, catalogue):
    assert completion_words(shell, "causes") == list(catalogue["causes"])


def test_every_option_is_tested(catalogue):
    text = texts_of_tests("cli/*.py", "lab/*.py", "lab/scenarios/*.py", "unit/cli/test_options.c")
    for option in catalogue["options"]:
        assert any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
                   for name in names_of(option)), option["name"]


def test_every_finding_is_tested(catalogue):
    """Expected by a scenario of the lab, or by a unit test of the rule that gives it."""
    text = texts_of_tests("lab/*.py", "lab/scenarios/*.py", "unit/judge/*.[ch]")
    missing = [f["code"] for f in catalogue["findings"]
               if f'"{f["code"]}"' not in text and f"'{f['code']}'" not in text
               and not re.search(rf"\bFINDING_{f['code'].upper().replace('-', '_')}\b", text)]
    assert not missing


def test_every_exit_status_is_tested(catalogue):
    text = texts_of_tests("cli/*.py", "lab/*.py", "lab/scenarios/*.py")
    for name, number in catalogue["statuses"].items():
        assert re.search(rf"(exit=|returncode == |== \(){number}\b", text), name


def test_man_page_is_clean():
    assert shutil.which("mandoc"), "mandoc is not installed"
    result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", ROOT / "man" / "mxdane.1"],
                            capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (0, "")


def test_man_page_has_its_sections(man):
    wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "OUTPUT", "FINDINGS", "ENVIRONMENT",
              "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO", "STANDARDS",
              "SECURITY CONSIDERATIONS"]
    assert re.findall(r"^\.Sh (.+)", man, re.M) == wanted


def test_changelog_has_the_version():
    version = re.search(r"version: '([\d.]+)'", (ROOT / "meson.build").read_text()).group(1)
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()

"""Watching domains: the formats of monitoring systems as they read them, and the examples for cron,
systemd and node_exporter run as those run them."""

import ctypes
import errno
import os
import re
import shlex
import shutil
import subprocess

import pytest

import checker
from test_examples import EXAMPLES, adapted, run
from world.programs import find

GOLDEN = checker.REPOSITORY / "tests/report/golden"
GOOD, BROKEN, EXPIRING = "good.example", "broken.example", "expiring.example"


@pytest.fixture(name="domains")
def _domains(tmp_path):
    """Writes a list of domains."""
    def write(*names):
        file = tmp_path / "domains"
        file.write_text("# ours\n" + "".join(f"{name}\n" for name in names), encoding="ascii")
        return file
    return write


def promtool(text):
    """What promtool has against metrics."""
    done = subprocess.run([find("promtool"), "check", "metrics"], input=text, text=True,
                          capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def perfdata(line):
    """A plugin's performance data as Monitoring::Plugin reads them: label -> (value, status)."""
    script = """use strict;
        for my $p (Monitoring::Plugin::Performance->parse_perfstring($ARGV[0])) {
            print join(" ", $p->label, $p->value, $p->threshold->get_status($p->value)), "\\n";
        }"""
    done = subprocess.run(["perl", "-MMonitoring::Plugin::Performance", "-e", script, line.split("|")[1]],
                          capture_output=True, text=True, timeout=60, check=True)
    return {label: (float(value), int(status)) for label, value, status in
            (one.split() for one in done.stdout.splitlines())}


# ---- Formats ----

def test_promtool_takes_every_metric():
    """The golden file, which has every kind of report, and one that is not as it should be."""
    golden = (GOLDEN / "prometheus.txt").read_text(encoding="utf-8")
    assert promtool(golden) == (0, "")
    assert promtool(golden.replace("# HELP mxdane_status", "# HELP mxdane_stat", 1))[0] != 0


def test_promtool_takes_a_real_report():
    """Of domains of every status, U-labels and what is no domain among them."""
    done = checker.run("--output", "prometheus", GOOD, BROKEN, EXPIRING, "nothing.example",
                       "bücher.example", "bad..name")
    assert promtool(done.stdout) == (0, "")
    for domain, status in ((GOOD, 0), (EXPIRING, 1), (BROKEN, 2), ("bad..name", 3)):
        assert f'mxdane_status{{domain="{domain}"}} {status}\n' in done.stdout


@pytest.mark.parametrize("domain, status, word", [
    (GOOD, 0, "OK"), (EXPIRING, 1, "WARNING"), (BROKEN, 2, "CRITICAL"), ("bad..name", 3, "UNKNOWN")])
def test_plugin(domain, status, word):
    """One line, the exit status that belongs to its word, performance data that parse; -v adds lines."""
    done = checker.run("--output", "nagios", domain)
    assert (done.status, done.stderr) == (status, "")
    assert re.fullmatch(rf"MXDANE {word} - {re.escape(domain)}: [^|\n]+\|[^|\n]+\n", done.stdout)
    values = perfdata(done.stdout)
    assert {"time", "hosts", "endpoints", "verified"} <= set(values)
    if status < 3:
        days, worth = values["cert_days"]
        assert 79 < days < 80 and worth == 0
    long = checker.run("--output", "nagios", "-v", domain)
    first, *rest = long.stdout.splitlines()
    assert re.sub(r"time=\S+", "", first + "\n") == re.sub(r"time=\S+", "", done.stdout)
    assert rest and "|" not in "".join(rest) and long.status == status


@pytest.mark.parametrize("days, threshold", [("14", "14:"), ("29", "29:"), ("160", "30:")])
def test_plugin_thresholds_follow_warn_days(days, threshold):
    """But not beyond a third of the certificate's life, here of 90 days: no warning comes before."""
    done = checker.run("--output", "nagios", "--warn-days", days, GOOD)
    assert re.search(rf" cert_days=[0-9.]+;{threshold};", done.stdout), done
    assert perfdata(done.stdout)["cert_days"][1] == done.status == 0


# ---- Which findings count ----

@pytest.mark.parametrize("arguments, status, shown", [
    ((), 2, [BROKEN, EXPIRING]),
    (("--ignore", "signature-expiring"), 2, [BROKEN]),
    (("--ignore", "signature-expiring,dane-mismatch"), 0, []),
    (("--warn-days", "4"), 2, [BROKEN]),
    (("--ignore", "dane-mismatch"), 1, [EXPIRING]),
    (("--ignore", "dane-mismatch", "--fail-on", "critical"), 0, [EXPIRING]),
    (("--fail-on", "critical"), 2, [BROKEN, EXPIRING]),
    (("--require", "none"), 2, [BROKEN, EXPIRING])])
@pytest.mark.parametrize("output", ["json", "nagios", "text"])
def test_quiet(domains, arguments, status, shown, output):
    """Only domains that are not ok are printed, each worth the exit status that was asked for."""
    done = checker.run("--quiet", "--output", output, *arguments, "--file",
                       str(domains(GOOD, BROKEN, EXPIRING)))
    assert (done.status, done.stderr) == (status, "")
    names = {"json": r'^\{.*?"domain":"([^"]+)"', "nagios": r"^(?:CRITICAL|WARNING|UNKNOWN|OK) - ([^:]+):",
             "text": r"^\S+ (?:CRITICAL|WARNING|UNKNOWN|OK) +(\S+)$"}
    assert re.findall(names[output], done.stdout, re.M) == shown
    if output == "nagios":  # a plugin says something in any case
        assert re.match(r"MXDANE [A-Z]+ - 3 domains: ", done.stdout)
    elif not shown:
        assert done.stdout == ""


def test_ignored_finding_is_still_listed():
    """JSON says what was passed over, and the status leaves it out."""
    done = checker.check("--ignore", "dane-mismatch", BROKEN)
    assert (done.report["status"], done.status) == ("ok", 0)
    assert [one["ignored"] for one in done.report["findings"] if one["code"] == "dane-mismatch"]
    assert all(one["ignored"] == (one["code"] == "dane-mismatch") for one in done.report["findings"])


def test_fail_on_critical_lets_warnings_pass_alone():
    """A warning exits 0, unknown and critical do not."""
    for domain, status in ((EXPIRING, 0), ("bad..name", 3), (BROKEN, 2)):
        assert checker.check("--fail-on", "critical", domain).status == status


# ---- cron and node_exporter ----

def cron_jobs():
    """(environment, fields, user, command) of each line, as cron reads a file of /etc/cron.d."""
    environment = {}
    for line in (EXAMPLES / "mxdane.cron").read_text(encoding="ascii").splitlines():
        if not line or line.startswith("#"):
            continue
        assignment = re.fullmatch(r"(\w+)=(.*)", line)
        if assignment:
            environment[assignment[1]] = assignment[2]
            continue
        *when, user, command = line.split(None, 6)
        assert all(re.fullmatch(r"(\*|\d+)(/\d+)?", field) for field in when), line
        assert "%" not in command, "cron makes a new line of it"
        yield dict(environment), when, user, command


def test_cron_speaks_only_when_something_is_wrong(domains, tmp_path):
    """The command under cron's shell and its bare environment."""
    environment, _, user, command = next(cron_jobs())
    assert environment["MAILTO"] == "postmaster" and user == "nobody"
    assert "/usr/local/bin" in environment["PATH"]
    installed = tmp_path / "bin"
    installed.mkdir()
    (installed / "mxdane").symlink_to(checker.binary())
    for names, status, mail in (((GOOD,), 0, False), ((GOOD, BROKEN), 2, True)):
        here = command.replace("/etc/mxdane/domains", str(domains(*names)))
        assert here != command
        done = subprocess.run(["/bin/sh", "-c", here], capture_output=True, text=True, timeout=60,
                              cwd="/", stdin=subprocess.DEVNULL, check=False,
                              env={"SHELL": "/bin/sh", "HOME": "/nonexistent", "LOGNAME": user,
                                   "PATH": f"{installed}:{environment['PATH']}"})
        assert (done.returncode, bool(done.stdout + done.stderr)) == (status, mail), done
        assert (BROKEN in done.stdout) == mail and GOOD not in done.stdout


def test_textfile_collector_never_sees_half(domains, tmp_path):
    """A new file by rename, whatever the domains' status; a run that fails leaves the old one."""
    *_, command = list(cron_jobs())[1]
    script = adapted(os.path.basename(command), tmp_path, domains=domains(GOOD, BROKEN),
                     metrics=tmp_path / "mxdane.prom")
    metrics = tmp_path / "mxdane.prom"
    assert run([script], tmp_path).returncode == 0
    with metrics.open(encoding="utf-8") as old:
        before = metrics.stat().st_ino
        assert run([script], tmp_path).returncode == 0
        assert metrics.stat().st_ino != before
        text = old.read()
    assert promtool(text) == promtool(metrics.read_text(encoding="utf-8")) == (0, "")
    assert f'mxdane_status{{domain="{BROKEN}"}} 2\n' in text
    text = metrics.read_text(encoding="utf-8")
    (tmp_path / "domains").unlink()
    assert run([script], tmp_path).returncode == 1
    assert metrics.read_text(encoding="utf-8") == text
    assert not list(tmp_path.glob("*.prom.*"))


# ---- systemd ----

@pytest.fixture(name="system", scope="module")
def _system(tmp_path_factory):
    """A root folder with systemd's own units, the example's, and mxdane where it says."""
    root = tmp_path_factory.mktemp("root")
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    units = root / "etc/systemd/system"
    units.mkdir(parents=True)
    for unit in ("mxdane.service", "mxdane.timer"):
        shutil.copy(EXAMPLES / unit, units)
    program = root / "usr/local/bin/mxdane"
    program.parent.mkdir(parents=True)
    shutil.copy(checker.binary(), program)
    program.chmod(0o755)
    return root


def systemd_analyze(*arguments):
    """systemd-analyze's exit status and what it said."""
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True,
                          timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_units_are_right(system):
    """systemd finds nothing to say about them."""
    assert systemd_analyze("verify", "--man=no", f"--root={system}", "mxdane.service",
                           "mxdane.timer") == (0, "")


def test_service_is_hardened(system):
    """systemd's own measure, of which 0 would be a service without a network."""
    status, text = systemd_analyze("security", "--offline=true", "--threshold=15", "--no-pager",
                                   f"--root={system}", "mxdane.service")
    assert status == 0, text


def settings(key, unit=EXAMPLES / "mxdane.service"):
    """What the unit says for a key, in order."""
    text = unit.read_text(encoding="ascii")
    return re.findall(rf"^{key}=(.*)$", text, re.M)


def expanded(word):
    """The system calls that a word of SystemCallFilter= stands for."""
    if not word.startswith("@"):
        return {word}
    status, text = systemd_analyze("syscall-filter", word)
    assert status == 0, text
    words = [line.strip() for line in text.splitlines()[1:]]
    return set().union(*(expanded(one) for one in words if one and not one.startswith("#")))


def allowed_calls():
    """The system calls of the service."""
    calls = set()
    for line in settings("SystemCallFilter"):
        words = set().union(*(expanded(word) for word in line.lstrip("~").split()))
        calls = calls - words if line.startswith("~") else calls | words
    return calls | expanded("@default")


def confine(calls):
    """Become what systemd makes of the service: these calls, all others EPERM, and no new rights."""
    assert settings("SystemCallErrorNumber") == ["EPERM"]
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(0x00050000 | errno.EPERM))
    for name in calls:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            assert library.seccomp_rule_add(rules, 0x7FFF0000, number, 0) == 0, name
    assert library.seccomp_load(rules) == 0


@pytest.mark.skipif(checker.sanitized(), reason="a sanitizer does what the filter forbids")
def test_service_runs_under_its_filter(domains):
    """mxdane, with its own sandbox, does all it does under the service's filter of system calls."""
    calls = allowed_calls()
    assert not {"mount", "reboot", "ptrace", "chown", "setuid", "setpriority"} & calls
    program, *arguments = shlex.split(settings("ExecStart")[0])
    assert program == "/usr/local/bin/mxdane" and arguments[-1] == "/etc/mxdane/domains"
    for names, status in (((GOOD,), 0), ((GOOD, BROKEN), 2)):
        done = checker.run(*arguments[:-1], str(domains(*names)), preexec_fn=lambda: confine(calls))
        assert (done.status, done.stderr) == (status, "")
        assert (BROKEN in done.stdout) == (status == 2) and GOOD not in done.stdout
    assert checker.run(GOOD, preexec_fn=lambda: confine(calls - {"socket"})).status == 3

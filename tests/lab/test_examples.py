"""The files of tests/examples, run as those who run them do."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml
from cryptography import x509

import checker

EXAMPLES = checker.REPOSITORY / "tests/examples"
XSD = checker.REPOSITORY / "tests/report/junit.xsd"
SARIF = checker.REPOSITORY / "tests/report/sarif-2.1.0.schema.json"
CHAINS = checker.REPOSITORY / "tests/unit/fixtures/proposed"
OFFLINE = ("unshare", "--net")

ZONE = """$TTL 1h
@   SOA ns1 hostmaster (2026112301 1h 15m 4w 1h)
    NS  ns1
    MX  10 mx1
ns1 A   192.0.2.53
mx1 A   192.0.2.1
    AAAA 2001:db8::1
"""
ORIGIN = "$ORIGIN whatif.example.\n"


def tlsa(chain):
    """The line of a zone file that fits a chain, from mxdane itself: the zone has no record yet."""
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as zone:
        zone.write(ORIGIN + ZONE)
        zone.flush()
        text = checker.run("--output", "tlsa", "--zone", zone.name, "--chain", f"mx1.whatif.example={chain}",
                           "whatif.example").stdout
    return "_25._tcp.mx1 TLSA " + re.search(r" TLSA (3 1 1 [0-9a-f]{64})\n", text)[1] + "\n"


def run(command, folder, **environment):
    """A command as its caller sees it, with mxdane and `folder`/bin first in PATH."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    if not (tools / "mxdane").exists():
        (tools / "mxdane").symlink_to(checker.binary())
    home = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", HOME=str(folder),
                GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
                GIT_COMMITTER_EMAIL="a@b", **environment)
    return subprocess.run([str(part) for part in command], cwd=folder, env=home, text=True,
                          capture_output=True, timeout=checker.RUN_SECONDS, check=False,
                          stdin=subprocess.DEVNULL)


def adapted(name, folder, **settings):
    """A copy of a script in which the settings at its head are as a user writes them."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for key, value in settings.items():
        text, count = re.subn(rf"(?m)^{key}=.*$", f"{key}={value}", text)
        assert count == 1, key
    script = folder / name
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)
    return script


# ---- A repository of zones ----

class Repository:
    """A fresh clone of the example, with a zone and a chain."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(EXAMPLES / "zone-repository", folder, dirs_exist_ok=True)
        (folder / "zones").mkdir()
        (folder / "chains").mkdir()
        self.git("init", "-q", "-b", "main")
        self.right, self.wrong = tlsa(CHAINS / "ecdsa.pem"), tlsa(CHAINS / "rsa.pem")
        self.chain("mx1.whatif.example", "ecdsa.pem")
        self.zone(self.right)
        assert self.commit().returncode == 0

    def git(self, *arguments):
        """git without any network."""
        return run([*OFFLINE, "git", *arguments], self.folder)

    def commit(self, *options):
        """Everything that is there, or with options what is staged."""
        if not options:
            self.git("add", "--all", "--", ":!bin")
        return self.git("commit", "-q", "-m", "change", *options)

    def zone(self, records, text=ORIGIN + ZONE):
        """Write the zone."""
        (self.folder / "zones/whatif.example").write_text(text + records, encoding="ascii")

    def split(self):
        """The hosts into a fragment, the zone with it into a folder, and a zone without mail beside."""
        folder = self.folder / "zones/com"
        folder.mkdir()
        (self.folder / "zones/whatif.example").unlink()
        mail, hosts = ZONE.split("ns1 A")
        (folder / "db.whatif.example").write_text(mail + "$INCLUDE hosts\n", encoding="ascii")
        (folder / "hosts").write_text("ns1 A" + hosts + self.right, encoding="ascii")
        (self.folder / "zones/reverse").write_text(
            "$ORIGIN 2.0.192.in-addr.arpa.\n@ 60 SOA ns1.whatif.example. h.whatif.example. 1 2 3 4 5\n"
            " NS ns1.whatif.example.\n1 PTR mx1.whatif.example.\n", encoding="ascii")

    def views(self, internal):
        """The zone in two views, of which the internal one has these records."""
        (self.folder / "zones/whatif.example").unlink()
        for view, records in (("external", self.right), ("internal", internal)):
            (self.folder / "zones" / view).mkdir()
            (self.folder / "zones" / view / "whatif.example").write_text(ZONE + records, encoding="ascii")

    def chain(self, host, file):
        """Write a chain."""
        shutil.copy(CHAINS / file, self.folder / f"chains/{host}.pem")

    def read(self, name):
        """A YAML file of the repository."""
        return yaml.safe_load((self.folder / name).read_text(encoding="utf-8"))


@pytest.fixture(name="repository")
def _repository(tmp_path):
    return Repository(tmp_path)


# What is done to the repository, what mxdane then exits with, what the report of the job says.
CHANGES = {
    "nothing": (lambda r: None, 0, set()),
    "a comment": (lambda r: r.zone("; reviewed\n" + r.right), 0, set()),
    "a record for the next key": (lambda r: r.zone(r.right + r.wrong), 0, set()),
    "another record": (lambda r: r.zone(r.wrong), 2, {"dane-mismatch"}),
    "no record": (lambda r: r.zone(""), 2, {"tlsa-absent"}),
    "another chain": (lambda r: r.chain("mx1.whatif.example", "rsa.pem"), 2, {"dane-mismatch"}),
    "a second chain": (lambda r: r.chain("mx1.whatif.example.rsa", "rsa.pem"), 2,
                       {"dane-mismatch", "dane-rollover-partial"}),
    "both, both records": (lambda r: (r.chain("mx1.whatif.example.rsa", "rsa.pem"),
                                      r.zone(r.right + r.wrong)), 0, set()),
    "a long TTL": (lambda r: r.zone(r.right, ORIGIN + ZONE.replace("1h\n", "4d\n", 1)), 1,
                   {"tlsa-ttl-long"}),
    "a slip of the pen": (lambda r: r.zone("mx2 B 192.0.2.2\n"), 2, {"zone-invalid"}),
    "a broken subdomain": (lambda r: r.zone(r.right + "sub MX 10 mx9\n"), 2, {"host-no-address"}),
    "the key alone": (lambda r: r.chain("mx1.whatif.example", "key.pem"), 0, set()),
    "the key alone, another record": (lambda r: (r.chain("mx1.whatif.example", "key.pem"), r.zone(r.wrong)), 2,
                                      {"dane-mismatch"}),
    "a folder, a fragment and a reverse zone": (lambda r: r.split(), 0, set()),
    "a chain of nobody": (lambda r: r.chain("mx9.whatif.example", "rsa.pem"), 3, set()),
}


def verdicts(file):
    """The codes that a JUnit file reports as failed, after a look at its form."""
    done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", str(XSD), str(file)],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    tree = ElementTree.parse(file)
    assert list(tree.iter("testcase"))
    return {bad.get("type") for kind in ("failure", "error") for bad in tree.iter(kind)}


def run_github_job(job, folder):
    """Runs a job's steps as a runner does: the log, and whether every step succeeded."""
    good, log = True, ""
    for step in job["steps"]:
        condition = {"failure()": not good, "always()": True}[step["if"]] if "if" in step else good
        if "run" not in step or step["name"].startswith("Install ") or not condition:
            continue
        script = folder / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = run([*OFFLINE, "bash", "-e", script], folder, CI="true", GITHUB_ACTIONS="true",
                   GITHUB_STEP_SUMMARY=str(folder / "summary.md"))
        log += done.stdout + done.stderr
        good = good and done.returncode == 0
    return good, log


@pytest.mark.parametrize("change", CHANGES)
def test_github_job(repository, change):
    """The job fails where it must, says why, and leaves a report that can be read."""
    make, status, codes = CHANGES[change]
    make(repository)
    job = repository.read(".github/workflows/mail.yml")["jobs"]["mxdane"]
    good, log = run_github_job(job, repository.folder)
    assert good == (status == 0), log
    upload = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert [step["if"] for step in upload] == ["always()"]
    report = repository.folder / upload[0]["with"]["path"]
    assert verdicts(report) == codes
    assert all(code in log for code in codes), log
    assert {line for line in log.splitlines() if line.startswith("::")} or not codes
    sarif = json.loads((repository.folder / "mxdane.sarif").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(json.loads(SARIF.read_text(encoding="utf-8"))).validate(sarif)
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} >= codes
    assert (repository.folder / "summary.md").read_text(encoding="utf-8").startswith("## Mail domains\n```\n")


@pytest.mark.parametrize("change", CHANGES)
def test_gitlab_job(repository, change):
    """script decides, after_script writes the report all the same."""
    make, status, codes = CHANGES[change]
    make(repository)
    job = repository.read(".gitlab-ci.yml")["mxdane"]
    done = [run([*OFFLINE, "bash", "-eo", "pipefail", "-c", "\n".join(job[part])],
                repository.folder, CI="true", GITLAB_CI="true")
            for part in ("script", "after_script")]
    assert done[0].returncode == status, done[0]
    assert all(code in done[0].stdout for code in codes)
    assert verdicts(repository.folder / job["artifacts"]["reports"]["junit"]) == codes


@pytest.mark.parametrize("view, status, domains", [("", 2, 2), ("external", 0, 1), ("internal", 2, 1), ("other", 3, 0)])
def test_views(repository, view, status, domains):
    """A zone that is there twice is judged twice, each time alone."""
    repository.views(repository.wrong)
    done = run([*OFFLINE, "./check-zones", "-o", "json"], repository.folder, VIEW=view)
    assert (done.returncode, done.stdout.count("\n")) == (status, domains), done
    assert done.stdout.count('"dane-mismatch"') == (2 if status == 2 else 0)  # an address each


SOA = "SOA ns1.{0}hostmaster.{0}1 2 3 4 5\n"
BODY = "@ NS ns1\n@ MX 10 mx1.whatif.example.\nns1 A 192.0.2.53\nmx1 A 192.0.2.1\n{1}"
# Files of zones/ by their names, whose records are relative as BIND's are; the mail domains in them.
TREES = {
    "an origin in the middle": ({"db.whatif.example": "@ " + SOA + BODY + "$ORIGIN sub\nwww A 192.0.2.7\n"}, 1),
    "an absolute origin in the middle": (
        {"db.whatif.example": "@ " + SOA + BODY + "$ORIGIN sub.whatif.example.\nwww A 192.0.2.7\n"}, 1),
    "an absolute SOA and another name": ({"file-7": "whatif.example. IN " + SOA + BODY}, 1),
    "an origin above": ({"file-7": "$ORIGIN example.\nwhatif " + SOA + "$ORIGIN whatif.example.\n" + BODY}, 1),
    "the SOA by $INCLUDE": ({"whatif.example": "$TTL 60\n$INCLUDE soa.inc\n" + BODY, "soa.inc": "@ " + SOA}, 1),
    "the same by another name": ({"whatif.example": "$TTL 60\n$INCLUDE inc/common\n" + BODY, "inc/common": "@ " + SOA}, 1),
    "a zone that another includes": ({"whatif.example": "$TTL 60\n@ " + SOA + BODY,
                                      "other.example": "$INCLUDE whatif.example\n"}, 2),
    "a dot at the end": ({"whatif.example.": "@ " + SOA + BODY}, 1),
    "notes, keys and journals": ({
        "whatif.example": "@ " + SOA + BODY, "README.md": "Raise the SOA serial by one.\n", "Makefile": "all:\n",
        "Kwhatif.example.+013+00001.key": "whatif.example. IN DNSKEY 257 3 13 YWJj\n", "whatif.example.jnl": "\0",
        "dsset-whatif.example.": "whatif.example. IN DS 1 13 2 00\n", ".git/HEAD": "ref\n", "deploy.sh": "#!/bin/sh\n"}, 1),
    "a zone of the name of a note": ({"whatif.example": "@ " + SOA + BODY, "example.md": "@ " + SOA}, 1),
    "a view of fragments alone": ({"a/whatif.example": "$INCLUDE zones/inc/soa\n" + BODY, "inc/soa": "@ " + SOA,
                                   "b/whatif.example": "$INCLUDE ../inc/soa\n" + BODY}, 2),
}


@pytest.mark.parametrize("ttl", ["", "$TTL 1h\n", "; a comment about the SOA here\n$TTL 1h ; SOA\n"])
@pytest.mark.parametrize("tree", TREES)
def test_trees_as_they_are(repository, tree, ttl):
    """Each file is read as its server reads it, and what is no zone is left alone."""
    files, domains = TREES[tree]
    (repository.folder / "zones/whatif.example").unlink()
    for name, text in files.items():
        file = repository.folder / "zones" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(ttl + text.format("whatif.example. ", repository.right), encoding="ascii")
    done = run([*OFFLINE, "./check-zones", "-o", "json"], repository.folder)
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, domains, ""), done


@pytest.mark.parametrize("status", [0, 1, 2, 3, 127])
@pytest.mark.parametrize("views", [False, True])
def test_status_of_the_program(repository, views, status):
    """What the program ends with is what the script ends with, the program's absence too."""
    if views:
        repository.views(repository.right)
    tool = repository.folder / "bin/mxdane"
    tool.unlink()
    tool.write_text(f"#!/bin/sh\nexit {status}\n", encoding="ascii")
    tool.chmod(0o755)
    assert run(["./check-zones"], repository.folder).returncode == status


def test_no_zone_at_all(repository):
    """A gate before an empty folder is shut."""
    (repository.folder / "zones/whatif.example").unlink()
    done = run(["./check-zones"], repository.folder)
    assert (done.returncode, done.stderr) == (3, "check-zones: there is no zone file\n")


def test_links_are_zones(repository):
    """One file for many parked domains; a link to nothing is a fault."""
    (repository.folder / "parked").write_text("@ " + SOA.format("whatif.example. ") + "@ MX 0 .\n", encoding="ascii")
    for name in ("a.example", "b.example"):
        (repository.folder / "zones" / name).symlink_to("../parked")
    done = run([*OFFLINE, "./check-zones", "-o", "json"], repository.folder)
    assert (done.returncode, [json.loads(line)["domain"] for line in done.stdout.splitlines()]) == (
        0, ["a.example", "b.example", "whatif.example"])
    (repository.folder / "parked").unlink()
    assert run([*OFFLINE, "./check-zones", "-q"], repository.folder).returncode == 2


def test_github_workflow_is_one():
    """What GitHub wants of a workflow."""
    text = EXAMPLES / "zone-repository/.github/workflows/mail.yml"
    workflow = yaml.safe_load(text.read_text(encoding="utf-8"))
    # YAML 1.1, which GitHub does not read, takes "on" for true.
    assert set(workflow) == {"name", True, "permissions", "jobs"}
    assert workflow[True] == ["push", "pull_request"]
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    for job in workflow["jobs"].values():
        assert set(job) == {"runs-on", "container", "steps"}
        assert "actions/checkout" in job["steps"][0]["uses"]
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert set(step) <= {"name", "uses", "run", "if", "with"}
            assert re.fullmatch(r"(actions|github/codeql-action)/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))
    assert "git clone" not in text.read_text(encoding="utf-8"), "a commit that is named, not what is newest"


def test_gitlab_job_is_one():
    """What GitLab wants of a job."""
    text = EXAMPLES / "zone-repository/.gitlab-ci.yml"
    for job in yaml.safe_load(text.read_text(encoding="utf-8")).values():
        assert set(job) == {"image", "before_script", "script", "after_script", "artifacts"}
        for part in ("before_script", "script", "after_script"):
            assert all(isinstance(line, str) for line in job[part])
        assert job["artifacts"] == {"when": "always", "reports": {"junit": "mxdane.xml"}}


def test_jobs_install_what_the_readme_says():
    """The packages to build with are those of the README's first command."""
    def packages(text):
        words = re.search(r"--no-install-recommends((?:\s|\\|[a-z0-9-])+)", text)[1].split()
        return set(words) - {"\\", "git", "-"}

    readme = (checker.REPOSITORY / "README.md").read_text(encoding="utf-8").split("&&\n")[0]
    folder = EXAMPLES / "zone-repository"
    workflow = yaml.safe_load((folder / ".github/workflows/mail.yml").read_text(encoding="utf-8"))
    gitlab = yaml.safe_load((folder / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    github = [step["run"] for step in workflow["jobs"]["mxdane"]["steps"]
              if step.get("name") == "Install mxdane"]
    for script in (github[0], "\n".join(gitlab["mxdane"]["before_script"])):
        assert packages(script.split("git init")[0]) == packages(readme)
        assert subprocess.run(["bash", "-n", "-c", script], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("change", CHANGES)
def test_pre_commit_hook(repository, change):
    """A commit after which mail would break, or cannot be judged, is not made."""
    make, status, codes = CHANGES[change]
    assert repository.git("config", "core.hooksPath", "hooks").returncode == 0
    make(repository)
    done = repository.commit("--allow-empty") if change == "nothing" else repository.commit()
    made = repository.git("status", "--porcelain", "--", ":!bin").stdout == ""
    assert (done.returncode == 0, made) == (status in (0, 1), status in (0, 1)), done.stderr
    assert all(code in done.stderr for code in codes), done.stderr
    assert repository.commit("--no-verify", "--allow-empty").returncode == 0


def test_pre_commit_hook_judges_what_is_staged(repository):
    """What lies in the working tree alone neither breaks a commit nor mends it."""
    repository.git("config", "core.hooksPath", "hooks")
    repository.zone("; staged\n" + repository.right)
    repository.git("add", "zones")
    repository.zone(repository.wrong)
    assert repository.commit("--quiet").returncode == 0
    repository.git("add", "zones")
    repository.zone(repository.right)
    done = repository.commit("--quiet")
    assert done.returncode == 1 and "dane-mismatch" in done.stderr


# ---- ACME clients ----

# What each client says to its hook: arguments and variables, as certbot 2 (deploy-hook), acme.sh 3
# (renew-hook), lego 4 and 5 (renew-hook, deploy-hook) and dehydrated 0.7 (hook.sh) do.
CLIENTS = {
    "certbot": lambda one: ((), {"RENEWED_LINEAGE": one.lineage, "RENEWED_DOMAINS": f"www.good.example {one.HOST}"}),
    "acme.sh": lambda one: ((), {"CERT_PATH": one.lineage / "cert.pem", "CERT_KEY_PATH": one.key,
                                 "CA_CERT_PATH": one.lineage / "chain.pem", "CERT_FULLCHAIN_PATH": one.chain,
                                 "Le_Domain": one.HOST}),
    "lego 4": lambda one: ((), {"LEGO_ACCOUNT_EMAIL": "a@good.example", "LEGO_CERT_DOMAIN": one.HOST,
                                "LEGO_CERT_PATH": one.chain, "LEGO_CERT_KEY_PATH": one.key}),
    "lego 5": lambda one: ((), {"LEGO_HOOK_ACCOUNT_ID": "a", "LEGO_HOOK_CERT_NAME": one.HOST,
                                "LEGO_HOOK_CERT_PATH": one.chain, "LEGO_HOOK_CERT_KEY_PATH": one.key}),
    "dehydrated": lambda one: (("deploy_cert", one.HOST, one.key, one.lineage / "cert.pem", one.chain,
                                one.lineage / "chain.pem", "1767225600"), {}),
}


class Renewal:
    """What an ACME client does after a renewal, for mx1.good.example."""

    HOST = "mx1.good.example"

    def __init__(self, folder, client):
        self.folder = folder
        self.client = client
        self.lineage = folder / "live" / self.HOST
        self.chain = self.lineage / "fullchain.pem"
        self.key = self.lineage / "privkey.pem"
        self.copy = folder / "tls"
        self.lineage.mkdir(parents=True)
        self.copy.mkdir()
        self.log = folder / "postfix.log"
        (folder / "bin").mkdir()
        (folder / "bin/postfix").write_text(f'#!/bin/sh\necho "$@" >>{self.log}\n')
        (folder / "bin/postfix").chmod(0o755)
        self.hook = adapted("acme-deploy-hook", folder, domain="good.example", host=self.HOST,
                            copy=self.copy, wait="2s")

    def present(self):
        """The certificate that the host presents, as if renewed with its key."""
        for file in pathlib.Path(os.environ["LAB_STATE"], "certs").glob("*.pem"):
            leaf = x509.load_pem_x509_certificate(file.read_bytes())
            if leaf.subject.rfc4514_string() == f"CN={self.HOST}":
                shutil.copy(file, self.chain)
                shutil.copy(file.with_suffix(".key"), self.key)
                return
        raise LookupError(self.HOST)

    def fresh(self, name=HOST):
        """A certificate of a new key."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}", "-keyout", self.key, "-out", self.chain],
                       check=True, capture_output=True, timeout=60)

    def run(self, *before):
        """The hook as the client calls it."""
        arguments, variables = CLIENTS[self.client](self)
        return run([*before, self.hook, *arguments], self.folder,
                   **{name: str(value) for name, value in variables.items()})

    def deployed(self):
        """What the mail server now reads, and what was said to it."""
        file = self.copy / f"{self.HOST}.pem"
        assert not list(self.copy.glob("*.new"))
        return (file.read_text() if file.exists() else None,
                self.log.read_text() if self.log.exists() else None)


@pytest.fixture(name="renewal", params=CLIENTS)
def _renewal(tmp_path, request):
    return Renewal(tmp_path, request.param)


def test_acme_hook_deploys_what_fits(renewal):
    """The renewed certificate of a key that has its record: copied, for its owner alone."""
    renewal.present()
    done = renewal.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = renewal.key.read_text() + renewal.chain.read_text()
    assert renewal.deployed() == (text, "reload\n")
    assert (renewal.copy / f"{renewal.HOST}.pem").stat().st_mode & 0o077 == 0


def test_acme_hook_refuses_what_would_break(renewal):
    """A new key without its record: nothing is touched, the record is printed and waited for."""
    renewal.fresh()
    done = renewal.run()
    assert done.returncode == 1 and renewal.deployed() == (None, None)
    assert "dane-mismatch" in done.stderr
    assert f"_25._tcp.{renewal.HOST}. 3600 IN " + tlsa(renewal.chain)[13:-1] in done.stderr.split("Publish them")[0]
    again = done.stderr.splitlines()[-1]
    assert again == f"CERT_FULLCHAIN_PATH='{renewal.chain}' CERT_KEY_PATH='{renewal.key}' {renewal.hook}"


def test_acme_hook_refuses_what_it_cannot_judge(tmp_path):
    """Without a network nobody knows which records are published."""
    renewal = Renewal(tmp_path, "certbot")
    renewal.present()
    done = renewal.run(*OFFLINE)
    assert done.returncode == 1 and renewal.deployed() == (None, None)


def test_acme_hook_leaves_other_certificates_alone(renewal):
    """One with other names is not the mail server's."""
    renewal.fresh("www.good.example")
    done = renewal.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert renewal.deployed() == (None, None)


@pytest.mark.parametrize("occasion", ["startup_hook", "deploy_challenge", "unchanged_cert", "exit_hook"])
def test_acme_hook_has_nothing_to_do_on_other_occasions(tmp_path, occasion):
    """dehydrated calls it for each."""
    renewal = Renewal(tmp_path, "dehydrated")
    done = run([renewal.hook, occasion, renewal.HOST, "a", "b"], renewal.folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_acme_hook_by_hand(tmp_path):
    """Without a client's variables it says what is missing."""
    done = run([Renewal(tmp_path, "certbot").hook], tmp_path)
    assert done.returncode != 0 and "no ACME client has set it" in done.stderr

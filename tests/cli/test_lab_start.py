"""What a machine withholds from the lab is said in one line, with what to do."""

import resource
import subprocess
from pathlib import Path

import pytest

LAB = Path(__file__).resolve().parents[1] / "lab" / "run"


def start(*before, **more):
    done = subprocess.run([*before, LAB, "true"], capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, **more)
    assert done.stdout == ""
    return done.returncode, done.stderr


def without_capability(name):
    return "setpriv", "--bounding-set", f"-{name}", "--inh-caps", f"-{name}"


def test_no_namespaces():
    """As in a container: root, but without CAP_SYS_ADMIN, and no user namespaces."""
    container = ("unshare", "--user", "--map-root-user", "sh", "-c",
                 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh", *without_capability("sys_admin"))
    if subprocess.run([*container, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no user namespace to take the capability away in")
    status, error = start(*container)
    assert status == 125
    assert error.startswith("lab: this machine allows no namespaces: ") and error.count("\n") == 1
    assert "--privileged" in error and "user namespaces" in error


@pytest.mark.parametrize("most", [64, 1023])
def test_too_few_files(most):
    status, error = start(*without_capability("sys_resource"),
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)))
    assert status == 125
    assert error == f"lab: {most} open files are too few: allow 1024 (ulimit -n)\n"

"""The locales under which the program must say the same: made here, in a folder of the test's own."""

import os
import subprocess

MADE = ("tr_TR", "de_DE")  # "I" is not the capital of "i"; a decimal comma
NAMES = ("C", "C.UTF-8", *(f"{name}.UTF-8" for name in MADE))


def make(folder):
    """What each locale needs in the environment, by name."""
    for name in MADE:
        subprocess.run(["localedef", "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")],
                       check=True, timeout=600, stdin=subprocess.DEVNULL)
    path = f"{folder}:/usr/lib/locale"
    return {name: {"LOCPATH": path, "LC_ALL": name, "LANG": name} for name in NAMES}


def environment(variables, **more):
    """The environment of a run under a locale. The C library leaks what it reads of LOCPATH."""
    return dict(os.environ, ASAN_OPTIONS="detect_leaks=0", **variables, **more)

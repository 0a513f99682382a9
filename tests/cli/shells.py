"""Completion as a person gets it: a line is typed into a real shell, and the key is pressed.

bash and zsh run on a pseudo-terminal with a key that inserts every match; the line is then turned
into the argument of a command that prints it.  fish answers `complete -C` with its matches.
"""

import os
import pty
import select
import shlex
import subprocess
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "completions"

BASH = f"""
bind 'set enable-bracketed-paste off'; bind 'set completion-query-items 0'
bind 'set disable-completion off'; bind '"\\C-t": insert-completions'
bind '"\\C-a": beginning-of-line'
source {shlex.quote(str(FOLDER))}/mxdane.bash
"""

ZSH = f"""
unsetopt zle_bracketed_paste prompt_cr; zstyle ':completion:*' accept-exact false
fpath=({shlex.quote(str(FOLDER))} $fpath); autoload -Uz compinit; compinit -u -D
zle -C all-matches complete-word _generic; bindkey -e; bindkey '^T' all-matches
zstyle ':completion:all-matches::::' completer _all_matches _complete
zstyle ':completion:all-matches:*' old-matches false
zstyle ':completion:all-matches:*' insert true
"""


class Terminal:
    """A shell on a pseudo-terminal."""

    def __init__(self, command):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="dumb", PS1="", PS2="", PROMPT="", HISTFILE="/dev/null",
                              LC_ALL="C.UTF-8")
            os.execvp(command[0], command)

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, mark, seconds=20):
        """Reads until `mark` came, and returns what came before it."""
        end = time.monotonic() + seconds
        while mark not in self.seen:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise TimeoutError(f"{mark!r} did not come; seen: {self.seen[-2000:]!r}")
            self.seen += os.read(self.fd, 65536)
        before, self.seen = self.seen.split(mark, 1)
        return before.decode()

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


class LineShell:
    """bash or zsh."""

    def __init__(self, command, setup):
        self.terminal = Terminal(command)
        # The marks are written so that the echo of what is typed does not hold them.
        self.terminal.type("stty -echo cols 10000\n" + setup + "\nprintf 'rea''dy\\n'\n")
        self.terminal.wait_for(b"ready\r\n")

    def complete(self, line):
        # ^T inserts all matches, ^A goes to the beginning, where "show '" makes it an argument
        self.terminal.type(line + "\x14")
        self.terminal.type("\x01printf '<%s>' \x05; printf 'do''ne\\n'\n")
        text = self.terminal.wait_for(b"done\r\n")
        words = text[text.rindex("<mxdane>"):].strip("<>\r\n").split("><")
        return words[1:]

    def close(self):
        self.terminal.type("exit\n")
        self.terminal.close()


def beginning_with(typed, matches):
    """The matches without those that fish 4 adds: what has the same letters, others between."""
    count = sum(match.startswith(typed) for match in matches) or len(matches)
    for added in matches[count:]:
        letters = iter(added)
        assert all(letter in letters for letter in typed) and not added.startswith(typed), matches
    return matches[:count]


class Fish:
    """fish can be asked without a terminal."""

    def complete(self, line):
        script = f"source {shlex.quote(str(FOLDER))}/mxdane.fish; complete -C {shlex.quote(line)}"
        out = subprocess.run(["fish", "--no-config", "-c", script], check=True, timeout=60,
                             capture_output=True, text=True).stdout
        *head, typed = [*line.split()[1:], ""] if line.endswith(" ") else line.split()[1:]
        return head + beginning_with(typed, [match.split("\t")[0] for match in out.splitlines()])

    def close(self):
        pass


def start(name):
    if name == "fish":
        return Fish()
    if name == "bash":
        return LineShell(["bash", "--norc", "--noprofile", "-i"], BASH)
    return LineShell(["zsh", "-f", "-i"], ZSH)

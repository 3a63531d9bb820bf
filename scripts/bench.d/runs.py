"""Commands that do the same job, run in turn: how long they took, what they used, and lines of the table about them."""

import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARIES = ROOT / "target/release"

# Starts a command and writes down what it took. A process's peak memory begins with that of whoever started it, so this
# is a small one.
STARTER = """
import os, sys, time
began = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
took = time.perf_counter() - began
with open(sys.argv[1], "w") as report:
    print(took, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, file=report)
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Failed(Exception):
    """A command that did not do its job: its time would mean nothing."""


class Cost(NamedTuple):
    """What a run took: seconds, seconds of processors, and the most memory it had, in bytes."""

    wall: float
    cpu: float
    peak: float


def environment(home):
    """The caller's environment without anything that configures Ansible or us, and with our binary on PATH."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "INV_"))}
    (home / "ansible.cfg").touch()
    return env | {
        "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{BINARIES}{os.pathsep}{env['PATH']}",
    }


def run(argv, env):
    """Runs one command, its output thrown away; returns its wall-clock time in seconds."""
    with open(os.devnull, "r+b") as null, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        child = subprocess.Popen(argv, env=env, stdin=null, stdout=null, stderr=errors)
        status = child.wait()
        took = time.perf_counter() - began
        errors.seek(0)
        words = errors.read().decode(errors="replace")
    # Ansible exits 0 when an inventory fails and says so on stderr only.
    if status != 0 or "[ERROR]" in words or "Failed to parse" in words:
        raise Failed(f"`{shlex.join(argv)}` ended with {status}:\n{words}")
    return took


def pairs(a, b, count, env):
    """Runs `a` and `b` in turn, `count` times each; returns their times as two lists of seconds."""
    run(a, env), run(b, env)
    times = [(run(a, env), run(b, env)) for _ in range(count)]
    return [a for a, _ in times], [b for _, b in times]


def cost(argv, env):
    """Runs one command as `run` does; returns all that it took."""
    with tempfile.NamedTemporaryFile("r") as report:
        run([sys.executable, "-IS", "-c", STARTER, report.name, *argv], env)
        return Cost(*map(float, report.read().split()))


def turns(commands, count, env):
    """Runs commands in turn, `count` times each after one that is not counted; returns what each took, run by run."""
    for argv in commands:
        cost(argv, env)
    return list(zip(*([cost(argv, env) for argv in commands] for _ in range(count))))


def printed(argv, env=None):
    """What a command prints, as text."""
    ended = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, encoding="utf-8")
    if ended.returncode != 0:
        raise Failed(f"`{shlex.join(argv)}` ended with {ended.returncode}:\n{ended.stderr}")
    return ended.stdout


def executable(path, text):
    """Writes an executable file; returns its path as text."""
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def saved(argv, path, env):
    """The document that `argv` prints, kept in a file; returns its path."""
    with open(path, "wb") as out:
        ended = subprocess.run(argv, env=env, stdout=out, stderr=subprocess.PIPE, encoding="utf-8")
    if ended.returncode != 0:
        raise Failed(f"`{shlex.join(map(str, argv))}` ended with {ended.returncode}:\n{ended.stderr}")
    return path


def holds(document, count):
    """Refuses to time a reader that did not read everything: `document` is a `--list` of `count` hosts."""
    found = len(json.loads(document.read_text())["_meta"]["hostvars"])
    if found != count:
        raise Failed(f"{document.name} has {found:,} hosts where {count:,} were written")


def spelled(low, middle):
    """Minimum and median for a table cell, in the unit that fits: `3.1 / 3.4 ms`."""
    return f"{low:.2f} / {middle:.2f} s" if low >= 1 else f"{low * 1e3:.1f} / {middle * 1e3:.1f} ms"


def span(times):
    """Minimum and median of some times."""
    return spelled(min(times), statistics.median(times))


def row(job, a, b, verdict, aim):
    """Prints one line of the table at once, since the next may take a minute."""
    print(f"| {job} | {span(a)} | {span(b)} | {verdict} | {aim} |", flush=True)


def ratio(a, b):
    """The median over the pairs of how many times longer `a` took."""
    return statistics.median(x / y for x, y in zip(a, b))

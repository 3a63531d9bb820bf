"""Running commands and waiting for them, and telling which processes are the lab's."""

import os
import pathlib
import subprocess
import sys
import time


class Failed(Exception):
    """What went wrong, as a sentence for the person at the keyboard."""


def say(*words):
    print("lab:", *words, file=sys.stderr, flush=True)


def run(*argv, patience=60, **options):
    """Runs a command to its end, which must be a good one, and returns what it printed."""
    spelled = " ".join(map(str, argv))[:160]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=patience, **options)
    except subprocess.TimeoutExpired:
        raise Failed(f"`{spelled}` did not end in {patience} s") from None
    if done.returncode:
        raise Failed(f"`{spelled}` failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def until(what, ready, patience, pause=0.05):
    """Waits for something to become true."""
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise Failed(f"after {patience} s there is still no {what}")
        time.sleep(pause)


def namespaces(pid):
    """The network and mount namespace of a process; None once it is gone."""
    try:
        return [os.readlink(f"/proc/{pid}/ns/{kind}") for kind in ("net", "mnt")]
    except OSError:
        return None


def processes_in(wanted):
    """The processes that live in these namespaces."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if namespaces(pid) == wanted]


def boot_id():
    return pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()

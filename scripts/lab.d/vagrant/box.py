#!/usr/bin/env python3
"""Makes a Vagrant box for the libvirt provider of the lab's guest.

    scripts/lab.d/vagrant/box.py DIRECTORY     writes `lab.box`, `vmlinuz` and `initrd` there

The guest is a kernel and an initramfs, and a box is a disk; so the disk is an empty one, and the Vagrantfile names
kernel and initramfs. A second archive behind the first adds what Vagrant wants to find in a guest: its user with the key
that everybody knows, `scp`, and a Debian that configures its networks with `ifup`.
"""

import io
import json
import pathlib
import shutil
import subprocess
import sys
import tarfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from image import build_guest
from processes import Failed, run, say

# The number of the user that Vagrant logs in as.
VAGRANT = 1001
# Where Debian's package has the public half of the key that every box begins with.
INSECURE = "keys/vagrant.pub"


def entry(name, mode, content=b"", owner=0):
    """One file of an initramfs, in the format that the kernel calls `newc`; `mode` has the type, too."""
    path = name.encode() + b"\0"
    fields = [0, mode, owner, owner, 1, 0, len(content), 0, 0, 0, 0, len(path), 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
    return head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4)


def directory(name, mode=0o755, owner=0):
    return entry(name, 0o040000 | mode, owner=owner)


def file(name, content, mode=0o644, owner=0):
    return entry(name, 0o100000 | mode, content if isinstance(content, bytes) else content.encode(), owner)


def link(name, target):
    return entry(name, 0o120777, target.encode())


def insecure_key():
    """The public key that Vagrant logs in with for the first time, before it gives each machine one of its own."""
    files = run("dpkg-query", "--listfiles", "vagrant").split()
    found = [path for path in files if path.endswith(INSECURE)]
    if not found:
        raise Failed(f"there is no {INSECURE} in the package `vagrant`; run `scripts/setup vagrant`")
    return pathlib.Path(found[0]).read_bytes()


def additions():
    """What Vagrant wants to find in a guest."""
    # Those of the guest itself, whose files these replace, and one more.
    users = {"root": (0, "/root"), "ubuntu": (1000, "/home/ubuntu"), "vagrant": (VAGRANT, "/home/vagrant")}
    passwd = "".join(f"{name}:x:{number}:{number}::{home}:/bin/sh\n" for name, (number, home) in users.items())
    groups = "".join(f"{name}:x:{number}:\n" for name, (number, _) in users.items())
    shadow = "".join(f"{name}:*:1::::::\n" for name in users)
    return b"".join(
        [
            file("etc/passwd", passwd),
            file("etc/group", groups),
            file("etc/shadow", shadow, 0o600),
            directory("home/vagrant", owner=VAGRANT),
            directory("home/vagrant/.ssh", 0o700, VAGRANT),
            file("home/vagrant/.ssh/authorized_keys", insecure_key(), 0o600, VAGRANT),
            # Vagrant copies keys and network configuration by scp, which needs nothing but libc.
            file("usr/bin/scp", pathlib.Path(shutil.which("scp")).read_bytes(), 0o755),
            link("sbin", "bin"),
            # It answers before the lights go out: Vagrant waits for an answer without end.
            file("bin/shutdown", "#!/bin/sh\n(sleep 1; poweroff -f) >/dev/null 2>&1 &\n", 0o755),
            file("etc/os-release", "ID=debian\n"),
            directory("etc/network"),
            file("etc/network/interfaces", "auto lo\niface lo inet loopback\n"),
            entry("TRAILER!!!", 0),
        ]
    )


def box(path, work):
    """A box: an empty disk and what it is for."""
    disk = work / "box.img"
    run("qemu-img", "create", "-q", "-f", "qcow2", disk, "1G")
    metadata = {"provider": "libvirt", "format": "qcow2", "virtual_size": 1}
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (
            ("metadata.json", json.dumps(metadata).encode()),
            ("Vagrantfile", b'Vagrant.configure("2") {}\n'),
            ("box.img", disk.read_bytes()),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    disk.unlink()


def main():
    there = pathlib.Path(sys.argv[1])
    there.mkdir(parents=True, exist_ok=True)
    guest = build_guest()
    shutil.copy(guest / "vmlinuz", there / "vmlinuz")
    initrd = (guest / "initrd").read_bytes()
    # The kernel unpacks one archive after the other; each begins at a multiple of four.
    (there / "initrd").write_bytes(initrd + bytes(-len(initrd) % 4) + additions())
    box(there / "lab.box", there)


if __name__ == "__main__":
    try:
        main()
    except (Failed, subprocess.SubprocessError) as failure:
        say(failure)
        sys.exit(1)

"""The guest that every domain boots, and what can run it."""

import os
import pathlib
import subprocess
import tempfile
import time

from processes import Failed, boot_id, say

PARTS = pathlib.Path(__file__).resolve().parent
HOME = PARTS.parent.parent / "target/lab"
# A guest that KVM really runs is up in two or three seconds.
KVM_PATIENCE = 10


def build_guest():
    """The directory with kernel, initramfs and login key."""
    done = subprocess.run([PARTS / "build-guest"], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Failed("the guest could not be built; see above")
    return pathlib.Path(done.stdout.strip())


def accelerator(image):
    """`kvm` where KVM boots our guest, else `qemu`, which is emulation. The device node alone proves nothing: inside
    some virtual machines no guest gets past its first second. Asked once per guest and boot of this machine."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "qemu"
    answers, question = HOME / "kvm", f"{boot_id()} {image.name}"
    if answers.exists() and answers.read_text().startswith(question):
        return answers.read_text().split()[-1]
    say(f"does KVM boot a guest here? (asked once per boot, {KVM_PATIENCE} s at most)")
    argv = ["timeout", "--signal=KILL", str(KVM_PATIENCE), "qemu-system-x86_64", "-accel", "kvm", "-m", "192"]
    argv += ["-nodefaults", "-display", "none", "-kernel", image / "vmlinuz", "-initrd", image / "initrd"]
    argv += ["-append", "console=ttyS0 quiet guest_name=probe"]
    with tempfile.NamedTemporaryFile(dir=HOME) as console:
        argv += ["-serial", f"file:{console.name}"]
        with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as probe:
            while not (up := b"lab: probe is up" in pathlib.Path(console.name).read_bytes()) and probe.poll() is None:
                time.sleep(0.1)
            probe.terminate()
    answer = "kvm" if up else "qemu"
    answers.write_text(f"{question} {answer}\n")
    return answer

"""The rows about libvirt: against the same calls with nothing around them, and against the plugin of community.libvirt."""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys

from runs import BINARIES, ROOT, executable, holds, printed, ratio, row, saved, spelled, turns

OURS = BINARIES / "inv-libvirt"
ANSIBLE = ROOT / "target/ansible/bundle/bin/ansible-inventory"
LAB = ROOT / "target/lab/bench"

# A guest like those that people make with virt-install, but for its type.
DOMAIN = """\
  <domain type='test'>
    <name>node-{n}</name>
    <uuid>6b756265-0000-4000-8000-{n:012}</uuid>
    <title>Node {n}</title>
    <metadata><inv:machine xmlns:inv='urn:kube-inventory:vms:1'><inv:tag name='role'>{role}</inv:tag></inv:machine></metadata>
    <memory unit='KiB'>4194304</memory>
    <vcpu placement='static'>2</vcpu>
    <os><type arch='x86_64'>hvm</type><boot dev='hd'/></os>
    <features><acpi/><apic/></features>
    <clock offset='utc'/>
    <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
    <devices>
      <disk type='file' device='disk'>
        <driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/node-{n}.qcow2'/><target dev='vda' bus='virtio'/>
      </disk>
      <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
      <controller type='usb' index='0'/>
      <interface type='network'>
        <mac address='52:54:{at:02x}:{high:02x}:{low:02x}:01'/><source network='nodes'/><model type='virtio'/>
      </interface>
      <console type='pty'><target type='virtio' port='0'/></console>
      <input type='tablet' bus='usb'/>
      <graphics type='vnc' port='-1' autoport='yes'/>
      <video><model type='virtio' heads='1'/></video>
      <memballoon model='virtio'/>
      <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    </devices>
  </domain>
"""

# The test driver gives addresses of its own making, twenty apart.
NETWORK = """\
  <network>
    <name>nodes</name><forward mode='nat'/><bridge name='virbr9'/>
    <ip address='10.0.0.1' netmask='255.0.0.0'><dhcp><range start='10.{at}.0.1' end='10.{at}.255.254'/></dhcp></ip>
  </network>
"""


def hypervisor(path, count, at=0):
    """A file of the test driver's with `count` running guests, which are others for every `at`; returns its URI."""
    numbers = range(at * 10_000 + 1, at * 10_000 + count + 1)
    guests = (
        DOMAIN.format(n=n, high=n >> 8 & 255, at=at, low=n & 255, role="worker" if n % 100 else "master")
        for n in numbers
    )
    path.write_text(f"<node>\n{NETWORK.format(at=64 + at)}{''.join(guests)}</node>\n")
    return f"test://{path}"


def cluster_file(path, source):
    """A cluster file for all guests of a source; a machine that is busy with something else ends no run."""
    head = "#!/usr/bin/env inv-libvirt\nplugin: kube_inventory.vms.libvirt\nlayout: none\n"
    members = "machines: {states: [running, stopped]}\n"
    groups = "groups:\n  masters: {tags: {role: master}}\n  workers: {tags: {role: worker}}\n"
    return executable(path, f"{head}source: {{{source}, timeout: 5m}}\n{members}{groups}")


def floor():
    """The program that makes the calls and nothing else."""
    argv = ["cargo", "bench", "--quiet", "-p", "inv-libvirt", "--bench", "floor", "--no-run", "--message-format=json"]
    built = map(json.loads, printed(argv).splitlines())
    return next(b["executable"] for b in built if b.get("target", {}).get("name") == "floor" and b.get("executable"))


def net(runs, opens, field):
    """What is left of runs when connecting is taken off: the minimum of both, and the median of both, in seconds."""
    sizes = min, statistics.median
    return [size(getattr(r, field) for r in runs) - size(getattr(o, field) for o in opens) for size in sizes]


def megabytes(costs):
    """The median of peaks, for a table cell."""
    return f"{statistics.median(cost.peak for cost in costs) / 1e6:.0f} MB"


def floor_rows(job, ours, bare, uri, count, env):
    """What we take beside the calls alone, in time, processor time and memory. Both connect, which takes the test
    driver ten times as long as all that follows, and a third run does only that: it is taken off both. What another
    program disturbs is mostly connecting, run by run by as much as what is left, so it is minima that are compared."""
    a, b, opens = turns([ours, [bare, uri], [bare, uri, "open"]], count, env)
    for field, name in (("wall", job), ("cpu", "the same, processor time")):
        mine, theirs = net(a, opens, field), net(b, opens, field)
        verdict = f"{mine[0] / theirs[0]:.2f} ×" if min(mine + theirs) > 0 else "lost in the noise"
        print(f"| {name} | {spelled(*mine)} | {spelled(*theirs)} | {verdict} | 1.3 × |", flush=True)
    more = statistics.median(run.peak for run in a) - statistics.median(run.peak for run in b)
    print(f"| the same, peak memory | {megabytes(a)} | {megabytes(b)} | {more / 1e6:+.0f} MB | |", flush=True)


def test_driver_rows(home, program, count, quick, env):
    """The rows about `count` guests of the test driver."""
    uri = hypervisor(home / f"node-{count}.xml", count)
    ours = cluster_file(home / f"guests-{count}.libvirt.yml", f"uri: '{uri}'")
    theirs = home / f"peer-{count}.libvirt.yml"
    theirs.write_text(f"plugin: community.libvirt.libvirt\nuri: {uri}\n")
    holds(saved([OURS, ours, "--list"], home / f"guests-{count}.json", env), count)
    job = f"`inv-libvirt --list` of {count:,} domains, net of connecting, against the same calls alone"
    floor_rows(job, [str(OURS), ours, "--list"], program, uri, 5 if quick else 15, env)
    peer_rows(f"{count:,} domains", ours, str(theirs), count, home, quick, env)


def peer_rows(what, ours, theirs, count, home, quick, env):
    """What Ansible takes with us, and with the plugin of community.libvirt."""
    holds(saved([ANSIBLE, "-i", theirs, "--list"], home / "peer.json", env), count)
    a, b = turns([[str(ANSIBLE), "-i", file, "--list"] for file in (ours, theirs)], 3 if quick else 7, env)
    job = f"`ansible-inventory --list` of {what}, against the plugin of community.libvirt"
    for field, name, verdict in (("wall", job, "× faster"), ("cpu", "the same, processor time", "× less")):
        mine, theirs = ([getattr(run, field) for run in runs] for runs in (a, b))
        row(name, mine, theirs, f"{ratio(theirs, mine):.1f} {verdict}", "")
    print(f"| the same, peak memory | {megabytes(a)} | {megabytes(b)} | | |", flush=True)


def ten_rows(home, quick, env):
    """Ten hypervisors at once, one of which has twenty times as many guests as each of the others."""
    uris = {f"hv{at}": hypervisor(home / f"hv{at}.xml", 100 if at else 2_000, at) for at in range(10)}
    ten, one = (
        cluster_file(home / name, f"uris: {json.dumps(dict(list(uris.items())[:count]))}")
        for name, count in (("ten.libvirt.yml", 10), ("one.libvirt.yml", 1))
    )
    holds(saved([OURS, ten, "--list"], home / "ten.json", env), 2_900)
    a, b = turns([[str(OURS), file, "--list"] for file in (ten, one)], 5 if quick else 15, env)
    mine, theirs = ([run.wall for run in runs] for runs in (a, b))
    row("ten hypervisors, against the slowest of them alone", mine, theirs, f"{ratio(mine, theirs):.2f} ×", "1 ×")


@contextlib.contextmanager
def lab():
    """A hypervisor without a guest; yields its URI, and the command line that changes it."""
    command = [str(ROOT / "scripts/lab"), "--dir", str(LAB)]
    try:
        subprocess.run([*command, "start", "--no-guests"], check=True, stdout=sys.stderr)
        yield printed([*command, "uri"]).strip(), command
    finally:
        subprocess.run([*command, "stop"], check=True, stdout=sys.stderr)


def daemon_rows(home, program, quick, env):
    """The rows about a real daemon, with domains that are only defined."""
    count = 1_000
    with lab() as (uri, command):
        printed([*command, "define", str(count)])
        ours = cluster_file(home / "daemon.libvirt.yml", f"uri: '{uri}'")
        theirs = home / "peer-daemon.libvirt.yml"
        theirs.write_text(f"plugin: community.libvirt.libvirt\nuri: {uri}\n")
        holds(saved([OURS, ours, "--list"], home / "daemon.json", env), count)
        job = f"{count:,} domains of a real libvirtd, net of connecting, against the same calls one by one"
        floor_rows(job, [str(OURS), ours, "--list"], program, uri, 5 if quick else 15, env)
        peer_rows(f"{count:,} domains of a real libvirtd", ours, str(theirs), count, home, quick, env)


def libvirt_rows(home, env, quick):
    """The rows about libvirt; returns what could not be measured, and why, as a sentence."""
    for program, remedy in ((OURS, "cargo build --release -p inv-libvirt"), (ANSIBLE, "scripts/setup bundle")):
        if not os.access(program, os.X_OK):
            return f"libvirt was not measured: {program.relative_to(ROOT)} is missing; run `{remedy}`."
    program = floor()
    for count in (1_000,) if quick else (1_000, 5_000):
        test_driver_rows(home, program, count, quick, env)
    ten_rows(home, quick, env)
    if os.geteuid() != 0 or not shutil.which("libvirtd"):
        return "A real libvirtd was not measured: that takes root, and `scripts/setup lab`."
    daemon_rows(home, program, quick, env)
    return ""

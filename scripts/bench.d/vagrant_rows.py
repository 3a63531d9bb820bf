"""The rows about Vagrant: against `true`, and against Vagrant itself over three machines that run."""

import json
import os
import shutil
import statistics

from runs import BINARIES, ROOT, executable, holds, pairs, printed, ratio, row, saved

OURS = BINARIES / "inv-vagrant"


def vagrant_index(home, count):
    """A Vagrantfile's directory with three machines that have no provider here, the inventory of a provisioner, and
    Vagrant's own directory, whose index has `count` entries; returns the variables that lead there."""
    project, data = home / "vagrantfile", home / "vagrant.d/data/machine-index"
    entries, lines = {}, []
    for number in range(count):
        ours = number < 3
        directory = str(project) if ours else f"/srv/projects/{number // 3}"
        entries[f"{number:032x}"] = {
            "local_data_path": f"{directory}/.vagrant",
            "name": f"node{number % 3}",
            "provider": "hyperv",
            "state": "running",
            "vagrantfile_name": None,
            "vagrantfile_path": directory,
            "updated_at": None,
            "extra_data": {"box": {"name": "debian/bookworm64", "provider": "hyperv", "version": "12.20240905.1"}},
        }
        if ours:
            machine = project / f".vagrant/machines/node{number}/hyperv"
            machine.mkdir(parents=True)
            (machine / "id").write_text(f"id-{number}")
            (machine / "index_uuid").write_text(f"{number:032x}")
            lines.append(f"node{number} ansible_host=172.20.0.{10 + number} ansible_port=22 ansible_user='vagrant'\n")
    (project / "Vagrantfile").touch()
    left_behind = project / ".vagrant/provisioners/ansible/inventory/vagrant_ansible_inventory"
    left_behind.parent.mkdir(parents=True)
    left_behind.write_text("".join(lines))
    data.mkdir(parents=True)
    (data / "index").write_text(json.dumps({"version": 1, "machines": entries}))
    return {"VAGRANT_CWD": str(project), "VAGRANT_HOME": str(home / "vagrant.d")}


def vagrant_rows(home, env, quick):
    """The rows about Vagrant. Those of running machines need root and Vagrant; returns what could not be measured."""
    ours = [str(OURS), "--list"]
    index = env | vagrant_index(home, 1_000)
    holds(saved(ours, home / "index.json", index), 3)
    a, b = pairs(ours, [shutil.which("true")], 20 if quick else 200, index)
    extra = statistics.median(x - y for x, y in zip(a, b))
    row("`inv-vagrant --list` with 1,000 entries in Vagrant's index, against `true`", a, b, f"+{extra * 1e3:.1f} ms", "20 ms")

    if os.geteuid() != 0 or not shutil.which("vagrant"):
        return "No Vagrant machines were measured: that needs root, and `scripts/setup vagrant`."
    lab = ROOT / "target/lab/vagrant"
    printed([str(ROOT / "scripts/lab-vagrant"), "start"])
    try:
        # Neither of them needs to be inside: what they ask is files and libvirt's socket.
        env = env | {
            "HOME": str(lab / "home"),
            "LAB_VAGRANT": str(lab),
            "LIBVIRT_DEFAULT_URI": printed([str(ROOT / "scripts/lab"), "--dir", str(lab / "hypervisor"), "uri"]).strip(),
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "VAGRANT_CWD": str(lab / "project"),
            "VAGRANT_HOME": str(lab / "home/.vagrant.d"),
        }
        running_machines(home, env, quick)
    finally:
        printed([str(ROOT / "scripts/lab-vagrant"), "stop"])
    return ""


def running_machines(home, env, quick):
    """The rows about three machines that run."""
    vagrant, ours = shutil.which("vagrant"), [str(OURS), "--list"]
    saved([vagrant, "ssh-config"], home / "ssh-config", env)
    # A libvirt that nobody can ask: addresses are those of the saved configuration, and states are unknown.
    apart = executable(
        home / "apart.vagrant.yml",
        "#!/usr/bin/env inv-vagrant\nplugin: kube_inventory.vms.vagrant\nlayout: none\nsource: {ssh_config: ssh-config}\n"
        "machines: {states: [unknown]}\n",
    )
    nobody = f"LIBVIRT_DEFAULT_URI=qemu+unix:///system?socket={home}/nobody"
    files = [shutil.which("env"), nobody, str(OURS), apart, "--list"]
    for name, command in (("libvirt asked", ours), ("from files alone", files)):
        holds(saved(command, home / "running.json", env), 3)
        for theirs in (["ssh-config"], ["status", "--machine-readable"]):
            a, b = pairs(command, [vagrant, *theirs], 3 if quick else 7, env)
            job = f"`inv-vagrant --list` of three running machines, {name}, against `vagrant {' '.join(theirs)}`"
            row(job, a, b, f"{ratio(b, a):.0f} × faster", "200 × faster")

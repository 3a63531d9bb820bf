"""One hypervisor: namespaces, libvirtd in them, its networks and its guests; how each begins and ends."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse

from image import HOME, PARTS, accelerator, build_guest
from machines import FIRST, SECOND, idle
from processes import Failed, boot_id, namespaces, processes_in, run, until

# Seconds that several emulated guests may take on two busy processors.
LOGIN_PATIENCE = 180


class Lab:
    """One hypervisor with its guests, in one directory."""

    def __init__(self, directory, site):
        self.directory, self.site = directory, site
        self.socket = directory / "run/libvirt-sock"
        if len(os.fsencode(self.socket)) + len("-ro") > 107:
            raise Failed(f"{self.socket} is longer than a socket's path may be (107 bytes); choose a shorter --dir")

    # --- what is there ----------------------------------------------------------------------------------------------

    @property
    def uri(self):
        return f"qemu+unix:///system?socket={urllib.parse.quote(str(self.socket))}"

    def state(self):
        """What the keeper wrote down about itself; nothing of an earlier boot counts."""
        try:
            state = json.loads((self.directory / "state.json").read_text())
        except (OSError, ValueError):
            return None
        return state if state["boot"] == boot_id() else None

    def keeper(self):
        """The process that holds the namespaces open, or None."""
        state = self.state()
        return state["pid"] if state and namespaces(state["pid"]) == state["namespaces"] else None

    def members(self):
        """Every process inside: nobody else has these namespaces."""
        state = self.state()
        return processes_in(state["namespaces"]) if state else []

    def process(self, prefix):
        """The process inside whose command line begins so, or None."""
        for pid in self.members():
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().startswith(prefix):
                    return pid
        return None

    def leases(self, guest):
        """A guest's leases on `kube` as (end in seconds since 1970, address), the last one last."""
        try:
            leases = json.loads((self.directory / f"lib/dnsmasq/{self.site.bridge}.status").read_text())
        except (OSError, ValueError):  # not there yet, or being written
            return []
        return sorted(
            (lease["expiry-time"], lease["ip-address"]) for lease in leases if lease["mac-address"] == guest.mac("kube")
        )

    def address(self, guest, after=0):
        """Where a guest is: by its newest lease, which ends later than `after`. None without one."""
        leases = [address for end, address in self.leases(guest) if end > after]
        return guest.static or (leases[-1] if leases else None)

    def guest(self, name):
        if guest := self.site.guest(name):
            return guest
        raise Failed(f"there is no guest '{name}'; it is one of {', '.join(g.name for g in self.site.guests)}")

    # --- doing things inside ----------------------------------------------------------------------------------------

    def inside(self, *argv):
        """The command line that runs `argv` inside."""
        if not (keeper := self.keeper()):
            raise Failed(f"no lab runs in {self.directory}; run `scripts/lab start`")
        return ["nsenter", f"--target={keeper}", "--net", "--mount", f"--wdns={os.getcwd()}", "--", *argv]

    def virsh(self, *argv, **options):
        return run("virsh", "--quiet", "--connect", self.uri, *argv, **options)

    def spawn(self, argv, log, **options):
        """Starts a process that outlives us."""
        with open(self.directory / "log" / log, "ab") as out:
            options |= {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out, "start_new_session": True}
            return subprocess.Popen(argv, **options)

    # --- start ------------------------------------------------------------------------------------------------------

    def start(self, also, lock, has_networks=True, has_guests=True):
        for name in also:
            self.guest(name)
        image = build_guest()
        kind = accelerator(image) if has_guests else None
        fresh = not self.keeper()
        try:
            if fresh:
                self.stop()
                self.make(image, lock)
            self.run_daemon()
            if not has_networks:
                return
            self.run_networks()
            if has_guests:
                self.run_guests(also, image, kind)
        except BaseException:
            # Half a lab helps nobody. One that ran before is not ours to end.
            if fresh:
                self.stop()
            raise

    def make(self, image, lock):
        """The directory and the namespaces."""
        for part in ("run", "lib", "log", "etc", "define"):
            (self.directory / part).mkdir(parents=True, exist_ok=True)
        for place in ("cache", "lib", "log"):  # mount points, which libvirtd itself would make
            os.makedirs(f"/var/{place}/libvirt", exist_ok=True)
        (HOME / "cache").mkdir(exist_ok=True)
        for file in (PARTS / "qemu.conf", PARTS / "libvirtd.conf"):
            shutil.copy(file, self.directory / "etc")
        # libvirtd looks its default user up before it reads which one it shall use, and a package of services makes it.
        for name, entry in (
            ("passwd", "libvirt-qemu:x:64055:64055::/nonexistent:/bin/false"),
            ("group", "libvirt-qemu:x:64055:"),
        ):
            known = pathlib.Path("/etc", name).read_text()
            (self.directory / "etc" / name).write_text(known if "libvirt-qemu:" in known else f"{known}{entry}\n")
        for file in (image / "key", image / "key.pub"):
            shutil.copy(file, self.directory)
        (self.directory / "ssh_config").write_text(
            "# OpenSSH's system-wide configuration inside: guests are made anew, with new host keys.\n"
            f"Host 192.168.150.* 192.168.160.* 10.151.0.* fd00:151::* {FIRST.address} {SECOND.address}\n"
            f"    IdentityFile {self.directory}/key\n"
            "    StrictHostKeyChecking no\n    UserKnownHostsFile /dev/null\n    LogLevel ERROR\n    ConnectTimeout 5\n"
        )
        argv = ["unshare", "--net", "--mount", "--propagation=private", sys.executable, PARTS.with_name("lab")]
        argv += ["--dir", self.directory, "keep", str(lock)]
        keeper = self.spawn(argv, "keeper.log", pass_fds=[lock])

        def there():
            if keeper.poll() is not None:
                words = (self.directory / "log/keeper.log").read_text().strip()
                raise Failed(f"the namespaces could not be made: {words}")
            return self.keeper()

        until("namespace", there, patience=20, pause=0.02)

    def keep(self, lock):
        """Makes the inside of new namespaces the lab's, and holds them until it is ended."""
        run("mount", "-t", "sysfs", "sysfs", "/sys")  # of this network
        run("mount", "-t", "tmpfs", "tmpfs", "/run")
        for place in ("/run/libvirt", "/run/sshd", "/etc/libvirt"):
            os.makedirs(place, mode=0o755, exist_ok=True)
        for part, place in [
            (self.directory / "run", "/run/libvirt"),
            (self.directory / "etc", "/etc/libvirt"),
            (self.directory / "lib", "/var/lib/libvirt"),
            (self.directory / "log", "/var/log/libvirt"),
            (HOME / "cache", "/var/cache/libvirt"),
            (self.directory / "ssh_config", "/etc/ssh/ssh_config"),
            (self.directory / "etc/passwd", "/etc/passwd"),
            (self.directory / "etc/group", "/etc/group"),
        ]:
            run("mount", "--bind", part, place)
        run("ip", "link", "set", "lo", "up")
        mine = namespaces(os.getpid())
        state = {"boot": boot_id(), "pid": os.getpid(), "namespaces": mine}
        (self.directory / "state.json").write_text(json.dumps(state))
        # Held until now: if `start` is killed meanwhile, the next one waits and finds us.
        os.close(lock)

        def end(*_):
            for pid in processes_in(mine):
                if pid != os.getpid():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            sys.exit()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, end)
        while True:
            signal.pause()

    def run_daemon(self):
        """libvirtd, unless it runs. Guests outlive it, and the next one finds them."""
        daemon = None
        if pid := self.process(b"libvirtd"):
            os.kill(pid, signal.SIGCONT)  # a test may have stopped it
        else:
            daemon = self.spawn(self.inside("libvirtd"), "libvirtd.log")

        def answers():
            if daemon and daemon.poll() is not None:
                words = (self.directory / "log/libvirtd.log").read_text().strip()
                raise Failed(f"libvirtd ended: {words[-800:]}")
            argv = ["virsh", "--connect", self.uri, "version"]
            return subprocess.run(argv, capture_output=True, timeout=60).returncode == 0

        until("answer from libvirtd", answers, patience=60)

    def run_networks(self):
        defined, active = self.virsh("net-list", "--all", "--name").split(), self.virsh("net-list", "--name").split()
        for name, file in self.site.networks.items():
            if name not in defined:
                self.virsh("net-define", PARTS / file)
            if name not in active:
                self.virsh("net-start", name)

    def run_guests(self, also, image, kind):
        """Brings every guest into its state, and waits until those that run let us in."""
        defined = self.virsh("list", "--all", "--name").split()
        wanted = [g for g in self.site.guests if not g.optional or g.name in also or g.name in defined]
        booted = []
        for guest in wanted:
            if guest.name not in defined:
                file = self.directory / f"define/{guest.name}.xml"
                file.write_text(guest.xml(image, kind, self.directory / f"log/{guest.name}.console"))
                self.virsh("define", file)
            state = self.virsh("domstate", guest.name).strip()
            if guest.state == "shut off" or guest.state == state == "paused":
                continue
            if state == "shut off":
                self.virsh("start", guest.name)
            elif state == "paused":
                self.virsh("resume", guest.name)
            booted.append(guest)
        self.await_logins(booted)
        for guest in booted:
            if guest.state == "paused":
                self.virsh("suspend", guest.name)

    def await_logins(self, guests, after=0):
        """Waits until guests have an address, by a lease that ends later than `after`, and let us in."""
        waiting, attempts = list(guests), {}

        def everyone():
            for guest in list(waiting):
                attempt = attempts.get(guest.name)
                if attempt and attempt.poll() is None:
                    continue
                if attempt and attempt.returncode == 0:
                    waiting.remove(guest)
                elif address := self.address(guest, after):
                    argv = self.inside("ssh", f"root@{address}", "true")
                    attempts[guest.name] = subprocess.Popen(
                        argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                    )
            return not waiting

        try:
            until("login", everyone, patience=LOGIN_PATIENCE, pause=0.2)
        except Failed as failure:
            names = ", ".join(guest.name for guest in waiting)
            raise Failed(f"{failure} to {names}; their consoles are in {self.directory}/log") from None

    def join(self, other):
        """A wire to another lab, and an sshd at both ends: hypervisors that are reached over SSH."""
        if not (other.directory / "run/wire").exists() or not (self.directory / "run/wire").exists():
            near, far = (f"name wire netns {lab.keeper()}" for lab in (self, other))
            run(*f"ip link add {near} type veth peer {far}".split())
            for lab in (self, other):
                run(*lab.inside("ip", "address", "add", f"{lab.site.address}/30", "dev", "wire"))
                run(*lab.inside("ip", "link", "set", "wire", "up"))
                (lab.directory / "run/wire").touch()
        for lab in (self, other):
            lab.run_sshd()

    def run_sshd(self):
        if self.process(b"sshd: /usr/sbin/sshd"):
            return
        host_key = self.directory / "etc/host_key"
        if not host_key.exists():
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key)
        (self.directory / "etc/sshd_config").write_text(
            f"ListenAddress {self.site.address}\nHostKey {host_key}\nAuthorizedKeysFile {self.directory}/key.pub\n"
            "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
            "Subsystem sftp internal-sftp\n"
        )
        run(*self.inside("/usr/sbin/sshd", "-f", self.directory / "etc/sshd_config", "-E", self.directory / "log/sshd"))

    # --- what tests do to it ----------------------------------------------------------------------------------------

    def recreate(self, name):
        """Makes a guest anew under its old MAC address: its DHCP identity is another, and the old lease stays."""
        guest = self.guest(name)
        before = self.leases(guest)
        # Leases end at whole seconds, and the new one shall end later.
        time.sleep(1.1)
        self.virsh("destroy", name)
        self.virsh("start", name)
        self.await_logins([guest], after=before[-1][0] if before else 0)

    def define(self, count):
        """Makes the domains that are only defined exactly `count`."""
        wanted = dict(map(idle, range(1, count + 1)))
        have = {name for name in self.virsh("list", "--all", "--name").split() if name.startswith("idle")}
        script = [f"undefine {name}" for name in sorted(have - wanted.keys())]
        for name in sorted(wanted.keys() - have):
            file = self.directory / f"define/{name}.xml"
            file.write_text(wanted[name])
            script.append(f"define {file}")
        # One client for all of them; it goes on after an error, so they are counted.
        self.virsh(input="".join(f"{line}\n" for line in script), patience=300)
        have = [name for name in self.virsh("list", "--all", "--name").split() if name.startswith("idle")]
        if len(have) != count:
            raise Failed(f"{len(have)} idle domains are defined and not {count}; see {self.directory}/log/libvirtd.log")

    # --- stop -------------------------------------------------------------------------------------------------------

    def stop(self):
        """Ends every process inside. With the last one go its network, its mounts and its interfaces."""

        def empty():
            pids = self.members()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not pids

        until("end of the lab's processes", empty, patience=30, pause=0.02)
        shutil.rmtree(self.directory, ignore_errors=True)

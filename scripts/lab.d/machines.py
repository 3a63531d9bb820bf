"""What the lab's two hypervisors hold: networks and guests, and their XML."""

import pathlib
import re
import string
from dataclasses import dataclass

PARTS = pathlib.Path(__file__).resolve().parent


@dataclass(frozen=True)
class Guest:
    """A virtual machine. The number in its name is also in its UUID and its MAC addresses."""

    name: str
    about: str = ""  # the file with its title, description and metadata
    storage: bool = False
    agent: bool = True
    state: str = "running"
    static: str = ""  # its address, instead of asking for a lease
    cni: str = ""  # the address of an interface like a CNI's
    optional: bool = False

    @property
    def number(self):
        return re.sub(r"\D", "", self.name)

    @property
    def networks(self):
        return ["kube", "storage"] if self.storage else ["kube"]

    def mac(self, network):
        return f"52:54:00:{'97' if network == 'storage' else '96'}:00:{self.number}"

    def cmdline(self):
        """The kernel's command line; `init` says what the words mean."""
        words = ["console=ttyS0", "quiet", "mitigations=off", f"guest_name={self.name}"]
        if self.static:
            words.append(f"guest_static={self.static}")
        else:
            words.append("guest_dhcp=" + ",".join(f"eth{i}" for i in range(len(self.networks))))
        words += ["guest_dhcp6=eth1"] if self.storage else []
        words += [f"guest_cni={self.cni}"] if self.cni else []
        return " ".join(words)

    def xml(self, image, accelerator, console):
        """The domain that boots `image` (a directory) and writes its console to a file."""
        interfaces = [
            f"<interface type='network'><mac address='{self.mac(network)}'/><source network='{network}'/>"
            "<model type='virtio'/></interface>"
            for network in self.networks
        ]
        channel = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
        return string.Template((PARTS / "domain.xml").read_text()).substitute(
            type=accelerator,
            name=self.name,
            uuid=f"6b756265-0000-4000-8000-{self.number:0>12}",
            about=(PARTS / self.about).read_text().strip() if self.about else "",
            kernel=image / "vmlinuz",
            initrd=image / "initrd",
            cmdline=self.cmdline(),
            interfaces="\n    ".join(interfaces),
            console=console,
            channel=channel if self.agent else "",
        )


@dataclass(frozen=True)
class Site:
    """What one hypervisor runs: networks by the file that defines each, the bridge of `kube`, and guests."""

    name: str
    address: str  # where the other one finds it
    networks: dict
    bridge: str
    guests: list

    def guest(self, name):
        return next((guest for guest in self.guests if guest.name == name), None)


# Seed 001's cluster, and more on request.
FIRST = Site(
    name="first",
    address="10.99.0.1",
    networks={"kube": "kube.network.xml", "storage": "storage.network.xml"},
    bridge="virbr150",
    guests=[
        Guest("head10", "head10.about.xml", storage=True),
        Guest("work11", "work.about.xml"),
        Guest("work12", "work.about.xml"),
        Guest("work13", agent=False),
        Guest("work14", "work.about.xml", state="paused", optional=True),
        Guest("work15", state="shut off", optional=True),
        Guest("work16", "work.about.xml", cni="10.244.0.1", optional=True),
        Guest("work17", "work.about.xml", static="192.168.150.17", optional=True),
    ],
)
# With the first one, seed 004's shape: control plane and workers on each of two hypervisors.
SECOND = Site(
    name="second",
    address="10.99.0.2",
    networks={"kube": "kube2.network.xml"},
    bridge="virbr160",
    guests=[Guest("head20", "work.about.xml"), Guest("work21", "work.about.xml")],
)


def idle(number):
    """A domain's XML that is only ever defined, by its number: its name and the XML. Its metadata has an address, since
    nobody else knows one."""
    name = f"idle{number:05}"
    address = f"<inv:address>10.98.{number >> 8}.{number & 255}</inv:address>"
    return name, (
        f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory>"
        f"<metadata><inv:machine xmlns:inv='urn:kube-inventory:vms:1'>{address}</inv:machine></metadata>"
        "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices><interface type='network'>"
        f"<mac address='52:54:00:98:{number >> 8:02x}:{number & 255:02x}'/><source network='kube'/>"
        "<model type='virtio'/></interface></devices></domain>"
    )

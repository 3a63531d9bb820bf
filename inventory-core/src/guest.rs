//! What a guest says of its own addresses, asked over SSH.
//!
//! Some addresses stand nowhere else: a static one that only a Vagrantfile and the guest know. The question is for any
//! Linux, `BusyBox` included, whose `ip` knows no JSON.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::discovery::Discovery;
use crate::machine::{AddressSource, FoundAddress, Interface, Machine};

/// What the guest runs. `ip` is where a login shell's path does not always lead; without it there is `hostname`, which
/// knows no interfaces.
pub const QUESTION: &str = "sh -c 'PATH=$PATH:/sbin:/usr/sbin:/usr/local/sbin; \
    if command -v ip >/dev/null 2>&1; then ip -o link; ip -o addr; else echo \"addresses: $(hostname -I)\"; fi'";

/// What one guest said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestAnswer {
    /// The machine's name.
    pub machine: String,
    /// The place it lives in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Its namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What dies with its disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it printed.
    pub said: String,
}

impl GuestAnswer {
    /// What a machine said.
    pub fn of(machine: &Machine, said: String) -> Self {
        Self {
            machine: machine.name.clone(),
            place: machine.place.clone(),
            namespace: machine.namespace.clone(),
            id: machine.id.clone(),
            said,
        }
    }

    /// Whether there is an address in it.
    pub fn has_addresses(&self) -> bool {
        interfaces(&self.said).iter().any(|interface| interface.addresses.iter().any(|found| !found.ip.is_loopback()))
    }

    /// Adds what the guest said to its machine. What the source told of the same card, or of the same address, stays
    /// as it is: it is somebody else's word.
    pub fn add_to(&self, discovery: &mut Discovery) {
        let is_meant = |machine: &&mut Machine| {
            machine.name == self.machine
                && machine.place == self.place
                && machine.namespace == self.namespace
                && machine.id == self.id
        };
        let Some(machine) = discovery.machines.iter_mut().find(is_meant) else { return };
        for mut told in interfaces(&self.said) {
            told.addresses.retain(|new| {
                !machine.interfaces.iter().flat_map(|known| &known.addresses).any(|known| known.ip == new.ip)
            });
            let same = machine.interfaces.iter_mut().find(|known| known.mac.is_some() && known.mac == told.mac);
            match same {
                // What a CNI made may have copied a card's MAC address.
                Some(known) if !told.is_made_by_cni() => {
                    known.name = known.name.take().or(told.name);
                    known.addresses.append(&mut told.addresses);
                }
                _ if told.addresses.is_empty() => {}
                _ => machine.interfaces.push(told),
            }
        }
    }
}

/// The interfaces in an answer, in the kernel's order, each with its addresses; temporary ones and those that only add to
/// another come last.
fn interfaces(said: &str) -> Vec<Interface> {
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut last: Vec<(usize, FoundAddress)> = Vec::new();
    for line in said.lines() {
        if let Some(addresses) = line.strip_prefix("addresses:") {
            let found = addresses.split_whitespace().filter_map(|address| address.parse().ok()).map(own);
            interfaces.push(Interface { addresses: found.collect(), ..Interface::default() });
            continue;
        }
        // `2: eth0    inet 192.168.160.10/24 brd … scope global eth0\ …`, `2: eth0: <…> … \    link/ether 52:54:…`
        let mut words = line.split([' ', '\t', '\\']).filter(|word| !word.is_empty());
        let is_numbered = words.next().and_then(|word| word.strip_suffix(':')).is_some_and(is_number);
        let Some(name) = words.next().filter(|_| is_numbered) else { continue };
        // `eth0@if5` is eth0.
        let name = name.trim_end_matches(':').split('@').next().unwrap_or_default();
        let known = interfaces.iter().position(|known| known.name.as_deref() == Some(name));
        let at = known.unwrap_or(interfaces.len());
        if known.is_none() {
            interfaces.push(Interface { name: Some(name.to_owned()), ..Interface::default() });
        }
        let words: Vec<&str> = words.collect();
        match words.as_slice() {
            ["inet" | "inet6", address, rest @ ..] => {
                let ip = address.split('/').next().and_then(|ip| ip.parse().ok());
                let is_second = rest.iter().any(|word| matches!(*word, "secondary" | "temporary" | "deprecated"));
                match ip.map(own) {
                    Some(found) if is_second => last.push((at, found)),
                    Some(found) => interfaces[at].addresses.push(found),
                    None => {}
                }
            }
            words => {
                let mac = words.iter().position(|word| *word == "link/ether").and_then(|at| words.get(at + 1));
                if let Some(mac) = mac {
                    interfaces[at].mac = Some(mac.to_ascii_lowercase());
                }
            }
        }
    }
    for (at, found) in last {
        interfaces[at].addresses.push(found);
    }
    interfaces
}

fn own(ip: IpAddr) -> FoundAddress {
    FoundAddress::in_guest(ip, AddressSource::Ssh)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::machine::NamedBy;

    /// iproute2 of Debian 12 in a guest of vagrant-libvirt's, with docker and a virtual address of kube-vip's. The form is
    /// iproute2's; not recorded.
    const DEBIAN: &str = "\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP mode DEFAULT group default qlen 1000\\    link/ether 52:54:00:66:E6:59 brd ff:ff:ff:ff:ff:ff
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc fq_codel state UP mode DEFAULT group default qlen 1000\\    link/ether 52:54:00:bb:0b:2e brd ff:ff:ff:ff:ff:ff
4: docker0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN mode DEFAULT group default \\    link/ether 02:42:aa:bb:cc:dd brd ff:ff:ff:ff:ff:ff
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0    inet 192.168.121.168/24 brd 192.168.121.255 scope global dynamic eth0\\       valid_lft 3000sec preferred_lft 3000sec
3: eth1    inet 192.168.160.99/24 scope global secondary eth1\\       valid_lft forever preferred_lft forever
3: eth1    inet 192.168.160.10/24 brd 192.168.160.255 scope global eth1\\       valid_lft forever preferred_lft forever
3: eth1    inet6 fe80::5054:ff:febb:b2e/64 scope link \\       valid_lft forever preferred_lft forever
4: docker0    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0\\       valid_lft forever preferred_lft forever
";

    fn machine() -> Machine {
        let mut machine = Machine::new("master", NamedBy::Outside, "a test");
        machine.id = Some("bdb0525e".to_owned());
        let card = |mac: &str, network: &str| Interface {
            mac: Some(mac.to_owned()),
            network: Some(network.to_owned()),
            ..Interface::default()
        };
        machine.interfaces = vec![card("52:54:00:66:e6:59", "management"), card("52:54:00:bb:0b:2e", "private")];
        let lease = FoundAddress::in_guest("192.168.121.168".parse().unwrap(), AddressSource::Lease);
        machine.interfaces[0].addresses.push(lease);
        machine
    }

    fn told(said: &str) -> Machine {
        let machine = machine();
        let answer = GuestAnswer::of(&machine, said.to_owned());
        let mut discovery = Discovery { machines: vec![machine], ..Discovery::default() };
        answer.add_to(&mut discovery);
        discovery.machines.remove(0)
    }

    fn addresses(interface: &Interface) -> Vec<String> {
        interface.addresses.iter().map(|found| format!("{} {}", found.ip, found.from)).collect()
    }

    #[test]
    fn what_the_guest_says_goes_to_the_cards_the_source_knows() {
        let machine = told(DEBIAN);
        assert_eq!(addresses(&machine.interfaces[0]), ["192.168.121.168 lease"]);
        assert_eq!(
            addresses(&machine.interfaces[1]),
            ["192.168.160.10 ssh", "fe80::5054:ff:febb:b2e ssh", "192.168.160.99 ssh"]
        );
        assert_eq!(machine.interfaces[1].name.as_deref(), Some("eth1"));
        assert!(machine.interfaces[3].is_made_by_cni(), "{:?}", machine.interfaces[3]);
    }

    #[test]
    fn busybox_and_hosts_without_ip_answer_too() {
        // BusyBox 1.36 `ip -o`, and `hostname -I`; the forms are those of their sources, not recorded.
        let busybox = "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast qlen 1000\\    link/ether \
                       52:54:00:bb:0b:2e brd ff:ff:ff:ff:ff:ff\n2: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\\       \
                       valid_lft forever preferred_lft forever\n";
        assert_eq!(addresses(&told(busybox).interfaces[1]), ["10.0.0.5 ssh"]);
        assert_eq!(addresses(&told("addresses: 192.168.121.168 10.0.0.5 \n").interfaces[2]), ["10.0.0.5 ssh"]);
        assert!(!GuestAnswer::of(&machine(), "1: lo    inet 127.0.0.1/8 scope host lo\n".to_owned()).has_addresses());
    }

    #[test]
    fn another_machine_is_never_meant() {
        let mut answer = GuestAnswer::of(&machine(), DEBIAN.to_owned());
        answer.id = Some("re-created".to_owned());
        let mut discovery = Discovery { machines: vec![machine()], ..Discovery::default() };
        answer.add_to(&mut discovery);
        assert_eq!(discovery.machines, [machine()]);
    }

    proptest! {
        #[test]
        fn any_answer_is_read_to_its_end(said in "[0-9a-z:/@.<> \\\\\n\u{e9}]{0,300}") {
            told(&said);
        }
    }
}

//! One level of nesting: a cluster, and how its machines hang on the level outside.

mod cni;
mod version;
mod wire;

use std::fmt;
use std::num::NonZeroU16;

pub use cni::Cni;
pub(crate) use cni::{CALICO_DROPS_SINCE, Era};
pub use version::{CniVersion, VersionError};
pub(crate) use wire::Wire;

use super::address::Family;
use super::encapsulation::{Encapsulation, Encryption, Families};
use super::mtu::Mtu;

/// When a tunnel is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// Between all nodes.
    Always,
    /// Only between nodes of different subnets. It costs as many bytes: Calico and its kin count it as used.
    CrossSubnet,
}

/// A tunnel between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tunnel {
    /// Its form.
    pub encapsulation: Encapsulation,
    /// Between which nodes.
    pub when: When,
}

impl Tunnel {
    /// A tunnel between all nodes.
    pub const fn always(encapsulation: Encapsulation) -> Self {
        Self { encapsulation, when: When::Always }
    }
}

/// How the machines of a level hang on the pod network of the level outside (KubeVirt's word).
///
/// Machines on a network of their own beside the pods' (a secondary network, a host's bridge) are not inside the overlay:
/// their level goes without the hosting one, and that network is their underlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// The machine has the pod's address, and its NIC the pod's MTU.
    Bridge,
    /// The machine is 10.0.2.2 behind NAT, and its NIC has the pod's MTU.
    Masquerade {
        /// The only TCP and UDP ports that are let in; empty: all.
        ports: Vec<u16>,
    },
    /// A user-space network stack. What MTU it shows is not established.
    Passt,
}

/// A value somebody wrote for the MTU, in the CNI's own terms.
///
/// Calico, Kube-OVN, Weave, Antrea, OVN-Kubernetes and the bridge take the pods' MTU. Cilium (`cilium_mtu`) and flannel
/// (`Backend.MTU`) take the nodes' and deduct from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenMtu {
    /// The value; with Calico that of the pods' interfaces.
    pub value: Mtu,
    /// Calico's tunnels, where they were given another value than the pods (`calico_veth_mtu` beside `calico_mtu`).
    pub tunnels: Option<Mtu>,
}

impl WrittenMtu {
    /// One value for all.
    pub const fn new(value: Mtu) -> Self {
        Self { value, tunnels: None }
    }
}

/// What a hosting level lets its workloads send, against its CNI's habit. Calico's
/// `allowVXLANPacketsFromWorkloads` and `allowIPIPPacketsFromWorkloads`; Cilium's extended IP protocols.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// VXLAN to the level's own VXLAN port.
    pub vxlan: bool,
    /// IP protocols that are neither TCP nor UDP: IPIP.
    pub ipip: bool,
}

/// What is below every level: the physical site, a cloud's network, a hypervisor's bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underlay {
    /// What the sums call it: `site`.
    pub name: String,
    /// Where its numbers come from, as a person would look it up.
    pub origin: String,
    /// The MTU of the NIC.
    pub link: Mtu,
    /// The largest packet between any two nodes, where that is smaller than the NIC's.
    pub path: Option<Mtu>,
}

impl Underlay {
    /// A site whose links all carry what the NIC does.
    pub fn new(link: Mtu) -> Self {
        Self { name: "site".to_owned(), origin: String::new(), link, path: None }
    }

    /// The largest packet that gets from any node to any other.
    pub fn path(&self) -> Mtu {
        self.path.map_or(self.link, |path| path.min(self.link))
    }
}

/// One level: a cluster on the machines of the level outside, outermost first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The cluster's name.
    pub name: String,
    /// Where its description comes from, as a person would look it up: `site.yml:12`, an API object.
    pub origin: String,
    /// Its CNI.
    pub cni: Cni,
    /// The CNI's release. `None`: not known, and the smallest plausible MTU is taken.
    pub version: Option<CniVersion>,
    /// The tunnels of its pods; `Some(vec![])`: none, packets travel bare. `None`: not known, and what the CNI
    /// usually does is taken, the costliest of it where that is several.
    pub tunnels: Option<Vec<Tunnel>>,
    /// Calico's tunnels of IPv6 pods, which it has apart, over IPv6. kubespray has none unless asked.
    pub tunnels_ipv6: Vec<Tunnel>,
    /// What encrypts between nodes.
    pub encryption: Option<Encryption>,
    /// The MTU somebody wrote. `None`: the CNI finds its own.
    pub written: Option<WrittenMtu>,
    /// The family of the addresses between which it tunnels: the nodes'. Those are the underlay's for the outermost
    /// level, and the pods' of the level outside for the others.
    pub outer: Family,
    /// The families of its pods.
    pub pods: Families,
    /// The UDP port of its VXLAN or Geneve. `None`: the CNI's own.
    pub tunnel_port: Option<NonZeroU16>,
    /// How its machines hang on the level outside. `None`: not on a pod network, or not known.
    pub binding: Option<Binding>,
    /// How many machines it has. `None`: not known, taken for several.
    pub machines: Option<usize>,
    /// What it lets its workloads send.
    pub allowed: Allowed,
    /// The name of its machines' NIC, which Calico matches with a pattern. `None`: not known, taken for a match.
    pub nic: Option<String>,
    /// The MTU its machines' NIC shows. It replaces what the level outside would give by the rules.
    pub machine_mtu: Option<Mtu>,
}

impl Layer {
    /// A level of which only the CNI is known; IPv4.
    pub fn new(name: impl Into<String>, cni: Cni) -> Self {
        Self {
            name: name.into(),
            origin: String::new(),
            cni,
            version: None,
            tunnels: None,
            tunnels_ipv6: Vec::new(),
            encryption: None,
            written: None,
            outer: Family::Ipv4,
            pods: Families::Ipv4,
            tunnel_port: None,
            binding: None,
            machines: None,
            allowed: Allowed::default(),
            nic: None,
            machine_mtu: None,
        }
    }

    /// Whether Calico's default pattern finds the machines' NIC (`mtuIfacePattern`, as of v3.34).
    pub(crate) fn nic_is_found(&self) -> bool {
        let Some(nic) = &self.nic else { return true };
        let wired = |nic: &str| {
            ["en", "wl", "ww", "sl", "ib"].iter().any(|kind| {
                nic.strip_prefix(kind).is_some_and(|rest| rest.starts_with(['P', 'c', 'o', 'p', 's', 'v', 'x']))
            })
        };
        wired(nic) || ["eth", "wlan", "wwan"].iter().any(|kind| nic.starts_with(kind))
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.origin.is_empty() { Ok(()) } else { write!(f, " ({})", self.origin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calico_finds_ordinary_nics_and_no_bonds_or_bridges() {
        let mut layer = Layer::new("a", Cni::Calico);
        for (nic, found) in [
            ("eth0", true),
            ("enp1s0", true),
            ("ens3", true),
            ("enP2p1s0", true),
            ("wlan0", true),
            ("bond0", false),
            ("br0", false),
            ("team0", false),
            ("vlan100", false),
            ("en0", false),
            ("enX0", false),
        ] {
            layer.nic = Some(nic.to_owned());
            assert_eq!(layer.nic_is_found(), found, "{nic}");
        }
    }
}

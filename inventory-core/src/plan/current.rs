//! What the cluster's variables say today: what a plan must not move by itself.

use std::net::IpAddr;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Choice, NetworkPlan};
use crate::environment::{Sourced, Tunnels};
use crate::network::address::{Family, Network};
use crate::network::encapsulation::Encryption;
use crate::network::layer::Cni;
use crate::network::mtu::Mtu;
use crate::network::space::Origin;
use crate::safe::HostName;

/// What stands in the variables of a directory, and what was in effect when they were last written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Current {
    /// The service networks.
    pub services: Vec<Sourced<Network>>,
    /// The pod networks.
    pub pods: Vec<Sourced<Network>>,
    /// The address families, where they are told.
    pub families: Option<Sourced<Vec<Family>>>,
    /// The prefix lengths of a node's share.
    pub node_prefix: Vec<Sourced<FamilyValue>>,
    /// The prefix lengths of Calico's blocks.
    pub block_prefix: Vec<Sourced<FamilyValue>>,
    /// The most pods on a node.
    pub max_pods: Option<Sourced<u32>>,
    /// The CNI.
    pub cni: Option<Sourced<Cni>>,
    /// What stands in its place and is none of kubespray's words.
    pub unknown_cni: Option<Sourced<String>>,
    /// Its tunnels, in the words of a cluster file.
    pub encapsulation: Option<Sourced<Tunnels>>,
    /// What encrypts its packets on top of them.
    pub encryption: Option<Sourced<Encryption>>,
    /// The port of its VXLAN.
    pub vxlan_port: Option<Sourced<u16>>,
    /// The MTU, in the CNI's own terms.
    pub mtu: Option<Sourced<Mtu>>,
    /// The container runtime, in kubespray's word.
    pub container_manager: Option<Sourced<String>>,
    /// Where Calico keeps what it knows, in kubespray's word: `etcd`, `kdd`.
    pub calico_datastore: Option<Sourced<String>>,
    /// The address where the API is found.
    pub api_address: Option<Sourced<IpAddr>>,
    /// Where the DNS cache on each node listens.
    pub node_local_dns: Option<Sourced<IpAddr>>,
    /// Whether there is one, where that is told.
    pub has_node_local_dns: Option<bool>,
    /// Shares of the pod network that hosts have (the hard way).
    pub pod_cidrs: IndexMap<HostName, Vec<Sourced<Network>>>,
    /// What stands there and cannot be read: behind Jinja, encrypted, or no such value.
    pub opaque: Vec<Opaque>,
    /// What was in effect when the variables were last written.
    pub record: Option<Record>,
}

/// A number that belongs to an address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FamilyValue {
    /// The family.
    pub family: Family,
    /// The number.
    pub value: u8,
}

/// A variable that stands there and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    /// Which.
    pub variable: String,
    /// Where.
    pub origin: Origin,
    /// Why, as half a sentence: `it is a template`.
    pub why: String,
    /// Whether only Ansible can know it: behind Jinja, encrypted, in a file that is not read. Otherwise it is there for
    /// all to see, and no such value.
    pub is_hidden: bool,
}

impl Opaque {
    /// What stands for the variables of a file that cannot be read.
    pub const FILE: &'static str = "every variable of the file";

    /// Whether it is a file as a whole.
    pub fn is_file(&self) -> bool {
        self.variable == Self::FILE
    }
}

/// What was in effect when the variables were last written: `.inv/plan.json` beside the cluster file. Defaults are not
/// written into variables, so that this is what remembers them when a default changes, or something new is in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 1.
    pub format: u8,
    /// kubespray's version, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubespray_version: Option<String>,
    /// The CNI.
    pub cni: Cni,
    /// Its tunnels.
    pub encapsulation: Tunnels,
    /// The service networks.
    pub services: Vec<Network>,
    /// The pod networks.
    pub pods: Vec<Network>,
    /// The prefix length of a node's share, of each family, IPv4 first.
    pub node_prefix: Vec<u8>,
    /// The addresses of the hosts, which other clusters on the same network keep away from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<IpAddr>,
    /// The prefix length of Calico's blocks, of each family; empty with another CNI.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub block_prefix: Vec<u8>,
    /// The container runtime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container_manager: Option<String>,
    /// Where Calico keeps what it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calico_datastore: Option<String>,
}

impl Record {
    /// The format that this program writes.
    pub const FORMAT: u8 = 1;

    /// What is in effect once a plan's variables are written.
    pub fn of(plan: &NetworkPlan) -> Self {
        fn values<T: Copy>(choices: &[Choice<T>]) -> Vec<T> {
            choices.iter().map(|choice| choice.value).collect()
        }
        Self {
            format: Self::FORMAT,
            kubespray_version: plan.kubespray_version.map(|version| version.to_string()),
            cni: plan.overlay.cni.value,
            encapsulation: Tunnels::of(&plan.overlay.tunnels.value),
            services: values(&plan.services),
            pods: values(&plan.pods),
            node_prefix: values(&plan.node_prefix),
            nodes: plan.hosts.iter().flat_map(|host| host.addresses.iter().copied()).collect(),
            block_prefix: values(&plan.block_prefix),
            container_manager: Some(plan.container_manager.value.clone()),
            calico_datastore: plan.calico_datastore.as_ref().map(|choice| choice.value.clone()),
        }
    }
}

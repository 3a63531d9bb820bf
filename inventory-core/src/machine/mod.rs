//! What a source found: machines, the interfaces they have, and how to reach them.

mod jump;

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::environment::Sourced;
use crate::inventory::Variables;
use crate::network::mtu::Mtu;
use crate::safe::HostAddress;

pub use jump::{Jump, JumpError};

/// A machine of some source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// What the source calls it. Not yet fit for Ansible: `assemble` decides.
    pub name: String,
    /// Who chose the name and the tags.
    pub named_by: NamedBy,
    /// What dies with its disk: a UUID, where the source has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it can be played now.
    #[serde(default)]
    pub state: State,
    /// What the source says of its state in its own words: half a sentence, for messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_why: Option<String>,
    /// The context, URI or directory it came from, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The namespace inside the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// When it was made, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Its interfaces, in the source's order of preference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Interface>,
    /// How to reach it, where the source knows better than its interfaces tell.
    #[serde(default)]
    pub reach: Reach,
    /// Labels, metadata, annotations asked for by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Variables it already has, the user's own.
    #[serde(default, skip_serializing_if = "Variables::is_empty")]
    pub vars: Variables,
    /// Where it was learned: `hosts.ini:3`, `vmi kubevirt/ci-kube-1`. For messages.
    pub origin: String,
    /// What else a person should know of how this was learned, each a sentence without its full stop. For `explain`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Machine {
    /// A running machine of that name, with nothing else known.
    pub fn new(name: impl Into<String>, named_by: NamedBy, origin: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            named_by,
            id: None,
            state: State::default(),
            state_why: None,
            place: None,
            namespace: None,
            created: None,
            interfaces: Vec::new(),
            reach: Reach::default(),
            tags: BTreeMap::new(),
            vars: Variables::new(),
            origin: origin.into(),
            notes: Vec::new(),
        }
    }
}

/// Who chose a machine's name and tags, which decides how far they are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NamedBy {
    /// The person who runs Ansible.
    User,
    /// A tenant, a guest, an API.
    Outside,
}

/// What a machine is doing. Each source documents which of its own states is which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It runs. A source that cannot know says this.
    #[default]
    Running,
    /// Its processors are stopped, its memory is there.
    Paused,
    /// It is off.
    Stopped,
    /// It is being made or started.
    Pending,
    /// It is being deleted.
    Terminating,
    /// It ended with an error.
    Failed,
    /// The source could not be asked.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Running, Self::Paused, Self::Stopped, Self::Pending, Self::Terminating, Self::Failed, Self::Unknown];
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Pending => "pending",
            Self::Terminating => "terminating",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        })
    }
}

/// A network interface of a machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// The guest's name for it: `eth0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its MAC address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
    /// The network it is attached to, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// What its link carries, in bytes, and where that was learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Sourced<Mtu>>,
    /// Its addresses, in the source's order of preference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<FoundAddress>,
}

impl Interface {
    /// Whether a CNI made it inside the guest: its addresses belong to pods, never to the machine.
    ///
    /// The names are those the plugins give in their own sources; a prefix stands for a family (`cali1a2b`).
    pub fn is_made_by_cni(&self) -> bool {
        const EXACT: [&str; 12] = [
            "cni0",
            "docker0",
            "kube-bridge",
            "kube-ipvs0",
            "nodelocaldns",
            "ovn0",
            "tunl0",
            "weave",
            "datapath",
            "podman0",
            "kube-dummy-if",
            "dummy0",
        ];
        const PREFIXES: [&str; 13] = [
            "cali",
            "cilium_",
            "lxc",
            "flannel",
            "vxlan.",
            "vxlan-",
            "wireguard.cali",
            "wg-v6.cali",
            "veth",
            "br-int",
            "ovn-k8s-",
            "genev_sys_",
            "antrea-",
        ];
        self.name
            .as_deref()
            .is_some_and(|name| EXACT.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
    }
}

/// An address and how the source came to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundAddress {
    /// The address.
    pub ip: IpAddr,
    /// Who said so.
    pub from: AddressSource,
    /// Whether the guest itself has this address on the interface, so that kubespray's `ip` may be it.
    pub in_guest: bool,
    /// Why the source itself would never use it: an older lease of the same card, a user-mode network's own. Half a
    /// sentence, for `explain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfit: Option<String>,
}

impl FoundAddress {
    /// An address that the guest itself has on the interface.
    pub const fn in_guest(ip: IpAddr, from: AddressSource) -> Self {
        Self { ip, from, in_guest: true, unfit: None }
    }

    /// An address that leads to the guest and may be somebody else's.
    pub const fn leading_to_guest(ip: IpAddr, from: AddressSource) -> Self {
        Self { ip, from, in_guest: false, unfit: None }
    }

    /// The same, never to be used, and why.
    #[must_use]
    pub fn unfit(self, why: impl Into<String>) -> Self {
        Self { unfit: Some(why.into()), ..self }
    }
}

/// Who told an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AddressSource {
    /// A DHCP server.
    Lease,
    /// The agent inside the guest.
    Agent,
    /// The host's neighbour table.
    Arp,
    /// A configuration: the network's, the file's.
    Static,
    /// The guest, asked over SSH.
    Ssh,
    /// The pod network, as the API reports it.
    Pod,
}

impl fmt::Display for AddressSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lease => "lease",
            Self::Agent => "agent",
            Self::Arp => "arp",
            Self::Static => "static",
            Self::Ssh => "ssh",
            Self::Pod => "pod network",
        })
    }
}

/// How the controller reaches a machine, beyond its interfaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// An address that is no interface's: a DNS name, a forwarded address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<HostAddress>,
    /// The SSH port, when it is not 22.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The user to log in as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The private keys that open it, best first, as SSH's `IdentityFile` reads them: `%` is written `%%`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Whether no other key is offered: SSH's `IdentitiesOnly`. A server gives up after a few wrong ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identities_only: bool,
    /// The command that leads there: SSH's `ProxyCommand`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_command: Option<String>,
    /// What is spoken with it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub connection: Connection,
    /// The machine to jump through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jump: Option<Jump>,
    /// The guest's own address, where the source knows it apart from the interfaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<IpAddr>,
    /// Where `ip` comes from, or why there is none although an address is the guest's own. Half a sentence, for
    /// `explain`. A source that says it decides: without `ip`, no other address stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_why: Option<String>,
    /// How other nodes reach it, where that is not its `ip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_ip: Option<IpAddr>,
    /// Why the source knows no address that leads to it, and who could tell one: half a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_none: Option<String>,
    /// Whether an inventory of the user's says how: `ansible_host` there may be a template, and without one the
    /// host's own name is the address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_inventory_says: bool,
}

/// What the controller speaks with a machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connection {
    /// SSH.
    #[default]
    Ssh,
    /// Windows Remote Management.
    WinrmHttp,
    /// The same, encrypted.
    WinrmHttps,
}

/// Whether a value is what is meant where nothing is said.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

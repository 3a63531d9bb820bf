//! What hypervisors say, before anything is made of it: what `record` writes down and `--replay` reads.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// What every hypervisor said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    /// One a hypervisor, in the order of the options.
    pub(crate) hypervisors: Vec<Hypervisor>,
}

/// What one hypervisor said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hypervisor {
    /// The place's name, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
    /// The connection URI, as in the options.
    pub(crate) uri: String,
    /// What it said, or why it said nothing.
    #[serde(flatten)]
    pub(crate) said: Said,
}

/// What a hypervisor said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Said {
    /// All of it.
    Told(Told),
    /// Nothing that could be used: a sentence that says why.
    Silent(Silence),
}

/// Why a hypervisor could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Silence {
    /// What failed, a sentence.
    pub(crate) why: String,
    /// What a person can do about it.
    pub(crate) remedy: String,
}

/// The guests and networks of a hypervisor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// Its guests, sorted by name: libvirt's own order changes from call to call.
    pub(crate) domains: Vec<Domain>,
    /// Its virtual networks, sorted by name.
    pub(crate) networks: Vec<Network>,
    /// The MTU of bridges that are no virtual network's, where it is known: `br0`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) bridges: Vec<Bridge>,
    /// Questions that it could not answer, and that are no failure: a driver without virtual networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unanswered: Vec<Unanswered>,
}

/// A bridge of the hypervisor's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bridge {
    /// Its name.
    pub(crate) name: String,
    /// Its MTU, in bytes.
    pub(crate) mtu: u32,
}

/// A question without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unanswered {
    /// What was asked: `virtual networks`.
    pub(crate) question: String,
    /// Why there is no answer, libvirt's words on one line.
    pub(crate) why: String,
}

/// A guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Domain {
    /// `virDomainState`.
    pub(crate) state: u8,
    /// The reason, whose meaning depends on the state: `virDomainPausedReason` and its kin.
    pub(crate) reason: i32,
    /// Its description; in a recording only the elements that are read.
    pub(crate) xml: String,
    /// What each teller said of its addresses, for those that had to be asked guest by guest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<Addresses>,
}

/// What one teller said of a guest's addresses: `virDomainInterfaceAddresses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Addresses {
    /// Who was asked.
    pub(crate) from: crate::options::Teller,
    /// The interfaces it knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) interfaces: Vec<GuestInterface>,
    /// Why it did not answer, libvirt's words on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// An interface as a teller knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GuestInterface {
    /// Its name: the guest's own from the agent, the host's (`vnet3`) from everybody else.
    pub(crate) name: String,
    /// Its MAC address, as told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mac: Option<String>,
    /// Its addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<IpAddr>,
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Network {
    /// Whether it is started.
    pub(crate) is_active: bool,
    /// Its description; in a recording only the elements that are read.
    pub(crate) xml: String,
    /// Its leases; `None` where the driver cannot tell them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) leases: Option<Vec<Lease>>,
}

/// A DHCP lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lease {
    /// The network card it was given to, as told; DHCP for IPv6 may not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mac: Option<String>,
    /// The address.
    pub(crate) ip: IpAddr,
    /// When it ends: seconds since 1970; 0 for never.
    pub(crate) expires: i64,
    /// What the guest calls itself. Clones all say the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hostname: Option<String>,
}

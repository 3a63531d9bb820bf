//! `hosts`: names, addresses and variables of hosts.

use indexmap::IndexMap;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use super::{NameGlob, NameTemplate, VarsTemplates};
use crate::machine::{AddressSource, Jump};
use crate::safe::HostName;

/// What hosts are called, how they are reached, what they know.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hosts {
    /// The name of a host, made from its machine's. Default: {name}.
    pub name: Option<NameTemplate>,
    /// Machine to host, for names that no template gives.
    pub names: IndexMap<String, HostName>,
    /// How the controller reaches a host. The first rule that matches an address wins.
    pub address: Option<Vec<AddressRule>>,
    /// An IPv4 address on the guest's own interface (kubespray's `ip`).
    pub ip: Option<Vec<AddressRule>>,
    /// An IPv6 address on the guest's own interface (kubespray's `ip6`).
    pub ip6: Option<Vec<AddressRule>>,
    /// How other nodes reach it over IPv4, where that is not its ip (kubespray's `access_ip`).
    pub access_ip: Option<Vec<AddressRule>>,
    /// How other nodes reach it over IPv6, where that is not its ip6 (kubespray's `access_ip6`).
    pub access_ip6: Option<Vec<AddressRule>>,
    /// The machine that every host is reached through.
    pub jump: Option<Jump>,
    /// Whether that machine is kubespray's bastion host as well.
    pub bastion: bool,
    /// What to do about the keys of hosts never met before. Default: what SSH is configured to do.
    pub host_keys: Option<HostKeys>,
    /// Variables of every host. Without a placeholder they are the top group's.
    pub vars: VarsTemplates,
}

/// What to do about the keys of hosts never met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HostKeys {
    /// Learn them on first contact, per machine, into a file of the cluster's own; a changed key is refused.
    AcceptNew,
}

/// Which addresses a rule takes: all that is written must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AddressRule {
    /// Addresses on this network.
    pub network: Option<String>,
    /// Addresses of interfaces with this name (a glob).
    pub interface: Option<NameGlob>,
    /// Addresses inside this network.
    #[serde(deserialize_with = "strict_network")]
    #[schemars(with = "Option<String>")]
    pub cidr: Option<IpNet>,
    /// Addresses of this family.
    pub family: Option<Family>,
    /// Addresses this one told.
    pub from: Option<AddressSource>,
}

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// 32 bits.
    Ipv4,
    /// 128 bits.
    Ipv6,
}

/// Reads a network as `std` reads its address, since `ipnet` alone takes `010.0.0.0/8` for 10.0.0.0/8.
fn strict_network<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<IpNet>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let error = || de::Error::custom(format!("{text:?} is no network; one is written 10.0.0.0/8 or fd00::/8"));
    let (address, length) = text.split_once('/').ok_or_else(error)?;
    if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) || (length.len() > 1 && length.starts_with('0'))
    {
        return Err(error());
    }
    let net =
        IpNet::new(address.parse().map_err(|_| error())?, length.parse().map_err(|_| error())?).map_err(|_| error())?;
    if net.trunc() != net {
        return Err(de::Error::custom(format!("{text:?} has host bits; the network is {}", net.trunc())));
    }
    Ok(Some(net))
}

//! A virtual network, as its XML describes it.

use std::net::IpAddr;

use inventory_core::environment::Forward;
use inventory_core::network::address::{AddressRange, Network};

use super::mac::Mac;
use super::sieve::Element;
use super::wrong::Wrong;

/// What is read of a network's XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VirtualNetwork {
    /// Its name, which libvirt keeps unique on a hypervisor.
    pub(super) name: String,
    /// How its packets leave the hypervisor.
    pub(super) mode: Mode,
    /// Its bridge.
    pub(super) bridge: Option<String>,
    /// Its MTU, in bytes, where the XML says one.
    pub(super) mtu: Option<i64>,
    /// The hypervisor's addresses in it, each with its network.
    pub(super) subnets: Vec<Subnet>,
}

/// How packets of a network leave the hypervisor: libvirt's `<forward mode>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// `nat`; for IPv6 only when it says so.
    Nat {
        /// Whether IPv6 is translated too.
        ipv6: bool,
    },
    /// `route`, `open`: by routes, with the hypervisor's firewall rules or without.
    Routed,
    /// `bridge`, `private`, `vepa`, `passthrough`, `hostdev`: its guests are on the network outside.
    Bridged,
    /// No `<forward>`: not at all.
    Isolated,
}

impl Mode {
    /// The same for addresses of one family.
    pub(super) fn forward(self, address: IpAddr) -> Forward {
        match self {
            Self::Nat { ipv6 } if address.is_ipv4() || ipv6 => Forward::Nat,
            Self::Nat { .. } | Self::Routed => Forward::Routed,
            Self::Bridged => Forward::Bridged,
            Self::Isolated => Forward::Isolated,
        }
    }
}

/// A subnet of a virtual network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subnet {
    /// Its addresses.
    pub(super) cidr: Network,
    /// The hypervisor's address in it.
    pub(super) hypervisor: IpAddr,
    /// Whether a DNS server listens there.
    pub(super) has_dns: bool,
    /// What its DHCP server gives to anybody.
    pub(super) ranges: Vec<AddressRange>,
    /// What its DHCP server gives to one guest only.
    pub(super) reservations: Vec<Reservation>,
}

/// An address that is one guest's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reservation {
    /// The card it is for.
    pub(super) mac: Option<Mac>,
    /// The name of the guest it is for.
    pub(super) name: Option<String>,
    /// The address.
    pub(super) ip: IpAddr,
}

impl VirtualNetwork {
    /// Reads a `<network>`.
    pub(super) fn read(network: &Element<'_>) -> Result<Self, Wrong> {
        let forward = network.child("forward");
        let mode = match forward.map(|forward| forward.attribute("mode").unwrap_or("nat")) {
            None | Some("none") => Mode::Isolated,
            Some("nat") => Mode::Nat { ipv6: forward.and_then(|f| f.of_child("nat", "ipv6")) == Some("yes") },
            Some("route" | "open") => Mode::Routed,
            Some(_) => Mode::Bridged,
        };
        let has_dns = network.of_child("dns", "enable") != Some("no");
        Ok(Self {
            name: network.child("name").map(|name| name.text().to_owned()).ok_or(Wrong::Nameless)?,
            mode,
            bridge: network.of_child("bridge", "name").map(str::to_owned),
            mtu: network.of_child("mtu", "size").map(|size| Wrong::number("<mtu size>", size)).transpose()?,
            subnets: network
                .children("ip")
                .filter_map(|ip| Subnet::read(ip, has_dns).transpose())
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Subnet {
    fn read(ip: &Element<'_>, has_dns: bool) -> Result<Option<Self>, Wrong> {
        let Some(address) = ip.attribute("address") else { return Ok(None) };
        let hypervisor = Wrong::address("<ip address>", address)?;
        let place = "<ip>";
        let prefix = match (ip.attribute("netmask"), ip.attribute("prefix")) {
            (Some(mask), _) => prefix_of(Wrong::address("<ip netmask>", mask)?)
                .ok_or_else(|| Wrong::NoNetwork { place, why: format!("{mask} is no netmask") })?,
            (None, Some(prefix)) => Wrong::number("<ip prefix>", prefix)?,
            (None, None) => natural_prefix(hypervisor),
        };
        let cidr = Network::containing(hypervisor, prefix)
            .ok_or_else(|| Wrong::NoNetwork { place, why: format!("{hypervisor} has no prefix of {prefix} bits") })?;
        let (mut ranges, mut reservations) = (Vec::new(), Vec::new());
        for dhcp in ip.children("dhcp") {
            for range in dhcp.children("range") {
                let (Some(start), Some(end)) = (range.attribute("start"), range.attribute("end")) else { continue };
                let ends = (Wrong::address("<range start>", start)?, Wrong::address("<range end>", end)?);
                ranges.push(
                    AddressRange::new(ends.0, ends.1)
                        .map_err(|error| Wrong::NoNetwork { place: "<range> of DHCP", why: error.to_string() })?,
                );
            }
            for host in dhcp.children("host") {
                let Some(ip) = host.attribute("ip") else { continue };
                reservations.push(Reservation {
                    mac: host.attribute("mac").map(Mac::new),
                    name: host.attribute("name").map(str::to_owned),
                    ip: Wrong::address("<host ip>", ip)?,
                });
            }
        }
        Ok(Some(Self { cidr, hypervisor, has_dns, ranges, reservations }))
    }
}

/// The prefix length of a netmask whose ones stand together.
fn prefix_of(mask: IpAddr) -> Option<u8> {
    let IpAddr::V4(mask) = mask else { return None };
    let ones = mask.to_bits().leading_ones();
    (mask.to_bits().count_ones() == ones).then_some(u8::try_from(ones).ok()?)
}

/// What libvirt takes where neither a netmask nor a prefix is written: the network's old class, and /64
/// (`virSocketAddrGetIPPrefix`).
fn natural_prefix(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(address) => match address.octets()[0] {
            0..128 => 8,
            128..192 => 16,
            _ => 24,
        },
        IpAddr::V6(_) => 64,
    }
}

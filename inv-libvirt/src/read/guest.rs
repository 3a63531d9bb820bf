//! A guest, as its XML describes it.

use std::net::IpAddr;

use super::mac::Mac;
use super::sieve::Element;
use super::wrong::Wrong;

/// What is read of a guest's XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guest {
    /// Its name, which libvirt keeps unique on a hypervisor.
    pub(super) name: String,
    /// Its UUID, which a guest that is made again does not keep.
    pub(super) uuid: Option<String>,
    /// Its title.
    pub(super) title: Option<String>,
    /// Its description.
    pub(super) description: Option<String>,
    /// Its network cards, in the order of the XML.
    pub(super) cards: Vec<Card>,
    /// The storage pools that its disks are in, each once.
    pub(super) pools: Vec<String>,
    /// What its metadata says to us.
    pub(super) metadata: Metadata,
}

/// A network card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    /// Its MAC address.
    pub(super) mac: Option<Mac>,
    /// What it is plugged into.
    pub(super) attachment: Attachment,
    /// Its MTU, in bytes, where the XML says one.
    pub(super) mtu: Option<i64>,
}

/// What a network card is plugged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attachment {
    /// A virtual network of that name.
    Network(String),
    /// A bridge of the hypervisor's.
    Bridge(String),
    /// User-mode networking: the hypervisor's own process speaks for the guest.
    User(UserMode),
    /// Something else, in libvirt's words, with the hypervisor's device where it says one: `direct`, `eth1`.
    Other {
        /// The card's type.
        kind: String,
        /// The device.
        device: Option<String>,
    },
}

impl Attachment {
    /// What the card's network is called: the network, the bridge, the device, `user`, or libvirt's word.
    pub(super) fn network(&self) -> &str {
        match self {
            Self::Network(name) | Self::Bridge(name) => name,
            Self::User(_) => "user",
            Self::Other { kind, device } => device.as_ref().unwrap_or(kind),
        }
    }
}

/// User-mode networking.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct UserMode {
    /// Whether passt does it, which can forward ports; else it is SLIRP.
    pub(super) is_passt: bool,
    /// The IPv4 address and prefix length that the XML gives: SLIRP's network, passt's guest.
    pub(super) ipv4: Option<(IpAddr, u8)>,
    /// TCP ports of the hypervisor that lead to the guest's port 22: the address that listens, if only one does.
    pub(super) ssh: Option<(Option<IpAddr>, u16)>,
}

/// What our namespace in `<metadata>` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Metadata {
    /// Tags, in order. One that is said several times is a list.
    pub(super) tags: Vec<(String, String)>,
    /// Addresses that the guest has.
    pub(super) addresses: Vec<SaidAddress>,
}

/// An address that the metadata says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SaidAddress {
    /// The address.
    pub(super) ip: IpAddr,
    /// The network of the card that has it.
    pub(super) network: Option<String>,
    /// The card that has it.
    pub(super) mac: Option<Mac>,
}

impl Guest {
    /// Reads a `<domain>`.
    pub(super) fn read(domain: &Element<'_>) -> Result<Self, Wrong> {
        let text = |name| domain.child(name).map(|child| child.text().to_owned()).filter(|text| !text.is_empty());
        let devices = domain.child("devices");
        let cards = devices.iter().flat_map(|devices| devices.children("interface")).map(Card::read);
        let mut pools: Vec<String> = Vec::new();
        for disk in devices.iter().flat_map(|devices| devices.children("disk")) {
            if let Some(pool) = disk.of_child("source", "pool")
                && !pools.iter().any(|known| known == pool)
            {
                pools.push(pool.to_owned());
            }
        }
        Ok(Self {
            name: text("name").ok_or(Wrong::Nameless)?,
            uuid: text("uuid"),
            title: text("title"),
            description: text("description"),
            cards: cards.collect::<Result<_, _>>()?,
            pools,
            metadata: domain.child("metadata").map_or_else(|| Ok(Metadata::default()), Metadata::read)?,
        })
    }
}

impl Card {
    fn read(interface: &Element<'_>) -> Result<Self, Wrong> {
        let source = interface.child("source");
        let from = |name| source.and_then(|source| source.attribute(name)).map(str::to_owned);
        let kind = interface.attribute("type").unwrap_or_default();
        let other = || Attachment::Other { kind: kind.to_owned(), device: from("dev") };
        let attachment = match (kind, from("network")) {
            // While a guest runs, its card in a network that is somebody else's bridge or device has the type of that,
            // and still names the network.
            ("network" | "bridge" | "direct" | "hostdev", Some(network)) => Attachment::Network(network),
            ("bridge", None) => from("bridge").map_or_else(other, Attachment::Bridge),
            ("user", _) => Attachment::User(UserMode::read(interface)?),
            ("vhostuser", _) if interface.of_child("backend", "type") == Some("passt") => {
                Attachment::User(UserMode::read(interface)?)
            }
            _ => other(),
        };
        Ok(Self {
            mac: interface.of_child("mac", "address").map(Mac::new),
            attachment,
            mtu: interface.of_child("mtu", "size").map(|size| Wrong::number("<mtu size>", size)).transpose()?,
        })
    }
}

impl UserMode {
    fn read(interface: &Element<'_>) -> Result<Self, Wrong> {
        let mut read = Self { is_passt: interface.of_child("backend", "type") == Some("passt"), ..Self::default() };
        for ip in interface.children("ip") {
            if let Some(address) = ip.attribute("address") {
                let address: IpAddr = Wrong::address("<ip address>", address)?;
                let prefix = ip.attribute("prefix").map(|prefix| Wrong::number("<ip prefix>", prefix)).transpose()?;
                if address.is_ipv4() {
                    read.ipv4 = Some((address, prefix.unwrap_or(24)));
                }
            }
        }
        for forward in interface.children("portForward").filter(|forward| forward.attribute("proto") == Some("tcp")) {
            if read.ssh.is_none()
                && let Some(port) = port_to_ssh(forward)?
            {
                let address = forward.attribute("address").map(|address| Wrong::address("<portForward>", address));
                read.ssh = Some((address.transpose()?, port));
            }
        }
        Ok(read)
    }
}

/// The hypervisor's port that leads to the guest's port 22. Without ranges all do, to the same one of the guest's; but
/// on every address of the hypervisor's the port 22 is its own.
fn port_to_ssh(forward: &Element<'_>) -> Result<Option<u16>, Wrong> {
    const SSH: u16 = 22;
    let port = |range: &Element<'_>, name| {
        range.attribute(name).map(|port| Wrong::number::<u16>("<range> of a <portForward>", port)).transpose()
    };
    let (mut leads, mut is_excluded, mut has_ranges) = (None, Vec::new(), false);
    for range in forward.children("range") {
        let Some(start) = port(range, "start")? else { continue };
        let end = port(range, "end")?.unwrap_or(start);
        if range.attribute("exclude") == Some("yes") {
            is_excluded.push(start..=end);
            continue;
        }
        has_ranges = true;
        let to = port(range, "to")?.unwrap_or(start);
        let there = SSH.checked_sub(to).and_then(|offset| start.checked_add(offset)).filter(|port| *port <= end);
        leads = leads.or(there);
    }
    if !has_ranges && forward.attribute("address").is_some() {
        leads = Some(SSH);
    }
    Ok(leads.filter(|port| !is_excluded.iter().any(|range| range.contains(port))))
}

impl Metadata {
    fn read(metadata: &Element<'_>) -> Result<Self, Wrong> {
        let mut read = Self::default();
        for machine in metadata.children("machine") {
            for tag in machine.children("tag") {
                let name = tag.attribute("name").filter(|name| !name.is_empty()).ok_or(Wrong::NamelessTag)?;
                match read.tags.iter_mut().find(|(known, _)| known == name) {
                    Some((_, value)) => {
                        value.push(',');
                        value.push_str(tag.text());
                    }
                    None => read.tags.push((name.to_owned(), tag.text().to_owned())),
                }
            }
            for address in machine.children("address") {
                read.addresses.push(SaidAddress {
                    ip: Wrong::address("<address> of the metadata", address.text().trim())?,
                    network: address.attribute("network").map(str::to_owned),
                    mac: address.attribute("mac").map(Mac::new),
                });
            }
        }
        Ok(read)
    }
}

//! What is read of libvirt's descriptions of domains and networks.

use std::fmt::Write as _;

use roxmltree::{Document, Node, ParsingOptions};

use crate::answers::Card;

/// More elements and texts than a description of a domain has: a hypervisor may be anybody's.
const MOST_NODES: u32 = 200_000;

/// What vagrant-libvirt calls its management network when nobody says otherwise.
const MANAGEMENT: &str = "vagrant-libvirt";

/// What is read of a network, and what of each element is.
const NETWORK: &[(&str, &[&str])] = &[
    ("network", &[]),
    ("name", &[]),
    ("uuid", &[]),
    ("forward", &["mode", "dev"]),
    ("bridge", &["name"]),
    ("mtu", &["size"]),
    ("domain", &["name"]),
    ("ip", &["family", "address", "netmask", "prefix"]),
    ("dhcp", &[]),
    ("range", &["start", "end"]),
    ("route", &["family", "address", "netmask", "prefix", "gateway"]),
];

/// How deep the elements lie that are read: `network`, `ip`, `dhcp`, `range`.
const DEEPEST: u32 = 4;

fn parse(xml: &str) -> Result<Document<'_>, String> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(xml, options).map_err(|error| error.to_string())
}

/// A network card and what it is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attached {
    /// Without addresses; its network where it has one by name.
    pub(super) card: Card,
    /// The host's bridge, where it is attached to that and not to a network.
    pub(super) bridge: Option<String>,
}

impl Attached {
    /// The card, with the bridge for its network where no network was found.
    pub(super) fn into_card(self) -> Card {
        Card { network: self.card.network.or(self.bridge), ..self.card }
    }
}

/// The network cards of a domain. vagrant-libvirt puts the card of its management network first, whatever that network
/// is called.
pub(super) fn cards(xml: &str) -> Result<Vec<Attached>, String> {
    let document = parse(xml)?;
    let devices = child(document.root_element(), "devices");
    let interfaces =
        devices.into_iter().flat_map(|devices| devices.children().filter(|node| node.has_tag_name("interface")));
    let mut cards: Vec<Attached> = interfaces.map(attached).collect();
    let named = cards.iter().position(|attached| attached.card.network.as_deref() == Some(MANAGEMENT));
    if let Some(attached) = cards.get_mut(named.unwrap_or_default()) {
        attached.card.is_management = true;
    }
    Ok(cards)
}

fn attached(interface: Node<'_, '_>) -> Attached {
    let attribute =
        |element: &str, name: &str| child(interface, element).and_then(|node| node.attribute(name)).map(str::to_owned);
    let network = attribute("source", "network");
    // A card in a network has its bridge beside it; that is the network's affair.
    let bridge = attribute("source", "bridge").filter(|_| network.is_none());
    let card = Card {
        mac: attribute("mac", "address").map(|mac| mac.to_ascii_lowercase()),
        network,
        mtu: attribute("mtu", "size").and_then(|size| size.parse().ok()),
        ..Card::default()
    };
    Attached { card, bridge }
}

/// What is read of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// Its description with nothing in it but what is read.
    pub(super) reduced: String,
    /// The host's bridge that it is.
    pub(super) bridge: Option<String>,
}

/// Reads a network's description.
pub(super) fn network(xml: &str) -> Result<Described, String> {
    let document = parse(xml)?;
    let mut reduced = String::new();
    reduce(document.root_element(), DEEPEST, &mut reduced);
    let bridge = child(document.root_element(), "bridge").and_then(|bridge| bridge.attribute("name"));
    Ok(Described { reduced, bridge: bridge.map(str::to_owned) })
}

fn reduce(node: Node<'_, '_>, depth: u32, reduced: &mut String) {
    let name = node.tag_name().name();
    let known = NETWORK.iter().find(|(known, _)| *known == name);
    let (Some((name, attributes)), Some(depth)) = (known, depth.checked_sub(1)) else { return };
    let _ = write!(reduced, "<{name}");
    for attribute in *attributes {
        if let Some(value) = node.attribute(*attribute) {
            let _ = write!(reduced, " {attribute}='{}'", escaped(value));
        }
    }
    reduced.push('>');
    for child in node.children() {
        if child.is_element() {
            reduce(child, depth, reduced);
        } else if let Some(text) = child.text().map(str::trim).filter(|text| !text.is_empty()) {
            reduced.push_str(&escaped(text));
        }
    }
    let _ = write!(reduced, "</{name}>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&apos;")
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cards_of_a_captured_machine_are_read_in_order() {
        // The interfaces of vproj_master, reference capture 1-up.
        let xml = "<domain type='qemu' id='9'><devices>
            <interface type='network'><mac address='52:54:00:66:E6:59'/><source network='vagrant-libvirt' portid='fe460de0' bridge='virbr1'/></interface>
            <interface type='network'><mac address='52:54:00:bb:0b:2e'/><source network='vagrant-priv' bridge='virbr2'/><mtu size='1450'/></interface>
            <interface type='user'><mac address='52:54:00:00:00:01'/></interface>
            <interface type='bridge'><source bridge='br0'/></interface>
            </devices></domain>";
        let cards: Vec<Card> = cards(xml).unwrap().into_iter().map(Attached::into_card).collect();
        let told: Vec<_> = cards.iter().map(|card| (card.network.as_deref(), card.mtu, card.is_management)).collect();
        let expected = [
            (Some("vagrant-libvirt"), None, true),
            (Some("vagrant-priv"), Some(1450), false),
            (None, None, false),
            (Some("br0"), None, false),
        ];
        assert_eq!(told, expected);
        assert_eq!(cards[0].mac.as_deref(), Some("52:54:00:66:e6:59"));
    }

    #[test]
    fn the_first_card_is_vagrants_own_where_its_network_has_another_name() {
        let xml = "<domain><devices><interface><source network='mgmt'/></interface><interface/></devices></domain>";
        let cards = cards(xml).unwrap();
        assert_eq!(cards.iter().map(|attached| attached.card.is_management).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_network_is_reduced_to_what_is_read() {
        let xml = "<network connections='3' ipv6='yes'>\n  <name>a&lt;b</name>\n  <forward mode='nat'><nat><port start='1024'/></nat></forward>
            <bridge name='virbr1' stp='on'/><mac address='52:54:00:82:53:d8'/><dns><txt name='x' value='secret'/></dns><metadata>secret</metadata>
            <ip address='192.168.121.1' netmask='255.255.255.0'><dhcp><range start='192.168.121.1' end='192.168.121.254'/><host mac='x' ip='y'/></dhcp></ip></network>";
        let described = network(xml).unwrap();
        assert_eq!(described.bridge.as_deref(), Some("virbr1"));
        insta::assert_snapshot!(described.reduced, @"<network><name>a&lt;b</name><forward mode='nat'></forward><bridge name='virbr1'></bridge><ip address='192.168.121.1' netmask='255.255.255.0'><dhcp><range start='192.168.121.1' end='192.168.121.254'></range></dhcp></ip></network>");
        assert_eq!(network(&described.reduced), Ok(described));
    }

    #[test]
    fn a_description_without_an_end_costs_no_more_than_its_bound() {
        let deep = |count: usize| "<ip>".repeat(count) + &"</ip>".repeat(count);
        assert!(network(&deep(300_000)).is_err());
        let described = network(&format!("<network>{}</network>", deep(50_000))).unwrap();
        assert_eq!(described.reduced.matches("<ip>").count(), 3);
        assert!(cards(&"<interface>".repeat(100_000)).is_err());
    }

    #[test]
    fn a_description_that_is_none_is_a_sentence() {
        assert!(cards("<domain>").is_err());
        assert_eq!(cards("<domain/>").unwrap(), []);
        assert!(network("").is_err());
    }
}

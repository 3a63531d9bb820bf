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

/// The network cards of a domain, without addresses. vagrant-libvirt puts the card of its management network first,
/// whatever that network is called.
pub(super) fn cards(xml: &str) -> Result<Vec<Card>, String> {
    let document = parse(xml)?;
    let interfaces = child(document.root_element(), "devices")
        .into_iter()
        .flat_map(|devices| devices.children().filter(|node| node.has_tag_name("interface")));
    let attribute =
        |node: Option<Node<'_, '_>>, name: &str| node.and_then(|node| node.attribute(name)).map(str::to_owned);
    let mut cards: Vec<Card> = interfaces
        .map(|interface| {
            let source = child(interface, "source");
            Card {
                mac: attribute(child(interface, "mac"), "address").map(|mac| mac.to_ascii_lowercase()),
                network: attribute(source, "network"),
                mtu: attribute(child(interface, "mtu"), "size").and_then(|size| size.parse().ok()),
                ..Card::default()
            }
        })
        .collect();
    let named = cards.iter().position(|card| card.network.as_deref() == Some(MANAGEMENT));
    if let Some(card) = cards.get_mut(named.unwrap_or_default()) {
        card.is_management = true;
    }
    Ok(cards)
}

/// A network's description with nothing in it but what is read.
pub(super) fn reduced_network(xml: &str) -> Result<String, String> {
    let document = parse(xml)?;
    let mut reduced = String::new();
    reduce(document.root_element(), DEEPEST, &mut reduced);
    Ok(reduced)
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
            </devices></domain>";
        let cards = cards(xml).unwrap();
        let told: Vec<_> = cards.iter().map(|card| (card.network.as_deref(), card.mtu, card.is_management)).collect();
        assert_eq!(
            told,
            [(Some("vagrant-libvirt"), None, true), (Some("vagrant-priv"), Some(1450), false), (None, None, false)]
        );
        assert_eq!(cards[0].mac.as_deref(), Some("52:54:00:66:e6:59"));
    }

    #[test]
    fn the_first_card_is_vagrants_own_where_its_network_has_another_name() {
        let cards =
            cards("<domain><devices><interface><source network='mgmt'/></interface><interface/></devices></domain>");
        assert_eq!(cards.unwrap().iter().map(|card| card.is_management).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_network_is_reduced_to_what_is_read() {
        let xml = "<network connections='3' ipv6='yes'>\n  <name>a&lt;b</name>\n  <forward mode='nat'><nat><port start='1024'/></nat></forward>
            <bridge name='virbr1' stp='on'/><mac address='52:54:00:82:53:d8'/><dns><txt name='x' value='secret'/></dns><metadata>secret</metadata>
            <ip address='192.168.121.1' netmask='255.255.255.0'><dhcp><range start='192.168.121.1' end='192.168.121.254'/><host mac='x' ip='y'/></dhcp></ip></network>";
        insta::assert_snapshot!(reduced_network(xml).unwrap(), @"<network><name>a&lt;b</name><forward mode='nat'></forward><bridge name='virbr1'></bridge><ip address='192.168.121.1' netmask='255.255.255.0'><dhcp><range start='192.168.121.1' end='192.168.121.254'></range></dhcp></ip></network>");
        assert_eq!(reduced_network(&reduced_network(xml).unwrap()), reduced_network(xml));
    }

    #[test]
    fn a_description_that_is_none_is_a_sentence() {
        assert!(cards("<domain>").is_err());
        assert_eq!(cards("<domain/>").unwrap(), []);
        assert!(reduced_network("").is_err());
    }
}

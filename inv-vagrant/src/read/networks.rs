//! The networks around the machines, as each provider describes them.

use std::net::IpAddr;

use inventory_core::environment::{Forward, MachineNetwork, OneOrMany, Provider};
use inventory_core::network::address::{AddressRange, Network};
use inventory_core::network::mtu::Mtu;
use roxmltree::{Document, Node, ParsingOptions};
use serde::Deserialize;

use crate::answers::ProviderNetwork;

/// More elements and texts than a description of a network has: an answer may have been written by anybody.
const MOST_NODES: u32 = 20_000;

/// The address ranges of a network, one for each subnet; nothing of a description that cannot be read.
///
/// None has a place: whatever Vagrantfile is looked at, the provider is this host's, and so are its networks.
pub(super) fn read(network: &ProviderNetwork) -> Vec<MachineNetwork> {
    let subnets = match network.provider.as_str() {
        "libvirt" => of_libvirt(&network.description),
        "virtualbox" => of_virtualbox(&network.description),
        "docker" => of_docker(&network.description),
        _ => None,
    };
    let named = |subnet: MachineNetwork| MachineNetwork { name: Some(network.name.clone()), ..subnet };
    subnets.unwrap_or_default().into_iter().map(named).collect()
}

/// Nothing known but the addresses.
fn bare(cidr: Network) -> MachineNetwork {
    MachineNetwork {
        name: None,
        cidr,
        gateway: None,
        dhcp: OneOrMany::default(),
        dns: OneOrMany::default(),
        provider: None,
        forward: None,
        place: None,
        mtu: None,
    }
}

/// libvirt's network XML.
fn of_libvirt(xml: &str) -> Option<Vec<MachineNetwork>> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options).ok()?;
    let root = document.root_element();
    let forward = match child(root, "forward").map(|forward| forward.attribute("mode").unwrap_or("nat")) {
        None => Forward::Isolated,
        Some("nat") => Forward::Nat,
        Some("route" | "open") => Forward::Routed,
        Some(_) => Forward::Bridged,
    };
    let mtu = child(root, "mtu").and_then(|mtu| mtu.attribute("size")).and_then(|size| size.parse().ok());
    let of_subnet = |ip: Node<'_, '_>| {
        let gateway: IpAddr = ip.attribute("address")?.parse().ok()?;
        let prefix = match (ip.attribute("prefix"), ip.attribute("netmask")) {
            (Some(prefix), _) => prefix.parse().ok()?,
            (None, Some(netmask)) => prefix_len(netmask.parse().ok()?)?,
            (None, None) => return None,
        };
        let ranges = child(ip, "dhcp").into_iter().flat_map(|dhcp| dhcp.children());
        let range = |range: Node<'_, '_>| {
            let end = |name| range.attribute(name)?.parse().ok();
            AddressRange::new(end("start")?, end("end")?).ok()
        };
        Some(MachineNetwork {
            gateway: Some(gateway),
            dhcp: ranges.filter(|node| node.has_tag_name("range")).filter_map(range).collect(),
            provider: Some(Provider::Libvirt),
            forward: Some(forward),
            mtu: mtu.and_then(|mtu| Mtu::new(mtu).ok()),
            ..bare(Network::containing(gateway, prefix)?)
        })
    };
    Some(root.children().filter(|node| node.has_tag_name("ip")).filter_map(of_subnet).collect())
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// The prefix length of a netmask without holes.
fn prefix_len(netmask: IpAddr) -> Option<u8> {
    let (bits, width) = match netmask {
        IpAddr::V4(mask) => (u128::from(u32::from(mask)), 32),
        IpAddr::V6(mask) => (u128::from(mask), 128),
    };
    let ones = bits.count_ones();
    let whole: u128 = if width == 128 { u128::MAX } else { (1 << width) - 1 };
    let wanted = if ones == 0 { 0 } else { whole & (whole << (width - ones)) };
    (bits == wanted).then(|| u8::try_from(ones).ok()).flatten()
}

/// A block of `VBoxManage list hostonlyifs` or `list natnetworks` (`VirtualBox` manual, chapter 8).
fn of_virtualbox(block: &str) -> Option<Vec<MachineNetwork>> {
    let field = |wanted: &str| {
        block.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            (name.trim().eq_ignore_ascii_case(wanted)).then(|| value.trim()).filter(|value| !value.is_empty())
        })
    };
    // A NAT network says its range, a host-only one its host's address.
    let subnet = if let Some(network) = field("Network") {
        MachineNetwork { forward: Some(Forward::Nat), ..bare(network.parse().ok()?) }
    } else {
        let host: IpAddr = field("IPAddress")?.parse().ok()?;
        let prefix = prefix_len(field("NetworkMask")?.parse().ok()?)?;
        // An interface that is not set up yet has the address 0.0.0.0.
        let cidr = Network::containing(host, prefix).filter(|_| !host.is_unspecified())?;
        MachineNetwork { forward: Some(Forward::Isolated), ..bare(cidr) }
    };
    Some(vec![MachineNetwork { provider: Some(Provider::Virtualbox), ..subnet }])
}

/// What is read of `docker network inspect`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DockerNetwork {
    #[serde(rename = "IPAM", default)]
    addresses: Ipam,
    #[serde(default)]
    internal: bool,
    #[serde(default)]
    options: Option<std::collections::BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ipam {
    #[serde(default)]
    config: Option<Vec<IpamConfig>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct IpamConfig {
    subnet: String,
    #[serde(default)]
    gateway: Option<String>,
}

/// Docker's own JSON: one network, or the list with one that `docker network inspect` prints.
fn of_docker(json: &str) -> Option<Vec<MachineNetwork>> {
    // The list first: serde would take it for a network whose fields are listed.
    let network: DockerNetwork = match serde_json::from_str::<Vec<DockerNetwork>>(json) {
        Ok(list) => list.into_iter().next()?,
        Err(_) => serde_json::from_str(json).ok()?,
    };
    let mtu = network.options.as_ref().and_then(|options| options.get("com.docker.network.driver.mtu"));
    let mtu = mtu.and_then(|mtu| Mtu::new(mtu.parse().ok()?).ok());
    let forward = Some(if network.internal { Forward::Isolated } else { Forward::Nat });
    let of_config = |config: IpamConfig| {
        Some(MachineNetwork {
            gateway: config.gateway.and_then(|gateway| gateway.parse().ok()),
            forward,
            mtu,
            ..bare(config.subnet.parse().ok()?)
        })
    };
    Some(network.addresses.config?.into_iter().filter_map(of_config).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(provider: &str, description: &str) -> Vec<MachineNetwork> {
        let network = ProviderNetwork {
            provider: provider.to_owned(),
            name: "n".to_owned(),
            description: description.to_owned(),
        };
        read(&network)
    }

    #[test]
    fn a_captured_network_of_libvirts_says_all_that_is_in_it() {
        let networks = of("libvirt", include_str!("../../tests/recordings/1-up/net-vagrant-priv.xml"));
        insta::assert_debug_snapshot!(networks, @r#"
        [
            MachineNetwork {
                name: Some(
                    "n",
                ),
                cidr: 192.168.160.0/24,
                gateway: Some(
                    192.168.160.1,
                ),
                dhcp: OneOrMany(
                    [
                        192.168.160.1-192.168.160.254,
                    ],
                ),
                dns: OneOrMany(
                    [],
                ),
                provider: Some(
                    Libvirt,
                ),
                forward: Some(
                    Nat,
                ),
                place: None,
                mtu: Some(
                    Mtu(
                        1450,
                    ),
                ),
            },
        ]
        "#);
    }

    #[test]
    fn every_forward_mode_is_one_of_four() {
        let forward = |forward: &str| {
            of("libvirt", &format!("<network>{forward}<ip address='10.0.0.1' prefix='24'/></network>"))[0].forward
        };
        assert_eq!(forward(""), Some(Forward::Isolated));
        assert_eq!(forward("<forward/>"), Some(Forward::Nat));
        assert_eq!(forward("<forward mode='route'/>"), Some(Forward::Routed));
        assert_eq!(forward("<forward mode='open'/>"), Some(Forward::Routed));
        assert_eq!(forward("<forward mode='bridge'/>"), Some(Forward::Bridged));
    }

    #[test]
    fn virtualboxs_blocks_are_read() {
        // VirtualBox 7.0 user manual, `VBoxManage list`; not recorded.
        let hostonly = "Name:            vboxnet0\nGUID:            786f6276-656e-4074-8000-0a0027000000\nDHCP:            \
                        Disabled\nIPAddress:       192.168.56.1\nNetworkMask:     255.255.255.0\nStatus:          Up\n";
        let network = &of("virtualbox", hostonly)[0];
        assert_eq!(
            (network.cidr.to_string().as_str(), network.provider),
            ("192.168.56.0/24", Some(Provider::Virtualbox))
        );
        let nat = "Name:         NatNetwork\nNetwork:      10.0.5.0/24\nGateway:      10.0.5.1\nDHCP Server:  Yes\n";
        assert_eq!(of("virtualbox", nat)[0].cidr.to_string(), "10.0.5.0/24");
        assert_eq!(of("virtualbox", "IPAddress: 0.0.0.0\nNetworkMask: 0.0.0.0\n"), []);
    }

    #[test]
    fn dockers_bridge_is_read() {
        // Docker Engine API v1.47, NetworkInspect; not recorded.
        let bridge = r#"[{"Name": "bridge", "IPAM": {"Config": [{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}]},
            "Internal": false, "Options": {"com.docker.network.driver.mtu": "1450"}}]"#;
        let network = &of("docker", bridge)[0];
        assert_eq!((network.cidr.to_string().as_str(), network.mtu), ("172.17.0.0/16", Mtu::new(1450).ok()));
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for (provider, text) in [
            ("libvirt", "<network"),
            ("libvirt", "<network><ip address='10.0.0.1' netmask='255.0.255.0'/></network>"),
            ("libvirt", "<!DOCTYPE n [<!ENTITY a 'b'>]><network>&a;</network>"),
            ("docker", "{}"),
            ("hyperv", "x"),
        ] {
            assert_eq!(of(provider, text), [], "{text}");
        }
    }
}

//! The facts that an example of the table's reference stands for.

use std::net::IpAddr;

use inventory_core::network::address::{AddressRange, Family, InterfaceAddress};
use inventory_core::network::relations::{Facts, Guest, Installer, PodAddresses, PoolModes, Route};
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};
use serde_json::Value;

fn origin() -> Origin {
    Origin::Found("an example".into())
}

/// A space of the cluster, from whatever is written.
pub(crate) fn own(text: &str, role: Role) -> AddressSpace {
    of(text, role, Owner::Cluster)
}

/// A space of anybody's.
pub(crate) fn of(text: &str, role: Role, owner: Owner) -> AddressSpace {
    match text.parse::<InterfaceAddress>() {
        Ok(written) => AddressSpace::written(written, role, owner, origin()),
        Err(_) => AddressSpace::new(text.parse::<AddressRange>().unwrap(), role, owner, origin()),
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .map_or_else(|| vec![value.as_str().unwrap()], |list| list.iter().map(|v| v.as_str().unwrap()).collect())
}

fn addresses(value: &Value) -> Vec<IpAddr> {
    texts(value).iter().map(|text| text.parse().unwrap()).collect()
}

fn number<T: TryFrom<u64>>(value: &Value) -> T {
    T::try_from(value.as_u64().unwrap()).ok().unwrap()
}

/// The facts of an example of this rule.
pub(crate) fn facts(id: &str, example: &Value) -> Facts {
    let mut facts = Facts { installer: Some(Installer::Kubeadm), ..Facts::default() };
    facts.capacity.pod_addresses = Some(if id == "B05" { PodAddresses::Blocks } else { PodAddresses::NodeShares });
    facts.announced_on_link = Some(true);
    facts.static_addresses = Some(true);
    facts.restricted_host_only = Some(true);
    facts.nesting.on_pod_network = Some(true);
    facts.nesting.use_hosting_services = Some(true);
    if id == "F11" {
        facts.installer = Some(Installer::Eks);
    }
    if id == "E02" {
        facts.spaces.push(own("10.0.2.0/24", Role::GuestNat));
    }
    let get = |key: &str| example.get(key);
    for (key, value) in example.as_object().unwrap() {
        let mut put = |role: Role, owner: Owner| {
            facts.spaces.extend(texts(value).iter().map(|text| of(text, role, owner.clone())));
        };
        let hosting = || Owner::Level(1);
        match (id, key.as_str()) {
            (_, "pod" | "pods" | "inner_pod" | "cidrs") | ("F08", "a") | ("E03", "ranges") => {
                put(Role::Pods, Owner::Cluster);
            }
            (_, "service" | "services" | "inner_service") => put(Role::Services, Owner::Cluster),
            ("B01" | "B02" | "B03" | "B04" | "B05" | "B06", "pool" | "pools") | (_, "weave") => {
                put(Role::PodPool, Owner::Cluster);
            }
            (_, "node_net") | ("F11", "vpc") | ("E05", "ranges") => put(Role::Nodes, Owner::Cluster),
            (_, "node_ips" | "static") => put(Role::Node, Owner::Cluster),
            (_, "node_pod_cidrs") => put(Role::NodePods, Owner::Cluster),
            (_, "dns") => put(Role::ClusterDns, Owner::Cluster),
            (_, "nodelocal") => put(Role::NodeLocalDns, Owner::Cluster),
            (_, "metallb") => put(Role::LoadBalancer, Owner::Cluster),
            (_, "reserved") => put(Role::Gateway, Owner::Cluster),
            (_, "dhcp") => put(Role::Dhcp, Owner::Cluster),
            (_, "vip") => put(Role::Vip, Owner::Cluster),
            (_, "bip") => put(Role::Bridge, Owner::Cluster),
            (_, "reachable") => put(Role::Outside, Owner::Cluster),
            ("E01", "ip") => put(Role::HostOnly, Owner::Cluster),
            (_, "mgmt") => put(Role::Management, Owner::Cluster),
            (_, "nets") => put(Role::Virtual, Owner::Cluster),
            (_, "vm_cidr") => put(Role::GuestNat, Owner::Cluster),
            (_, "cgnat") => put(Role::Shared, Owner::Cluster),
            (_, "host_pod" | "allowed") => put(Role::Pods, hosting()),
            (_, "host_service") => put(Role::Services, hosting()),
            (_, "host_node_nets") => put(Role::Nodes, hosting()),
            (_, "guest_dns") => put(Role::UpstreamDns, Owner::Cluster),
            ("F08", "b") => put(Role::Pods, Owner::Sibling("b".into())),
            ("F07", "chain") => {
                let levels = [Owner::Level(1), Owner::Level(2), Owner::Cluster];
                let chain = texts(value).into_iter().zip(levels);
                facts.spaces.extend(chain.map(|(text, owner)| of(text, Role::Pods, owner)));
            }
            ("B07", "ranges") => {
                let roles = [Role::Pods, Role::Services, Role::CniInternal, Role::Nodes];
                facts.spaces.extend(texts(value).iter().zip(roles).map(|(text, role)| own(text, role)));
            }
            ("B08", "ranges") => {
                put(Role::Pods, Owner::Cluster);
                let internal = ["100.64.0.0/16", "100.88.0.0/16", "169.254.169.0/29"];
                facts.spaces.extend(internal.map(|text| of(text, Role::CniInternal, hosting())));
            }
            ("D03", "ranges") => {
                put(Role::Nodes, Owner::Cluster);
                let pools = ["172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16", "172.20.0.0/14", "192.168.0.0/16"];
                facts.spaces.extend(pools.map(|text| own(text, Role::BridgePool)));
            }
            (_, "node_mask") => {
                facts.capacity.node_prefix_v4 = Some(number(value));
                facts.capacity.node_prefix_v6 = Some(number(value));
            }
            (_, "block") => facts.capacity.block_prefix_v4 = Some(number(value)),
            (_, "nodes") => facts.capacity.nodes = Some(number(value)),
            (_, "max_pods") => facts.capacity.max_pods = Some(number(value)),
            (_, "sans") => facts.api_certificate = Some(addresses(value)),
            ("A25", "ip") => {
                let guest = |ip| Guest { ip, interfaces: addresses(get("host_addrs").unwrap()), origin: origin() };
                facts.guests.extend(addresses(value).into_iter().map(guest));
            }
            ("A18", "routes") => {
                let owners = get("owners").unwrap().as_object().unwrap();
                facts.routes.extend(value.as_array().unwrap().iter().map(|route| {
                    let owner = owners.iter().find(|(_, pods)| **pods == route["dst"]);
                    Route {
                        destination: route["dst"].as_str().unwrap().parse().unwrap(),
                        via: route["via"].as_str().unwrap().parse().unwrap(),
                        owner: owner.map(|(node, _)| node.parse().unwrap()),
                        origin: origin(),
                    }
                }));
            }
            ("B06", "ipip") => facts.pool_modes.push(PoolModes {
                family: Family::Ipv4,
                ipip: value != "Never",
                vxlan: get("vxlan").unwrap() != "Never",
            }),
            (_, "nat_outgoing") => facts.nat_outgoing = value.as_bool(),
            // What another key of the example has read.
            ("A18", "owners") | ("A25", "host_addrs") | ("B06", "vxlan") => {}
            (_, key) => panic!("{id}: what is {key}?"),
        }
    }
    facts
}

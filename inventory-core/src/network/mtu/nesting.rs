//! What nesting breaks besides size: packets that the level outside drops, ports used twice, addresses had twice.

use super::Problem;
use crate::network::encapsulation::Encapsulation;
use crate::network::layer::{Binding, CALICO_DROPS_SINCE, Cni, Layer, Wire};

/// What a node of kubespray or kubeadm must be reached at, besides its tunnel: the API, etcd, the kubelet.
const NODE_PORTS: [u16; 4] = [6443, 2379, 2380, 10250];

/// What is wrong between a level and those outside of it, outermost first.
pub(super) fn problems(outer: &[Layer], layer: &Layer) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(host) = outer.last() {
        if layer.is_bare() {
            problems.push(Problem::BareOnPodNetwork { host: host.to_string() });
        }
        // A level without a tunnel shows its pods' tunnels to the next one out.
        let bare = outer.iter().rev().take_while(|host| host.is_bare()).count();
        let hosts = outer.iter().rev().take(bare + 1);
        for host in hosts {
            problems.extend(layer.wires().into_iter().filter_map(|wire| meets(host, layer, wire)));
        }
    }
    problems.extend(binding(layer));
    problems
}

/// What happens to a level's packets in the network of the level around it.
fn meets(host: &Layer, layer: &Layer, wire: Wire) -> Option<Problem> {
    let dropped =
        |rule, remedy| Some(Problem::Dropped { rule, host: host.to_string(), what: wire.to_string(), remedy });
    let calico_drops = host.cni == Cni::Calico && host.version.is_none_or(|version| version >= CALICO_DROPS_SINCE);
    match wire {
        Wire::Udp { port, form: Encapsulation::Vxlan, .. }
            if calico_drops && !host.allowed.vxlan && port == host.vxlan_port() =>
        {
            dropped(
                "H01",
                format!(
                    "Calico lets no workload send to its own VXLAN port; give {} another one, or set \
                 `allowVXLANPacketsFromWorkloads` in {}'s FelixConfiguration",
                    layer.name, host.name
                ),
            )
        }
        Wire::Protocol { number: 4, .. } if calico_drops && !host.allowed.ipip => dropped(
            "H02",
            format!(
                "Calico lets no workload send IPIP; use VXLAN on another port than {}, or set \
             `allowIPIPPacketsFromWorkloads` in {}'s FelixConfiguration",
                host.vxlan_port(),
                host.name
            ),
        ),
        Wire::Protocol { .. } if host.cni == Cni::Cilium && !host.allowed.ipip => dropped(
            "H03",
            format!(
                "Cilium passes TCP, UDP, SCTP and ICMP only; use VXLAN, Geneve or WireGuard, or set \
             `enable-extended-ip-protocols` in {}'s configuration",
                host.name
            ),
        ),
        Wire::Udp { port, vni, form: Encapsulation::Vxlan | Encapsulation::Geneve | Encapsulation::OvnGeneve } => {
            host.wires().into_iter().find_map(|outside| match outside {
                Wire::Udp { port: outer, vni: outer_vni, .. } if outer == port => Some(Problem::PortShared {
                    host: host.to_string(),
                    what: wire.to_string(),
                    same_vni: vni.is_some() && vni == outer_vni,
                }),
                _ => None,
            })
        }
        _ => None,
    }
}

/// What the way a level's machines hang on the pod network means for it.
fn binding(layer: &Layer) -> Vec<Problem> {
    let several = layer.machines.is_none_or(|machines| machines > 1);
    match &layer.binding {
        Some(Binding::Bridge) => vec![Problem::BridgePinsMachines],
        Some(Binding::Masquerade { ports }) if several => {
            let mut problems = vec![Problem::EveryMachineIs10022];
            problems.extend(not_forwarded(layer, ports));
            problems
        }
        Some(Binding::Masquerade { .. } | Binding::Passt) | None => Vec::new(),
    }
}

/// What several nodes need of each other and a list of ports leaves out.
fn not_forwarded(layer: &Layer, ports: &[u16]) -> Option<Problem> {
    if ports.is_empty() {
        return None;
    }
    let listed = |port: u16| ports.contains(&port);
    let mut missing: Vec<String> = NODE_PORTS.iter().filter(|port| !listed(**port)).map(u16::to_string).collect();
    missing.extend(
        layer
            .wires()
            .into_iter()
            .filter(|wire| match wire {
                Wire::Udp { port, .. } | Wire::Tcp { port } => !listed(*port),
                Wire::Protocol { .. } => true,
            })
            .map(|wire| wire.to_string()),
    );
    (!missing.is_empty()).then(|| Problem::NotForwarded { missing: missing.join(", ") })
}

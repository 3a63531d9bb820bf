//! What the variables hold.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use indexmap::{IndexMap, IndexSet};

use crate::inventory::Value;
use crate::network::address::Family;
use crate::plan::{NetworkPlan, PlannedHost, Route};

/// Where etcd's members talk to each other.
const PEER_PORT: u16 = 2380;

/// The names that pods call the API by, as far as they are the same everywhere.
const NAMES: [&str; 3] = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];

/// One text of several, as the flags of Kubernetes want a pair of families: `10.200.0.0/16,fd00::/48`.
pub(super) fn joined<T: ToString>(values: impl IntoIterator<Item = T>) -> Value {
    Value::user(values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(","))
}

/// etcd's `--initial-cluster`, of members with an address each.
pub(super) fn initial_cluster(members: &[(&PlannedHost, IpAddr)]) -> Value {
    joined(members.iter().map(|(host, address)| {
        let name = host.etcd_name.as_deref().unwrap_or(host.name.as_str());
        format!("{name}=https://{}", SocketAddr::new(*address, PEER_PORT))
    }))
}

/// What the API server's certificate must name, each once.
pub(super) fn subject_names(plan: &NetworkPlan, control_planes: &[&PlannedHost]) -> Value {
    let in_cluster = &plan.dns_domain.value;
    let of_machines = if plan.dns_domain.is_written { in_cluster } else { plan.layout.domain_of_machines() };
    let mut names: IndexSet<String> = IndexSet::new();
    names.extend(plan.services.iter().filter_map(|services| services.value.nth(1)).map(|address| address.to_string()));
    for host in control_planes {
        names.extend(host.addresses.iter().map(ToString::to_string));
        names.insert(host.name.to_string());
        // As machines.txt has it, and with it the kubeconfigs of the text.
        if !host.name.as_str().contains('.') {
            names.insert(format!("{}.{of_machines}", host.name));
        }
    }
    names.extend(plan.api.as_ref().map(|api| api.value.address.to_string()));
    names.insert(Ipv4Addr::LOCALHOST.to_string());
    if plan.families.contains(&Family::Ipv6) {
        names.insert(Ipv6Addr::LOCALHOST.to_string());
    }
    names.extend(NAMES.map(str::to_owned));
    names.insert(format!("kubernetes.default.svc.{in_cluster}"));
    Value::List(names.into_iter().map(Value::user).collect())
}

/// A list of maps: `{cidr, via}`.
pub(super) fn routes(routes: &[Route]) -> Value {
    let map = |route: &Route| {
        let pairs = [("cidr", route.to.to_string()), ("via", route.via.to_string())];
        Value::Map(pairs.map(|(key, text)| (key.to_owned(), Value::user(text))).into_iter().collect::<IndexMap<_, _>>())
    };
    Value::List(routes.iter().map(map).collect())
}

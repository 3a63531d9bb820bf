//! What kubespray's roles give the variables that other variables are made of, where nobody writes them.
//!
//! Source: `roles/kubespray_defaults/{defaults,vars}` of the releases; only what is the same wherever a release is used.

use crate::inventory::Value;
use crate::kubespray::{Release, node_prefix};
use crate::network::address::Family;

/// Variables that no role gives a value, so that `is defined` says whether the user does.
const WITHOUT: [&str; 9] = [
    "access_ip",
    "access_ip6",
    "calico_mtu",
    "calico_pool_cidr",
    "calico_veth_mtu",
    "ip",
    "ip6",
    "kube_ovn_mtu",
    "loadbalancer_apiserver",
];

/// Whether a variable that nobody writes does not exist.
pub(super) fn is_without(name: &str) -> bool {
    WITHOUT.contains(&name)
}

/// The value of a variable that nobody writes, which may be a template. `None`: no role gives one, or which one is not
/// known here.
pub(super) fn of(name: &str, release: Release) -> Option<Value> {
    let text = |text: &str| Some(Value::user(text));
    match name {
        "cluster_name" => text("cluster.local"),
        "dns_domain" => text("{{ cluster_name }}"),
        "kube_service_addresses" => text("10.233.0.0/18"),
        "kube_pods_subnet" => text("10.233.64.0/18"),
        "kube_service_addresses_ipv6" if release.has_dual_stack() => text("fd85:ee78:d8a6:8607::1000/116"),
        "kube_pods_subnet_ipv6" if release.has_dual_stack() => text("fd85:ee78:d8a6:8607::1:0000/112"),
        "kube_network_node_prefix" => Some(Value::Int(node_prefix(Family::Ipv4).into())),
        "kube_network_node_prefix_ipv6" if release.has_dual_stack() => {
            Some(Value::Int(node_prefix(Family::Ipv6).into()))
        }
        "enable_dual_stack_networks" if release.has_dual_stack() => Some(Value::Bool(false)),
        "ipv4_stack" if release.has_ipv6_alone() => Some(Value::Bool(true)),
        "ipv6_stack" if release.has_ipv6_alone() => text("{{ enable_dual_stack_networks | default(false) }}"),
        "kube_service_subnets" if release.has_ipv6_alone() => {
            text(&both("kube_service_addresses", "kube_service_addresses_ipv6"))
        }
        "kube_pods_subnets" if release.has_ipv6_alone() => text(&both("kube_pods_subnet", "kube_pods_subnet_ipv6")),
        _ => None,
    }
}

/// The networks of the families that are used, as the roles put them together since v2.28.
fn both(ipv4: &str, ipv6: &str) -> String {
    format!(
        "{{% if ipv4_stack and ipv6_stack %}}{{{{ {ipv4} }}}},{{{{ {ipv6} }}}}{{% elif ipv4_stack %}}{{{{ {ipv4} }}}}\
         {{% else %}}{{{{ {ipv6} }}}}{{% endif %}}"
    )
}

#[cfg(test)]
mod tests {
    use crate::kubespray::NEWEST;
    use crate::lint::model::{Groups, Hosts, Variables};
    use crate::lint::root::Root;
    use crate::vars::tree::VarsTree;

    use super::*;

    #[test]
    fn what_the_sample_writes_comes_to_what_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("group_vars");
        std::fs::create_dir(&path).unwrap();
        let text = r#"
            skydns_server: "{{ kube_service_subnets.split(',') | first | ansible.utils.ipaddr('net') | ansible.utils.ipaddr(3) | ansible.utils.ipaddr('address') }}"
            dual: "{{ kube_pods_subnets }}"
            loadbalancer_apiserver_localhost: "{{ loadbalancer_apiserver is not defined }}"
            fact: "{{ ansible_default_ipv4.address }}"
        "#;
        std::fs::write(path.join("all.yml"), text).unwrap();
        let tree = VarsTree::read(directory.path());
        let root = Root::new(directory.path(), tree);
        let release = Release::of(Some(NEWEST));
        let groups = Groups::of(&Hosts::Unknown, release);
        let variables = Variables::of(&root, &groups, release);
        let scope = variables.of_members(&["all"]);
        let value = |name: &str| scope.find(&[name]).unwrap().value;
        assert_eq!(value("skydns_server"), Ok(Value::user("10.233.0.3")));
        assert_eq!(value("dual"), Ok(Value::user("10.233.64.0/18")));
        assert_eq!(value("loadbalancer_apiserver_localhost"), Ok(Value::Bool(true)));
        assert!(value("fact").unwrap_err().contains("ansible_default_ipv4"));
    }
}

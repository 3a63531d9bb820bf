//! Plans to look at: a cluster inside a cluster, dual stack with a great deal wrong, the hard way.

use inventory_core::environment::SilentPlace;
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};
use inventory_core::plan::render::Drift;
use inventory_core::plan::{NetworkPlan, Sibling};

use crate::situation::Situation;

fn written(file: &str, line: usize) -> Origin {
    Origin::Written { file: file.to_owned(), line, column: 5 }
}

/// Seed 000: the machines of ci-kube are pods of kube-test, and both come from kubespray.
pub(super) fn ci_kube() -> NetworkPlan {
    let network = "\
hosting:
  - name: kube-test
    cni: calico
    cni_version: v3.29.0
    encapsulation: vxlan
    pods: 10.233.64.0/18
    services: 10.233.0.0/18
    nodes: 192.168.10.0/24
    dns: 10.233.0.3
avoid:
  - {name: office VPN, cidr: 10.8.0.0/16}
nodes:
  - {cidr: 10.233.64.0/18, provider: kubevirt-bridge}
";
    let nodes = ["10.233.67.80", "10.233.67.76", "10.233.67.82", "10.233.67.81", "10.233.67.79"];
    let mut situation = Situation::new(network, &nodes);
    situation.environment.silent.push(SilentPlace {
        place: "ConfigMap kube-system/kubeadm-config".to_owned(),
        why: "403".to_owned(),
        would_tell: "the service network of kube-test".to_owned(),
    });
    situation.plan()
}

/// Dual stack on a hypervisor, with siblings, pools and docker, and much of it wrong.
pub(super) fn lab() -> NetworkPlan {
    let text = "\
cluster: lab
kubespray_version: v2.31.0
network:
  cni: cilium
  encryption: wireguard
  families: [ipv4, ipv6]
  max_nodes: 300
  underlay: {mtu: 1500, path_mtu: 1420}
  dns_domain: lab.example.org
  api_address: {address: 192.168.122.9, by: kube-vip}
  load_balancer: {ranges: [192.168.122.200-192.168.122.220], metallb: true}
  docker_bip: 192.168.200.1/24
  nodes:
    - {cidr: 192.168.122.0/24, gateway: 192.168.122.1, dhcp: 192.168.122.2-192.168.122.254, provider: libvirt}
    - {cidr: 'fd00:122::/64', provider: libvirt}
";
    let nodes: Vec<String> = (11..17).map(|last| format!("192.168.122.{last},fd00:122::{last}")).collect();
    let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
    let mut situation = Situation::of_file(text, &nodes).having("10.233.0.0/18", "10.233.64.0/18");
    let sibling = |name: &str, range: &str, role| {
        let origin = written(&format!("../{name}/{name}.libvirt.yml"), 9);
        AddressSpace::new(
            range.parse::<inventory_core::network::address::AddressRange>().unwrap(),
            role,
            Owner::Sibling(name.to_owned()),
            origin,
        )
    };
    let edge = vec![sibling("edge", "10.233.64.0/18", Role::Pods), sibling("edge", "10.233.128.0/18", Role::Services)];
    let fleet = (0..14).map(|at| sibling("fleet", &format!("10.{}.0.0/24", 40 + 3 * at), Role::Pods)).collect();
    situation.siblings =
        [("edge", edge), ("fleet", fleet)].map(|(name, spaces)| Sibling { name: name.to_owned(), spaces }).into();
    situation.plan()
}

/// What the variables of the lab's directory have otherwise.
pub(super) fn lab_drift() -> Vec<Drift> {
    let file = "group_vars/k8s_cluster/k8s-cluster.yml";
    vec![
        Drift {
            variable: "cilium_mtu".to_owned(),
            file: "group_vars/k8s_cluster/k8s-net-cilium.yml".to_owned(),
            line: Some(3),
            has: Some("1500".to_owned()),
            wants: Some("1420".to_owned()),
            reason: "packets between the site's nodes have at most 1420 bytes".to_owned(),
        },
        Drift {
            variable: "dns_domain".to_owned(),
            file: file.to_owned(),
            line: None,
            has: None,
            wants: Some("lab.example.org".to_owned()),
            reason: "as the cluster file says".to_owned(),
        },
        Drift {
            variable: "enable_dual_stack_networks".to_owned(),
            file: file.to_owned(),
            line: Some(90),
            has: Some("true".to_owned()),
            wants: None,
            reason: "kubespray has ipv4_stack and ipv6_stack since v2.28".to_owned(),
        },
    ]
}

/// Three hosts by hand, without an overlay.
pub(super) fn hard_way() -> NetworkPlan {
    let text = "\
cluster: ha-lab
layout: hard-way
network:
  cni: none
  api_address: 10.240.0.40
  nodes:
    - {cidr: 10.240.0.0/24}
";
    Situation::of_file(text, &["10.240.0.10", "10.240.0.20", "10.240.0.21"]).plan()
}

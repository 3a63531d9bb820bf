//! Incidents that people reported, as trees: each is found, at the place that is to change, and without a version.

use std::fmt::Write as _;
use std::path::Path;

use inventory_core::cluster::Network;
use inventory_core::kubespray::Release;
use inventory_core::lint::Surroundings;
use inventory_core::yaml::{Source, from_source};

use crate::tree::findings_in;

/// What happened.
struct Incident {
    /// Where it was reported.
    report: &'static str,
    /// The nodes.
    nodes: &'static [&'static str],
    /// The variables of all.
    variables: &'static str,
    /// What is around, in the words of a cluster file's `network`.
    around: &'static str,
    /// What is found.
    code: &'static str,
    /// The text that the finding points at; empty: a file as a whole.
    at: &'static str,
}

const NODES: &[&str] = &["192.0.2.11", "192.0.2.12", "192.0.2.13"];

const fn at_home(report: &'static str, variables: &'static str, code: &'static str, at: &'static str) -> Incident {
    Incident { report, nodes: NODES, variables, around: "", code, at }
}

const INCIDENTS: [Incident; 21] = [
    Incident {
        report: "dperique/kube-mini-cloud: machines on the pods of a cluster with the same defaults",
        nodes: &["10.233.67.76", "10.233.67.80", "10.233.67.82"],
        variables: "",
        around: "hosting: [{name: kube-test, cni: calico, pods: 10.233.64.0/18, services: 10.233.0.0/18}]\n",
        code: "NST001",
        at: "",
    },
    Incident {
        report: "kubernetes-sigs/cluster-api-provider-kubevirt#76: the guest's ranges are the infrastructure's",
        nodes: &["10.244.1.10", "10.244.1.11", "10.244.1.12"],
        variables: "kube_pods_subnet: 10.244.0.0/16\nkube_service_addresses: 10.96.0.0/12\n",
        around: "hosting: [{name: infra, cni: calico, pods: 10.244.0.0/16, services: 10.96.0.0/12}]\n",
        code: "NST001",
        at: "10.244.0.0/16",
    },
    at_home(
        "kubernetes-sigs/kubespray#3504: pods and services both 172.17.0.1/24",
        "kube_pods_subnet: 172.17.0.1/24\nkube_service_addresses: 172.17.0.1/24\n",
        "NET004",
        "172.17.0.1/24",
    ),
    at_home(
        "Faisal-Hajari/ai-platform#6: pods around services, which kubespray's own check lets pass",
        "kube_pods_subnet: 10.0.0.0/8\nkube_service_addresses: 10.96.0.0/12\n",
        "NET001",
        "10.0.0.0/8",
    ),
    at_home(
        "coredns/coredns#3704: pods inside the services, DNS dead",
        "kube_pods_subnet: 10.96.0.0/16\nkube_service_addresses: 10.96.0.0/12\n",
        "NET001",
        "10.96.0.0/16",
    ),
    Incident {
        report: "projectcalico/calico#2720: nodes in Calico's 192.168.0.0/16",
        nodes: &["192.168.50.10", "192.168.50.11", "192.168.50.12"],
        variables: "kube_pods_subnet: 192.168.0.0/16\n",
        around: "",
        code: "NET002",
        at: "192.168.0.0/16",
    },
    Incident {
        report: "projectcalico/node#193: 192.167.0.0/12 is 192.160.0.0/12, and the nodes are in it",
        nodes: &["192.168.50.10", "192.168.50.11", "192.168.50.12"],
        variables: "kube_pods_subnet: 192.167.0.0/12\n",
        around: "",
        code: "NET002",
        at: "192.167.0.0/12",
    },
    Incident {
        report: "k3s-io/k3s#588: the home network inside the pods",
        nodes: &["10.42.0.10", "10.42.0.11", "10.42.0.12"],
        variables: "kube_pods_subnet: 10.42.0.0/16\n",
        around: "avoid: [{name: home, cidr: 10.42.0.0/23}]\n",
        code: "NET024",
        at: "10.42.0.0/16",
    },
    Incident {
        report: "kubernetes-sigs/kubespray#5487: docker's bridge and the nodes' network",
        nodes: &["172.17.8.101", "172.17.8.102", "172.17.8.103"],
        variables: "container_manager: docker\n",
        around: "",
        code: "NET020",
        at: "172.17.8.101",
    },
    Incident {
        report: "metallb/metallb#364: a node in the pool",
        nodes: &["192.168.1.5", "192.168.1.6", "192.168.1.7"],
        variables: "kube_proxy_strict_arp: true\nmetallb_enabled: true\nmetallb_config:\n  address_pools:\n    primary:\n      ip_range: [192.168.1.7-192.168.1.20]\n      auto_assign: true\n  layer2: [primary]\n",
        around: "",
        code: "NET017",
        at: "192.168.1.7-192.168.1.20",
    },
    at_home(
        "sassoftware/viya4-iac-k8s#192: the API's address among the services",
        "kube_vip_enabled: true\nkube_vip_arp_enabled: true\nkube_proxy_strict_arp: true\nkube_vip_address: 10.233.16.191\nloadbalancer_apiserver: {address: \"{{ kube_vip_address }}\", port: 6443}\n",
        "NET019",
        "10.233.16.191",
    ),
    at_home(
        "kubernetes-sigs/kubespray#2847: more pods than a node's share has addresses",
        "kube_network_plugin: flannel\nkube_network_node_prefix: 26\n",
        "NET010",
        "26",
    ),
    at_home(
        "kubernetes-sigs/kubespray#9150: no share for another node",
        "kube_network_plugin: flannel\nkube_pods_subnet: 10.233.64.0/23\n",
        "NET009",
        "10.233.64.0/23",
    ),
    Incident {
        report: "easzlab/kubeasz#1444: 1500 written on a network that carries less",
        nodes: NODES,
        variables: "calico_mtu: 1500\ncalico_vxlan_mode: Always\ncalico_ipip_mode: Never\n",
        around: "underlay: {mtu: 1450}\n",
        code: "MTU001",
        at: "1500",
    },
    at_home("kubernetes-sigs/kubespray#2167: calico_mtu in quotes", "calico_mtu: \"1400\"\n", "MTU003", "\"1400\""),
    Incident {
        report: "smartxworks/knest#9: a Calico host drops its guests' VXLAN",
        nodes: &["10.244.1.10", "10.244.1.11", "10.244.1.12"],
        variables: "calico_vxlan_mode: Always\ncalico_ipip_mode: Never\n",
        around: "hosting: [{name: infra, cni: calico, encapsulation: vxlan, pods: 10.244.0.0/16, services: 10.96.0.0/16}]\n",
        code: "NST005",
        at: "Always",
    },
    Incident {
        report: "kubernetes-sigs/kubespray#7017: every machine is 10.0.2.15",
        nodes: &["10.0.2.15", "10.0.2.15", "10.0.2.15"],
        variables: "",
        around: "",
        code: "INV005",
        at: "",
    },
    Incident {
        report: "kubernetes-sigs/kubespray#4399: two members of etcd",
        nodes: &["192.0.2.11", "192.0.2.12"],
        variables: "",
        around: "",
        code: "INV001",
        at: "",
    },
    at_home(
        "kubernetes-sigs/kubespray: MetalLB beside kube-proxy's ARP",
        "metallb_enabled: true\nkube_proxy_mode: ipvs\nkube_proxy_strict_arp: false\nmetallb_config: {address_pools: {a: {ip_range: [192.0.2.40-192.0.2.50], auto_assign: true}}, layer2: [a]}\n",
        "KSP018",
        "true",
    ),
    at_home(
        "kubernetes-sigs/kubespray#3501: a network with host bits",
        "kube_service_addresses: 10.233.0.1/18\n",
        "NET004",
        "10.233.0.1/18",
    ),
    Incident {
        report: "confidential-dot-ai/confidential-os-builder#75: RKE2's ranges at both levels",
        nodes: &["10.42.1.10", "10.42.1.11", "10.42.1.12"],
        variables: "kube_pods_subnet: 10.42.0.0/16\nkube_service_addresses: 10.43.0.0/16\n",
        around: "hosting: [{name: outer, cni: cilium, pods: 10.42.0.0/16, services: 10.43.0.0/16}]\n",
        code: "NST001",
        at: "10.42.0.0/16",
    },
];

fn write(directory: &Path, incident: &Incident) {
    let name = |(n, ip): (usize, &&str)| format!("node{} ansible_host={ip} ip={ip}\n", n + 1);
    let hosts: Vec<String> = incident.nodes.iter().enumerate().map(name).collect();
    let names: String = (1..=incident.nodes.len()).map(|n| format!("node{n}\n")).collect::<Vec<_>>().concat();
    let groups = format!(
        "[kube_control_plane]\n{names}[etcd]\n{names}[kube_node]\n{names}[k8s_cluster:children]\nkube_control_plane\nkube_node\n"
    );
    std::fs::write(directory.join("inventory.ini"), hosts.concat() + &groups).unwrap();
    std::fs::create_dir(directory.join("group_vars")).unwrap();
    std::fs::write(directory.join("group_vars/all.yml"), incident.variables).unwrap();
}

#[test]
fn every_incident_is_found_where_it_is_to_be_put_right() {
    let mut missed = String::new();
    for incident in &INCIDENTS {
        let directory = tempfile::tempdir().unwrap();
        write(directory.path(), incident);
        let declared = if incident.around.is_empty() {
            Network::default()
        } else {
            from_source(&Source::new("site.yml", incident.around)).unwrap()
        };
        let around = Surroundings { declared, ..Surroundings::default() };
        for release in [None, Some(Release::of("v2.31.0".parse().ok()))] {
            let findings = findings_in(directory.path(), release, &around);
            let is_it = |place: &str| incident.at.is_empty() || place == incident.at;
            let found = findings.iter().any(|one| one.rule.code == incident.code && is_it(one.primary.place.text()));
            if !found {
                let told: Vec<String> =
                    findings.iter().map(|one| format!("{} at `{}`", one.rule.code, one.primary.place.text())).collect();
                let _ = writeln!(missed, "{} ({release:?}): {} is not in {told:?}", incident.report, incident.code);
            }
        }
    }
    assert_eq!(missed, "");
}

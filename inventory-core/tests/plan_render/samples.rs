//! Plans to look at: a cluster inside a cluster, dual stack on a hypervisor with a great deal wrong, the hard way.

use std::net::IpAddr;
use std::num::NonZeroU16;

use inventory_core::cluster::{ApiAddress, ApiBy, Layout};
use inventory_core::environment::{SilentPlace, Sourced};
use inventory_core::network::address::{AddressRange, Family, Network};
use inventory_core::network::encapsulation::{Encapsulation, Encryption, Families};
use inventory_core::network::layer::{Allowed, Cni, CniVersion, Layer, Tunnel, Underlay};
use inventory_core::network::mtu::{Mtu, chain};
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};
use inventory_core::plan::render::Drift;
use inventory_core::plan::{Choice, Finding, Fixity, MtuPlan, NetworkPlan, Overlay, PlannedHost, Room, Severity, Why};
use inventory_core::safe::HostName;

const KUBESPRAY: &str = "kubespray v2.31.0";

pub fn network(text: &str) -> Network {
    text.parse().unwrap()
}

fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn found(object: &str) -> Origin {
    Origin::Found(object.to_owned())
}

fn written(file: &str, line: usize) -> Origin {
    Origin::Written { file: file.to_owned(), line, column: 5 }
}

pub fn space(range: &str, role: Role, owner: Owner, origin: Origin) -> AddressSpace {
    AddressSpace::new(range.parse::<AddressRange>().unwrap(), role, owner, origin)
}

fn default<T>(value: T, fixity: Fixity) -> Choice<T> {
    Choice::by_default(value, KUBESPRAY.to_owned(), fixity)
}

fn host(name: &str, address: &str, roles: &str) -> PlannedHost {
    PlannedHost {
        name: HostName::written(name).unwrap(),
        addresses: addresses(&[address]),
        is_control_plane: roles.contains('c'),
        is_etcd: roles.contains('e'),
        is_worker: roles.contains('w'),
        etcd_name: roles.contains('e').then(|| format!("etcd-{name}")),
        pod_cidrs: Vec::new(),
    }
}

fn calico(name: &str, origin: &str) -> Layer {
    Layer {
        origin: origin.to_owned(),
        version: Some(CniVersion::new(3, 30)),
        tunnels: Some(vec![Tunnel::always(Encapsulation::Vxlan)]),
        ..Layer::new(name, Cni::Calico)
    }
}

/// Seed 000: the machines of ci-kube are pods of kube-test, and both come from kubespray.
pub fn ci_kube() -> NetworkPlan {
    let kube_test = || Owner::Level(1);
    let hosting_services =
        space("10.233.0.0/18", Role::Services, kube_test(), found("ServiceCIDR kubernetes of kube-test"));
    let hosting_pods = space("10.233.64.0/18", Role::Pods, kube_test(), found("IPPool default-pool of kube-test"));
    let nodes: Vec<AddressSpace> = [80, 76, 82, 81, 79]
        .into_iter()
        .enumerate()
        .map(|(at, last)| {
            let machine = found(&format!("VirtualMachineInstance ci-kube-{}", at + 1));
            space(&format!("10.233.67.{last}"), Role::Node, Owner::Cluster, machine)
        })
        .collect();
    let mut around = vec![
        space("10.8.0.0/16", Role::Outside, Owner::Level(0), written("site.yml", 4)),
        hosting_services.clone(),
        hosting_pods.clone(),
        space("192.168.10.0/24", Role::Nodes, kube_test(), found("nodes of kube-test")),
    ];
    around.extend(nodes.clone());
    let layers = [
        Layer { allowed: Allowed { vxlan: true, ipip: false }, ..calico("kube-test", "IPPool default-pool") },
        Layer { tunnel_port: NonZeroU16::new(4790), ..calico("ci-kube", "ci-kube.kubevirt.yml") },
    ];
    let chain = chain(&Underlay::new(Mtu::new(1500).unwrap()), &layers).unwrap();
    let sum = chain.levels[1].sum.clone();
    let host_of = |(at, last): (usize, &str)| {
        host(&format!("ci-kube-k8s-node-{}", at + 1), &format!("10.233.67.{last}"), if at < 3 { "cew" } else { "ew" })
    };
    let in_the_way = |first: &AddressSpace| vec![first.clone()];
    let mut before_pods = in_the_way(&hosting_pods);
    before_pods.extend(nodes);
    NetworkPlan {
        cluster: "ci-kube".to_owned(),
        layout: Layout::Kubespray,
        kubespray_version: Some("v2.31.0".parse().unwrap()),
        overlay: Overlay {
            cni: default(Cni::Calico, Fixity::Fixed),
            version: Some(CniVersion::new(3, 30)),
            tunnels: default(vec![Tunnel::always(Encapsulation::Vxlan)], Fixity::Fixed),
            encryption: default(None, Fixity::Changeable),
            vxlan_port: Some(Choice::written(
                4790,
                Why::Because("kube-test's Calico keeps UDP port 4789 to itself".to_owned()),
                Fixity::WithCare,
            )),
        },
        families: vec![Family::Ipv4],
        services: vec![Choice::written(
            network("10.233.128.0/18"),
            Why::Free { instead_of: network("10.233.0.0/18"), in_the_way: in_the_way(&hosting_services) },
            Fixity::Fixed,
        )],
        pods: vec![Choice::written(
            network("10.233.192.0/18"),
            Why::Free { instead_of: network("10.233.64.0/18"), in_the_way: before_pods },
            Fixity::Fixed,
        )],
        node_prefix: vec![default(24, Fixity::Fixed)],
        block_prefix: vec![default(26, Fixity::Fixed)],
        max_pods: default(110, Fixity::Changeable),
        nodes_today: 5,
        max_nodes: Choice {
            value: 10,
            why: Why::Because("twice today's".to_owned()),
            fixity: Fixity::Changeable,
            is_written: false,
        },
        room: vec![Room { family: Family::Ipv4, nodes: 256, pods_per_node: 110, services: 16_382 }],
        mtu: MtuPlan {
            chain,
            written: Some(Choice::written(Mtu::new(1400).unwrap(), Why::Fits(sum), Fixity::Changeable)),
        },
        dns_domain: default("cluster.local".to_owned(), Fixity::WithCare),
        cluster_dns: addresses(&["10.233.128.3"]),
        load_balancer: Vec::new(),
        metallb: false,
        api: None,
        docker_bip: None,
        container_manager: default("containerd".to_owned(), Fixity::Changeable),
        hosts: ["80", "76", "82", "81", "79"].into_iter().enumerate().map(host_of).collect(),
        around,
        levels: vec!["site".to_owned(), "kube-test".to_owned()],
        silent: vec![SilentPlace {
            place: "ConfigMap kube-system/kubeadm-config".to_owned(),
            why: "403".to_owned(),
            would_tell: "the service network of kube-test".to_owned(),
        }],
        findings: vec![Finding {
            severity: Severity::Info,
            code: "nesting-bridge",
            what: "ci-kube: with the bridge binding machines cannot be migrated live, and one that restarts gets \
                   another address"
                .to_owned(),
            remedy: String::new(),
        }],
    }
}

/// Dual stack on a hypervisor, with siblings, pools and docker, and much of it wrong.
pub fn lab() -> NetworkPlan {
    let file = |line| written("lab.libvirt.yml", line);
    let own = |range: &str, role, line| space(range, role, Owner::Cluster, file(line));
    let sibling =
        |range: &str, role| space(range, role, Owner::Sibling("edge".to_owned()), written("edge.libvirt.yml", 9));
    let docker = |range: &str, role| space(range, role, Owner::Cluster, Origin::default_of("docker"));
    let mut around = vec![
        space("172.16.0.0/12", Role::Outside, Owner::Level(0), written("../site.yml", 3)),
        own("192.168.122.0/24", Role::Nodes, 20),
        own("fd00:122::/64", Role::Nodes, 20),
        own("192.168.122.240-192.168.122.250", Role::LoadBalancer, 30),
        own("192.168.122.9", Role::Vip, 28),
        sibling("10.233.0.0/18", Role::Services),
        sibling("10.233.64.0/18", Role::Pods),
        docker("172.17.0.0/16", Role::Bridge),
        docker("172.18.0.0/16", Role::BridgePool),
        docker("172.19.0.0/16", Role::BridgePool),
        docker("172.20.0.0/14", Role::BridgePool),
        docker("172.24.0.0/14", Role::BridgePool),
        docker("172.28.0.0/14", Role::BridgePool),
        docker("192.168.0.0/16", Role::BridgePool),
    ];
    around.extend((0..14).map(|at| {
        let range = format!("10.{}.0.0/24", 40 + 3 * at);
        space(&range, Role::Pods, Owner::Sibling("fleet".to_owned()), written("fleet.yml", at + 2))
    }));
    around.extend((11..17).map(|last| own(&format!("192.168.122.{last}"), Role::Node, 12)));
    around.extend((11..17).map(|last| own(&format!("fd00:122::{last}"), Role::Node, 12)));
    let layers = [Layer {
        pods: Families::Dual,
        encryption: Some(Encryption::WireGuard),
        version: Some(CniVersion::new(1, 18)),
        tunnels: Some(vec![Tunnel::always(Encapsulation::Vxlan)]),
        ..Layer::new("lab", Cni::Cilium)
    }];
    let chain =
        chain(&Underlay { path: Mtu::new(1420).ok(), ..Underlay::new(Mtu::new(1500).unwrap()) }, &layers).unwrap();
    let kept = |value, line| {
        Choice::written(
            network(value),
            Why::Kept(written("group_vars/k8s_cluster/k8s-cluster.yml", line)),
            Fixity::Fixed,
        )
    };
    NetworkPlan {
        cluster: "lab".to_owned(),
        layout: Layout::Kubespray,
        kubespray_version: Some("v2.31.0".parse().unwrap()),
        overlay: Overlay {
            cni: Choice::written(Cni::Cilium, Why::Written(file(18)), Fixity::Fixed),
            version: Some(CniVersion::new(1, 18)),
            tunnels: default(vec![Tunnel::always(Encapsulation::Vxlan)], Fixity::Fixed),
            encryption: Choice::written(Some(Encryption::WireGuard), Why::Written(file(19)), Fixity::Changeable),
            vxlan_port: None,
        },
        families: vec![Family::Ipv4, Family::Ipv6],
        services: vec![kept("10.233.0.0/18", 76), default(network("fd85:ee78:d8a6:8607::1000/116"), Fixity::Fixed)],
        pods: vec![kept("10.233.64.0/18", 81), default(network("fd85:ee78:d8a6:8607::1:0/112"), Fixity::Fixed)],
        node_prefix: vec![default(24, Fixity::Fixed), default(120, Fixity::Fixed)],
        block_prefix: Vec::new(),
        max_pods: default(110, Fixity::Changeable),
        nodes_today: 6,
        max_nodes: Choice::written(300, Why::Written(file(22)), Fixity::Changeable),
        room: vec![
            Room { family: Family::Ipv4, nodes: 64, pods_per_node: 110, services: 16_382 },
            Room { family: Family::Ipv6, nodes: 256, pods_per_node: 110, services: 4094 },
        ],
        mtu: MtuPlan {
            written: Some(Choice::written(
                chain.levels[0].setting.value(),
                Why::Fits(chain.levels[0].sum.clone()),
                Fixity::Changeable,
            )),
            chain,
        },
        dns_domain: Choice::written("lab.example.org".to_owned(), Why::Written(file(23)), Fixity::WithCare),
        cluster_dns: addresses(&["10.233.0.3", "fd85:ee78:d8a6:8607::1003"]),
        load_balancer: vec![Sourced::new("192.168.122.240-192.168.122.250".parse().unwrap(), file(30))],
        metallb: true,
        api: Some(Choice::written(
            ApiAddress { address: [192, 168, 122, 9].into(), port: 6443, by: ApiBy::KubeVip },
            Why::Written(file(28)),
            Fixity::WithCare,
        )),
        docker_bip: Some(Choice::written(
            "192.168.200.1/24".parse().unwrap(),
            Why::Written(file(31)),
            Fixity::WithCare,
        )),
        container_manager: Choice::written(
            "docker".to_owned(),
            Why::WasInEffect(KUBESPRAY.to_owned()),
            Fixity::WithCare,
        ),
        hosts: (11..17).map(|last| host(&format!("lab-{last}"), &format!("192.168.122.{last}"), "cew")).collect(),
        around,
        levels: vec!["site".to_owned()],
        silent: Vec::new(),
        findings: vec![
            Finding {
                severity: Severity::Error,
                code: "F05",
                what: "siblings share no range: pods 10.233.64.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:81:5) and \
                       pods 10.233.64.0/18 of edge (edge.libvirt.yml:9:5): 10.233.64.0/18 is in both"
                    .to_owned(),
                remedy: "10.233.192.0/18 is free; `--replan pods` takes it, and rebuilds the cluster".to_owned(),
            },
            Finding {
                severity: Severity::Error,
                code: "growth",
                what: "300 nodes are wanted at most, and the pod network 10.233.64.0/18 has shares for 64".to_owned(),
                remedy: "write `max_nodes: 64`, or `--replan pods` with /15".to_owned(),
            },
            Finding {
                severity: Severity::Warning,
                code: "mtu-relies-on-pmtud",
                what: "lab: pods send packets of 1500 bytes into tunnels of 1290, and only ICMP tells them".to_owned(),
                remedy: "write 1290 for both".to_owned(),
            },
        ],
    }
}

/// What the variables of the lab's directory have otherwise.
pub fn lab_drift() -> Vec<Drift> {
    let file = "group_vars/k8s_cluster/k8s-cluster.yml";
    vec![
        Drift {
            variable: "cilium_mtu".to_owned(),
            origin: written("group_vars/k8s_cluster/k8s-net-cilium.yml", 3),
            has: Some("1500".to_owned()),
            wants: Some("1420".to_owned()),
            reason: "packets between the site's nodes have at most 1420 bytes".to_owned(),
        },
        Drift {
            variable: "dns_domain".to_owned(),
            origin: written(file, 0),
            has: None,
            wants: Some("lab.example.org".to_owned()),
            reason: "written in lab.libvirt.yml:23:5".to_owned(),
        },
        Drift {
            variable: "enable_dual_stack_networks".to_owned(),
            origin: written(file, 90),
            has: Some("true".to_owned()),
            wants: None,
            reason: "kubespray has ipv4_stack and ipv6_stack since v2.28".to_owned(),
        },
    ]
}

/// Three hosts by hand, without an overlay.
pub fn hard_way() -> NetworkPlan {
    const TEXT: &str = "kubernetes-the-hard-way";
    fn usual<T>(value: T, fixity: Fixity) -> Choice<T> {
        Choice::by_default(value, TEXT.to_owned(), fixity)
    }
    let ring =
        |last: u8| space(&format!("10.240.0.{last}"), Role::Node, Owner::Cluster, written("ha-lab.static.yml", 8));
    let chain = chain(&Underlay::new(Mtu::new(1500).unwrap()), &[Layer::new("ha-lab", Cni::None)]).unwrap();
    let share = |at: u8| {
        Choice::written(network(&format!("10.200.{at}.0/24")), Why::Because("its number".to_owned()), Fixity::Fixed)
    };
    let worker = |at: u8| PlannedHost {
        pod_cidrs: vec![share(at)],
        ..host(&format!("worker-{at}"), &format!("10.240.0.2{at}"), "w")
    };
    NetworkPlan {
        cluster: "ha-lab".to_owned(),
        layout: Layout::HardWay,
        kubespray_version: None,
        overlay: Overlay {
            cni: Choice::written(Cni::None, Why::Written(written("ha-lab.static.yml", 30)), Fixity::Fixed),
            version: None,
            tunnels: usual(Vec::new(), Fixity::Fixed),
            encryption: usual(None, Fixity::Changeable),
            vxlan_port: None,
        },
        families: vec![Family::Ipv4],
        services: vec![usual(network("10.32.0.0/24"), Fixity::Fixed)],
        pods: vec![usual(network("10.200.0.0/16"), Fixity::Fixed)],
        node_prefix: vec![usual(24, Fixity::Fixed)],
        block_prefix: Vec::new(),
        max_pods: usual(110, Fixity::Changeable),
        nodes_today: 3,
        max_nodes: Choice {
            value: 6,
            why: Why::Because("twice today's".to_owned()),
            fixity: Fixity::Changeable,
            is_written: false,
        },
        room: vec![Room { family: Family::Ipv4, nodes: 256, pods_per_node: 110, services: 254 }],
        mtu: MtuPlan { chain, written: None },
        dns_domain: usual("cluster.local".to_owned(), Fixity::WithCare),
        cluster_dns: addresses(&["10.32.0.10"]),
        load_balancer: Vec::new(),
        metallb: false,
        api: Some(Choice::written(
            ApiAddress { address: [10, 240, 0, 40].into(), port: 6443, by: ApiBy::LoadBalancer },
            Why::Written(written("ha-lab.static.yml", 33)),
            Fixity::WithCare,
        )),
        docker_bip: None,
        container_manager: usual("containerd".to_owned(), Fixity::Changeable),
        hosts: vec![host("controller-0", "10.240.0.10", "ce"), worker(0), worker(1)],
        around: [10, 20, 21].into_iter().map(ring).collect(),
        levels: vec!["site".to_owned()],
        silent: Vec::new(),
        findings: Vec::new(),
    }
}

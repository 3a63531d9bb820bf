//! Plans of clusters as people build them.

use std::path::Path;

use serde::Deserialize;

use crate::cluster::Loaded;
use crate::environment::{Environment, SilentPlace};
use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::{Choice, Current, Finding, Fixity, Input, NetworkPlan, PlannedHost, Severity, Sibling, Why, plan};
use crate::safe::HostName;
use crate::yaml::Source;

/// A `source` section of which nothing is asked.
#[derive(Debug, Clone, Default, Deserialize)]
struct AnySource {}

/// The plan of a cluster file, hosts and siblings.
pub(super) fn planned(file: &str, addresses: &[&str], siblings: &[Sibling]) -> NetworkPlan {
    let text = format!("plugin: kube_inventory.vms.static\n{file}");
    let source = Source::new("ci-kube.static.yml", &text);
    let loaded = Loaded::<AnySource>::parse(source, Path::new("ci-kube.static.yml"), "static", &|_| None).unwrap();
    let host = |(at, address): (usize, &&str)| PlannedHost {
        name: HostName::written(&format!("{}-{}", loaded.cluster.name, at + 1)).unwrap(),
        addresses: address.split(',').map(|address| address.parse().unwrap()).collect(),
        is_control_plane: at < 3,
        is_etcd: at < 3,
        is_worker: true,
        etcd_name: None,
        pod_cidrs: Vec::new(),
    };
    let hosts: Vec<_> = addresses.iter().enumerate().map(host).collect();
    plan(&Input {
        cluster: &loaded.cluster,
        hosts: &hosts,
        environment: &Environment::default(),
        current: &Current::default(),
        siblings,
        replan: &[],
    })
    .unwrap()
}

/// A sibling with these ranges.
pub(super) fn sibling(name: &str, pods: &str, services: &str) -> Sibling {
    let space = |range: &str, role| {
        let origin = Origin::Written { file: format!("../{name}/hosts.yml"), line: 7, column: 9 };
        AddressSpace::new(range.parse::<AddressRange>().unwrap(), role, Owner::Sibling(name.to_owned()), origin)
    };
    Sibling { name: name.to_owned(), spaces: vec![space(pods, Role::Pods), space(services, Role::Services)] }
}

const VMIS: [&str; 5] = ["10.233.67.80", "10.233.67.76", "10.233.67.82", "10.233.67.81", "10.233.67.79"];

const KUBE_TEST: &str = "
  hosting:
    - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}";

/// Five KubeVirt VMs of a kubespray cluster that has kubespray's own ranges.
pub(super) fn nested() -> NetworkPlan {
    planned(&format!("cluster: ci-kube\nkubespray_version: v2.31.0\nnetwork:{KUBE_TEST}"), &VMIS, &[])
}

/// The same with ranges that collide with all there is, and an MTU that does not fit.
pub(super) fn colliding() -> NetworkPlan {
    let wishes = "\n  pods: 10.233.64.0/18\n  services: 10.233.0.0/18\n  mtu: 1450";
    let file = format!("cluster: ci-kube\nkubespray_version: v2.31.0\nnetwork:{wishes}{KUBE_TEST}");
    planned(&file, &VMIS, &[])
}

/// A cluster in a cluster in a cluster, with siblings and networks that must stay reachable.
pub(super) fn deep() -> NetworkPlan {
    let file = "cluster: inner
kubespray_version: v2.31.0
network:
  cni: cilium
  underlay: {mtu: 9000}
  avoid:
    - {name: office VPN, cidr: 10.8.0.0/16}
    - {name: data centre, cidr: 172.20.0.0/14}
  hosting:
    - {name: metal, cni: cilium, cni_version: v1.16.3, encapsulation: geneve, pods: 10.0.0.0/16, services: 10.96.0.0/16, nodes: 192.168.8.0/22}
    - {name: tenants, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}
";
    let siblings =
        [sibling("team-a", "10.233.192.0/18", "10.233.128.0/18"), sibling("team-b", "10.234.64.0/18", "10.234.0.0/18")];
    planned(file, &["10.233.66.4", "10.233.66.19", "10.233.71.7"], &siblings)
}

/// Machines of one hypervisor, with addresses for load balancers and the API beside them.
pub(super) fn flat() -> NetworkPlan {
    let file = "cluster: ha-lab
kubespray_version: v2.31.0
network:
  nodes: [{cidr: 192.168.121.0/24, gateway: 192.168.121.1, dhcp: 192.168.121.100-192.168.121.199, provider: libvirt}]
  load_balancer: {ranges: [192.168.121.220-192.168.121.250], metallb: true}
  api_address: {address: 192.168.121.210, by: kube-vip}
";
    let addresses = ["192.168.121.108", "192.168.121.129", "192.168.121.143", "192.168.121.171", "192.168.121.177"];
    let mut plan = planned(file, &addresses, &[]);
    plan.silent.push(SilentPlace {
        place: "network isolated on qemu:///system".into(),
        why: "inactive".into(),
        would_tell: "its addresses".into(),
    });
    plan
}

/// Both families.
pub(super) fn dual_stack() -> NetworkPlan {
    let file = "cluster: two-stacks
kubespray_version: v2.31.0
network:
  families: [ipv4, ipv6]
  nodes: [{cidr: 192.168.30.0/24}, {cidr: 'fd42:5f1c:88aa:30::/64'}]
  api_address: {address: 'fd42:5f1c:88aa:30::fe', by: load-balancer}
";
    let addresses = [
        "192.168.30.11,fd42:5f1c:88aa:30::11",
        "192.168.30.12,fd42:5f1c:88aa:30::12",
        "192.168.30.13,fd42:5f1c:88aa:30::13",
    ];
    planned(file, &addresses, &[])
}

/// Bare packets, and a share of the pod network for each worker.
pub(super) fn hard_way() -> NetworkPlan {
    let file = "cluster: from-scratch
layout: hard-way
network:
  cni: none
  pods: 10.200.0.0/16
  services: 10.32.0.0/24
  nodes: [{cidr: 10.240.0.0/24, gateway: 10.240.0.1}]
";
    let mut plan = planned(file, &["10.240.0.11", "10.240.0.20", "10.240.0.21", "10.240.0.22"], &[]);
    for (host, share) in plan.hosts.iter_mut().skip(1).zip(["10.200.0.0/24", "10.200.1.0/24", "10.200.2.0/24"]) {
        let why = Why::Because("the first free share".into());
        host.pod_cidrs = vec![Choice::written(share.parse().unwrap(), why, Fixity::Fixed)];
    }
    plan
}

/// More of everything than has room.
pub(super) fn crowded() -> NetworkPlan {
    let mut plan = hard_way();
    let outside = |n: usize| {
        let range: AddressRange = format!("172.{}.{}.0/24", 16 + n % 16, n * 3).parse().unwrap();
        let name = format!("branch office number {n} behind the tunnel, site.yml:{}:13", n + 4);
        AddressSpace::new(range, Role::Outside, Owner::Cluster, Origin::Found(name))
    };
    for n in 0..27 {
        plan.around.push(outside(n));
        let sibling = sibling(&format!("team-{n}"), "10.233.64.0/18", &format!("10.{}.0.0/18", 100 + n));
        plan.around.extend(sibling.spaces);
    }
    let mut worker = plan.hosts[1].clone();
    for n in 0..40 {
        worker.addresses = vec![format!("10.240.0.{}", 30 + n * 4).parse().unwrap()];
        worker.pod_cidrs[0].value = format!("10.200.{}.0/24", 10 + n * 3).parse().unwrap();
        plan.hosts.push(worker.clone());
    }
    plan
}

/// Names that would rather be something else.
pub(super) fn hostile() -> NetworkPlan {
    let name =
        "</text></svg><script>alert(\"&amp;\")</script><![CDATA[ \u{0}\u{1b}\u{202e}\u{fffe}]]>--> 'x' \u{1f600}";
    let mut plan = colliding();
    plan.cluster = name.to_owned();
    plan.levels = vec![name.to_owned(); 2];
    plan.silent.push(SilentPlace { place: name.into(), why: name.into(), would_tell: name.into() });
    let finding = Finding { severity: Severity::Error, code: "x", what: name.repeat(50), remedy: name.to_owned() };
    plan.findings.insert(0, finding);
    for level in &mut plan.mtu.chain.levels {
        level.name = name.to_owned();
        level.sum.from = name.to_owned();
        level.sum.terms.iter_mut().for_each(|term| term.level = name.to_owned());
    }
    plan.around.extend(sibling(name, "10.5.0.0/16", "10.6.0.0/16").spaces);
    plan
}

/// More levels than have boxes.
pub(super) fn nine_levels() -> NetworkPlan {
    let level = |n: u8| {
        format!(
            "    - {{name: level-{n}, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, \
             pods: 10.{}.0.0/16, services: 10.{}.0.0/16}}\n",
            100 + 2 * n,
            101 + 2 * n
        )
    };
    let levels: String = (1..9).map(level).collect();
    planned(
        &format!("cluster: innermost\nnetwork:\n  underlay: {{mtu: 9000}}\n  hosting:\n{levels}"),
        &["10.116.3.4", "10.116.200.7"],
        &[],
    )
}

/// All of them, by name.
pub(super) fn all() -> [(&'static str, NetworkPlan); 9] {
    [
        ("nested", nested()),
        ("colliding", colliding()),
        ("deep", deep()),
        ("flat", flat()),
        ("dual-stack", dual_stack()),
        ("hard-way", hard_way()),
        ("crowded", crowded()),
        ("nine-levels", nine_levels()),
        ("hostile", hostile()),
    ]
}

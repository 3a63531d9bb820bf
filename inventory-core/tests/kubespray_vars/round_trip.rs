//! What is written is what is read.

use inventory_core::cluster::ApiBy;
use inventory_core::environment::Sourced;
use inventory_core::kubespray;
use inventory_core::network::address::{Family, Network};
use inventory_core::plan::{Choice, Current, FamilyValue, NetworkPlan, Why};
use inventory_core::vars::kubespray::settings;
use inventory_core::vars::tree::VarsTree;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::{MINORS, both, directory, fresh, planned, read, release, shown, situation, write};

/// Every CNI with every tunnel of it that some release can be told.
const OVERLAYS: [&str; 16] = [
    "cni: calico\nencapsulation: vxlan",
    "cni: calico\nencapsulation: {type: vxlan, when: cross-subnet}",
    "cni: calico\nencapsulation: ipip",
    "cni: calico\nencapsulation: {type: ipip, when: cross-subnet}",
    "cni: calico\nencapsulation: none",
    "cni: calico\nencryption: wireguard",
    "cni: cilium",
    "cni: cilium\nencapsulation: geneve",
    "cni: cilium\nencapsulation: none",
    "cni: flannel",
    "cni: flannel\nencapsulation: none",
    "cni: flannel\nencapsulation: wireguard",
    "cni: kube-router",
    "cni: kube-ovn",
    "cni: weave",
    "cni: none",
];

fn wishes() -> impl Strategy<Value = (u16, String)> {
    let ranges = (0..200_u8, 16..20_u8).prop_map(|(at, len)| format!("pods: 10.{at}.0.0/{len}\n"));
    let services = (201..250_u8, 18..24_u8).prop_map(|(at, len)| format!("services: 10.{at}.0.0/{len}\n"));
    let family = select(vec!["families: [ipv4]\n", "families: [ipv4, ipv6]\n"]);
    let one = |strategy: BoxedStrategy<String>| prop::option::of(strategy).prop_map(Option::unwrap_or_default);
    let mtu = (1300..1400_u16).prop_map(|mtu| format!("mtu: {mtu}\n")).boxed();
    let max_pods = (20..100_u32).prop_map(|pods| format!("max_pods: {pods}\n")).boxed();
    let api = select(vec!["192.168.1.5", "{address: 192.168.1.5, port: 8443}", "{address: 192.168.1.6, by: kube-vip}"])
        .prop_map(|api| format!("api_address: {api}\n"))
        .boxed();
    let overlay = select(OVERLAYS.to_vec());
    (MINORS, overlay, family, ranges, services, one(mtu), one(max_pods), one(api)).prop_map(
        |(minor, overlay, family, pods, services, mtu, max_pods, api)| {
            let dual = family.contains("ipv6");
            let ranges = if dual { String::new() } else { format!("{pods}{services}") };
            (minor, format!("{overlay}\n{family}{ranges}{mtu}{max_pods}{api}"))
        },
    )
}

/// The plan is what the variables and the defaults of its release come to.
pub(crate) fn agree(plan: &NetworkPlan, current: &Current, minor: u16) {
    assert_eq!(current.opaque, []);
    let cni = current.cni.as_ref().map_or(inventory_core::network::layer::Cni::Calico, |cni| cni.value);
    assert_eq!(cni, plan.overlay.cni.value);
    let families = current.families.as_ref().map_or(vec![Family::Ipv4], |families| families.value.clone());
    assert_eq!(families, plan.families);
    networks(&plan.services, &current.services, &["10.233.0.0/18", "fd85:ee78:d8a6:8607::1000/116"]);
    networks(&plan.pods, &current.pods, &["10.233.64.0/18", "fd85:ee78:d8a6:8607::1:0/112"]);
    numbers(&plan.families, &plan.node_prefix, &current.node_prefix, kubespray::node_prefix);
    let share = |family| plan.families.iter().zip(&plan.node_prefix).find(|(of, _)| **of == family).unwrap().1.value;
    let blocks = |family| release(minor).block_prefix(family, share(family));
    numbers(&plan.families, &plan.block_prefix, &current.block_prefix, blocks);
    assert_eq!(current.max_pods.as_ref().map_or(110, |pods| pods.value), plan.max_pods.value);
    let usual = release(minor).encapsulation(cni);
    let tunnels = current.encapsulation.as_ref().map_or(usual, |tunnels| tunnels.value.clone());
    assert_eq!(tunnels.with(cni), (plan.overlay.tunnels.value.clone(), None));
    let encryption = current.encryption.as_ref().map(|encryption| encryption.value);
    assert_eq!(encryption, plan.overlay.encryption.value.filter(|encryption| encryption.is_wireguard()));
    if release(minor).mtu_variable(cni).is_some() {
        let written = plan.mtu.written.as_ref().map(|mtu| mtu.value);
        assert_eq!(current.mtu.as_ref().map(|mtu| mtu.value), written);
    }
    let api = plan.api.as_ref().filter(|api| api.value.by != ApiBy::Node).map(|api| api.value.address);
    assert_eq!(current.api_address.as_ref().map(|api| api.value), api);
}

fn networks(planned: &[Choice<Network>], read: &[Sourced<Network>], usual: &[&str; 2]) {
    for choice in planned {
        let of_family = |network: &&Sourced<Network>| network.value.family() == choice.value.family();
        let found = read.iter().find(of_family).map(|network| network.value);
        let default = usual.iter().map(|text| text.parse::<Network>().unwrap());
        let default = default.into_iter().find(|network| network.family() == choice.value.family());
        assert_eq!(found.or(default), Some(choice.value));
    }
}

fn numbers(families: &[Family], planned: &[Choice<u8>], read: &[Sourced<FamilyValue>], default: impl Fn(Family) -> u8) {
    for (family, choice) in families.iter().zip(planned) {
        let found = read.iter().find(|value| value.value.family == *family);
        assert_eq!(found.map_or_else(|| default(*family), |value| value.value.value), choice.value, "{family}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back((minor, network) in wishes()) {
        let plan = planned(minor, &network);
        prop_assume!(fresh(&plan).is_ok());
        let directory = directory(&[]);
        let merged = write(&plan, directory.path());
        prop_assert!(merged.left.is_empty(), "{:?}", merged.left);
        agree(&plan, &read(directory.path(), minor), minor);
        prop_assert!(write(&plan, directory.path()).files.is_empty(), "a second run changes nothing");
    }
}

#[test]
fn every_overlay_of_every_release_is_read_back() {
    let mut written = 0;
    for minor in MINORS {
        for overlay in OVERLAYS {
            let plan = planned(minor, overlay);
            if fresh(&plan).is_err() {
                continue;
            }
            let directory = directory(&[]);
            write(&plan, directory.path());
            agree(&plan, &read(directory.path(), minor), minor);
            written += 1;
        }
    }
    // Every overlay in every release but those that came later, went, or cannot be told.
    assert_eq!(written, 341, "of {}", OVERLAYS.len() * MINORS.count());
}

#[test]
fn ranges_of_both_families_are_read_back() {
    let network = "families: [ipv4, ipv6]\nnode_prefix: [25, 121]\npods: [10.42.0.0/16, 'fd00:42::/112']";
    for minor in 16..=31 {
        let plan = planned(minor, network);
        let directory = directory(&[]);
        write(&plan, directory.path());
        let current = read(directory.path(), minor);
        agree(&plan, &current, minor);
        assert_eq!(current.families.unwrap().value, both());
    }
}

#[test]
fn what_somebody_wants_otherwise_is_corrected() {
    for minor in 19..=31 {
        let directory = directory(&[]);
        for network in [
            "encapsulation: ipip\npods: 10.42.0.0/16\nmax_pods: 60",
            "encapsulation: vxlan\npods: 10.43.0.0/16",
            "cni: cilium\nencapsulation: geneve",
            "{}",
        ] {
            let plan = planned(minor, network);
            write(&plan, directory.path());
            agree(&plan, &read(directory.path(), minor), minor);
        }
    }
}

#[test]
fn what_a_cluster_file_says_nothing_about_stays_as_it_is() {
    let text = "\
cluster_name: own.example
dns_domain: own.example
calico_wireguard_enabled: true
calico_ipip_mode: Never
calico_vxlan_mode: Never
calico_network_backend: none
kube_pods_subnet: 10.42.0.0/255.255.0.0
kubelet_max_pods: '100'
container_manager: crio
loadbalancer_apiserver: {address: api.example, port: 8443}
";
    let directory = directory(&[("group_vars/k8s_cluster/k8s-cluster.yml", text)]);
    let mut situation = situation(31, "{}");
    situation.current = read(directory.path(), 31);
    let merged = write(&situation.plan(), directory.path());
    assert!(merged.files.is_empty(), "{:?}", merged.changes);
    assert!(merged.left.is_empty(), "{:?}", merged.left);
}

#[test]
fn a_number_in_quotes_is_corrected_where_kubespray_wants_a_number() {
    let text = "kube_network_node_prefix: '25'\ncalico_mtu: '1400'\ncalico_pool_blocksize: '25'\n";
    let directory = directory(&[("group_vars/k8s_cluster/k8s-cluster.yml", text)]);
    let mut situation = situation(31, "mtu: 1400");
    situation.current = read(directory.path(), 31);
    let merged = write(&situation.plan(), directory.path());
    let changed: Vec<&str> = merged.changes.iter().map(|change| change.path[0].as_str()).collect();
    assert_eq!(changed, ["kube_network_node_prefix", "calico_mtu"]);
}

#[test]
fn encryption_that_stands_there_says_nothing_about_the_tunnels() {
    let text = "kube_network_plugin: cilium\ncilium_encryption_type: wireguard\ncilium_encryption_enabled: true\n";
    let directory = directory(&[("group_vars/k8s_cluster/k8s-net-cilium.yml", text)]);
    let mut situation = situation(31, "{}");
    situation.current = read(directory.path(), 31);
    let overlay = situation.plan().overlay;
    assert_eq!(overlay.tunnels.why, Why::Default("kubespray v2.31.0".to_owned()));
    assert!(!overlay.tunnels.is_written && overlay.encryption.is_written);
    assert!(
        overlay.encryption.why.to_string().ends_with("k8s-net-cilium.yml:3:1 has it"),
        "{}",
        overlay.encryption.why
    );
    // With the CNI, its encryption goes.
    let mut other = crate::support::situation(31, "cni: calico");
    other.current = situation.current;
    assert_eq!(other.plan().overlay.encryption.value, None);
}

#[test]
fn a_cni_that_is_not_known_keeps_its_variables() {
    let directory = directory(&[("group_vars/all.yml", "kube_network_plugin: macvlan\nkubelet_max_pods: 90\n")]);
    let mut situation = situation(31, "pods: 10.42.0.0/16");
    situation.current = read(directory.path(), 31);
    let made = settings(&situation.plan(), &VarsTree::read(directory.path())).unwrap();
    insta::assert_snapshot!(shown(&made));
}

#[test]
fn a_pool_outside_of_the_pod_network_is_pointed_out() {
    let directory = directory(&[("group_vars/all.yml", "calico_pool_cidr: 10.233.64.0/19\n")]);
    let tree = VarsTree::read(directory.path());
    let notes = |network| settings(&planned(31, network), &tree).unwrap().notes;
    assert_eq!(notes("{}"), [""; 0]);
    let moved = notes("pods: 10.42.0.0/16").concat().replace(directory.path().to_str().unwrap(), "DIR");
    insta::assert_snapshot!(moved);
}

#[test]
fn a_number_in_quotes_is_put_right_where_kubespray_reckons_with_it() {
    let directory = directory(&[("group_vars/k8s_cluster/k8s-net-calico.yml", "calico_mtu: \"1400\"\n")]);
    let mut situation = situation(31, "{}");
    situation.current = read(directory.path(), 31);
    let merged = write(&situation.plan(), directory.path());
    let told: Vec<String> = merged.changes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"group_vars/k8s_cluster/k8s-net-calico.yml:1: calico_mtu: "1400" → 1400 (kubespray needs a number here, and text stood here)"#);
}

//! What changes nothing for Ansible changes no finding except its place.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use inventory_core::kubespray::Release;
use inventory_core::lint::finding::Finding;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::{Index, subsequence};
use proptest::test_runner::{Config, TestRunner};

use crate::tree::findings;

/// Settings, some of which are wrong alone and some only beside others. Those of a default are that default.
const SETTINGS: [&str; 34] = [
    "kube_service_addresses: 10.233.0.0/18",
    "kube_service_addresses: 10.233.64.0/20",
    "kube_service_addresses: 10.96.0.0/12",
    "kube_service_addresses: 10.233.0.5/18",
    "kube_pods_subnet: 10.233.64.0/18",
    "kube_pods_subnet: 10.233.0.0/16",
    "kube_pods_subnet: 192.0.2.0/24",
    "kube_pods_subnet: not-a-network",
    "kube_network_node_prefix: 24",
    "kube_network_node_prefix: 26",
    "kube_network_plugin: calico",
    "kube_network_plugin: cilium",
    "kube_network_plugin: flannel",
    "kube_network_plugin: flanel",
    "container_manager: containerd",
    "container_manager: docker",
    "kubelet_max_pods: 110",
    "kubelet_max_pods: 250",
    "calico_mtu: \"1400\"",
    "calico_veth_mtu: 1440",
    "calico_ipip_mode: Always",
    "calico_vxlan_mode: Always",
    "calico_network_backend: vxlan",
    "metallb_ip_range: [192.0.2.10-192.0.2.20]",
    "metallb_enabled: true",
    "kube_proxy_strict_arp: true",
    "kube_vip_enabled: true",
    "kube_vip_address: 192.0.2.12",
    "nodelocaldns_ip: 169.254.25.10",
    "nodelocaldns_ip: 10.233.64.10",
    "etcd_deployment_type: host",
    "etcd_deployment_type: kubeadm",
    "ipip: true",
    "helm_enabled: \"true\"",
];

/// A cluster: addresses of its hosts, and its settings by name.
#[derive(Debug, Clone)]
struct Cluster {
    hosts: Vec<(String, String)>,
    settings: Vec<(String, String)>,
}

fn cluster() -> impl Strategy<Value = Cluster> {
    let addresses = ["192.0.2.11", "192.0.2.12", "192.0.2.13", "10.233.67.80", "10.0.2.15", "192.0.2.11"];
    (subsequence(SETTINGS.to_vec(), 0..10), subsequence(addresses.to_vec(), 2..5)).prop_map(|(settings, addresses)| {
        // Of a setting that is there twice the last one is meant.
        let settings: BTreeMap<String, String> =
            settings.into_iter().map(|line| (line.split(':').next().unwrap().to_owned(), line.to_owned())).collect();
        let name = |(nth, address): (usize, &str)| (format!("node{}", nth + 1), address.to_owned());
        Cluster {
            hosts: addresses.into_iter().enumerate().map(name).collect(),
            settings: settings.into_iter().collect(),
        }
    })
}

impl Cluster {
    fn write(&self, directory: &Path, files: &[(&str, &[(String, String)])]) {
        let mut text = String::from("[all]\n");
        for (name, address) in &self.hosts {
            let _ = writeln!(text, "{name} ansible_host={address} ip={address}");
        }
        let names: String = self.hosts.iter().map(|(name, _)| format!("{name}\n")).collect::<Vec<_>>().concat();
        let _ = write!(
            text,
            "[kube_control_plane]\n{names}[etcd]\n{names}[kube_node]\n{names}[k8s_cluster:children]\nkube_control_plane\nkube_node\n"
        );
        std::fs::write(directory.join("hosts.ini"), text).unwrap();
        for (path, settings) in files {
            let path = directory.join("group_vars").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text: String = settings.iter().map(|(_, line)| format!("{line}\n")).collect::<Vec<_>>().concat();
            std::fs::write(path, format!("---\n{text}")).unwrap();
        }
    }

    /// The codes that all rules find, how often each.
    fn codes(&self, release: &str, files: &[(&str, &[(String, String)])]) -> BTreeMap<&'static str, usize> {
        let directory = tempfile::tempdir().unwrap();
        self.write(directory.path(), files);
        let mut codes = BTreeMap::new();
        for Finding { rule, .. } in findings(directory.path(), Some(Release::of(Some(release.parse().unwrap())))) {
            *codes.entry(rule.code).or_default() += 1;
        }
        codes
    }
}

#[test]
fn what_changes_nothing_for_ansible_changes_no_finding_except_its_place() {
    let found: BTreeMap<&str, usize> = BTreeMap::new();
    let strategy = (cluster(), vec(any::<Index>(), 3), any::<bool>());
    let rng = TestRunner::deterministic().rng().clone();
    let found = std::cell::RefCell::new(found);
    TestRunner::new_with_rng(Config { cases: 60, failure_persistence: None, ..Config::default() }, rng)
        .run(&strategy, |(cluster, at, is_new)| {
            let release = if is_new { "v2.31.0" } else { "v2.19.0" };
            let all = cluster.settings.as_slice();
            let codes = cluster.codes(release, &[("all/all.yml", all)]);
            let cut = at[0].index(all.len() + 1);
            let same = |what: &str, other: BTreeMap<&'static str, usize>| {
                assert_eq!(other, codes, "{what}: {cluster:?} under {release}, cut at {cut}");
            };
            same("moved to the cluster's group", cluster.codes(release, &[("k8s_cluster/x.yml", all)]));
            let (one, other) = all.split_at(cut);
            same("split", cluster.codes(release, &[("all/b.yml", one), ("all/a.yml", other)]));
            same("split over groups", cluster.codes(release, &[("k8s_cluster.yml", one), ("all.yml", other)]));
            let renamed = Cluster {
                hosts: cluster.hosts.iter().map(|(name, ip)| (name.replace("node", "worker-"), ip.clone())).collect(),
                ..cluster.clone()
            };
            same("renamed", renamed.codes(release, &[("all/all.yml", all)]));
            let mut written = cluster.clone();
            for default in ["kube_service_addresses: 10.233.0.0/18", "kube_pods_subnet: 10.233.64.0/18"] {
                let name = default.split(':').next().unwrap();
                if !all.iter().any(|(setting, _)| setting == name) {
                    written.settings.push((name.to_owned(), default.to_owned()));
                }
            }
            same("with defaults written out", written.codes(release, &[("all/all.yml", &written.settings)]));
            for code in codes.keys() {
                *found.borrow_mut().entry(*code).or_default() += 1;
            }
            Ok(())
        })
        .unwrap();
    let found = found.into_inner();
    assert!(found.len() > 15, "only these rules found anything: {found:?}");
}

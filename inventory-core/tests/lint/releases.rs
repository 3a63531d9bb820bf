//! What is found where nobody tells the release, and in trees of an old one.

use std::path::Path;

use inventory_core::kubespray::Release;

use crate::tree::{findings, loud};

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

fn codes(directory: &Path, release: Option<&str>) -> Vec<&'static str> {
    let release = release.map(|text| Release::of(Some(text.parse().unwrap())));
    let findings = findings(directory, release);
    let mut codes: Vec<_> = findings.iter().map(|finding| finding.rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

const NEW: &str = "[kube_control_plane]\nnode1 ip=10.233.67.80\n[etcd:children]\nkube_control_plane\n[kube_node]\nnode2 ip=10.233.67.81\nnode3 ip=10.233.67.82\n";

#[test]
fn nodes_in_the_default_pods_are_found_without_a_version_and_without_variables() {
    let tree = tree(&[("inventory.ini", NEW)]);
    assert_eq!(codes(tree.path(), None), ["NET002"]);
    assert_eq!(codes(tree.path(), Some("v2.31.0")), ["NET002"]);
}

const DASHES: &str = "[kube-master]\nnode1 ip=192.0.2.11\n[etcd]\nnode1\n[kube-node]\nnode1\nnode2 ip=192.0.2.12\n[k8s-cluster:children]\nkube-master\nkube-node\n";

#[test]
fn the_groups_of_an_old_tree_do_not_hide_what_else_is_wrong_with_it() {
    let variables = "kube_service_addresses: 10.233.64.0/20\nkube_version: v1.18.8\ncontainer_manager: docker\netcd_deployment_type: docker\n";
    let tree = tree(&[("inventory.ini", DASHES), ("group_vars/k8s-cluster/k8s-cluster.yml", variables)]);
    let found = codes(tree.path(), Some("v2.31.0"));
    for code in ["INV003", "NET001", "KSP005"] {
        assert!(found.contains(&code), "{code} is not in {found:?}");
    }
    // What is written there counts for the nodes, whatever kubespray makes of the group.
    assert!(!found.contains(&"KSP021"), "{}", loud(&findings(tree.path(), Some(Release::of("v2.31.0".parse().ok())))));
    assert!(!codes(tree.path(), Some("v2.15.0")).contains(&"INV003"));
}

#[test]
fn what_a_hosts_own_name_makes_of_its_address_is_known() {
    let inventory = "[kube_control_plane]\nnode1\n[kube_node]\nnode1\n[etcd]\nnode1\n";
    let variables = "ip: \"10.233.64.{{ inventory_hostname[-1] }}\"\n";
    let tree = tree(&[("inventory.ini", inventory), ("group_vars/all.yml", variables)]);
    assert_eq!(codes(tree.path(), Some("v2.31.0")), ["NET002"]);
}

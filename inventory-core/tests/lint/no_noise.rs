//! What is in order is not reported: kubespray's samples, the examples, and shapes that made other tools cry wolf.

use std::path::Path;

use inventory_core::kubespray::Release;

use crate::tree::{copy, findings, loud, samples};

/// The sample of a release with three nodes in it, written as that release's own comments show it.
pub(crate) fn completed(sample: &Path, release: Release, directory: &Path) {
    copy(&sample.join("group_vars"), &directory.join("group_vars"));
    let dashes = release.version().names_groups_with_dashes();
    let [control_plane, node, cluster] = if dashes {
        ["kube-master", "kube-node", "k8s-cluster"]
    } else {
        ["kube_control_plane", "kube_node", "k8s_cluster"]
    };
    let hosts: String = (1..=3)
        .map(|n| format!("node{n} ansible_host=192.0.2.1{n} ip=192.0.2.1{n} etcd_member_name=etcd{n}\n"))
        .collect::<Vec<_>>()
        .concat();
    let names = "node1\nnode2\nnode3\n";
    let text = format!(
        "[all]\n{hosts}\n[{control_plane}]\nnode1\nnode2\nnode3\n\n[etcd]\n{names}\n[{node}]\n{names}\n[calico_rr]\n\n\
         [{cluster}:children]\n{control_plane}\n{node}\ncalico_rr\n"
    );
    let text = if dashes { text.replace("calico_rr", "calico-rr") } else { text };
    std::fs::write(directory.join("inventory.ini"), text).unwrap();
}

#[test]
fn kubesprays_samples_are_in_order_in_their_own_release() {
    let Some(samples) = samples() else {
        eprintln!("skipped: there is no corpus");
        return;
    };
    let mut loudest = String::new();
    for (release, sample) in samples {
        let version = release.version();
        // That of v2.7 is for people to complete: Ansible refuses it, since its groups are comments.
        if version.minor != 7 {
            loudest += &loud(&findings(&sample, Some(release)));
            loudest += &loud(&findings(&sample, None));
        }
        let directory = tempfile::tempdir().unwrap();
        completed(&sample, release, directory.path());
        loudest += &loud(&findings(directory.path(), Some(release)));
        loudest += &loud(&findings(directory.path(), None));
    }
    assert_eq!(loudest, "");
}

#[test]
fn the_examples_are_in_order() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    assert_eq!(loud(&findings(&examples, None)), "");
}

/// A cluster of three nodes with these addresses, and what else is written.
fn three(addresses: [&str; 3], variables: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let hosts: Vec<String> =
        addresses.iter().zip(1..).map(|(ip, n)| format!("node{n} ansible_host={ip} ip={ip}\n")).collect();
    let names = "node1\nnode2\nnode3\n";
    let groups = format!("[kube_control_plane]\n{names}[etcd]\n{names}[kube_node]\n{names}");
    std::fs::write(directory.path().join("inventory.ini"), hosts.concat() + &groups).unwrap();
    std::fs::create_dir(directory.path().join("group_vars")).unwrap();
    std::fs::write(directory.path().join("group_vars/all.yml"), variables).unwrap();
    directory
}

#[test]
fn shapes_that_made_other_tools_cry_wolf_are_in_order() {
    let metallb = |range: &str| {
        format!(
            "kube_proxy_strict_arp: true\nmetallb_enabled: true\nmetallb_config:\n  address_pools:\n    primary:\n      \
             ip_range: [{range}]\n      auto_assign: true\n  layer2: [primary]\n"
        )
    };
    let calm = [
        // metallb/metallb#2779: the pool was rounded to a network, in which a node was.
        ("metallb#2779", ["192.168.1.2", "192.168.1.3", "192.168.1.4"], metallb("192.168.1.5-192.168.1.37")),
        // openshift/installer#3436: networks side by side were said to overlap.
        (
            "installer#3436",
            ["10.156.208.10", "10.156.208.11", "10.156.209.10"],
            "kube_pods_subnet: 10.156.210.0/23\nkube_service_addresses: 10.156.212.0/23\n".to_owned(),
        ),
        // openshift/installer#3882: docker's range was refused where no docker runs.
        ("installer#3882", ["172.17.204.11", "172.17.204.12", "172.17.204.13"], "container_manager: crio\n".to_owned()),
        // Nodes at the edges of the ranges, and one beside a pool.
        ("edges", ["10.233.128.0", "10.232.255.255", "10.233.128.1"], metallb("10.233.128.2-10.233.128.9")),
    ];
    let release = Release::of("v2.31.0".parse().ok());
    for (name, addresses, variables) in calm {
        let tree = three(addresses, &variables);
        assert_eq!(loud(&findings(tree.path(), Some(release))), "", "{name}");
        assert_eq!(loud(&findings(tree.path(), None)), "", "{name}");
    }
    // The same one step further is not.
    let docker = "container_manager: docker\n";
    let wrong = [
        (["192.168.1.2", "192.168.1.3", "192.168.1.4"], metallb("192.168.1.4-192.168.1.37"), "NET017"),
        (["172.17.204.11", "172.17.204.12", "172.17.204.13"], docker.to_owned(), "NET020"),
        (["10.233.127.255", "10.232.255.255", "10.233.128.1"], String::new(), "NET002"),
    ];
    for (addresses, variables, code) in wrong {
        let tree = three(addresses, &variables);
        let told = loud(&findings(tree.path(), Some(release)));
        assert!(told.contains(code), "{code}: {told}");
    }
}

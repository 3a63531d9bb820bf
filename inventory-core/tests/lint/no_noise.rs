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

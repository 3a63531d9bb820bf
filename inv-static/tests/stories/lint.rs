//! `lint`: inv-lint with what was discovered.

use crate::lab::Lab;

/// Three machines on a network of their own.
const CLUSTER: &str = "\
kubespray_version: v2.31.0
source:
  addresses: [192.168.1.10-192.168.1.12]
groups:
  kube_control_plane: {first: 1}
  etcd: {first: 1}
  kube_node: all
network:
  nodes: [{cidr: 192.168.1.0/24}]
";

#[test]
fn a_cluster_in_order_has_no_findings() {
    let text = Lab::new(CLUSTER).on_file(&["lint"]).text();
    assert!(text.contains("No findings"), "{text}");
}

#[test]
fn what_is_wrong_with_its_variables_is_found() {
    let lab = Lab::new(CLUSTER).with("group_vars/all.yml", "calico_mtu: \"1400\"\n");
    let text = lab.on_file(&["lint", "--output-format", "concise"]).no();
    assert!(text.starts_with("group_vars/all.yml:1:13: error[MTU003] "), "{text}");
    assert!(lab.on_file(&["lint", "--select", "LNT"]).text().contains("No findings"));
}

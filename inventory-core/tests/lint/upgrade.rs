//! An old inventory, looked at as a newer kubespray will: its upgrade report.

use inventory_core::kubespray::Release;

use crate::no_noise::completed;
use crate::tree::{findings, samples};

#[test]
fn an_old_sample_under_the_newest_release_gets_its_upgrade_report() {
    let Some(samples) = samples() else {
        eprintln!("skipped: there is no corpus");
        return;
    };
    let Some((release, sample)) = samples.into_iter().find(|(release, _)| release.version().minor == 16) else {
        panic!("the corpus has no sample of v2.16");
    };
    let directory = tempfile::tempdir().unwrap();
    completed(&sample, release, directory.path());
    std::fs::write(directory.path().join("requirements.txt"), "ansible==3.4.0\n").unwrap();
    let found = findings(directory.path(), Some(Release::v2(31)));
    let of_variables = found.iter().filter(|finding| finding.rule.family() == "KSP");
    let mut report: Vec<String> = of_variables
        .map(|finding| format!("{}[{}] {}", finding.severity.word(), finding.rule.code, finding.message))
        .collect();
    report.sort();
    insta::assert_snapshot!(report.join("\n"), @"
    error[KSP005] Kubernetes 1.20.7 is too old for kubespray v2.31.0, which takes 1.33.0 or newer
    info[KSP002] kubespray v2.31.0 ignores `cephfs_provisioner_enabled`: nothing reads it since v2.28
    info[KSP002] kubespray v2.31.0 ignores `deploy_netchecker`: nothing reads it since v2.31
    info[KSP002] kubespray v2.31.0 ignores `dynamic_kubelet_configuration`: nothing reads it since v2.20
    info[KSP002] kubespray v2.31.0 ignores `etcd_kubeadm_enabled`: nothing reads it since v2.29
    info[KSP002] kubespray v2.31.0 ignores `ingress_ambassador_enabled`: nothing reads it since v2.18
    info[KSP002] kubespray v2.31.0 ignores `ingress_nginx_enabled`: nothing reads it since v2.31
    info[KSP002] kubespray v2.31.0 ignores `krew_enabled`: nothing reads it since v2.28
    info[KSP002] kubespray v2.31.0 ignores `kube_apiserver_insecure_port`: nothing reads it since v2.20
    info[KSP002] kubespray v2.31.0 ignores `podsecuritypolicy_enabled`: nothing reads it since v2.24
    info[KSP002] kubespray v2.31.0 ignores `rbd_provisioner_enabled`: nothing reads it since v2.28
    info[KSP003] `enable_dual_stack_networks` is deprecated since kubespray v2.28
    info[KSP024] kubespray v2.28 changed the address that the API server listens on (0.0.0.0 → ::), and no file says which it is to be
    warning[KSP002] kubespray v2.31.0 ignores `dynamic_kubelet_configuration_dir`: nothing reads it since v2.20
    warning[KSP002] kubespray v2.31.0 ignores `ingress_publish_status_address`: nothing reads it since v2.31
    warning[KSP002] kubespray v2.31.0 ignores `krew_root_dir`: nothing reads it since v2.28
    warning[KSP024] kubespray v2.19 changed Calico's backend (bird → vxlan, without BGP), and no file says which it is to be
    warning[KSP024] kubespray v2.19 changed Calico's tunnel (IPIP, always → VXLAN, always), and no file says which it is to be
    warning[KSP024] kubespray v2.20 changed the size of Calico's blocks of IPv4 (a node's share, /24 where kube_network_node_prefix says no other → /26), and no file says which it is to be
    warning[KSP025] kubespray v2.31.0 runs under ansible-core 2.18 only, and requirements.txt pins 2.10
    ");
}

//! Other names for the variables.

use inventory_core::cluster::HardWayNames;
use inventory_core::yaml::{Source, from_source};

fn refusal(text: &str) -> String {
    let error = from_source::<HardWayNames>(&Source::new("names.yml", text)).unwrap_err();
    format!("{}\n{}", error.with_place(), error.hint().unwrap_or_default())
}

#[test]
fn a_name_that_is_not_given_is_ours() {
    let text = "cluster_cidr: k8s_controller_cluster_cidr\n";
    let names: HardWayNames = from_source(&Source::new("names.yml", text)).unwrap();
    assert_eq!(names.cluster_cidr.as_str(), "k8s_controller_cluster_cidr");
    assert_eq!(names.service_cidr.as_str(), "service_cidr");
}

#[test]
fn an_unknown_variable_is_an_error_with_the_known_ones() {
    insta::assert_snapshot!(refusal("pod_cidr: x\npods_cidr: y\n"), @"names.yml:2:1: unknown key `pods_cidr`; did you mean `pod_cidr`?");
    insta::assert_snapshot!(refusal("kubelet_max_pods: y\n"), @"
    names.yml:1:1: unknown key `kubelet_max_pods`
    the keys here are `cluster_cidr`, `service_cidr`, `cluster_dns`, `api_address`, `etcd_initial_cluster`, `apiserver_sans`, `pod_cidr`, `pod_routes`
    ");
}

#[test]
fn two_variables_are_never_one() {
    insta::assert_snapshot!(refusal("cluster_cidr: pods\npod_cidr: pods\n"), @"names.yml:1:1: `cluster_cidr` and `pod_cidr` are both called `pods`; give one of them another name");
    insta::assert_snapshot!(refusal("cluster_cidr: pod_cidr\n"), @"names.yml:1:1: `cluster_cidr` and `pod_cidr` are both called `pod_cidr`; give one of them another name");
    insta::assert_snapshot!(refusal("api_address: ansible_host\n"), @"names.yml:1:1: `api_address` cannot be called `ansible_host`, which steers Ansible itself; give it another name");
}

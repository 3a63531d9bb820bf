//! Clusters that Ansible plays.

use ansible_referee::Ansible;
use serde_json::json;

use crate::cluster::{Cluster, of};
use crate::lab::Lab;

const FOUR: [&str; 4] = ["head10", "work11", "work12", "work13"];

fn four(lab: &Lab, rest: &str) -> Cluster {
    Cluster::new(&format!(
        "source: {{uri: \"{}\"}}\n\
         machines: {{names: [\"head*\", \"work1[123]\"], expect: 4}}\n\
         hosts: {{vars: {{ansible_user: ubuntu}}}}\n\
         {rest}",
        lab.uri
    ))
}

#[test]
#[ignore = "needs the lab"]
fn a_kubespray_cluster_of_booted_guests_answers_both_ansibles() {
    let lab = Lab::shared();
    let cluster = four(&lab, "kubespray_version: \"v2.31.0\"\ngroups: {kube_control_plane: {names: [\"head*\"]}}\n");
    let list = cluster.list(&[]);
    assert_eq!(list["lab"]["hosts"], json!(FOUR));
    assert_eq!(list["kube_control_plane"]["hosts"], json!(["head10"]));
    assert_eq!(list["etcd"]["hosts"], json!(["head10"]));
    assert_eq!(list["kube_node"]["hosts"], json!(FOUR[1..]));
    assert_eq!(list["k8s_cluster"]["children"], json!(["kube_control_plane", "kube_node"]));
    for host in FOUR {
        let address = lab.status("first", host);
        let address = address.split(' ').next().unwrap();
        for name in ["ansible_host", "ip"] {
            assert_eq!(of(&list, host, name), address, "{name} of {host}");
        }
        assert_eq!(of(&list, host, "inv_id"), &format!("6b756265-0000-4000-8000-0000000000{}", &host[4..]));
    }
    assert_eq!(of(&list, "head10", "ip"), "192.168.150.10", "its reservation");
    let tags = of(&list, "head10", "inv_tags");
    assert_eq!(tags["title"]["__ansible_unsafe"], "Control plane 10 & etcd");
    assert_eq!(
        tags["description"]["__ansible_unsafe"],
        "role: kube_control_plane\nowner=\"team-a\" note='it's 50% <done>'"
    );
    cluster.answers(&FOUR);
    // Ansible's own reading keeps the order.
    for ansible in Ansible::ALL {
        let list = cluster.inventory(ansible, &[]).json();
        assert_eq!(list["kube_node"]["hosts"], json!(FOUR[1..]), "{ansible:?}");
    }
}

#[test]
#[ignore = "needs the lab"]
fn a_cluster_of_ones_own_groups_answers_both_ansibles() {
    let lab = Lab::shared();
    let cluster =
        four(&lab, "layout: none\ngroups: {front: {names: [\"head*\"]}, back: {except: {names: [\"head*\"]}}}\n");
    let list = cluster.list(&[]);
    assert_eq!(list["back"]["hosts"], json!(FOUR[1..]));
    assert_eq!(list["front"]["hosts"], json!(["head10"]));
    assert!(of(&list, "head10", "ip").is_null(), "only kubespray has it");
    assert!(list.get("kube_node").is_none());
    cluster.answers(&FOUR);
}

#[test]
#[ignore = "needs the lab"]
fn a_machine_that_is_not_a_member_is_never_played() {
    let lab = Lab::shared();
    let cluster = four(&lab, "layout: none\n");
    let explained = cluster.run(&["explain"]).answer();
    for guest in ["work16", "work17"] {
        assert!(explained.contains(&format!("{guest} (domain {guest}): its name matches none of")), "{explained}");
    }
}

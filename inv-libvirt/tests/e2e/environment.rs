//! What the lab's networks tell `plan`, `vars` and `lint`.

use insta::assert_snapshot;

use crate::cluster::Cluster;
use crate::lab::Lab;

fn cluster(lab: &Lab) -> Cluster {
    let cluster = Cluster::new(&format!(
        "kubespray_version: \"v2.31.0\"\nsource: {{uri: \"{}\"}}\n\
         machines: {{names: [\"head*\", \"work1[123]\"], expect: 4}}\ngroups: {{kube_control_plane: {{names: [\"head*\"]}}}}\n",
        lab.uri
    ));
    std::fs::create_dir_all(cluster.directory().join("group_vars/k8s_cluster")).unwrap();
    cluster
}

fn calico(cluster: &Cluster, text: &str) {
    std::fs::write(cluster.directory().join("group_vars/k8s_cluster/k8s-net-calico.yml"), text).unwrap();
}

#[test]
#[ignore = "needs the lab"]
fn plan_knows_the_networks_and_what_their_mtu_leaves_for_pods() {
    let lab = Lab::shared();
    let plan = cluster(&lab).run(&["plan"]).answer();
    let (_, rest) = plan.split_once("\nMTU").unwrap();
    let (mtu, rest) = rest.split_once("kept apart from\n").unwrap();
    assert_snapshot!(format!("MTU{mtu}"), @"
    MTU     machines' NIC  path  pods' NIC  pods use  fits
      kube           1450  1450
      lab            1450  1450       1400      1400  1400
      1450 (kube) − 50 (vxlan, lab) = 1400
      nothing is written: its pods get 1400 without
    ");
    for part in [
        "192.168.150.0/24 (libvirt network kube, NAT)",
        "10.151.0.0/24 (libvirt network storage, isolated)",
        "fd00:151::/64",
        "DHCP range 192.168.150.100-192.168.150.199",
        "192.168.150.10 (libvirt network kube)",
    ] {
        let words = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(part), "{part}: {rest}");
    }
    assert!(plan.ends_with("nothing collides\n"), "{plan}");
}

#[test]
#[ignore = "needs the lab"]
fn pods_in_a_network_of_the_hypervisor_are_refused() {
    let lab = Lab::shared();
    let cluster = cluster(&lab);
    cluster.write(&format!("{}network: {{pods: 192.168.128.0/18}}\n", cluster.text()));
    let output = cluster.run(&["plan"]).output();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let plan = String::from_utf8(output.stdout).unwrap();
    assert!(plan.contains("192.168.150.0/24"), "{plan}");
}

#[test]
#[ignore = "needs the lab"]
fn an_mtu_that_does_not_fit_the_network_is_found_and_corrected() {
    let lab = Lab::shared();
    let cluster = cluster(&lab);
    calico(&cluster, "calico_mtu: 1500\n");
    let output = cluster.run(&["lint"]).output();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let found = String::from_utf8(output.stdout).unwrap();
    for part in [
        "error[MTU001]: `calico_mtu` is 1500, with which pods send packets of 1500 bytes, and 1400 fit",
        "group_vars/k8s_cluster/k8s-net-calico.yml:1:13",
        "= note: 1450 (kube) − 50 (vxlan, lab) = 1400",
        "= help: write `calico_mtu: 1400`",
    ] {
        assert!(found.contains(part), "{part}: {found}");
    }
    let output = cluster.run(&["vars", "--diff"]).output();
    assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @"
    --- a/group_vars/k8s_cluster/k8s-net-calico.yml
    +++ b/group_vars/k8s_cluster/k8s-net-calico.yml
    @@ -1 +1,2 @@
    -calico_mtu: 1500
    +# inv: 1450 (kube) − 50 (vxlan, lab) = 1400
    +calico_mtu: 1400
    ");

    calico(&cluster, "calico_mtu: 1400\n");
    let output = cluster.run(&["lint"]).output();
    assert!(output.status.success(), "{output:?}");
}

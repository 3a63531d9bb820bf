//! What people have in their variables.

use inventory_core::plan::Current;

use crate::support::{directory, read};

/// What was found, without places, one line each; what could not be read below.
fn shown(current: &Current, directory: &std::path::Path) -> String {
    use std::fmt::Write as _;

    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        if !value.is_empty() && value != "[]" {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    let list = |values: Vec<String>| values.join(", ");
    line("services", list(current.services.iter().map(|network| network.value.to_string()).collect()));
    line("pods", list(current.pods.iter().map(|network| network.value.to_string()).collect()));
    line("families", current.families.as_ref().map_or_else(String::new, |families| format!("{:?}", families.value)));
    let numbers = |values: &[inventory_core::environment::Sourced<inventory_core::plan::FamilyValue>]| {
        list(values.iter().map(|value| format!("{} {}", value.value.family, value.value.value)).collect())
    };
    line("node_prefix", numbers(&current.node_prefix));
    line("block_prefix", numbers(&current.block_prefix));
    line("max_pods", current.max_pods.as_ref().map_or_else(String::new, |pods| pods.value.to_string()));
    line("cni", current.cni.as_ref().map_or_else(String::new, |cni| cni.value.to_string()));
    let tunnels = current.encapsulation.as_ref();
    line("encapsulation", tunnels.map_or_else(String::new, |it| serde_json::to_string(&it.value).unwrap()));
    let encryption = current.encryption.as_ref();
    line("encryption", encryption.map_or_else(String::new, |it| it.value.to_string()));
    line("datastore", current.calico_datastore.as_ref().map_or_else(String::new, |it| it.value.clone()));
    line("vxlan_port", current.vxlan_port.as_ref().map_or_else(String::new, |port| port.value.to_string()));
    line("mtu", current.mtu.as_ref().map_or_else(String::new, |mtu| mtu.value.to_string()));
    line("container_manager", current.container_manager.as_ref().map_or_else(String::new, |it| it.value.clone()));
    line("api_address", current.api_address.as_ref().map_or_else(String::new, |api| api.value.to_string()));
    line("node_local_dns", current.node_local_dns.as_ref().map_or_else(String::new, |dns| dns.value.to_string()));
    line("has_node_local_dns", current.has_node_local_dns.map_or_else(String::new, |has| has.to_string()));
    for opaque in &current.opaque {
        let place = opaque.origin.to_string().replace(&format!("{}/", directory.display()), "");
        writeln!(text, "opaque {} ({place}): {}", opaque.variable, opaque.why).unwrap();
    }
    text
}

fn of(minor: u16, files: &[(&str, &str)]) -> String {
    let directory = directory(files);
    shown(&read(directory.path(), minor), directory.path())
}

#[test]
fn numbers_may_be_quoted_and_networks_may_have_netmasks() {
    let text = "\
kube_pods_subnet: 10.42.0.0/255.255.0.0
kube_service_addresses: '10.43.0.0/16 '
kube_network_node_prefix: '25'
kubelet_max_pods: \"100\"
calico_mtu: '1400'
calico_pool_blocksize: 25
calico_datastore: kdd
";
    insta::assert_snapshot!(of(31, &[("group_vars/k8s_cluster.yml", text)]));
}

#[test]
fn a_list_with_commas_is_both_networks() {
    let text = "\
enable_dual_stack_networks: 'yes'
kube_pods_subnet: 10.42.0.0/16,fd00:42::/112
kube_service_addresses: 10.43.0.0/16
kube_service_addresses_ipv6: fd00:43::/116
";
    insta::assert_snapshot!(of(27, &[("group_vars/k8s_cluster/k8s-cluster.yml", text)]));
}

#[test]
fn networks_of_a_family_that_is_off_do_not_count() {
    let text = "\
kube_pods_subnet: 10.42.0.0/16
kube_pods_subnet_ipv6: fd00:42::/112
kube_network_node_prefix_ipv6: 121
";
    insta::assert_snapshot!(of(31, &[("group_vars/k8s_cluster/k8s-cluster.yml", text)]));
    let text = format!("ipv4_stack: false\nipv6_stack: true\n{text}");
    insta::assert_snapshot!(of(31, &[("group_vars/k8s_cluster/k8s-cluster.yml", &text)]));
}

#[test]
fn the_clusters_group_counts_over_all_and_only_under_the_releases_name() {
    let files = [
        ("group_vars/all/all.yml", "kube_pods_subnet: 10.1.0.0/16\nkubelet_max_pods: 50\n"),
        ("group_vars/k8s_cluster/k8s-cluster.yml", "kube_pods_subnet: 10.2.0.0/16\n"),
        ("group_vars/k8s-cluster/k8s-cluster.yml", "kube_pods_subnet: 10.3.0.0/16\n"),
    ];
    insta::assert_snapshot!(of(31, &files));
    insta::assert_snapshot!(of(15, &files));
}

#[test]
fn old_words_for_calicos_tunnels_are_understood() {
    let of = |minor, text: &str| of(minor, &[("group_vars/all.yml", text)]);
    insta::assert_snapshot!(of(7, "ipip: true\nipip_mode: cross-subnet\n"));
    insta::assert_snapshot!(of(7, "ipip: 'no'\n"));
    insta::assert_snapshot!(of(18, "ipip_mode: CrossSubnet\n"));
    insta::assert_snapshot!(of(18, "ipip: false\ncalico_vxlan_mode: Always\n"));
    insta::assert_snapshot!(of(18, "ipip_mode: Always\ncalico_ipip_mode: '{{ ipip_mode }}'\n"));
    insta::assert_snapshot!(of(31, "ipip: true\n"));
    insta::assert_snapshot!(of(31, "calico_vxlan_mode: CrossSubnet\n"));
    insta::assert_snapshot!(of(31, "calico_ipip_mode: Always\n"));
    insta::assert_snapshot!(of(31, "calico_vxlan_mode: Never\n"));
    insta::assert_snapshot!(of(31, "calico_vxlan_mode: sometimes\n"));
}

#[test]
fn blocks_follow_a_nodes_share_in_the_releases_between() {
    let text = "kube_network_node_prefix: 25\n";
    let of = |minor| of(minor, &[("group_vars/all.yml", text)]);
    insta::assert_snapshot!(of(19));
    assert!(!of(20).contains("block_prefix") && !of(7).contains("block_prefix"));
}

#[test]
fn an_address_behind_another_variable_is_found() {
    let text = "\
kube_vip_enabled: true
kube_vip_address: 192.168.1.5
loadbalancer_apiserver: {address: '{{ kube_vip_address }}', port: 6443}
";
    insta::assert_snapshot!(of(31, &[("group_vars/k8s_cluster/addons.yml", text)]));
    let text = "kube_vip_enabled: true\nkube_vip_address: 192.168.1.5\n";
    insta::assert_snapshot!(of(31, &[("group_vars/k8s_cluster/addons.yml", text)]));
}

#[test]
fn a_network_plugin_that_kubespray_does_not_have_is_no_plan_unless_the_file_says_which() {
    let refusal = |minor, word: &str, network: &str| {
        let directory =
            directory(&[("group_vars/k8s_cluster/k8s-cluster.yml", &format!("kube_network_plugin: {word}\n"))]);
        let mut situation = crate::support::situation(minor, network);
        situation.current = read(directory.path(), minor);
        let error = situation.try_plan().err().map(|error| format!("{error}; {}", error.remedy()));
        error.unwrap_or_default().replace(&format!("{}/", directory.path().display()), "")
    };
    insta::assert_snapshot!(refusal(31, "cillium", "{}"), @r#"group_vars/k8s_cluster/k8s-cluster.yml:1:1: `kube_network_plugin` is "cillium", and kubespray v2.31.0 has no such network plugin; it has calico, cilium, flannel, kube-router, kube-ovn, cni; write cilium there, if that is meant"#);
    insta::assert_snapshot!(refusal(16, "kubeovn", "{}"), @r#"group_vars/k8s_cluster/k8s-cluster.yml:1:1: `kube_network_plugin` is "kubeovn", and kubespray v2.16.0 has no such network plugin; it has calico, cilium, flannel, kube-router, kube-ovn, weave, cni; write kube-ovn there, if that is meant"#);
    insta::assert_snapshot!(refusal(31, "antrea", "{}"), @r#"group_vars/k8s_cluster/k8s-cluster.yml:1:1: `kube_network_plugin` is "antrea", and kubespray v2.31.0 has no such network plugin; it has calico, cilium, flannel, kube-router, kube-ovn, cni; write one of them there, or its `cni` into the cluster file"#);
    for word in ["calico", "cni", "none", "kube-router", "macvlan", "custom_cni", "cloud"] {
        assert_eq!(refusal(31, word, "{}"), "", "{word}");
    }
    assert_eq!(refusal(31, "cillium", "cni: cilium"), "", "it is corrected");
    assert_eq!(refusal(32, "new-one", "{}"), "", "nobody knows what comes");
}

#[test]
fn where_the_dns_cache_listens_is_read_in_either_family() {
    let of = |text: &str| of(31, &[("group_vars/k8s_cluster/k8s-cluster.yml", text)]);
    assert_eq!(of("nodelocaldns_ip: fd53::10\n"), "node_local_dns: fd53::10\n");
    assert_eq!(of("enable_nodelocaldns: 'no'\n"), "has_node_local_dns: false\n");
    insta::assert_snapshot!(of("nodelocaldns_ip: localhost\n"), @r#"opaque nodelocaldns_ip (group_vars/k8s_cluster/k8s-cluster.yml:1:1): "localhost" is no IP address"#);
}

#[test]
fn what_cannot_be_known_is_said_with_its_place() {
    let text = "\
kube_pods_subnet: \"{{ lookup('env', 'PODS') }}\"
kube_service_addresses: 10.43.0.5/16
kube_network_plugin: '{{ plugin }}'
kubelet_max_pods: many
kube_network_node_prefix: 33
calico_mtu: 12
container_manager: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  3030
ipv6_stack: [true]
loadbalancer_apiserver: {address: api.example}
";
    insta::assert_snapshot!(of(31, &[("group_vars/k8s_cluster/k8s-cluster.yml", text)]));
    let cycle = "kubelet_max_pods: '{{ a }}'\na: '{{ b }}'\nb: '{{ a }}'\n";
    insta::assert_snapshot!(of(31, &[("group_vars/all.yml", cycle)]));
    insta::assert_snapshot!(of(31, &[("group_vars/all.yml", "$ANSIBLE_VAULT;1.1;AES256\n3030\n")]));
}

#[test]
fn other_cnis_keep_their_tunnel_and_mtu_under_other_names() {
    let of = |minor, text: &str| of(minor, &[("group_vars/all.yml", text)]);
    insta::assert_snapshot!(of(31, "kube_network_plugin: cilium\ncilium_mtu: '1450'\ncilium_tunnel_mode: geneve\n"));
    insta::assert_snapshot!(of(31, "kube_network_plugin: cilium\ncilium_mtu: '0'\ncilium_tunnel_mode: disabled\n"));
    insta::assert_snapshot!(of(27, "kube_network_plugin: cilium\ncilium_mtu: ''\n"));
    insta::assert_snapshot!(of(31, "kube_network_plugin: flannel\nflannel_backend_type: host-gw\ncalico_mtu: 1400\n"));
    insta::assert_snapshot!(of(31, "kube_network_plugin: kube-ovn\nkube_ovn_mtu: 1333\n"));
    insta::assert_snapshot!(of(28, "kube_network_plugin: weave\nweave_mtu: 1376\n"));
    insta::assert_snapshot!(of(31, "kube_network_plugin: macvlan\n"));
}

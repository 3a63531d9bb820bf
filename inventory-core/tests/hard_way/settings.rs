//! A plan as variables.

use crate::lab::{FROM_SCRATCH, HA_LAB, Lab};

/// Machines and network of the text itself.
fn text(network: &str) -> Lab {
    let cluster = "plugin: kube_inventory.vms.static\nlayout: hard-way\n\
        groups: {controllers: {names: [server]}, etcd: {names: [server]}}\n";
    let machines = [("server", "10.240.0.10"), ("node-0", "10.240.0.20"), ("node-1", "10.240.0.21")];
    Lab::new(&format!("{cluster}{network}"), &machines)
}

#[test]
fn the_variables_of_the_text_itself() {
    insta::assert_snapshot!(text("").settings());
}

#[test]
fn the_variables_of_the_lab_with_its_own_names() {
    let network = "  api_address: {address: 10.240.0.50, port: 443}\n  variables:\n    \
        cluster_cidr: k8s_controller_cluster_cidr\n    service_cidr: k8s_controller_service_account_ip_range\n    \
        cluster_dns: k8s_worker_cluster_dns\n";
    insta::assert_snapshot!(Lab::example("ha-lab", network, &HA_LAB).settings());
}

#[test]
fn the_variables_of_the_smallest_cluster() {
    insta::assert_snapshot!(Lab::example("from-scratch", "  dns_domain: lab.example\n", &FROM_SCRATCH).settings());
}

#[test]
fn with_an_overlay_nobody_gets_routes() {
    let settings = text("network: {cni: flannel}\n").settings();
    assert!(settings.contains("host_vars/node-0.yml pod_routes: [] (flannel lays the routes to pods)"), "{settings}");
    let lab = text("").with("host_vars/node-0.yml", "pod_cidr: 10.200.0.0/24\n");
    lab.write();
    assert!(lab.text("host_vars/node-1.yml").contains("pod_routes:"));
    // Those that stand there would lead past the overlay; those that do not are not written.
    let overlay = "plugin: kube_inventory.vms.static\nlayout: hard-way\nnetwork: {cni: flannel}\n\
        groups: {controllers: {names: [server]}, etcd: {names: [server]}}\n";
    let machines =
        [("server", "10.240.0.10"), ("node-0", "10.240.0.20"), ("node-1", "10.240.0.21"), ("node-2", "10.240.0.22")];
    let lab = lab.becomes(overlay, &machines);
    lab.write();
    assert!(lab.text("host_vars/node-1.yml").contains("pod_routes: []"));
    assert!(!lab.text("host_vars/node-2.yml").contains("pod_routes"));
}

#[test]
fn two_families_stand_in_one_text() {
    let network = "network: {families: [ipv4, ipv6], cni: flannel, api_address: \"fd00::50\", node_prefix: [24, 64], \
        pods: [10.200.0.0/16, \"fd01::/48\"], services: [10.32.0.0/24, \"fd02::/112\"]}\n";
    insta::assert_snapshot!(text(network).settings());
}

#[test]
fn an_ipv6_address_stands_in_brackets_in_a_url() {
    let cluster = "plugin: kube_inventory.vms.static\nlayout: hard-way\ngroups: {controllers: {names: [server]}, \
        etcd: {names: [server]}}\nnetwork: {families: [ipv6], node_prefix: 64, pods: \"fd01::/48\", \
        services: \"fd02::/112\"}\n";
    let lab = Lab::new(cluster, &[("server", "fd00::10"), ("node-0", "fd00::20")]);
    let settings = lab.settings();
    assert!(settings.contains("etcd_initial_cluster: server=https://[fd00::10]:2380"), "{settings}");
    assert!(settings.contains(r#"pod_routes: [{"cidr":"fd01::/64","via":"fd00::20"}]"#), "{settings}");
}

#[test]
fn several_control_planes_without_an_address_in_common_are_told() {
    let settings = Lab::example("ha-lab", "", &HA_LAB).settings();
    let note = settings.lines().last().unwrap();
    insta::assert_snapshot!(note, @"Warning api-address: `api_address` is not written: 3 control planes have no address in common that is known; write the load balancer's: `api_address: ADDRESS` under `network`");
    assert!(!settings.contains(" api_address: "));
}

#[test]
fn a_host_that_others_call_by_its_address_has_one() {
    let cluster = "plugin: kube_inventory.vms.static\nlayout: hard-way\n\
        groups: {controllers: {names: [cp*]}, etcd: {names: [db*]}, workers: {names: [node*]}}\n";
    let refusal = |name: &str| {
        let machines = [("cp-1", "10.0.0.1"), ("db-1", "10.0.0.2"), ("node-1", "10.0.0.3")];
        let machines = machines.map(|(host, address)| (host, if host == name { "vm.lan" } else { address }));
        Lab::new(cluster, &machines).not_known()
    };
    insta::assert_snapshot!(refusal("cp-1"), @"
    cp-1 runs the API server and has no IP address that is known
    write its `address` as an IP address, or let `hosts.address` choose one
    ");
    insta::assert_snapshot!(refusal("db-1"), @"
    db-1 runs etcd and has no IP address that is known
    write its `address` as an IP address, or let `hosts.address` choose one
    ");
    insta::assert_snapshot!(refusal("node-1"), @"
    the worker node-1 has the pods 10.200.0.0/24 and no IPv4 address, so that no route leads to them
    give it one, or let `hosts.address` choose it, `{family: ipv4}`, or leave ipv4 out of `families`
    ");
}

#[test]
fn a_cluster_without_etcd_is_told() {
    let cluster = "plugin: kube_inventory.vms.static\nlayout: hard-way\n\
        groups: {controllers: {names: [cp*]}, etcd: none, workers: {names: [node*]}}\n";
    let settings = Lab::new(cluster, &[("cp-1", "10.0.0.1"), ("node-1", "10.0.0.2")]).settings();
    insta::assert_snapshot!(settings.lines().last().unwrap(), @"Warning no-etcd: `etcd_initial_cluster` is not written: no host runs etcd; write a group `etcd`, or name yours in `roles.etcd`");
}

#[test]
fn a_reason_is_one_line_whatever_a_file_is_called() {
    let lab = text("").with("group_vars/all/a\nb.yml", "cluster_cidr: 10.100.0.0/16\n");
    let settings = lab.settings();
    assert!(
        settings.starts_with("group_vars/all.yml cluster_cidr: 10.100.0.0/16 (kept, as a b.yml had it)"),
        "{settings}"
    );
}

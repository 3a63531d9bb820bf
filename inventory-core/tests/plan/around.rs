//! Load balancers, the API's address, docker, DHCP, hypervisors.

use crate::situation::{Situation, in_vars, told};

const LAN: [&str; 3] = ["192.168.1.10", "192.168.1.11", "192.168.1.12"];
const NODES: &str =
    "nodes:\n  - {cidr: 192.168.1.0/24, gateway: 192.168.1.1, dhcp: 192.168.1.100-192.168.1.200, dns: 192.168.1.2}\n";

fn on_lan(network: &str) -> String {
    told(&Situation::new(&format!("{network}{NODES}"), &LAN).plan())
}

#[test]
fn a_pool_among_free_addresses_of_the_lan_passes() {
    assert_eq!(
        on_lan(
            "load_balancer: {ranges: [192.168.1.220-192.168.1.240], metallb: true}\napi_address: {address: 192.168.1.5, by: kube-vip}\n"
        ),
        ""
    );
}

#[test]
fn a_pool_that_holds_nodes_is_told_once_with_a_free_block() {
    insta::assert_snapshot!(on_lan("load_balancer: [192.168.1.8-192.168.1.30]\n"), @"Error C01: load-balancer pool 192.168.1.8-192.168.1.30 (ci-kube.static.yml:4:19) meets node 192.168.1.10 (host node1) and 2 more and must not: no node's address is in a load-balancer pool, though the pool may be in the network of the nodes; write 192.168.1.232-192.168.1.254 instead, which is free in the machines' network");
}

#[test]
fn a_pool_in_what_dhcp_gives_away_gets_a_free_block() {
    insta::assert_snapshot!(on_lan("load_balancer: [192.168.1.150-192.168.1.160]\n"), @"Error C04: load-balancer pool 192.168.1.150-192.168.1.160 (ci-kube.static.yml:4:19) meets DHCP range 192.168.1.100-192.168.1.200 (ci-kube.static.yml:6:7) and must not: a load-balancer pool avoids the gateway, the address of the API and what DHCP gives away; write 192.168.1.244-192.168.1.254 instead, which is free in the machines' network");
}

#[test]
fn a_pool_larger_than_what_is_free_gets_the_largest_block() {
    insta::assert_snapshot!(on_lan("load_balancer: [192.168.1.0/24]\n"), @"
    Error C01: load-balancer pool 192.168.1.0/24 (ci-kube.static.yml:4:19) meets node 192.168.1.10 (host node1) and 2 more and must not: no node's address is in a load-balancer pool, though the pool may be in the network of the nodes; write 192.168.1.13-192.168.1.99 instead, which is free in the machines' network
    Error C04: load-balancer pool 192.168.1.0/24 (ci-kube.static.yml:4:19) meets gateway 192.168.1.1 (ci-kube.static.yml:6:7) and 1 more and must not: a load-balancer pool avoids the gateway, the address of the API and what DHCP gives away; write 192.168.1.13-192.168.1.99 instead, which is free in the machines' network
    ");
}

#[test]
fn pools_that_share_addresses_are_an_error() {
    insta::assert_snapshot!(on_lan("load_balancer: [192.168.1.210-192.168.1.220, 192.168.1.215-192.168.1.230]\n"), @"Error C02: load-balancer pool 192.168.1.215-192.168.1.230 (ci-kube.static.yml:4:48) meets load-balancer pool 192.168.1.210-192.168.1.220 (ci-kube.static.yml:4:19) and must not: load-balancer pools share no address (192.168.1.215-192.168.1.220 is in both); write 192.168.1.239-192.168.1.254 instead, which is free in the machines' network");
}

#[test]
fn a_pool_nobody_asks_for_by_arp_is_a_warning() {
    insta::assert_snapshot!(on_lan("load_balancer: {ranges: [10.5.0.0/24], metallb: true}\n"), @"Warning C05: load-balancer pool 10.5.0.0/24 (ci-kube.static.yml:4:28) breaks a rule: a load-balancer pool announced by ARP or NDP is in the network of the nodes; write 192.168.1.13-192.168.1.99, which is free there, or announce it by BGP");
    assert_eq!(on_lan("load_balancer: [10.5.0.0/24]\n"), "");
}

#[test]
fn a_pool_in_the_pods_is_an_error() {
    insta::assert_snapshot!(on_lan("pods: 10.60.0.0/16\nload_balancer: [10.60.5.0/28]\n"), @"Error C03: load-balancer pool 10.60.5.0/28 (ci-kube.static.yml:5:19) meets pods 10.60.0.0/16 (ci-kube.static.yml:4:9) and must not: a load-balancer pool shares no address with pods or services; write 192.168.1.239-192.168.1.254 instead, which is free in the machines' network");
}

#[test]
fn auto_goes_around_the_pools_and_the_api() {
    let plan = Situation::new("load_balancer: [10.233.5.0/24]\napi_address: 10.233.70.1\n", &LAN).plan();
    assert_eq!(crate::situation::ranges(&plan), ["10.233.128.0/18", "10.233.192.0/18"]);
}

#[test]
fn an_api_address_that_is_a_nodes_says_how_a_node_is_meant() {
    insta::assert_snapshot!(on_lan("api_address: {address: 192.168.1.10, by: kube-vip}\n"), @"Error C06: API address 192.168.1.10 (ci-kube.static.yml:4:16) meets node 192.168.1.10 (host node1) and must not: the address of the API is in the network of the nodes, and none of a node's, a load-balancer pool's, DHCP's, the pods' or the services'; write 192.168.1.3, which is free in the machines' network; if that node is meant, `api_address: {address: …, by: node}`");
    assert_eq!(on_lan("api_address: {address: 192.168.1.10, by: node}\n"), "");
}

#[test]
fn kube_vips_address_is_in_the_machines_network_a_load_balancers_need_not() {
    insta::assert_snapshot!(on_lan("api_address: {address: 10.9.9.9, by: kube-vip}\n"), @"Error C06: API address 10.9.9.9 (ci-kube.static.yml:4:16) breaks a rule: the address of the API is in the network of the nodes, and none of a node's, a load-balancer pool's, DHCP's, the pods' or the services'; write 192.168.1.3, which is free in the machines' network");
    assert_eq!(on_lan("api_address: 10.9.9.9\n"), "");
    insta::assert_snapshot!(on_lan("api_address: {address: 192.168.1.120, by: kube-vip}\n"), @"Error C06: API address 192.168.1.120 (ci-kube.static.yml:4:16) meets DHCP range 192.168.1.100-192.168.1.200 (ci-kube.static.yml:6:7) and must not: the address of the API is in the network of the nodes, and none of a node's, a load-balancer pool's, DHCP's, the pods' or the services'; write 192.168.1.3, which is free in the machines' network");
}

#[test]
fn an_api_address_in_a_pool_is_an_error() {
    insta::assert_snapshot!(on_lan("api_address: {address: 192.168.1.215, by: kube-vip}\nload_balancer: [192.168.1.210-192.168.1.220]\n"), @"Error C04: load-balancer pool 192.168.1.210-192.168.1.220 (ci-kube.static.yml:5:19) meets API address 192.168.1.215 (ci-kube.static.yml:4:16) and must not: a load-balancer pool avoids the gateway, the address of the API and what DHCP gives away; write 192.168.1.244-192.168.1.254 instead, which is free in the machines' network");
}

#[test]
fn a_docker_bridge_over_the_lan_gets_another() {
    let file =
        "kubespray_version: v2.17.1\nnetwork:\n  docker_bip: 192.168.0.1/16\n  nodes:\n    - {cidr: 192.168.56.0/24}\n";
    insta::assert_snapshot!(told(&Situation::of_file(file, &["192.168.56.10", "192.168.56.11"]).plan()), @"
    Error D01: bridge of the container runtime 192.168.0.0/16 (ci-kube.static.yml:4:15) meets node network 192.168.56.0/24 (ci-kube.static.yml:6:7) and must not: docker's bridge shares no address with anything that a node must reach; write another: `docker_bip: 172.16.0.1/24`
    Warning D03: pool of docker's bridges 192.168.0.0/16 (default of docker) meets node network 192.168.56.0/24 (ci-kube.static.yml:6:7) and should not: what docker takes more bridges from shares no address with nodes, pods or services; it matters only where somebody makes docker networks on the nodes
    ");
}

#[test]
fn a_docker_bridge_without_a_host_part_is_an_error() {
    let file = "kubespray_version: v2.17.1\nnetwork:\n  docker_bip: 172.31.0.0/24\n";
    insta::assert_snapshot!(told(&Situation::of_file(file, &["10.20.0.10"]).plan()), @"Error D02: bridge of the container runtime 172.31.0.0/24 (ci-kube.static.yml:4:15) breaks a rule: docker's bip is an address inside its network, not the network itself (it is the network itself); write `docker_bip: 172.31.0.1/24`");
}

#[test]
fn dockers_own_bridge_over_the_machines_is_an_error_where_docker_runs() {
    let file =
        |version: &str| format!("kubespray_version: {version}\nnetwork:\n  nodes:\n    - {{cidr: 172.17.5.0/24}}\n");
    insta::assert_snapshot!(told(&Situation::of_file(&file("v2.17.1"), &["172.17.5.10"]).plan()), @"Error D01: bridge of the container runtime 172.17.0.0/16 (default of docker) meets node network 172.17.5.0/24 (ci-kube.static.yml:5:7) and must not: docker's bridge shares no address with anything that a node must reach; give docker another: `docker_bip: 172.16.0.1/24`");
    assert_eq!(told(&Situation::of_file(&file("v2.18.2"), &["172.17.5.10"]).plan()), "");
}

#[test]
fn a_docker_bridge_without_docker_is_an_error() {
    insta::assert_snapshot!(on_lan("docker_bip: 172.31.255.1/24\n"), @"Error docker-bip: `docker_bip` is 172.31.255.1/24 (written in ci-kube.static.yml:4:15), and the nodes run containerd (default of kubespray v2.31.0); remove it");
    let docker = Situation::new("docker_bip: 172.31.255.1/24\n", &["10.20.0.1"])
        .with_current(|current| current.container_manager = Some(in_vars(5, "docker".to_owned())));
    assert_eq!(told(&docker.plan()), "");
}

#[test]
fn virtualboxes_nat_address_is_no_nodes() {
    let network = "nodes:\n  - {cidr: 192.168.56.0/24, provider: virtualbox}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &["10.0.2.15", "10.0.2.15", "192.168.56.10"]).plan()), @"Error E02: network behind the hypervisor's NAT 10.0.2.0/24 (default of VirtualBox, QEMU and KubeVirt) meets node 10.0.2.15 (host node1) and 1 more and must not: no node's address is one behind the hypervisor's NAT, where every machine has the same; choose another interface of the machines with `hosts.ip: {cidr: …}`");
    assert_eq!(told(&Situation::new(network, &["192.168.56.11", "192.168.56.10"]).plan()), "");
}

#[test]
fn nodes_of_one_address_are_told_once() {
    insta::assert_snapshot!(told(&Situation::new("cni: calico\n", &["10.9.0.2", "10.9.0.2", "10.9.0.2", "10.9.0.3"]).plan()), @"Error A24: node 10.9.0.2 (host node1) meets node 10.9.0.2 (host node2) and 1 more and must not: no two nodes have one address; give each its own; behind NAT choose the interface between them with `hosts.ip: {cidr: …}`");
}

#[test]
fn nodes_outside_every_known_network_are_worth_a_word() {
    let network = "nodes:\n  - {cidr: 192.168.5.0/24}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Info F09: node 192.168.1.10 (host node1) and 2 more are in none of the networks that are known here; tell their networks: `nodes: [{cidr: …}]`");
}

#[test]
fn a_dhcp_range_outside_its_network_is_an_error() {
    let network = "nodes:\n  - {cidr: 192.168.1.0/24, dhcp: 192.168.2.10-192.168.2.20}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error E04: DHCP range 192.168.2.10-192.168.2.20 (ci-kube.static.yml:5:7) breaks a rule: the virtual networks of one host share no address, and DHCP gives away addresses inside its own network that are configured on no machine; correct `dhcp`, or the `cidr` it is in");
}

#[test]
fn five_nodes_in_the_pod_network_are_one_finding() {
    let network = "pods: 192.168.0.0/16\nnodes:\n  - {cidr: 192.168.1.0/24}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error A04: pods 192.168.0.0/16 (ci-kube.static.yml:4:9) meets node network 192.168.1.0/24 (ci-kube.static.yml:6:7) and must not: the network of the nodes shares no address with pods or services; write `pods: 10.234.0.0/16`, or `auto`");
    insta::assert_snapshot!(told(&Situation::new("pods: 192.168.0.0/16\n", &LAN).plan()), @"Error A02: pods 192.168.0.0/16 (ci-kube.static.yml:4:9) meets node 192.168.1.10 (host node1) and 2 more and must not: no node's address is in the pod network; write `pods: 10.234.0.0/16`, or `auto`");
}

#[test]
fn kube_ovns_join_network_is_kept_apart_from() {
    let network = "cni: kube-ovn\ncni_version: v1.12.0\npods: 100.64.0.0/12\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error B07: pods 100.64.0.0/12 (ci-kube.static.yml:6:9) meets the CNI's own network 100.64.0.0/16 (default of kube-ovn) and must not: kube-ovn's join network shares no address with pods, services or nodes; write `pods: 10.160.0.0/12`, or `auto`");
}

#[test]
fn the_resolver_is_kept_apart_from() {
    let network = "services: 10.70.0.0/16\nnodes:\n  - {cidr: 192.168.1.0/24, dns: 10.70.0.53}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error F03: services 10.70.0.0/16 (ci-kube.static.yml:4:13) meets upstream DNS 10.70.0.53 (ci-kube.static.yml:6:7) and must not: the resolver that machines are told to use is in neither pods nor services; with both clusters on kubespray's ranges it is the cluster's own DNS, which then asks itself; write `services: 10.234.0.0/16`, or `auto`");
}

#[test]
fn ten_thousand_avoided_networks_in_one_range_are_one_finding() {
    let avoid: Vec<String> =
        (0..1000).map(|n| format!("  - {{name: n{n}, cidr: 10.{}.{}.0/24}}\n", n / 250, n % 250)).collect();
    let avoid = avoid.concat();
    let network = format!("pods: 10.0.0.0/12\navoid:\n{avoid}");
    insta::assert_snapshot!(told(&Situation::new(&network, &LAN).plan()), @"Error G01: pods 10.0.0.0/12 (ci-kube.static.yml:4:9) meets network outside 10.0.0.0/24 (n0, ci-kube.static.yml:6:24) and 999 more and must not: pods and services share no address with a network outside that machines must reach; write `pods: 10.160.0.0/12`, or `auto`");
}

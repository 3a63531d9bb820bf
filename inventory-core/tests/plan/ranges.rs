//! Which networks pods and services get.

use crate::situation::{KUBE_TEST, SEED_NODES, Situation, ranges, said, story, told};
use inventory_core::network::space::Role;

const LAN: [&str; 3] = ["192.168.1.10", "192.168.1.11", "192.168.1.12"];

#[test]
fn a_cluster_alone_gets_kubesprays_own_and_nothing_is_written() {
    let plan = Situation::new("cni: calico\n", &LAN).plan();
    assert_eq!(ranges(&plan), ["10.233.0.0/18", "10.233.64.0/18"]);
    assert!(plan.ranges().all(|(_, choice)| !choice.is_written));
    assert_eq!(said(&plan), [""; 0]);
}

#[test]
fn a_cluster_inside_a_kubespray_cluster_touches_neither_of_its_ranges() {
    let plan = Situation::new(KUBE_TEST, &SEED_NODES).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.233.128.0/18* [fixed; instead of 10.233.0.0/18: services 10.233.0.0/18 of kube-test (ci-kube.static.yml:5:114), 2 in all]
    pods 10.233.192.0/18* [fixed; instead of 10.233.64.0/18: pods 10.233.64.0/18 of kube-test (ci-kube.static.yml:5:88), 6 in all]
    ");
    insta::assert_snapshot!(plan.mtu.chain.levels.last().unwrap().sum, @"1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400");
    assert_eq!(plan.mtu.written.as_ref().unwrap().value.bytes(), 1400);
    let port = plan.overlay.vxlan_port.as_ref().unwrap();
    insta::assert_snapshot!(crate::situation::because(&plan, port), @"4790* [changeable; kube-test drops VXLAN on its own port]");
}

#[test]
fn the_seeds_own_ranges_pass() {
    let network = format!("pods: 10.239.64.0/18\nservices: 10.239.0.0/18\n{KUBE_TEST}");
    let plan = Situation::new(&network, &SEED_NODES).plan();
    assert!(plan.is_sound(), "{:#?}", said(&plan));
    insta::assert_snapshot!(story(&plan), @"
    services 10.239.0.0/18* [fixed; written in ci-kube.static.yml:5:13]
    pods 10.239.64.0/18* [fixed; written in ci-kube.static.yml:4:9]
    ");
}

#[test]
fn auto_written_out_is_the_same_as_nothing() {
    let [auto, nothing] =
        ["pods: auto\nservices: auto\n", "cni: calico\n"].map(|text| Situation::new(text, &LAN).plan());
    assert_eq!((auto.pods, auto.services), (nothing.pods, nothing.services));
}

#[test]
fn a_first_choice_that_is_taken_gives_the_next_one_up_and_says_what_is_in_the_way() {
    let network = "avoid:\n  - {name: office VPN, cidr: 10.233.0.0/20}\n";
    insta::assert_snapshot!(story(&Situation::new(network, &LAN).plan()), @"
    services 10.233.128.0/18* [fixed; instead of 10.233.0.0/18: network outside 10.233.0.0/20 (office VPN, ci-kube.static.yml:5:32), 1 in all]
    pods 10.233.64.0/18 [fixed; default of kubespray]
    ");
}

#[test]
fn a_range_that_is_free_stays_where_it_is_when_the_other_moves() {
    let network = "avoid:\n  - {name: office VPN, cidr: 10.233.100.0/24}\n";
    assert_eq!(ranges(&Situation::new(network, &LAN).plan()), ["10.233.0.0/18", "10.233.128.0/18"]);
}

#[test]
fn the_pool_is_searched_in_its_order() {
    let network = "pool: [172.29.0.0/17, 10.80.0.0/14]\navoid:\n  - {name: dc, cidr: 10.233.0.0/16}\n";
    insta::assert_snapshot!(story(&Situation::new(network, &LAN).plan()), @"
    services 172.29.0.0/18* [fixed; instead of 10.233.0.0/18: network outside 10.233.0.0/16 (dc, ci-kube.static.yml:6:24), 1 in all]
    pods 172.29.64.0/18* [fixed; instead of 10.233.64.0/18: network outside 10.233.0.0/16 (dc, ci-kube.static.yml:6:24), 1 in all]
    ");
    let network = "pool: [172.29.0.0/18, 10.80.0.0/14]\navoid:\n  - {name: dc, cidr: 10.233.0.0/16}\n";
    assert_eq!(ranges(&Situation::new(network, &LAN).plan()), ["172.29.0.0/18", "10.80.0.0/18"]);
}

#[test]
fn another_distributions_default_is_never_taken_unless_the_pool_names_it() {
    // Everything above 10.233.0.0 up to flannel's 10.244.0.0/16 is taken.
    let taken = "avoid:\n  - {name: dc, cidr: 10.232.0.0-10.243.255.255}\n";
    assert_eq!(ranges(&Situation::new(taken, &LAN).plan()), ["10.245.0.0/18", "10.245.64.0/18"]);
    let named = format!("{taken}pool: 10.244.0.0/16\n");
    assert_eq!(ranges(&Situation::new(&named, &LAN).plan()), ["10.244.0.0/18", "10.244.64.0/18"]);
}

#[test]
fn a_size_is_granted_where_the_layouts_own_begins() {
    insta::assert_snapshot!(story(&Situation::new("pods: {size: /20}\nservices: {size: /22}\n", &LAN).plan()), @"
    services 10.233.0.0/22* [fixed; where the default is, 10.233.0.0/18, as the /22 that is asked for in ci-kube.static.yml:5:13]
    pods 10.233.64.0/20* [fixed; where the default is, 10.233.64.0/18, as the /20 that is asked for in ci-kube.static.yml:4:9]
    ");
}

#[test]
fn a_size_larger_than_what_is_free_there_is_found_further_on() {
    insta::assert_snapshot!(story(&Situation::new("pods: {size: /16}\n", &LAN).plan()), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    pods 10.234.0.0/16* [fixed; the next one that is free, as the /16 that is asked for in ci-kube.static.yml:4:9]
    ");
}

#[test]
fn siblings_ranges_are_kept_apart_from() {
    let situation = Situation::new("siblings: ../*/*.static.yml\n", &LAN)
        .beside("ci-two", &[(Role::Services, "10.233.0.0/18"), (Role::Pods, "10.233.64.0/18")]);
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.233.128.0/18* [fixed; instead of 10.233.0.0/18: services 10.233.0.0/18 of ci-two (../ci-two/ci-two.static.yml:9:9), 1 in all]
    pods 10.233.192.0/18* [fixed; instead of 10.233.64.0/18: pods 10.233.64.0/18 of ci-two (../ci-two/ci-two.static.yml:9:9), 1 in all]
    ");
}

#[test]
fn a_written_range_that_meets_a_siblings_is_an_error_with_a_free_one() {
    let situation = Situation::new("pods: 10.233.64.0/18\nsiblings: ../*/*.static.yml\n", &LAN)
        .beside("ci-two", &[(Role::Pods, "10.233.64.0/18")]);
    insta::assert_snapshot!(told(&situation.plan()), @"Error G02: pods 10.233.64.0/18 (ci-kube.static.yml:4:9) meets pods 10.233.64.0/18 of ci-two (../ci-two/ci-two.static.yml:9:9) and must not: pods, services, load-balancer pools and API addresses share no address with those of the clusters named as siblings, nor with their nodes; write `pods: 10.233.128.0/18`, or `auto`");
}

#[test]
fn a_site_is_laid_under_the_cluster_file_which_wins() {
    let site = "avoid:\n  - {name: office VPN, cidr: 10.233.0.0/16}\npool: 10.64.0.0/14\nunderlay: {mtu: 9000}\n";
    let plan = Situation::new("pool: 10.72.0.0/14\n", &LAN).on_site(site).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.72.0.0/18* [fixed; instead of 10.233.0.0/18: network outside 10.233.0.0/16 (office VPN, site.yml:2:30), 1 in all]
    pods 10.72.64.0/18* [fixed; instead of 10.233.64.0/18: network outside 10.233.0.0/16 (office VPN, site.yml:2:30), 1 in all]
    ");
    assert_eq!(plan.mtu.chain.underlay.link.bytes(), 9000);
}

#[test]
fn dockers_networks_are_kept_apart_from_only_where_docker_runs() {
    let pool = "pool: 172.17.0.0/16\navoid:\n  - {name: dc, cidr: 10.0.0.0/8}\n";
    assert_eq!(ranges(&Situation::new(pool, &LAN).plan()), ["172.17.0.0/18", "172.17.64.0/18"]);
    let old =
        "kubespray_version: v2.17.1\nnetwork:\n  pool: 172.17.0.0/16\n  avoid:\n    - {name: dc, cidr: 10.0.0.0/8}\n";
    insta::assert_snapshot!(Situation::of_file(old, &["172.16.0.5"]).refusal(), @"no /18 is free for services in 172.17.0.0/16; in the way: bridge of the container runtime 172.17.0.0/16 (default of docker); nothing at all is free there: name another pool; without `pool`, all private networks are looked through");
    let moved = format!("{old}  docker_bip: 172.31.255.1/24\n");
    assert_eq!(ranges(&Situation::of_file(&moved, &["172.16.0.5"]).plan()), ["172.17.0.0/18", "172.17.64.0/18"]);
}

#[test]
fn when_nothing_fits_the_largest_that_would_and_what_is_in_the_way_are_named() {
    let network = "\
pool: 10.50.0.0/16
avoid:
  - {name: dc, cidr: 10.233.0.0/16}
  - {name: lab, cidr: 10.50.0.0/18}
  - {name: office, cidr: 10.50.96.0/19}
  - {name: printers, cidr: 10.50.128.0/20}
  - {name: cameras, cidr: 10.50.200.0/24}
";
    insta::assert_snapshot!(Situation::new(network, &LAN).refusal(), @"no /18 is free for services in 10.50.0.0/16; in the way: network outside 10.50.0.0/18 (lab, ci-kube.static.yml:7:25), network outside 10.50.96.0/19 (office, ci-kube.static.yml:8:28), network outside 10.50.128.0/20 (printers, ci-kube.static.yml:9:30) and 1 more; 10.50.64.0/19 is the largest that would fit: take /19, or name another pool; in the cluster file that is `services: {size: /19}`");
}

#[test]
fn when_nothing_at_all_is_free_that_is_said() {
    let network = "pool: 10.50.0.0/24\navoid:\n  - {name: dc, cidr: 10.0.0.0/8}\n";
    insta::assert_snapshot!(Situation::new(network, &LAN).refusal(), @"no /18 is free for services in 10.50.0.0/24; in the way: network outside 10.0.0.0/8 (dc, ci-kube.static.yml:6:24); nothing at all is free there: name another pool; without `pool`, all private networks are looked through");
}

#[test]
fn nodes_in_a_range_that_nobody_reported_are_kept_apart_from() {
    insta::assert_snapshot!(story(&Situation::new("cni: calico\n", &["10.233.70.5", "10.233.70.6"]).plan()), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    pods 10.233.128.0/18* [fixed; instead of 10.233.64.0/18: node 10.233.70.5 (host node1), 2 in all]
    ");
}

#[test]
fn the_network_of_the_machines_is_kept_apart_from_though_none_has_an_address() {
    let network = "nodes:\n  - {cidr: 10.233.0.0/17, gateway: 10.233.0.1}\n";
    assert_eq!(ranges(&Situation::new(network, &[]).plan()), ["10.233.128.0/18", "10.233.192.0/18"]);
}

#[test]
fn the_hard_ways_own_are_written_since_nothing_else_says_them() {
    let plan = Situation::of_file("layout: hard-way\n", &LAN).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.32.0.0/24* [fixed; default of kubernetes-the-hard-way]
    pods 10.200.0.0/16* [fixed; default of kubernetes-the-hard-way]
    ");
    assert_eq!(plan.cluster_dns[0].to_string(), "10.32.0.10");
}

#[test]
fn two_networks_of_one_family_are_refused() {
    insta::assert_snapshot!(Situation::new("pods: [10.1.0.0/16, 10.2.0.0/16]\n", &LAN).refusal(), @"ci-kube.static.yml:4:9: `pods` has two IPv4 networks, 10.1.0.0/16 and 10.2.0.0/16; keep one of them: a cluster has one network a family");
}

#[test]
fn a_range_that_is_written_and_taken_is_never_moved() {
    let network = "pods: 192.168.0.0/16\n";
    let plan = Situation::new(network, &LAN).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    pods 192.168.0.0/16* [fixed; written in ci-kube.static.yml:4:9]
    Error A02: pods 192.168.0.0/16 (ci-kube.static.yml:4:9) meets node 192.168.1.10 (host node1) and 2 more and must not: no node's address is in the pod network; write `pods: 10.234.0.0/16`, or `auto`
    ");
}

#[test]
fn pods_and_services_that_meet_get_one_error_and_one_free_network() {
    let network = "pods: 10.233.0.0/16\nservices: 10.233.0.0/18\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error A01: pods 10.233.0.0/16 (ci-kube.static.yml:4:9) meets services 10.233.0.0/18 (ci-kube.static.yml:5:13) and must not: the pod network and the service network share no address, whichever is in the other; write `pods: 10.234.0.0/16`, or `auto`");
}

#[test]
fn remedies_for_two_ranges_go_together() {
    let network = "pods: 10.50.64.0/18\nservices: 10.50.0.0/18\navoid:\n  - {name: dc, cidr: 10.50.0.0/16}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"
    Error G01: services 10.50.0.0/18 (ci-kube.static.yml:5:13) meets network outside 10.50.0.0/16 (dc, ci-kube.static.yml:7:24) and must not: pods and services share no address with a network outside that machines must reach; write `services: 10.233.0.0/18`, or `auto`
    Error G01: pods 10.50.64.0/18 (ci-kube.static.yml:4:9) meets network outside 10.50.0.0/16 (dc, ci-kube.static.yml:7:24) and must not: pods and services share no address with a network outside that machines must reach; write `pods: 10.233.64.0/18`, or `auto`
    ");
}

#[test]
fn link_local_and_loopback_ranges_are_refused() {
    insta::assert_snapshot!(told(&Situation::new("pods: 169.254.0.0/17\nservices: 127.0.0.0/16\n", &LAN).plan()), @"
    Error A06: services 127.0.0.0/16 (ci-kube.static.yml:5:13) breaks a rule: pods, services and pools touch no loopback, link-local, multicast, broadcast or this-host address; write `services: 10.233.0.0/16`, or `auto`
    Error A06: pods 169.254.0.0/17 (ci-kube.static.yml:4:9) breaks a rule: pods, services and pools touch no loopback, link-local, multicast, broadcast or this-host address; write `pods: 10.234.0.0/17`, or `auto`
    Error A23: pods 169.254.0.0/17 (ci-kube.static.yml:4:9) meets node-local DNS 169.254.25.10 (default of kubespray's node-local DNS) and must not: the DNS cache on each node listens outside pods, services and the network of the nodes; write `pods: 10.234.0.0/17`, or `auto`
    ");
}

#[test]
fn a_service_network_of_an_impossible_size_says_the_nearest_that_works() {
    insta::assert_snapshot!(told(&Situation::new("services: 11.0.0.0/8\n", &LAN).plan()), @"
    Error A08: services 11.0.0.0/8 (ci-kube.static.yml:4:13) breaks a rule: the service network leaves at most 20 bits to hosts: /12 in IPv4, /108 in IPv6 (/8 is not between /12 and /32); write `services: {size: /12}`, or a longer one
    Warning G03: services 11.0.0.0/8 (ci-kube.static.yml:4:13) breaks a rule: pods and services lie in private address space, which is 10.0.0.0/8, 172.16.0.0/12 (up to 172.31.255.255), 192.168.0.0/16, 100.64.0.0/10 and fc00::/7: whoever has these addresses on the Internet cannot be reached; write a private network or `auto` for `services`, as long as the cluster is not built
    ");
    insta::assert_snapshot!(told(&Situation::new("services: 10.96.0.0/29\n", &LAN).plan()), @"Error A10: services 10.96.0.0/29 (ci-kube.static.yml:4:13) breaks a rule: the service network has at least 10 addresses under kubeadm, 8 otherwise (8 where at least 10 are needed); write `services: {size: /28}`, or a shorter one");
}

#[test]
fn ten_dot_zero_is_the_last_that_is_left_and_not_taken_unless_named() {
    let all_but = "avoid:\n  - {name: a, cidr: 10.1.0.0-10.255.255.255}\n  - {name: b, cidr: 172.16.0.0/12}\n  - {name: c, cidr: 192.168.0.0/16}\n";
    insta::assert_snapshot!(Situation::new(all_but, &[]).refusal(), @"no /18 is free for services in 10.233.0.0/16, 10.234.0.0/15, 10.236.0.0/14, 10.240.0.0/12, 10.128.0.0/9, 172.16.0.0/12, 10.0.0.0/9, 192.168.0.0/16; in the way: network outside 10.1.0.0-10.255.255.255 (a, ci-kube.static.yml:5:23), network outside 172.16.0.0/12 (b, ci-kube.static.yml:6:23), services 10.96.0.0/12 (default of kubeadm) and 25 more; nothing at all is free there: name another pool; the key is `pool`, and what is only somebody's default is free once it is named there");
    // What every guest behind a hypervisor's NAT sees at 10.0.2.0/24 is left out even then.
    let named = format!("{all_but}pool: 10.0.0.0/16\n");
    assert_eq!(ranges(&Situation::new(&named, &[]).plan()), ["10.0.64.0/18", "10.0.128.0/18"]);
}

#[test]
fn the_networks_of_machines_are_never_guessed_from_their_addresses() {
    let plan = Situation::new("pods: 192.168.2.0/23\n", &["192.168.1.10", "192.168.4.10"]).plan();
    assert!(!crate::situation::codes(&plan).contains(&"A04"), "{}", told(&plan));
    assert!(plan.around.iter().all(|space| space.role != Role::Nodes));
}

#[test]
fn pods_outside_of_private_space_are_a_warning_told_once() {
    insta::assert_snapshot!(told(&Situation::new("pods: 172.32.0.0/16\n", &LAN).plan()), @"Warning G03: pods 172.32.0.0/16 (ci-kube.static.yml:4:9) breaks a rule: pods and services lie in private address space, which is 10.0.0.0/8, 172.16.0.0/12 (up to 172.31.255.255), 192.168.0.0/16, 100.64.0.0/10 and fc00::/7: whoever has these addresses on the Internet cannot be reached; write a private network or `auto` for `pods`, as long as the cluster is not built");
    insta::assert_snapshot!(told(&Situation::new("pods: 224.32.0.0/16\n", &LAN).plan()), @"Error A06: pods 224.32.0.0/16 (ci-kube.static.yml:4:9) breaks a rule: pods, services and pools touch no loopback, link-local, multicast, broadcast or this-host address; write `pods: 10.234.0.0/16`, or `auto`");
}

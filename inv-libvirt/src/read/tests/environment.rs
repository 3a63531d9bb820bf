//! What is around the machines.

use inventory_core::environment::Environment;
use inventory_core::network::mtu::Mtu;

use super::captures::{lab, test_driver, vagrant};
use super::*;
use crate::answers::{Bridge, Unanswered};

fn shown(environment: &Environment) -> String {
    let mut text = String::new();
    for network in &environment.nodes {
        let one = &network.value;
        let _ = write!(text, "{} {} {:?}", one.name.as_deref().unwrap_or("-"), one.cidr, one.forward.unwrap());
        let _ = write!(text, " gateway {:?} dhcp {:?} dns {:?}", one.gateway, one.dhcp.0, one.dns.0);
        let _ = writeln!(text, " mtu {:?} ({})", one.mtu.map(Mtu::bytes), network.origin);
    }
    for other in &environment.others {
        let _ = writeln!(text, "{other}");
    }
    for silent in &environment.silent {
        let _ = writeln!(text, "silent: {}, {}: {}", silent.place, silent.why, silent.would_tell);
    }
    match &environment.machine_mtu {
        Some(mtu) => writeln!(text, "NIC {} ({})", mtu.value, mtu.origin),
        None => writeln!(text, "NIC unknown"),
    }
    .unwrap();
    text
}

fn around(answers: &Answers) -> String {
    let found = read_all(answers, &LibvirtOptions::default());
    shown(&found.environment.around(&found.machines))
}

#[test]
fn the_networks_of_the_guests_are_theirs_and_the_others_are_avoided() {
    insta::assert_snapshot!(around(&lab()), @"
    kube 192.168.150.0/24 Nat gateway Some(192.168.150.1) dhcp [192.168.150.100-192.168.150.199, 192.168.150.10] dns [192.168.150.1] mtu Some(1450) (libvirt network kube)
    storage 10.151.0.0/24 Isolated gateway Some(10.151.0.1) dhcp [10.151.0.100-10.151.0.199] dns [10.151.0.1] mtu Some(9000) (libvirt network storage)
    storage fd00:151::/64 Isolated gateway Some(fd00:151::1) dhcp [fd00:151::100/120] dns [fd00:151::1] mtu Some(9000) (libvirt network storage)
    virtual network 192.168.122.0/24 of level 0 (libvirt network default (not started))
    NIC 1450 (libvirt network kube)
    ");
    insta::assert_snapshot!(around(&vagrant()), @"
    vagrant-libvirt 192.168.121.0/24 Nat gateway Some(192.168.121.1) dhcp [192.168.121.1-192.168.121.254] dns [192.168.121.1] mtu Some(1500) (libvirt network vagrant-libvirt)
    vagrant-priv 192.168.160.0/24 Nat gateway Some(192.168.160.1) dhcp [192.168.160.1-192.168.160.254] dns [192.168.160.1] mtu Some(1450) (libvirt network vagrant-priv)
    NIC 1450 (domain vproj_master)
    ");
    insta::assert_snapshot!(around(&test_driver()), @"
    kube 192.168.150.0/24 Nat gateway Some(192.168.150.1) dhcp [192.168.150.100-192.168.150.200, 192.168.150.10] dns [192.168.150.1] mtu Some(1450) (libvirt network kube)
    v6 fd00:beef::/64 Routed gateway Some(fd00:beef::1) dhcp [fd00:beef::100/120] dns [fd00:beef::1] mtu Some(1500) (libvirt network v6)
    virtual network 10.9.0.0/16 of level 0 (libvirt network isolated)
    NIC 1450 (libvirt network kube)
    ");
}

fn with_network(xml: &str) -> String {
    let network = Network { is_active: true, xml: xml.to_owned(), leases: None };
    around(&told(Told {
        domains: vec![guest("n1", &card("52:54:00:00:00:01", "lan"))],
        networks: vec![network],
        ..Told::default()
    }))
}

#[test]
fn a_network_says_how_it_forwards() {
    let with = |forward: &str| {
        with_network(&format!(
            "<network><name>lan</name>{forward}<ip address='10.0.0.1' prefix='24'/>\
             <ip family='ipv6' address='fd00::1' prefix='64'/></network>"
        ))
    };
    insta::assert_snapshot!(with("<forward/>"), @"
    lan 10.0.0.0/24 Nat gateway Some(10.0.0.1) dhcp [] dns [10.0.0.1] mtu Some(1500) (libvirt network lan)
    lan fd00::/64 Routed gateway Some(fd00::1) dhcp [] dns [fd00::1] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
    insta::assert_snapshot!(with("<forward mode='nat'><nat ipv6='yes'/></forward>"), @"
    lan 10.0.0.0/24 Nat gateway Some(10.0.0.1) dhcp [] dns [10.0.0.1] mtu Some(1500) (libvirt network lan)
    lan fd00::/64 Nat gateway Some(fd00::1) dhcp [] dns [fd00::1] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
    insta::assert_snapshot!(with("<forward mode='open'/><dns enable='no'/>"), @"
    lan 10.0.0.0/24 Routed gateway Some(10.0.0.1) dhcp [] dns [] mtu Some(1500) (libvirt network lan)
    lan fd00::/64 Routed gateway Some(fd00::1) dhcp [] dns [] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
    insta::assert_snapshot!(with(""), @"
    lan 10.0.0.0/24 Isolated gateway Some(10.0.0.1) dhcp [] dns [10.0.0.1] mtu Some(1500) (libvirt network lan)
    lan fd00::/64 Isolated gateway Some(fd00::1) dhcp [] dns [fd00::1] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
}

#[test]
fn a_bridged_network_has_no_addresses_and_its_bridges_mtu() {
    let network = "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>";
    insta::assert_snapshot!(with_network(network), @"NIC unknown");
    let mut answers = told(Told {
        domains: vec![guest("n1", &card("52:54:00:00:00:01", "lan"))],
        networks: vec![Network { is_active: true, xml: network.to_owned(), leases: None }],
        bridges: vec![Bridge { name: "br0".to_owned(), mtu: 9000 }],
        ..Told::default()
    });
    insta::assert_snapshot!(around(&answers), @"NIC 9000 (libvirt network lan)");
    // Another card is on a bridge that nobody knows anything of: 9000 says nothing about it.
    let Said::Told(told) = &mut answers.hypervisors[0].said else { unreachable!() };
    told.domains.push(guest("n2", "<interface type='bridge'><source bridge='br1'/></interface>"));
    insta::assert_snapshot!(around(&answers), @"NIC unknown");
}

#[test]
fn a_running_card_in_a_network_of_somebody_elses_bridge_is_in_that_network() {
    let network = "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>";
    let stopped = "<interface type='network'><source network='lan'/></interface>";
    for running in [
        "<interface type='bridge'><source network='lan' portid='5' bridge='br0'/></interface>",
        "<interface type='direct'><source network='lan' portid='5' dev='eth1' mode='bridge'/></interface>",
    ] {
        let found = read_all(
            &told(Told {
                domains: vec![guest("n1", stopped), guest("n2", running)],
                networks: vec![Network { is_active: true, xml: network.to_owned(), leases: None }],
                bridges: vec![Bridge { name: "br0".to_owned(), mtu: 1500 }],
                ..Told::default()
            }),
            &LibvirtOptions::default(),
        );
        assert_eq!(found.machines[0].tags, found.machines[1].tags);
        assert_eq!(found.machines[0].interfaces, found.machines[1].interfaces);
    }
}

#[test]
fn the_nic_of_a_guest_that_is_no_member_says_nothing() {
    let found = read_all(&lab(), &LibvirtOptions::default());
    let members = found.machines.iter().filter(|machine| machine.name == "head10");
    let alone = found.machines.iter().filter(|machine| machine.name == "work11");
    let nic = |environment: Environment| environment.machine_mtu.map(|mtu| mtu.value.bytes());
    assert_eq!(nic(found.environment.clone().around(members)), Some(1450));
    let mut large = lab();
    let Said::Told(told) = &mut large.hypervisors[0].said else { unreachable!() };
    for network in &mut told.networks {
        network.xml = network.xml.replace("<mtu size='1450'/>", "<mtu size='9000'/>");
    }
    told.domains.push(guest("n1", "<interface type='bridge'><source bridge='br1'/><mtu size='1280'/></interface>"));
    let large = read_all(&large, &LibvirtOptions::default());
    let alone_there = large.machines.iter().filter(|machine| machine.name == "work11");
    assert_eq!(nic(found.environment.around(alone)), Some(1450));
    assert_eq!(nic(large.environment.clone().around(alone_there)), Some(9000));
    assert_eq!(nic(large.environment.around(&large.machines)), Some(1280));
}

#[test]
fn reservations_are_given_away_too() {
    let hosts = [12, 10, 11, 150, 20].map(|n| format!("<host mac='52:54:00:00:01:{n}' ip='10.0.0.{n}'/>")).concat();
    insta::assert_snapshot!(with_network(&format!(
        "<network><name>lan</name><forward/><ip address='10.0.0.1' netmask='255.255.255.0'><dhcp>\
         <range start='10.0.0.100' end='10.0.0.199'/>{hosts}</dhcp></ip></network>"
    )), @"
    lan 10.0.0.0/24 Nat gateway Some(10.0.0.1) dhcp [10.0.0.100-10.0.0.199, 10.0.0.10-10.0.0.12, 10.0.0.20] dns [10.0.0.1] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
}

#[test]
fn a_network_without_a_prefix_has_the_one_of_its_class() {
    let with = |address: &str| with_network(&format!("<network><name>lan</name><ip address='{address}'/></network>"));
    insta::assert_snapshot!(with("10.1.2.3"), @"
    lan 10.0.0.0/8 Isolated gateway Some(10.1.2.3) dhcp [] dns [10.1.2.3] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
    insta::assert_snapshot!(with("172.16.2.3"), @"
    lan 172.16.0.0/16 Isolated gateway Some(172.16.2.3) dhcp [] dns [172.16.2.3] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
    insta::assert_snapshot!(with("192.168.2.3"), @"
    lan 192.168.2.0/24 Isolated gateway Some(192.168.2.3) dhcp [] dns [192.168.2.3] mtu Some(1500) (libvirt network lan)
    NIC 1500 (libvirt network lan)
    ");
}

#[test]
fn what_nobody_answered_is_told() {
    let unanswered = vec![Unanswered { question: "virtual networks".to_owned(), why: "not supported".to_owned() }];
    insta::assert_snapshot!(around(&told(Told { unanswered, ..Told::default() })), @"
    silent: virtual networks, not supported: the networks that the machines are in
    NIC unknown
    ");
}

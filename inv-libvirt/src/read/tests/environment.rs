//! What is around the machines.

use inventory_core::environment::Environment;

use super::captures::{lab, test_driver, vagrant};
use super::*;
use crate::answers::{Bridge, Unanswered};

fn shown(environment: &Environment) -> String {
    let mut text = String::new();
    for network in &environment.nodes {
        let one = &network.value;
        let _ = write!(text, "{} {} {:?}", one.name.as_deref().unwrap_or("-"), one.cidr, one.forward.unwrap());
        let _ = write!(text, " gateway {:?} dhcp {:?} dns {:?}", one.gateway, one.dhcp.0, one.dns.0);
        let _ = writeln!(text, " mtu {:?} ({})", one.mtu.map(|mtu| mtu.bytes()), network.origin);
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
    shown(&read_all(answers, &LibvirtOptions::default()).environment)
}

#[test]
fn the_networks_of_the_guests_are_theirs_and_the_others_are_avoided() {
    insta::assert_snapshot!(around(&lab()), @"");
    insta::assert_snapshot!(around(&vagrant()), @"");
    insta::assert_snapshot!(around(&test_driver()), @"");
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
    insta::assert_snapshot!(with("<forward/>"), @"");
    insta::assert_snapshot!(with("<forward mode='nat'><nat ipv6='yes'/></forward>"), @"");
    insta::assert_snapshot!(with("<forward mode='open'/><dns enable='no'/>"), @"");
    insta::assert_snapshot!(with(""), @"");
}

#[test]
fn a_bridged_network_has_no_addresses_and_its_bridges_mtu() {
    let network = "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>";
    insta::assert_snapshot!(with_network(network), @"");
    let mut answers = told(Told {
        domains: vec![guest("n1", &card("52:54:00:00:00:01", "lan"))],
        networks: vec![Network { is_active: true, xml: network.to_owned(), leases: None }],
        bridges: vec![Bridge { name: "br0".to_owned(), mtu: 9000 }],
        ..Told::default()
    });
    insta::assert_snapshot!(around(&answers), @"");
    // Another card is on a bridge that nobody knows anything of: 9000 says nothing about it.
    let Said::Told(told) = &mut answers.hypervisors[0].said else { unreachable!() };
    told.domains.push(guest("n2", "<interface type='bridge'><source bridge='br1'/></interface>"));
    insta::assert_snapshot!(around(&answers), @"");
}

#[test]
fn reservations_are_given_away_too() {
    let hosts: String =
        [12, 10, 11, 150, 20].iter().map(|n| format!("<host mac='52:54:00:00:01:{n}' ip='10.0.0.{n}'/>")).collect();
    insta::assert_snapshot!(with_network(&format!(
        "<network><name>lan</name><forward/><ip address='10.0.0.1' netmask='255.255.255.0'><dhcp>\
         <range start='10.0.0.100' end='10.0.0.199'/>{hosts}</dhcp></ip></network>"
    )), @"");
}

#[test]
fn a_network_without_a_prefix_has_the_one_of_its_class() {
    let with = |address: &str| with_network(&format!("<network><name>lan</name><ip address='{address}'/></network>"));
    insta::assert_snapshot!(with("10.1.2.3"), @"");
    insta::assert_snapshot!(with("172.16.2.3"), @"");
    insta::assert_snapshot!(with("192.168.2.3"), @"");
}

#[test]
fn what_nobody_answered_is_told() {
    let unanswered = vec![Unanswered { question: "virtual networks".to_owned(), why: "not supported".to_owned() }];
    insta::assert_snapshot!(around(&told(Told { unanswered, ..Told::default() })), @"");
}

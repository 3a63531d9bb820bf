//! Several Vagrantfiles in one cluster.

use insta::assert_snapshot;
use inventory_core::inventory::render::ssh_config;
use serde_json::json;

use super::*;
use crate::answers::Silence;

/// Seed 004: masters and workers on each of two VM hosts, bridged to one network, each with a Vagrantfile of its own.
/// Made up after its description; `VirtualBox` as its manual describes it, not recorded.
fn four_vagrantfiles() -> Answers {
    let place = |place: &str, machines: &[(&str, &str, u16)]| {
        let machine = |(name, ip, port): &(&str, &str, u16)| {
            let cards = vec![card("nat", true, &["10.0.2.15"]), card("enp3s0", false, &[ip])];
            made(name, "virtualbox", running(cards, vec![forward("ssh", "127.0.0.1", *port, 22)]))
        };
        Project {
            place: Some(place.to_owned()),
            directory: format!("/srv/{place}").into(),
            said: Said::Told(Told { machines: machines.iter().map(machine).collect(), ..Told::default() }),
        }
    };
    Answers {
        projects: vec![
            place("vm1-masters", &[("master1", "192.168.1.165", 2222)]),
            place("vm1-workers", &[("worker1", "192.168.1.170", 2200), ("worker2", "192.168.1.171", 2201)]),
            place("vm2-masters", &[("master2", "192.168.1.166", 2222), ("master3", "192.168.1.167", 2200)]),
            place("vm2-workers", &[("worker3", "192.168.1.172", 2201)]),
        ],
    }
}

const BRIDGED: &str = "hosts: {address: [{cidr: 192.168.1.0/24}], ip: [{cidr: 192.168.1.0/24}]}\n";

#[test]
fn four_vagrantfiles_on_two_hosts_are_one_cluster() {
    let discovery = read(&four_vagrantfiles()).unwrap();
    let assembly = assembled(BRIDGED, &discovery);
    assert_eq!(hosts(&assembly, "kube_control_plane"), json!(["master1", "master2", "master3"]));
    assert_eq!(hosts(&assembly, "kube_node"), json!(["worker1", "worker2", "worker3"]));
    assert_eq!(hosts(&assembly, "inv_place_vm1_workers"), json!(["worker1", "worker2"]));
    let master = vars(&assembly, "master2");
    assert_eq!((&master["ansible_host"], &master["ip"]), (&json!("192.168.1.166"), &json!("192.168.1.166")));
    // The forwarded port is the NAT card's, and that is not the way now.
    assert_eq!(master["ansible_port"], Json::Null);
    // Two of them have the port 2222 of 127.0.0.1, on two hosts: by default that is one machine under two names.
    assert_snapshot!(refusal("", &discovery), @"master1 and master2 both have the address 127.0.0.1, port 2222; one of them is wrong, or a guest lies; they are in different places: behind a host of each, one address is two machines', if each is reached through its own (`jump`); `explain` shows where the addresses come from");
}

#[test]
fn a_directory_that_says_nothing_never_shrinks_the_cluster() {
    let mut answers = four_vagrantfiles();
    answers.projects[3].said = Said::Silent(Silence {
        why: "/srv/vm2-workers cannot be read: no such directory".to_owned(),
        remedy: "mount it, or correct `directories`".to_owned(),
    });
    let discovery = read(&answers).unwrap();
    assert_snapshot!(refusal(BRIDGED, &discovery), @"the place vm2-workers says nothing: /srv/vm2-workers cannot be read: no such directory; mount it, or correct `directories`; try again when it answers, or accept the gap with `partial: true` (needs `members`)");
    let members = "partial: true\nmembers: [{machine: master1}, {machine: worker1}, {machine: worker2}, {machine: master2}, \
                   {machine: master3}, {machine: worker3, place: vm2-workers, address: 192.168.1.172}]\n";
    let partial = assembled(&format!("{members}{BRIDGED}"), &discovery);
    assert_eq!(vars(&partial, "worker3")["inv_state"], "unknown");
    assert_eq!(vars(&partial, "worker3")["ansible_host"], "192.168.1.172");
}

#[test]
fn a_single_directory_that_says_nothing_says_what_to_do() {
    let silence =
        Silence { why: "there is no Vagrantfile in /srv or above".to_owned(), remedy: "name its directory".to_owned() };
    let answers =
        Answers { projects: vec![Project { place: None, directory: "/srv".into(), said: Said::Silent(silence) }] };
    assert_snapshot!(format!("{:?}", read(&answers).unwrap_err()), @r#"Failure { message: "there is no Vagrantfile in /srv or above", remedy: "name its directory", code: 1 }"#);
}

#[test]
fn vagrantfiles_of_one_host_share_its_networks() {
    let project = |place: &str, name: &str| {
        let mut told = captured();
        told.machines.retain(|machine| machine.name == name);
        Project { place: Some(place.to_owned()), directory: format!("/srv/{place}").into(), said: Said::Told(told) }
    };
    let answers = Answers { projects: vec![project("masters", "master"), project("workers", "minion1")] };
    let discovery = read(&answers).unwrap();
    // It is a NAT, and both are behind the same one.
    assert_eq!(discovery.environment.nodes.len(), 1);
    assert_eq!(hosts(&assembled("", &discovery), "inv_place_workers"), json!(["minion1"]));
}

/// Seed 003: master, minion1 and minion2 in `VirtualBox`, as its README's table has them; not recorded.
#[test]
fn the_three_machines_of_seed_003_are_played_the_hard_way() {
    let machine = |name: &str, ip: &str, port| {
        let cards = vec![card("nat", true, &["10.0.2.15"]), card("eth0", false, &[ip])];
        made(name, "virtualbox", running(cards, vec![forward("ssh", "127.0.0.1", port, 22)]))
    };
    let told = Told {
        machines: vec![
            machine("master", "192.168.1.165", 2222),
            machine("minion1", "192.168.1.166", 2200),
            machine("minion2", "192.168.1.167", 2201),
        ],
        ..Told::default()
    };
    let discovery = discovered(told);
    let settings = "groups: {etcd: all, kube_control_plane: {names: [master]}, kube_node: {names: [\"minion*\"]}}\n";
    let assembly = assembled(settings, &discovery);
    assert_eq!(hosts(&assembly, "etcd"), json!(["master", "minion1", "minion2"]));
    assert_eq!(vars(&assembly, "minion2")["ip"], "192.168.1.167");
    assert_snapshot!(ssh_config::render(&assembly.inventory, None), @"
    Host master
      HostName 127.0.0.1
      Port 2222
      IdentityFile /lab/.vagrant/machines/master/virtualbox/private_key
      User vagrant
      IdentitiesOnly yes

    Host minion1
      HostName 127.0.0.1
      Port 2200
      IdentityFile /lab/.vagrant/machines/minion1/virtualbox/private_key
      User vagrant
      IdentitiesOnly yes

    Host minion2
      HostName 127.0.0.1
      Port 2201
      IdentityFile /lab/.vagrant/machines/minion2/virtualbox/private_key
      User vagrant
      IdentitiesOnly yes
    ");
}

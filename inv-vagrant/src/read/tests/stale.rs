//! What is not true any more: each way of going stale has a behaviour of its own.

use insta::assert_snapshot;
use inventory_core::machine::State;

use super::*;
use crate::answers::IndexEntry;

/// Who is left out, and why.
fn left_out(discovery: &Discovery) -> String {
    let each = discovery.passed_over.iter().map(|one| format!("{} ({}): {}", one.name, one.origin, one.why));
    each.collect::<Vec<_>>().join("\n")
}

/// A state in the provider's words.
fn in_state(words: &str) -> Discovery {
    let mut told = captured();
    vm(&mut told, "minion1").state = words.to_owned();
    discovered(told)
}

#[test]
fn a_halted_saved_or_aborted_machine_is_a_member_that_is_stopped() {
    // Capture 2-halt-minion1: the directory stays as it is, libvirt says shutoff.
    assert_snapshot!(refusal("", &in_state("shutoff")), @"minion1 (libvirt, /home/user/lab/vproj) is a member and is stopped (libvirt says shutoff); start it, or wait for it with `wait`; to play it as it is, add its state to `states`; to play without it, add minion1 to `except`");
    for words in ["shutoff", "saved", "aborted", "poweroff"] {
        assert_eq!(machine(&in_state(words), "minion1").state, State::Stopped, "{words}");
    }
    assert_eq!(machine(&in_state("crashed"), "minion1").state, State::Failed);
    let pinned =
        "members: [{machine: master}, {machine: minion1, offline: true, address: 192.168.121.169}, {machine: minion2}]";
    let assembly = assembled(pinned, &in_state("shutoff"));
    assert_eq!(vars(&assembly, "minion1")["ansible_host"], "192.168.121.169");
    assert_eq!(vars(&assembly, "minion1")["ip"], "192.168.160.11");
}

#[test]
fn an_id_whose_vm_is_gone_is_no_machine() {
    // Reference, 4-minion2-undefined-by-virsh: the id and the index still say that it runs.
    let mut told = captured();
    answer(&mut told, "minion2").provider_says = ProviderSays::Gone("qemu:///system".to_owned());
    let discovery = discovered(told);
    assert_eq!(discovery.machines.len(), 2);
    assert_snapshot!(left_out(&discovery), @"minion2 (libvirt, /home/user/lab/vproj): qemu:///system has no machine with its id e163e112-8937-4241-b8b2-5b98a2f44cf4 any more: it was removed without Vagrant, and the next `vagrant status` deletes its key and its entry; the inventory that Vagrant's Ansible provisioner left behind still lists it");
    assert_snapshot!(refusal("members: [{machine: master}, {machine: minion1}, {machine: minion2}]", &discovery), @"minion2 is listed in `members` and does not exist (qemu:///system has no machine with its id e163e112-8937-4241-b8b2-5b98a2f44cf4 any more: it was removed without Vagrant, and the next `vagrant status` deletes its key and its entry; the inventory that Vagrant's Ansible provisioner left behind still lists it); if it is gone for good, run kubespray's remove-node.yml with `offline: true` on it, then delete the line");
}

#[test]
fn a_destroyed_machine_is_left_out_though_the_provisioner_still_lists_it() {
    // Reference, 3-destroy-master: the directory stays without an id, the index forgets it, the inventory does not.
    let mut told = captured();
    let master = answer(&mut told, "master");
    (master.id, master.index) = (None, None);
    master.provider_says =
        ProviderSays::NotAsked("/lab/id is not there: it was never made, or is destroyed".to_owned());
    let discovery = discovered(told);
    assert_snapshot!(left_out(&discovery), @"master (libvirt, /home/user/lab/vproj): /lab/id is not there: it was never made, or is destroyed; the inventory that Vagrant's Ansible provisioner left behind still lists it");
}

#[test]
fn a_directory_without_an_id_was_never_created() {
    let mut told = Told { generated_inventory: None, ..captured() };
    let minion = answer(&mut told, "minion2");
    (minion.id, minion.index) = (None, None);
    minion.provider_says =
        ProviderSays::NotAsked("/lab/id is not there: it was never made, or is destroyed".to_owned());
    assert_snapshot!(left_out(&discovered(told.clone())), @"minion2 (libvirt, /home/user/lab/vproj): /lab/id is not there: it was never made, or is destroyed");
    let entry = IndexEntry { state: "running".to_owned(), directory: home() };
    answer(&mut told, "minion2").index = Some(entry);
    assert_snapshot!(left_out(&discovered(told)), @"minion2 (libvirt, /home/user/lab/vproj): /lab/id is not there: it was never made, or is destroyed; Vagrant's index still thinks that it is running");
}

#[test]
fn what_only_the_provisioner_remembers_is_left_out() {
    let mut told = captured();
    told.machines.retain(|machine| machine.name != "minion2");
    told.generated_inventory.as_mut().unwrap().text +=
        "# MISSING: 'old' machine was probably removed without using Vagrant. This machine should be recreated.\n";
    assert_snapshot!(left_out(&discovered(told)), @"
    minion2 (/home/user/lab/vproj): only the inventory that Vagrant's Ansible provisioner left behind lists it: it is destroyed
    old (/home/user/lab/vproj): only the inventory that Vagrant's Ansible provisioner left behind lists it: it is destroyed
    ");
}

#[test]
fn a_moved_directory_works_and_says_what_vagrant_would_do() {
    // Reference, 5-moved-dir: the index keeps the old path even after `up`.
    let mut told = captured();
    for machine in &mut told.machines {
        machine.index.as_mut().unwrap().directory = "/old/vproj".into();
    }
    let discovery = discovered(told);
    assert_eq!(discovery.machines.len(), 3);
    assert_snapshot!(machine(&discovery, "master").notes[0], @"Vagrant's index still has it in /old/vproj, so it was moved from there; `vagrant global-status --prune` would forget it");
}

#[test]
fn one_name_under_two_providers_is_two_machines_unless_one_is_gone() {
    let mut told = captured();
    let other = made("master", "virtualbox", running(vec![], vec![forward("ssh", "127.0.0.1", 2222, 22)]));
    told.machines.push(other);
    assert_snapshot!(refusal("", &discovered(told.clone())), @r#"two machines would both be the host master: master (libvirt, /home/user/lab/vproj) and master (virtualbox, /home/user/lab/vproj); tell them apart with `hosts.name`, for example "{namespace}-{name}" or "{place}-{name}", or select one of them with `tags` or `places` under `machines`"#);
    let of_libvirt = assembled("machines: {tags: {provider: libvirt}}", &discovered(told.clone()));
    assert_eq!(vars(&of_libvirt, "master")["ansible_host"], "192.168.121.168");
    told.machines.last_mut().unwrap().provider_says = ProviderSays::Gone("VirtualBox".to_owned());
    assert_eq!(discovered(told).machines.len(), 3);
}

#[test]
fn a_provider_that_fails_for_one_leaves_it_unknown_and_for_all_stops_everything() {
    let mut told = captured();
    let failed = || ProviderSays::Failed("libvirt did not answer within 15s".to_owned());
    answer(&mut told, "minion1").provider_says = failed();
    assert_snapshot!(refusal("", &discovered(told.clone())), @"minion1 (libvirt, /home/user/lab/vproj) is a member and is unknown (libvirt did not answer within 15s); start it, or wait for it with `wait`; to play it as it is, add its state to `states`; to play without it, add minion1 to `except`");
    for name in ["master", "minion2"] {
        answer(&mut told, name).provider_says = failed();
    }
    let failure = read(&of(told.clone())).unwrap_err();
    assert_snapshot!(format!("{failure:?}"), @r#"Failure { message: "/home/user/lab/vproj: libvirt did not answer within 15s", remedy: "try again when it answers, or save `vagrant ssh-config` and name the file in `ssh_config`", code: 1 }"#);
    // A saved configuration still says how they are reached, and whoever accepts `unknown` plays them.
    let text = include_str!("../../../tests/recordings/1-up/ssh-config.txt").to_owned();
    told.ssh_configs = vec![crate::answers::TextFile { path: "/lab/ssh-config".into(), text }];
    let assembly = assembled("machines: {states: [running, unknown]}", &discovered(told));
    assert_eq!(vars(&assembly, "minion1")["ansible_host"], "192.168.121.169");
}

#[test]
fn what_could_not_be_read_is_said() {
    let mut told = captured();
    told.unanswered.push("the index cannot be read: it is empty".to_owned());
    assert_eq!(discovered(told).notes, ["the index cannot be read: it is empty"]);
}

#[test]
fn a_name_with_a_template_in_it_is_a_sentence() {
    let mut told = captured();
    answer(&mut told, "minion1").name = "{{ lookup('pipe', 'id') }}".to_owned();
    assert_snapshot!(refusal("", &discovered(told)), @r#"{{ lookup('pipe', 'id') }} (libvirt, /home/user/lab/vproj): "{{ lookup('pipe', 'id') }}" cannot be a host name: only letters, digits, `.`, `_` and `-` may stand in it, and `.` or `-` not first; rename the machine, leave it out with `except` under `machines`, or give the host a name with `hosts.names`"#);
}

//! Three real Vagrant machines from their first boot to their end, as `inv-vagrant` and both Ansibles see them.
//!
//! `make e2e` brings them up (scripts/e2e-vagrant) and runs this inside of the lab, where they can be reached.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod ansible;
mod lab;
mod tree;

use std::fs;

use serde_json::{Value, json};

use lab::{Lab, of};

const ALL: [&str; 3] = ["master", "minion1", "minion2"];
/// The static addresses of the Vagrantfile.
const STATIC: [&str; 3] = ["192.168.1.165", "192.168.1.166", "192.168.1.167"];

/// Vagrant itself is asked; each time it is a Ruby, and the machine may be busy.
const RUN: [&str; 4] = ["--ssh-config", "run", "--source-timeout", "2m"];

/// What the cluster file says who asks the guests themselves. Its machines' keys are learned, each under its own id.
const ASKING: &str = "\
#!/usr/bin/env inv-vagrant
plugin: kube_inventory.vms.vagrant
hosts:
  ip: [{from: ssh}]
  host_keys: accept-new
groups:
  kube_control_plane: {names: [master]}
  etcd: {names: [master]}
  kube_node: {names: [\"minion*\"]}
";

/// What happens to machines happens in this order, and each step is told with what it shows: it is one test.
#[test]
#[ignore = "needs Vagrant's machines: `make e2e`"]
fn machines_are_seen_as_they_are_from_their_first_boot_to_their_end() {
    let mut lab = Lab::new();
    for (step, name) in [
        (a_static_address_is_asked_for_in_the_guest as fn(&mut Lab), "first boot"),
        (a_cluster_file_of_init_plays_every_machine, "provisioned"),
        (vagrant_and_we_reach_them_alike, "ssh-config"),
        (a_recording_shows_the_same_without_them, "recorded"),
        (a_halted_machine_is_an_error_with_its_name, "halted"),
        (a_destroyed_machine_is_missing_though_the_provisioners_inventory_lists_it, "destroyed"),
        (a_machine_that_was_removed_behind_vagrants_back_is_gone, "undefined"),
        (a_directory_that_was_moved_works, "moved"),
        (vagrant_itself_deletes_what_we_left_alone, "status"),
    ] {
        let began = std::time::Instant::now();
        step(&mut lab);
        eprintln!("{name}: {:.0?}", began.elapsed());
    }
}

fn addresses(list: &Value, name: &str, hosts: &[&str]) -> Vec<Value> {
    hosts.iter().map(|host| of(list, host, name).clone()).collect()
}

fn a_static_address_is_asked_for_in_the_guest(lab: &mut Lab) {
    // Nobody provisioned yet, so it stands nowhere outside Vagrantfile and guest.
    lab.write("asking", ASKING);
    lab.write("silent", &ASKING.replace("  ip: [{from: ssh}]\n", ""));
    let explained = lab.leaving_all_as_it_is(|lab| lab.answer(&["silent", "explain"]));
    assert!(
        explained.contains("ip        left out: of its address in the network seed nothing is known"),
        "{explained}"
    );
    let (list, explained) = lab.leaving_all_as_it_is(|lab| (lab.list(&["asking"]), lab.answer(&["asking", "explain"])));
    assert_eq!(addresses(&list, "ip", &ALL), STATIC);
    assert!(explained.contains("192.168.1.165 (ssh on eth1 in seed)"), "{explained}");
}

fn a_cluster_file_of_init_plays_every_machine(lab: &mut Lab) {
    lab.vagrant(&["provision", "minion2"]);
    let made =
        lab.leaving_all_as_it_is(|lab| lab.answer(&["init", "--as", "inv-vagrant", "--cluster", "seed", "--yes"]));
    assert!(made.contains("the cluster seed of 3 hosts"), "{made}");
    let text = lab.text("inv-vagrant");
    lab.write("inv-vagrant", &text.replace("\nhosts:\n", "\nhosts:\n  host_keys: accept-new\n"));
    lab.write("cluster.yml", "- hosts: k8s_cluster\n  gather_facts: false\n  tasks: [{ansible.builtin.ping: }]\n");

    let list = lab.leaving_all_as_it_is(|lab| lab.list(&["inv-vagrant"]));
    assert_eq!(list["seed"]["hosts"], json!(ALL));
    assert_eq!(list["kube_control_plane"]["hosts"], json!(["master"]));
    assert_eq!(list["etcd"]["hosts"], json!(["master"]));
    assert_eq!(list["kube_node"]["hosts"], json!(["minion1", "minion2"]));
    assert_eq!(addresses(&list, "ip", &ALL), STATIC, "as the provisioner's host_vars say");
    for host in ALL {
        let address = of(&list, host, "ansible_host").as_str().unwrap();
        assert!(address.starts_with("192.168.121."), "{host}: {address}");
        assert_eq!(of(&list, host, "ansible_user"), "vagrant");
        let id = fs::read_to_string(lab.machine(host).join("id")).unwrap();
        assert_eq!(of(&list, host, "inv_id"), id.as_str());
    }
    lab.leaving_all_as_it_is(|lab| {
        lab.plays("inv-vagrant", "cluster.yml", &ALL);
        lab.pings("inv-vagrant", &ALL);
        let plan = lab.answer(&["inv-vagrant", "plan"]);
        assert!(plan.contains("node network 192.168.1.0/24 (libvirt network seed, NAT)"), "{plan}");
        assert!(plan.contains("1450 (seed) − 50 (vxlan, seed) = 1400"), "{plan}");
        assert_eq!(lab.answer(&["inv-vagrant", "diff"]), "");
        lab.answer(&["inv-vagrant", "wait", "--for", "login", "--timeout", "2m"]);
        lab.run(&["inv-vagrant", "doctor"]).output();
        lab.run(&["inv-vagrant", "lint"]).output();
    });
}

fn vagrant_and_we_reach_them_alike(lab: &mut Lab) {
    let list = lab.leaving_all_as_it_is(|lab| lab.list(&["inv-vagrant"]));
    let (run, asked) = lab.leaving_bytes_as_they_are(|lab| {
        let run = lab.list(&[&["inv-vagrant"], &RUN[..]].concat());
        (run, lab.asked_of_vagrant(&[&["inv-vagrant"], &RUN[..]].concat()))
    });
    let says = lab.vagrant(&["ssh-config"]);
    let configurations: Vec<&str> = says.split("Host ").skip(1).collect();
    assert_eq!(configurations.len(), ALL.len(), "{says}");
    for (host, configuration) in ALL.into_iter().zip(configurations) {
        for (word, variable) in
            [("HostName", "ansible_host"), ("User", "ansible_user"), ("IdentityFile", "ansible_ssh_private_key_file")]
        {
            let line = format!("  {word} {}\n", of(&list, host, variable).as_str().unwrap());
            assert!(configuration.contains(&line), "{host}: {line}{configuration}");
        }
    }
    assert_eq!(asked, ALL.map(|host| format!("vagrant ssh-config {host}")));
    for variable in ["ansible_host", "ansible_user", "ansible_ssh_private_key_file", "ip"] {
        assert_eq!(addresses(&run, variable, &ALL), addresses(&list, variable, &ALL), "{variable}");
    }
}

fn a_recording_shows_the_same_without_them(lab: &mut Lab) {
    let recorded = lab.leaving_all_as_it_is(|lab| lab.answer(&["inv-vagrant", "record"]));
    assert!(!recorded.contains("PRIVATE KEY"), "{recorded}");
    lab.write("recorded.json", &recorded);
    let replayed: Value =
        serde_json::from_str(&lab.answer(&["inv-vagrant", "--replay", "recorded.json", "--list"])).unwrap();
    let list = lab.list(&["inv-vagrant"]);
    for variable in ["ansible_host", "ip", "inv_id", "inv_tags"] {
        assert_eq!(addresses(&replayed, variable, &ALL), addresses(&list, variable, &ALL), "{variable}");
    }
}

fn a_halted_machine_is_an_error_with_its_name(lab: &mut Lab) {
    lab.vagrant(&["halt", "minion1"]);
    lab.leaving_all_as_it_is(|lab| {
        let complaint = lab.complaint(&["inv-vagrant", "--list"]);
        let expected = "is a member and is stopped (libvirt says shutoff); start it, or wait for it with `wait`";
        assert!(complaint.starts_with("minion1 ") && complaint.contains(expected), "{complaint}");
        assert_eq!(lab.differs("inv-vagrant"), "! minion1: is stopped (libvirt says shutoff)\n");
        // Without a file that says who belongs to it, it is left out.
        let explained = lab.answer(&["explain"]);
        let (hosts, left_out) = explained.split_once("\nleft out\n").unwrap();
        assert!(!hosts.contains("minion1") && left_out.contains("minion1"), "{explained}");
        assert!(left_out.contains("it is stopped: libvirt says shutoff"), "{explained}");
    });
    // Away for a while: the others are played.
    let text = lab.text("inv-vagrant");
    lab.write("inv-vagrant", &text.replace("host: minion1,", "host: minion1, offline: true,"));
    lab.leaving_all_as_it_is(|lab| lab.pings_without("inv-vagrant", &["master", "minion2"], "minion1"));
    lab.write("inv-vagrant", &text);
}

fn a_destroyed_machine_is_missing_though_the_provisioners_inventory_lists_it(lab: &mut Lab) {
    lab.vagrant(&["destroy", "--force", "minion1"]);
    assert!(lab.generated_inventory().contains("\nminion1 ansible_host="));
    let why = "id is not there: it was never made, or is destroyed; the inventory that Vagrant's Ansible provisioner left \
               behind still lists it";
    lab.leaving_all_as_it_is(|lab| {
        let complaint = lab.complaint(&["inv-vagrant", "--list"]);
        assert!(complaint.starts_with("minion1 is listed in `members` with the id "), "{complaint}");
        assert!(complaint.contains(why), "{complaint}");
        let differences = lab.differs("inv-vagrant");
        assert!(differences.starts_with("- minion1: does not exist (") && differences.contains(why), "{differences}");
        assert_eq!(differences.lines().count(), 1, "{differences}");
        let explained = lab.answer(&["explain"]);
        let (hosts, left_out) = explained.split_once("\nleft out\n").unwrap();
        assert!(!hosts.contains("minion1") && left_out.contains(why), "{explained}");
    });
}

fn a_machine_that_was_removed_behind_vagrants_back_is_gone(lab: &mut Lab) {
    lab.virsh(&["destroy", "project_minion2"]);
    lab.virsh(&["undefine", "project_minion2"]);
    let index = Lab::index();
    let entry = index["machines"].as_object().unwrap().values().find(|entry| entry["name"] == "minion2").unwrap();
    assert_eq!(entry["state"], "running", "what Vagrant believes");
    let why = "any more: it was removed without Vagrant, and the next `vagrant status` deletes its key and its entry; the \
               inventory that Vagrant's Ansible provisioner left behind still lists it";
    lab.leaving_all_as_it_is(|lab| {
        let complaint = lab.complaint(&["inv-vagrant", "--list"]);
        assert!(complaint.contains("does not exist"), "{complaint}");
        let differences = lab.differs("inv-vagrant");
        let lines: Vec<&str> = differences.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("- minion1: does not exist ("), "{differences}");
        assert!(lines[1].starts_with("- minion2: does not exist (qemu:///system has no machine"), "{differences}");
        assert!(lines[1].contains(why), "{differences}");
        assert_eq!(lab.list(&[])["inv_vagrant"]["hosts"], json!(["master"]));
    });
    // And Vagrant, which would delete its key, is not run for it.
    let asked = lab.leaving_bytes_as_they_are(|lab| lab.asked_of_vagrant(&RUN));
    assert_eq!(asked, ["vagrant ssh-config master"]);
}

fn a_directory_that_was_moved_works(lab: &mut Lab) {
    let before = lab.move_to("moved");
    lab.leaving_all_as_it_is(|lab| {
        let list = lab.list(&[]);
        assert_eq!(list["inv_vagrant"]["hosts"], json!(["master"]));
        let key = lab.machine("master").join("private_key");
        assert_eq!(of(&list, "master", "ansible_ssh_private_key_file"), key.to_str().unwrap());
        let explained = lab.answer(&["explain"]);
        let note = format!("Vagrant's index still has it in {}, so it was moved from there", before.display());
        assert!(explained.contains(&note), "{explained}");
    });
    lab.write("alone", &ASKING.replace("  kube_node: {names: [\"minion*\"]}\n", "  kube_node: {names: [master]}\n"));
    lab.leaving_all_as_it_is(|lab| lab.pings("alone", &["master"]));
    // What Vagrant's provisioner left behind names the key where it no longer is.
    assert!(lab.generated_inventory().contains(before.to_str().unwrap()));
}

fn vagrant_itself_deletes_what_we_left_alone(lab: &mut Lab) {
    let key = lab.machine("minion2").join("private_key");
    assert!(key.exists());
    lab.vagrant(&["status"]);
    assert!(!key.exists(), "`vagrant status` is no look without a touch");
    lab.leaving_all_as_it_is(|lab| {
        let differences = lab.differs("inv-vagrant");
        assert!(
            differences.lines().any(|line| {
                line.starts_with("- minion2: does not exist (") && line.contains("it was never made, or is destroyed")
            }),
            "{differences}"
        );
    });
}

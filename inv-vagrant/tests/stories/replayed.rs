//! What is made of recorded answers: of the captured run of three machines, and of later days.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const FILE: &str = "lab.vagrant.yml";

/// A directory with a cluster file and a snapshot in it.
struct Lab(TempDir);

impl Lab {
    fn new(settings: &str, answers: &Json, guests: &Json) -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        let text = format!("#!/usr/bin/env inv-vagrant\nplugin: kube_inventory.vms.vagrant\n{settings}");
        fs::write(lab.0.path().join(FILE), text).unwrap();
        fs::set_permissions(lab.0.path().join(FILE), fs::Permissions::from_mode(0o755)).unwrap();
        let snapshot = json!({
            "format": 1, "source": "vagrant", "taken": "2026-11-20T09:00:00Z", "raw": answers, "guests": guests,
            "discovery": {"machines": []},
        });
        fs::write(lab.0.path().join("snapshot.json"), snapshot.to_string()).unwrap();
        lab
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(Path::new(env!("CARGO_BIN_EXE_inv-vagrant")))
            .arg(FILE)
            .args(["--replay", "snapshot.json"])
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap()
    }

    /// What it answered, with this exit code and a silent standard error.
    fn says(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(text(&output.stderr), "");
        text(&output.stdout)
    }

    fn vars(&self, host: &str) -> Json {
        let list: Json = serde_json::from_str(&self.says(&["--list"], 0)).unwrap();
        list["_meta"]["hostvars"][host].clone()
    }
}

/// The captured run, in which all three machines are up.
fn captured() -> Json {
    serde_json::from_str(include_str!("../recordings/1-up/answers.json")).unwrap()
}

fn machine<'a>(answers: &'a mut Json, name: &str) -> &'a mut Json {
    let machines = answers["projects"][0]["told"]["machines"].as_array_mut().unwrap();
    machines.iter_mut().find(|machine| machine["name"] == name).unwrap()
}

#[test]
fn explain_says_which_way_was_taken_and_who_was_left_out() {
    let mut answers = captured();
    *machine(&mut answers, "minion2") = json!({
        "name": "minion2", "provider": "libvirt", "provider_says": {"not_asked": "/lab/id is not there: it was never made, or is destroyed"},
    });
    answers["projects"][0]["told"]["unanswered"] = json!(["the index cannot be read: it is empty"]);
    assert_snapshot!(Lab::new("", &answers, &json!([])).says(&["explain"], 0), @r#"
    lab: 2 hosts, nothing is pinned: names decide who is who, and `pin` writes it down

    master
      machine   master (libvirt, /home/user/lab/vproj), running
      id        bdb0525e-1e1a-4834-a067-f3895e9d34c1
      name      from the machine's own name
      address   192.168.121.168
                192.168.121.168 (lease in vagrant-libvirt) chosen, the source says so
                192.168.160.10 (static in vagrant-priv) another one comes first
      ip        192.168.160.10: the provisioner's inventory says so, which may be stale
      note      by default it is reached at its address in the network vagrant-libvirt, as libvirt says
      groups    kube_control_plane: the word "master" in its name
                etcd: nothing says otherwise, so etcd runs on the control plane

    minion1
      machine   minion1 (libvirt, /home/user/lab/vproj), running
      id        f9dc7bf1-1502-46ba-a7ba-5dcb3f1b00e4
      name      from the machine's own name
      address   192.168.121.169
                192.168.121.169 (lease in vagrant-libvirt) chosen, the source says so
                192.168.160.11 (static in vagrant-priv) another one comes first
      ip        192.168.160.11: the provisioner's inventory says so, which may be stale
      note      by default it is reached at its address in the network vagrant-libvirt, as libvirt says
      groups    kube_node: it is not of the control plane

    left out
      minion2 (libvirt, /home/user/lab/vproj): /lab/id is not there: it was never made, or is destroyed; the inventory that Vagrant's Ansible provisioner left behind still lists it

    also
      the index cannot be read: it is empty
    "#);
}

#[test]
fn diff_says_what_became_of_the_pinned_members() {
    let members = "members:\n- {machine: master, id: bdb0525e-1e1a-4834-a067-f3895e9d34c1, address: 192.168.121.168}\n\
                   - {machine: minion1, address: 192.168.121.169}\n- {machine: minion2, address: 192.168.121.192}\n";
    let mut answers = captured();
    machine(&mut answers, "minion1")["provider_says"]["has"]["state"] = json!("shutoff");
    machine(&mut answers, "minion2")["provider_says"] = json!({"gone": "qemu:///system"});
    machine(&mut answers, "master")["id"] = json!("another");
    assert_snapshot!(Lab::new(members, &answers, &json!([])).says(&["diff"], 1), @"
    ! master: re-created; its id was bdb0525e-1e1a-4834-a067-f3895e9d34c1 and is another
    ! minion1: is stopped (libvirt says shutoff)
    - minion2: does not exist (qemu:///system has no machine with its id e163e112-8937-4241-b8b2-5b98a2f44cf4 any more: it was removed without Vagrant, and the next `vagrant status` deletes its key and its entry; the inventory that Vagrant's Ansible provisioner left behind still lists it)
    ");
    assert_eq!(Lab::new(members, &captured(), &json!([])).says(&["diff"], 0), "");
}

#[test]
fn somebody_elses_recording_brings_no_keys_and_no_command() {
    let mut answers = captured();
    let text = "Host master\n  HostName 10.9.9.9\n  IdentityFile /home/me/.ssh/id_rsa\n  ProxyCommand touch /tmp/x\n";
    answers["projects"][0]["told"]["ssh_configs"] = json!([{"path": "/lab/ssh-config", "text": text}]);
    let vars = Lab::new("", &answers, &json!([])).vars("master");
    assert_eq!(vars["ansible_host"], "192.168.121.168");
    for name in ["ansible_ssh_private_key_file", "ansible_ssh_common_args"] {
        assert_eq!(vars[name], Json::Null, "{name}");
    }
}

#[test]
fn what_guests_said_is_replayed() {
    let mut answers = captured();
    answers["projects"][0]["told"]["generated_inventory"] = Json::Null;
    let settings = "hosts: {ip: [{from: ssh}]}\n";
    assert_eq!(Lab::new(settings, &answers, &json!([])).vars("master")["ip"], Json::Null);
    let said = "3: eth1: <UP> mtu 1450\\    link/ether 52:54:00:bb:0b:2e brd ff:ff:ff:ff:ff:ff\n\
                2: eth0    inet 192.168.121.168/24 scope global eth0\n3: eth1    inet 192.168.160.10/24 scope global eth1\n";
    let guests = json!([{"machine": "master", "id": "bdb0525e-1e1a-4834-a067-f3895e9d34c1", "said": said}]);
    assert_eq!(Lab::new(settings, &answers, &guests).vars("master")["ip"], "192.168.160.10");
}

#[test]
fn the_networks_around_go_into_the_plan() {
    let plan = Lab::new("kubespray_version: v2.31.0\n", &captured(), &json!([])).says(&["plan"], 0);
    for wanted in ["192.168.160.0/24", "192.168.121.0/24", "1450"] {
        assert!(plan.contains(wanted), "{wanted}:\n{plan}");
    }
}

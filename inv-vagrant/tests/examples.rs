//! The example of Vagrant: its recording, through both Ansibles.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ansible_referee::Ansible;
use insta::assert_snapshot;
use serde_json::json;

const FILE: &str = "three-vagrants.vagrant.yml";

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/three-vagrants").canonicalize().unwrap()
}

fn ours(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inv-vagrant"));
    command.args([FILE, "--replay", "recorded.json"]).args(arguments).current_dir(example());
    let run = command.env_clear().env("PATH", "/usr/bin:/bin").output().unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn three_vagrants_are_reached_in_one_network_and_talk_in_another() {
    assert_snapshot!(ours(&["graph"]), @r#"
    @three_vagrants:
      |--master   192.168.121.253  (ip 192.168.1.165)
      |--minion1  192.168.121.28  (ip 192.168.1.166)
      |--minion2  192.168.121.13  (ip 192.168.1.167)
    @etcd:
      |--master  192.168.121.253  (ip 192.168.1.165)
    @k8s_cluster:
      |--@kube_control_plane:
      |  |--master  192.168.121.253  (ip 192.168.1.165)
      |--@kube_node:
      |  |--minion1  192.168.121.28  (ip 192.168.1.166)
      |  |--minion2  192.168.121.13  (ip 192.168.1.167)
    "#);
}

#[test]
fn both_ansibles_read_three_vagrants_alike() {
    let directory = tempfile::tempdir().unwrap();
    let inventory = directory.path().join("inventory");
    let binary = env!("CARGO_BIN_EXE_inv-vagrant");
    let text =
        format!("#!/bin/sh\ncd '{}' && exec '{binary}' {FILE} --replay recorded.json \"$@\"\n", example().display());
    fs::write(&inventory, text).unwrap();
    fs::set_permissions(&inventory, fs::Permissions::from_mode(0o755)).unwrap();
    for ansible in Ansible::ALL {
        let session = ansible.session().env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1");
        let outcome = session.inventory([Path::new("-i"), &inventory, Path::new("--list")]);
        assert!(outcome.status.success(), "{outcome:#?}");
        let list = outcome.json();
        assert_eq!(list["kube_control_plane"]["hosts"], json!(["master"]));
        assert_eq!(list["kube_node"]["hosts"], json!(["minion1", "minion2"]));
        for (host, ip) in [("master", 165), ("minion1", 166), ("minion2", 167)] {
            let vars = &list["_meta"]["hostvars"][host];
            assert_eq!(vars["ip"], json!(format!("192.168.1.{ip}")), "{ansible:?}");
            assert!(vars["ansible_host"].as_str().unwrap().starts_with("192.168.121."), "{ansible:?}");
            assert_eq!(vars["ansible_user"], "vagrant");
        }
    }
}

#[test]
fn a_recording_holds_no_key_and_no_path_of_the_machine_it_was_made_on() {
    let text = fs::read_to_string(example().join("recorded.json")).unwrap();
    assert!(!text.contains("PRIVATE KEY") && !text.contains("/root") && !text.contains("target/lab"));
}

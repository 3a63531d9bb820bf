//! Two hypervisors, played by libvirt's built-in test driver: one cluster, or none, or one with a silent half.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

const FILE: &str = "lab.libvirt.yml";

/// A directory with two hypervisors in it: the one of scripts/air.xml, and one like it with other guests.
fn lab() -> TempDir {
    let lab = tempfile::tempdir().unwrap();
    let air = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/air.xml");
    let first = fs::read_to_string(air).unwrap();
    let second =
        ["head1", "work1", "2f5b6c7d8e", "192.168.122."].iter().zip(["head2", "work2", "2f5b6c7d9e", "192.168.123."]);
    let second = second.fold(first.clone(), |text, (from, to)| text.replace(from, to));
    fs::write(lab.path().join("hv1.xml"), first).unwrap();
    fs::write(lab.path().join("hv2.xml"), second).unwrap();
    let uri = |name: &str| format!("test://{}", lab.path().join(name).display());
    let text = format!(
        "#!/usr/bin/env inv-libvirt\n\
         plugin: kube_inventory.vms.libvirt\n\
         source: {{uris: {{hv1: {}, hv2: {}}}}}\n\
         machines: {{except: [windows]}}\n\
         groups: {{kube_control_plane: {{names: [\"head*\"]}}, etcd: {{names: [head10]}}}}\n",
        uri("hv1.xml"),
        uri("hv2.xml"),
    );
    fs::write(lab.path().join(FILE), text).unwrap();
    fs::set_permissions(lab.path().join(FILE), fs::Permissions::from_mode(0o755)).unwrap();
    lab
}

/// Adds a line to the cluster file.
fn add(lab: &TempDir, line: &str) {
    let path = lab.path().join(FILE);
    fs::write(&path, fs::read_to_string(&path).unwrap() + line).unwrap();
}

fn run(lab: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inv-libvirt"));
    command.arg(FILE).args(arguments).current_dir(lab.path()).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap()
}

fn text(lab: &TempDir, arguments: &[&str]) -> String {
    let run = run(lab, arguments);
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

/// The one paragraph of a run that failed, without the directory's random name.
fn refusal(lab: &TempDir, arguments: &[&str]) -> String {
    let run = run(lab, arguments);
    assert!(!run.status.success() && run.stdout.is_empty(), "{run:?}");
    String::from_utf8(run.stderr).unwrap().replace(lab.path().to_str().unwrap(), "DIR").trim_end().to_owned()
}

#[test]
fn two_default_networks_are_no_cluster_unless_the_file_accepts_it() {
    let lab = lab();
    assert_snapshot!(refusal(&lab, &["--list"]), @"inv-libvirt: head10 is in the network default of hv1 (NAT) and head20 in the network default of hv2 (NAT): nobody outside either network reaches its machines, so they cannot be one cluster; attach them to a network that they share, bridged or routed both ways, and take their addresses there (`ip: [{network: NAME}]` under `hosts`), or play one place alone (`places` under `machines`); if a tunnel or routes of yours connect them, write `allow: [separate-nat]` under `network`");
    add(&lab, "network: {allow: [separate-nat]}\n");
    let list: Value = serde_json::from_str(&text(&lab, &["--list"])).unwrap();
    assert_eq!(list["kube_control_plane"]["hosts"], json!(["head10", "head20"]));
    assert_eq!(list["inv_place_hv2"]["hosts"], json!(["head20", "work21", "work22", "work23"]));
}

#[test]
fn a_lost_hypervisor_never_shrinks_the_inventory() {
    let lab = lab();
    add(&lab, "network: {allow: [separate-nat]}\n");
    text(&lab, &["pin"]);
    let before: Value = serde_json::from_str(&text(&lab, &["--list"])).unwrap();
    fs::remove_file(lab.path().join("hv2.xml")).unwrap();
    assert_snapshot!(refusal(&lab, &["--list"]), @"inv-libvirt: the place hv2 says nothing: test://DIR/hv2.xml: the file DIR/hv2.xml cannot be read: No such file or directory (os error 2); a URI of the test driver is test:///default, or test:// and the file's path from the root; try again when it answers, or accept the gap with `partial: true` (needs `members`)");
    add(&lab, "partial: true\n");
    let list: Value = serde_json::from_str(&text(&lab, &["--list"])).unwrap();
    for group in ["kube_control_plane", "etcd", "kube_node", "inv_place_hv1", "inv_place_hv2"] {
        assert_eq!(list[group], before[group], "{group}");
    }
    let of = |list: &Value, name: &str| list["_meta"]["hostvars"]["work21"][name].clone();
    assert_eq!((of(&list, "inv_state"), of(&before, "inv_state")), (json!("unknown"), json!("running")));
    assert_eq!(of(&list, "ansible_host"), of(&before, "ansible_host"));
    assert_eq!(list["lab"]["vars"]["inv_missing_places"], json!(["hv2"]));
    assert!(refusal(&lab, &["diff"]).contains("hv2: "), "{}", refusal(&lab, &["diff"]));
    let plan = text(&lab, &["plan"]);
    assert!(plan.contains("not known, because a place was silent\n  hv2"), "{plan}");
    assert!(text(&lab, &["explain"]).contains("not read, and accepted because `partial` says so\n  hv2: "));
    assert!(text(&lab, &["wait", "--for", "address", "--timeout", "5s"]).contains("8 hosts are ready"));
}

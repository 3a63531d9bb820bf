//! The examples of libvirt: through real Ansible where the built-in test driver can play them, through a recording of
//! their shape where it takes two hosts.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use ansible_referee::Ansible;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().canonicalize().unwrap()
}

/// The laptop that `make demo` shows.
fn air() -> String {
    format!("test://{}", root().join("scripts/air.xml").display().to_string().replace(' ', "%20"))
}

/// A command of an example's file, in its directory.
fn ours(example: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inv-libvirt"));
    command.arg(format!("{example}.libvirt.yml")).args(arguments).current_dir(root().join("examples").join(example));
    let run = command.env("LIBVIRT_DEFAULT_URI", air()).output().unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

/// What the script that stood there before printed (libvirt's running guests by the start of their names), and
/// addresses.
#[test]
fn air_is_what_its_own_script_printed_and_has_addresses() {
    let ours = Path::new(env!("CARGO_BIN_EXE_inv-libvirt")).parent().unwrap();
    for ansible in Ansible::ALL {
        let path = std::env::join_paths([ours, &ansible.bin(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
        let session = ansible.session().env("PATH", path).env("LIBVIRT_DEFAULT_URI", air());
        let session = session.env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1");
        let file = root().join("examples/air/air.libvirt.yml");
        let outcome = session.inventory([Path::new("-i"), &file, Path::new("--list")]);
        assert!(outcome.status.success() && !outcome.stderr.contains("[ERROR]"), "{outcome:#?}");
        let list = outcome.json();
        assert_eq!(list["cluster"]["hosts"], json!(["head10", "work11", "work12", "work13"]));
        assert_eq!(list["head"]["hosts"], json!(["head10"]));
        assert_eq!(list["work"]["hosts"], json!(["work11", "work12", "work13"]));
        assert_eq!(list["host"]["hosts"], json!(["localhost"]));
        let of = |host: &str, name: &str| list["_meta"]["hostvars"][host][name].clone();
        for (host, number) in [("head10", 10), ("work11", 11), ("work12", 12), ("work13", 13)] {
            assert_eq!(of(host, "cluster_node_ip"), json!(format!("172.31.255.{number}")));
            assert_eq!(of(host, "cluster_node_prefixlen"), 24);
            assert_eq!(of(host, "ansible_user"), "ubuntu");
            assert!(
                of(host, "ansible_host").as_str().unwrap().starts_with("192.168.122."),
                "not the cluster's network"
            );
        }
        assert_eq!(of("localhost", "ansible_connection"), "local");
    }
}

#[test]
fn the_plan_of_air_has_libvirts_networks_without_a_word_of_them_in_the_file() {
    let plan = ours("air", &["plan"]);
    let around = plan.split_once("kept apart from").unwrap().1.trim_start();
    assert_snapshot!(around, @r#"
air  node network 192.168.122.0/24 (libvirt network default, NAT), 172.31.255.0/24 (libvirt
       network kube, isolated), gateway 192.168.122.1 (libvirt network default), 172.31.255.254
       (libvirt network kube), DHCP range 192.168.122.2-192.168.122.254 (libvirt network default),
       172.31.255.20-172.31.255.99 (libvirt network kube), upstream DNS 192.168.122.1 (libvirt
       network default), 172.31.255.254 (libvirt network kube), nodes 192.168.122.3, 192.168.122.23,
       192.168.122.43, 192.168.122.63, load-balancer pool 172.31.255.128-172.31.255.252
       (air.libvirt.yml:44:19)

findings
  note     mtu-relies-on-pmtud: air: pods send packets of 1500 bytes into tunnels of 1480, and only
           ICMP tells them
           → no variable tells kube-router an MTU: let ICMP pass between pods

nothing collides
"#);
}

/// Three guests on each of two hosts, as `record` would have found them.
fn two_hosts(directory: &Path) {
    let names = ["hv1-master-1", "hv1-master-2", "hv1-worker-1", "hv2-master-1", "hv2-worker-1", "hv2-worker-2"];
    let machines: Vec<Value> = (11..)
        .zip(names)
        .map(|(last, name)| {
            let place = &name[..3];
            let found = json!({"ip": format!("10.20.0.{last}"), "from": "agent", "in_guest": true});
            json!({
                "name": name, "named_by": "outside", "id": format!("5f0c{last}"), "state": "running", "place": place,
                "interfaces": [{"name": "eth0", "network": "br0", "addresses": [found]}],
                "reach": {"jump": format!("root@{place}.example.org")}, "origin": format!("domain {name} on {place}"),
            })
        })
        .collect();
    let snapshot = json!({
        "format": 1, "source": "libvirt", "taken": "2026-01-01T00:00:00Z", "raw": null,
        "discovery": {"machines": machines},
    });
    std::fs::write(directory.join("look.json"), snapshot.to_string()).unwrap();
}

#[test]
fn two_hosts_are_one_cluster_reached_through_both() {
    let directory = tempfile::tempdir().unwrap();
    two_hosts(directory.path());
    let look = directory.path().join("look.json");
    let replay = ["--replay", look.to_str().unwrap()];
    let list: Value = serde_json::from_str(&ours("two-hosts", &[&["--list"], &replay[..]].concat())).unwrap();
    assert_eq!(list["etcd"]["hosts"], json!(["hv1-master-1", "hv1-master-2", "hv2-master-1"]));
    assert_eq!(list["kube_node"]["hosts"], json!(["hv1-worker-1", "hv2-worker-1", "hv2-worker-2"]));
    assert_eq!(list["inv_place_hv2"]["hosts"], json!(["hv2-master-1", "hv2-worker-1", "hv2-worker-2"]));
    for (host, vars) in list["_meta"]["hostvars"].as_object().unwrap() {
        let jump = format!("-o ProxyJump=root@{}.example.org", &host[..3]);
        assert_eq!(vars["ansible_ssh_common_args"], jump);
        assert_eq!(vars["ip"], vars["ansible_host"], "the agent tells the guest's own address");
    }
    let plan = ours("two-hosts", &[&["plan"], &replay[..]].concat());
    assert!(plan.ends_with("nothing collides\n"), "{plan}");
}

#[test]
fn every_example_is_executable_and_has_its_envrc() {
    for example in ["air", "two-hosts"] {
        let directory = root().join("examples").join(example);
        let file = directory.join(format!("{example}.libvirt.yml"));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o111, 0o111);
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("#!/usr/bin/env inv-libvirt\n"));
        let envrc = std::fs::read_to_string(directory.join(".envrc")).unwrap();
        assert!(envrc.ends_with(&format!("\neval \"$(./{example}.libvirt.yml env)\"\n")), "{envrc}");
    }
}

#[test]
fn the_states_in_the_documentation_are_those_of_help() {
    let page = std::fs::read_to_string(root().join("docs/libvirt.md")).unwrap();
    let help = Command::new(env!("CARGO_BIN_EXE_inv-libvirt")).arg("--help").env("COLUMNS", "200").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for state in ["running", "paused", "stopped", "pending", "terminating", "failed", "unknown"] {
        let line = help.lines().find(|line| line.starts_with(&format!("{state} "))).unwrap_or_default();
        let meaning = line.trim_start_matches(state).trim();
        assert!(!meaning.is_empty() && page.contains(&format!("| `{state}` | {meaning} |")), "{state}: {line}");
    }
}

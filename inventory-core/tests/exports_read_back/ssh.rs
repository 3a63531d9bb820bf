//! The SSH configuration, read by ssh.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use inventory_core::inventory::Inventory;
use inventory_core::inventory::render::ssh_config;
use serde_json::json;

use crate::inventories::{inventory, small};

/// What `ssh -G` says about a host, every option's last value.
fn ssh(inventory: &Inventory, host: &str) -> HashMap<String, String> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("ssh_config");
    std::fs::write(&file, ssh_config::render(inventory, Some(Path::new("/srv/ci kube")))).unwrap();
    let output = Command::new("ssh").args(["-G", "-F"]).arg(&file).arg(host).output();
    let output = output.unwrap_or_else(|error| panic!("ssh does not start ({error}): run `make setup`"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_once(' ')).map(|(key, value)| (key.into(), value.into())).collect()
}

#[test]
fn ssh_reaches_a_host_as_ansible_does() {
    let args = "-o ProxyJump=root@hv1.lan:2200 -o HostKeyAlias=5f0c -o \
                'UserKnownHostsFile=\"{{ inventory_dir }}/.inv/known_hosts\"' -o StrictHostKeyChecking=accept-new";
    let inventory = inventory(&json!({
        "hosts": {"node-1": {
            "ansible_host": "10.0.0.1", "ansible_port": 2222, "ansible_user": "cloud user",
            "ansible_ssh_private_key_file": "/home/a b/#key", "ansible_ssh_common_args": args,
        }},
    }));
    let told = ssh(&inventory, "node-1");
    for (option, value) in [
        ("hostname", "10.0.0.1"),
        ("port", "2222"),
        ("user", "cloud user"),
        ("identityfile", "/home/a b/#key"),
        ("proxyjump", "root@hv1.lan:2200"),
        ("hostkeyalias", "5f0c"),
        ("userknownhostsfile", "/srv/ci kube/.inv/known_hosts"),
        ("stricthostkeychecking", "accept-new"),
    ] {
        assert_eq!(told.get(option).map(String::as_str), Some(value), "{option}");
    }
}

#[test]
fn group_variables_count_and_the_host_goes_first() {
    assert_eq!(ssh(&small(), "node-2")["user"], "cloud user");
    assert_eq!(ssh(&small(), "bastion")["user"], "jump");
    assert_eq!(ssh(&small(), "node-10")["hostname"], "vm10.lan");
}

#[test]
fn a_template_leaves_its_host_out_with_a_reason() {
    let args = json!({"ansible_host": "10.0.0.1", "ansible_ssh_common_args": "-o ProxyJump={{ jump }}"});
    let inventory = inventory(&json!({"hosts": {
        "a": {"ansible_host": "{{ x }}"}, "b": {"ansible_user": "{{ x }}"}, "c": args,
        "d": {"ansible_connection": "local"}, "e": {"ansible_host": "-oProxyCommand=touch x"},
        "f": {"ansible_user": "x\nHost *\n  ProxyCommand touch x"}, "g": {"ansible_port": "22 x"},
    }}));
    insta::assert_snapshot!(ssh_config::render(&inventory, None));
}

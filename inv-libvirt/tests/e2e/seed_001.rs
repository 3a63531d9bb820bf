//! kube-on-air: the guests of a laptop, with the groups and variables of the script that stood there before.

use ansible_referee::Ansible;
use serde_json::Value;

use crate::cluster::{Cluster, of};
use crate::lab::Lab;

/// What the script printed on a laptop with these guests, of which work14 was paused.
const PRINTED: &str = r#"{
  "all": {"hosts": ["head10", "work11", "work12", "work13", "work14"], "vars": {"ansible_user": "ubuntu"}},
  "cluster": {"hosts": ["head10", "work11", "work12", "work13", "work14"], "vars": {"cluster_node_prefixlen": 24}},
  "host": {"hosts": ["localhost"], "vars": {"ansible_connection": "local"}},
  "head": {"hosts": ["head10"]},
  "work": {"hosts": ["work11", "work12", "work13", "work14"]},
  "_meta": {"hostvars": {
    "head10": {"name": "head10", "head": "head10", "cluster_node_ip": "172.31.255.10"},
    "work11": {"name": "work11", "head": "head10", "cluster_node_ip": "172.31.255.11"},
    "work12": {"name": "work12", "head": "head10", "cluster_node_ip": "172.31.255.12"},
    "work13": {"name": "work13", "head": "head10", "cluster_node_ip": "172.31.255.13"},
    "work14": {"name": "work14", "head": "head10", "cluster_node_ip": "172.31.255.14"}
  }}
}"#;

/// A paused guest, which the script lists and nobody can play.
const PAUSED: &str = "work14";

/// The example, whose management network is called `kube` in the lab.
fn air() -> Cluster {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/air/air.libvirt.yml");
    let text = std::fs::read_to_string(example).unwrap();
    let in_lab = text.replace("address: [{network: default}]", "address: [{network: kube}]");
    assert_ne!(text, in_lab);
    Cluster::of("air", &in_lab)
}

/// The hosts of a group and of its children.
fn hosts_of<'a>(list: &'a Value, group: &str) -> Vec<&'a str> {
    let texts = |value: &'a Value| value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let own = texts(&list[group]["hosts"]);
    own.chain(texts(&list[group]["children"]).flat_map(|child| hosts_of(list, child))).collect()
}

#[test]
#[ignore = "needs the lab"]
fn its_inventory_is_what_its_own_script_printed_and_addresses() {
    let lab = Lab::shared();
    let air = air();
    // More guests than the laptop had.
    let variables = [("LIBVIRT_DEFAULT_URI", lab.uri.as_str()), ("INV_EXCEPT", "work14,work15,work16,work17")];
    let printed: Value = serde_json::from_str(PRINTED).unwrap();
    for ansible in Ansible::ALL {
        let outcome = air.inventory(ansible, &variables);
        assert!(outcome.status.success() && !outcome.stderr.contains("[ERROR]"), "{outcome:#?}");
        let list = outcome.json();
        for group in ["cluster", "host", "head", "work"] {
            let mut hosts = hosts_of(&printed, group);
            hosts.retain(|host| *host != PAUSED);
            assert_eq!(hosts_of(&list, group), hosts, "{group} with {ansible:?}");
            for (name, value) in printed[group]["vars"].as_object().into_iter().flatten() {
                for host in &hosts {
                    assert_eq!(of(&list, host, name), value, "{name} of {host} with {ansible:?}");
                }
            }
        }
        // Templates are Ansible's to fill in. The laptop has no head, for the script neither.
        let (_, heads) = air.play(ansible, &variables, &["debug", "--args", "msg={{ head }}"]);
        for (host, vars) in printed["_meta"]["hostvars"].as_object().unwrap().iter().filter(|(host, _)| *host != PAUSED)
        {
            assert_eq!(of(&list, host, "cluster_node_ip"), &vars["cluster_node_ip"], "{host} with {ansible:?}");
            assert_eq!(of(&list, host, "inv_name"), &vars["name"], "{host} with {ansible:?}");
            assert_eq!(of(&list, host, "ansible_user"), &printed["all"]["vars"]["ansible_user"]);
            let head = heads.lines().find(|line| line.starts_with(&format!("{host} | SUCCESS"))).unwrap();
            assert!(head.contains(&format!("\"msg\": {}", vars["head"])), "{head} with {ansible:?}");
            // What the script left to /etc/hosts.
            let address = of(&list, host, "ansible_host").as_str().unwrap();
            assert!(address.starts_with("192.168.150."), "{address} of {host}");
        }
        let everybody = hosts_of(&list, "cluster").into_iter().chain(["localhost"]);
        let expected = everybody.map(|host| (host.to_owned(), "SUCCESS".to_owned())).collect();
        assert_eq!(air.ping(ansible, &variables), expected, "{ansible:?}");
    }
}

#[test]
#[ignore = "needs the lab"]
fn a_paused_guest_that_the_script_would_have_played_is_an_error_with_the_ways_out() {
    let lab = Lab::shared();
    let air = air();
    let mut run = air.run(&["--list"]);
    run.command.env("LIBVIRT_DEFAULT_URI", &lab.uri).env("INV_EXCEPT", "work15,work16,work17");
    let complaint = run.complaint();
    assert!(complaint.starts_with("work14 (domain work14) is a member and is paused; "), "{complaint}");
    assert!(complaint.contains("add work14 to `except`"), "{complaint}");
}

//! `init --from`: an inventory that people have becomes a cluster file, and nothing changes for Ansible.

use ansible_referee::Ansible;
use insta::assert_snapshot;
use serde_json::{Map, Value};

use crate::lab::{Lab, List};

/// kubespray's sample since v2.27: etcd is the control plane, and `k8s_cluster` is made at run time.
const SAMPLE: &str = "\
[all:vars]
ansible_user=ubuntu

[kube_control_plane]
node1 ansible_host=95.54.0.12 ip=10.3.0.1 etcd_member_name=etcd1
node2 ansible_host=95.54.0.13 ip=10.3.0.2 etcd_member_name=etcd2
node3 ansible_host=95.54.0.14 ip=10.3.0.3 etcd_member_name=etcd3

[etcd:children]
kube_control_plane

[kube_node]
node4 ansible_host=95.54.0.15 ip=10.3.0.4
node5 ansible_host=95.54.0.16 ip=10.3.0.5
node10 ansible_host=95.54.0.17 ip=10.3.0.6
";

/// As it was from v2.16 to v2.26, with a bastion and everything commented in.
const EXPLICIT: &str = "\
[all]
node1 ansible_host=95.54.0.12 ip=10.3.0.1 etcd_member_name=etcd1
node2 ansible_host=95.54.0.13 ip=10.3.0.2 etcd_member_name=etcd2
node3 ansible_host=95.54.0.14 ip=10.3.0.3 etcd_member_name=etcd3
node4 ansible_host=95.54.0.15 ip=10.3.0.4
bastion ansible_host=x.x.x.example.org ansible_user=some_user

[bastion]
bastion

[kube_control_plane]
node1
node2

[etcd]
node1
node2
node3

[kube_node]
node2
node3
node4

[calico_rr]

[k8s_cluster:children]
kube_control_plane
kube_node
calico_rr
";

/// Up to v2.15.
const DASHES: &str = "\
[all]
b1 ansible_host=10.0.0.1
b2 ansible_host=10.0.0.2
[kube-master]
b1
[etcd]
b1
[kube-node]
b2
[calico-rr]
[k8s-cluster:children]
kube-master
kube-node
calico-rr
";

/// What kubespray's inventory builder wrote.
const BUILDER: &str = "\
all:
  hosts:
    node1: {ansible_host: 10.10.1.3, ip: 10.10.1.3, access_ip: 10.10.1.3}
    node2: {ansible_host: 10.10.1.4, ip: 10.10.1.4, access_ip: 10.10.1.4}
    node3: {ansible_host: 10.10.1.5, ip: 10.10.1.5, access_ip: 10.10.1.5}
  children:
    kube_control_plane:
      hosts: {node1: , node2: }
    kube_node:
      hosts: {node1: , node2: , node3: }
    etcd:
      hosts: {node1: , node2: , node3: }
    k8s_cluster:
      children: {kube_control_plane: , kube_node: }
    calico_rr:
      hosts: {}
";

/// The first control plane is about to be removed; only its group has the new order.
const TURNED: &str = "\
[kube_control_plane]
n2 ansible_host=10.0.0.2
n3 ansible_host=10.0.0.3
n1 ansible_host=10.0.0.1
[etcd]
n1
n2
n3
[kube_node]
n1
n2
n3
";

/// The same order everywhere.
const TURNED_EVERYWHERE: &str = "\
[kube_control_plane]
n2 ansible_host=10.0.0.2 etcd_member_name=etcd2
n3 ansible_host=10.0.0.3 etcd_member_name=etcd3
n1 ansible_host=10.0.0.1 etcd_member_name=etcd1
[etcd:children]
kube_control_plane
[kube_node:children]
kube_control_plane
";

/// Groups of groups, variables everywhere, hosts without a group, values of every kind.
const EVERYTHING: &str = "\
all:
  vars:
    ansible_user: root
    ansible_ssh_common_args: '-o ProxyCommand=\"ssh -W %h:%p gate\"'
    proxy: {http: \"http://proxy:3128\", no: [localhost, 10.0.0.0/8]}
  hosts:
    spare: {ansible_host: 10.0.0.99, note: \"it's {{ here }} # not a comment\"}
    m1: {ansible_host: \"{{ lab_net }}.1\", ip: \"{{ lab_net }}.1\"}
    m2: {ansible_host: 10.0.0.2, ansible_port: 2222, empty: '', 'no': 'yes', number: '007', zero: 0, nothing: null, flag: true}
  children:
    kube_control_plane: {hosts: {m1: {node_labels: {a: 'true'}}}, vars: {taint: false}}
    kube_node: {hosts: {m2: }, vars: {node_taints: ['a=b:NoSchedule']}}
    etcd: {children: {kube_control_plane: }}
    k8s_cluster: {children: {kube_control_plane: , kube_node: }, vars: {kube_network_plugin: cilium}}
    rack: {children: {east: {hosts: {m1: }}, west: {hosts: {m2: , spare: }}}, vars: {lab_net: 10.0.0}}
";

const SHAPES: [(&str, &str); 7] = [
    ("sample.ini", SAMPLE),
    ("explicit.ini", EXPLICIT),
    ("dashes.ini", DASHES),
    ("builder.yaml", BUILDER),
    ("turned.ini", TURNED),
    ("turned_everywhere.ini", TURNED_EVERYWHERE),
    ("everything.yml", EVERYTHING),
];

fn adopt(name: &str, text: &str) -> Lab {
    let lab = Lab::empty().with(name, text);
    lab.run(&["init", "--from", name, "--cluster", "lab", "--as", "new.yml", "--yes"]).text();
    lab
}

/// Python's answer without the marks of its types, but those of numbers.
fn plain(value: &Value) -> Value {
    if let Some(items) = value.get("list") {
        return items.as_array().unwrap().iter().map(plain).collect();
    }
    if let Some(pairs) = value.get("map") {
        let pairs = pairs.as_array().unwrap().iter();
        return pairs.map(|pair| (pair[0].as_str().unwrap().to_owned(), plain(&pair[1]))).collect::<Map<_, _>>().into();
    }
    value.clone()
}

/// What `ansible-inventory --list --export` says, without what a cluster file adds to any inventory.
fn essence(said: &Value) -> Value {
    let mut said = plain(said);
    let document = said.as_object_mut().unwrap();
    document.retain(|group, _| !matches!(group.as_str(), "lab" | "ungrouped"));
    // What is a child of `all` only says who has no other parent.
    for name in ["all", "k8s_cluster"] {
        if let Some(group) = document.get_mut(name).and_then(Value::as_object_mut) {
            group.shift_remove("children");
        }
    }
    document.retain(|name, group| name != "k8s_cluster" || !group.as_object().unwrap().is_empty());
    // From a script, Ansible gives the variables of a host called like its group to the group: it is alone there.
    if let Some(vars) = document.get_mut("bastion").and_then(|group| group.as_object_mut()?.shift_remove("vars")) {
        document["_meta"]["hostvars"]["bastion"] = vars;
    }
    let hostvars = document["_meta"]["hostvars"].as_object_mut().unwrap();
    for vars in hostvars.values_mut() {
        vars.as_object_mut().unwrap().retain(|name, _| !name.starts_with("inv_") && name != "etcd_member_name");
    }
    said
}

#[test]
fn an_adopted_inventory_is_to_ansible_what_it_was() {
    let session = Ansible::New.session();
    let mut questions = session.questions();
    for (name, text) in SHAPES {
        let lab = adopt(name, text);
        lab.write("exported.ini", &lab.run(&["new.yml", "export", "--format", "ini"]).text());
        lab.write("exported.yaml", &lab.run(&["new.yml", "export", "--format", "yaml"]).text());
        lab.write("listed", &format!("#!/bin/sh\ncat <<'END'\n{}END\n", lab.run(&["new.yml", "--list"]).text()));
        lab.make_executable("listed");
        let files = [name, "exported.ini", "exported.yaml", "listed"].map(|file| lab.path(file));
        let said = questions.inventories(&files).into_iter();
        let said: Vec<Value> =
            said.map(|answer| essence(&answer.unwrap_or_else(|error| panic!("{name}: {error}")))).collect();
        for (file, said_of_file) in files.iter().zip(&said).skip(1) {
            assert!(*said_of_file == said[0], "{}:\n{:#}\n\n{:#}", file.display(), said[0], said_of_file);
        }
    }
}

#[test]
fn an_adopted_inventory_does_not_differ_from_its_cluster_file() {
    for (name, text) in SHAPES {
        assert_eq!(adopt(name, text).run(&["new.yml", "diff", name]).text(), "", "{name}");
    }
}

#[test]
fn the_names_of_etcds_members_are_taken_over() {
    for (name, text) in [("sample.ini", SAMPLE), ("turned_everywhere.ini", TURNED_EVERYWHERE)] {
        let lab = adopt(name, text);
        let list = List::parse(&lab.run(&["new.yml"]).text());
        for line in text.lines().filter(|line| line.contains("etcd_member_name")) {
            let host = line.split(' ').next().unwrap();
            let (_, wanted) = line.rsplit_once('=').unwrap();
            assert_eq!(list.var(host, "etcd_member_name"), wanted, "{name}");
        }
    }
    assert_eq!(List::parse(&adopt("d.ini", DASHES).run(&["new.yml"]).text()).var("b1", "etcd_member_name"), "etcd1");
}

#[test]
fn the_new_file_refers_to_the_inventory_and_pins_its_order() {
    assert_snapshot!(adopt("turned_everywhere.ini", TURNED_EVERYWHERE).read("new.yml"), @r#"
#!/usr/bin/env inv-static
# lab: Ansible runs this file as its inventory; you run it too: ./FILE graph, explain, diff, doctor.
# Before Ansible: eval "$(./FILE env)"
plugin: kube_inventory.vms.static
cluster: lab

source:
  files:
    - turned_everywhere.ini

# Another number of machines is an error, not another cluster.
machines:
  expect: 3

# Who is who, in the order kubespray sees. `pin --add` appends; to remove the first control plane, move its
# line down first.
members:
  - {machine: n2, host: n2, etcd_member_name: etcd2, address: 10.0.0.2}
  - {machine: n3, host: n3, etcd_member_name: etcd3, address: 10.0.0.3}
  - {machine: n1, host: n1, etcd_member_name: etcd1, address: 10.0.0.1}
"#);
}

#[test]
fn the_inventory_may_lie_elsewhere_and_both_may_move_together() {
    let lab = Lab::empty().with("old/inventory/hosts.ini", SAMPLE).with("old/clusters/readme", "");
    let init = |directory: &str| {
        lab.run(&["init", directory, "--from", "old/inventory/hosts.ini", "--cluster", "lab", "--yes"]).text();
        format!("{directory}/hosts.static.yml")
    };
    for (directory, path) in [
        ("old/clusters/new", "../../inventory/hosts.ini"),
        ("old/inventory", "hosts.ini"),
        ("old", "inventory/hosts.ini"),
        ("other", "../old/inventory/hosts.ini"),
    ] {
        let file = init(directory);
        assert!(lab.read(&file).contains(&format!("\n  files:\n    - {path}\n")), "{}", lab.read(&file));
        assert_eq!(List::parse(&lab.run(&[&file]).text()).hosts("etcd"), "", "its hosts are its child's");
    }
    std::fs::rename(lab.path("old"), lab.path("moved")).unwrap();
    lab.run(&["moved/clusters/new/hosts.static.yml"]).text();
}

#[test]
fn explain_says_what_the_inventory_says() {
    let lab = adopt("sample.ini", SAMPLE);
    assert_snapshot!(lab.run(&["new.yml", "explain", "node2"]).text(), @r"
node2
  machine   node2 (sample.ini:6:1), running
  name      from `members`, where it is pinned
  address   95.54.0.13
            95.54.0.13 (inventory) chosen, the inventory says so
  ip        10.3.0.2: the inventory says so
  groups    kube_control_plane: the inventory has it there
");
}

#[test]
fn groups_of_different_orders_are_kept_and_nothing_is_pinned() {
    let lab = adopt("turned.ini", TURNED);
    assert_snapshot!(lab.read("new.yml").split_once("expect: 3\n").unwrap().1, @r"
# The groups of the inventory have different orders, which `members` cannot say: each keeps its own. Once they
# agree, `pin` writes down who is who.
");
    let list = List::parse(&lab.run(&["new.yml"]).text());
    assert_eq!((list.hosts("kube_control_plane"), list.hosts("etcd")), ("n2 n3 n1".into(), "n1 n2 n3".into()));
}

#[test]
fn old_group_names_are_told_to_the_new_layout() {
    let lab = adopt("dashes.ini", DASHES);
    assert_snapshot!(lab.read("new.yml").split_once("network:").unwrap().1.split("\n\n").next().unwrap(), @r"
roles:
  control_plane: kube-master
  workers: kube-node
");
}

#[test]
fn an_inventory_that_is_no_kubesprays_is_adopted_without_a_layout() {
    let lab = adopt("mine.ini", "[db]\nx1 ansible_host=10.0.0.1\n[web]\nx2 ansible_host=10.0.0.2\n");
    assert!(lab.read("new.yml").contains("\nlayout: none\n"));
    assert_eq!(List::parse(&lab.run(&["new.yml"]).text()).groups(), "lab db web");
}

#[test]
fn a_machine_more_in_the_adopted_inventory_is_an_error() {
    let lab = adopt("sample.ini", SAMPLE);
    lab.write("sample.ini", &SAMPLE.replace("node10 ", "node0 ansible_host=95.54.0.9\nnode10 "));
    assert_snapshot!(lab.run(&["new.yml"]).failure(1), @"node0 (sample.ini:15:1, running) belongs to the cluster and is not listed in `members`; `pin --add` appends it; if it does not belong, add node0 to `except` under `machines`");
}

#[test]
fn what_cannot_be_adopted_says_why() {
    let refused = |text: &str| {
        let lab = Lab::empty().with("old.ini", text);
        lab.run(&["init", "--from", "old.ini", "--cluster", "lab", "--yes"]).failure(1)
    };
    assert_snapshot!(refused(""), @"no machine is selected; the source found no machine at all; look at `source`; write `expect: 0` under `machines` if nobody is fine");
    assert_snapshot!(refused("[kube_control_plane\nn1\n"), @"old.ini:1:1: `[kube_control_plane` names no hosts: its brackets do not form one range; write `name[1:3]`, or an address with a port as `[2001:db8::1]:22`");
    assert_snapshot!(refused("[kube_control_plane]\nNode_1 ansible_host=10.0.0.1\n"), @"kubespray refuses the host name Node_1: it wants lower-case letters, digits, `-` and `.`; write `names: {Node_1: node-1}` under `hosts`, or a `name` that gives such names");
    assert_snapshot!(refused("[kube_control_plane]\nn1 ansible_host=10.0.0.1\nn2 ansible_host=10.0.0.1\n"), @"n1 and n2 both have the address 10.0.0.1; one of them is wrong, or a guest lies; `explain` shows where the addresses come from");
    let lab = Lab::empty().with("old.ini", "[lab]\nn1 ansible_host=10.0.0.1\n");
    assert_snapshot!(lab.run(&["init", "--from", "old.ini", "--cluster", "lab", "--yes"]).failure(1), @"the cluster's name makes lab the group of all members, and the inventory that machines are read from has a group lab as well; give the cluster another name with `cluster:` (`init` has --cluster), or rename the group");
    assert_snapshot!(Lab::empty().run(&["init", "--from", "nowhere.ini", "--yes"]).failure(1), @"nowhere.ini cannot be read: No such file or directory (os error 2); check the path");
}

//! `init` for machines that a source discovers: from what is there, and from the inventory that people have.
//!
//! What there is comes from a snapshot, so that no hypervisor is asked.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fs;
use std::process::{Command, Output};

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

const URIS: [&str; 2] = ["--uris", "qemu+ssh://root@hv1/system,qemu+ssh://root@hv2/system"];

/// A directory with a look at two hypervisors in it.
struct Lab(TempDir);

/// A guest of a hypervisor: name, place, addresses.
fn guest(name: &str, place: &str, addresses: &[&str]) -> Value {
    let interfaces = addresses
        .iter()
        .zip(["default", "storage"])
        .map(|(ip, network)| json!({"network": network, "addresses": [{"ip": ip, "from": "lease", "in_guest": true}]}));
    json!({
        "name": name, "named_by": "outside", "id": format!("id-of-{name}"), "state": "running", "place": place,
        "interfaces": interfaces.collect::<Vec<_>>(), "reach": {}, "tags": {},
        "origin": format!("domain {name} on {place}"),
    })
}

impl Lab {
    fn new(guests: &[Value]) -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        let snapshot = json!({
            "format": 1, "source": "libvirt", "taken": "2026-01-01T00:00:00Z", "raw": null,
            "discovery": {"machines": guests},
        });
        lab.write("look.json", &snapshot.to_string());
        lab
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn file(&self) -> String {
        fs::read_to_string(self.0.path().join("hosts.libvirt.yml")).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inv-libvirt"));
        command.args(arguments).args(["--replay", "look.json"]).current_dir(self.0.path());
        command.env_clear().env("PATH", "/usr/bin:/bin").output().unwrap()
    }

    fn text(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
        String::from_utf8(run.stdout).unwrap()
    }

    fn refusal(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert!(!run.status.success() && run.stdout.is_empty(), "{run:?}");
        assert!(fs::exists(self.0.path().join("hosts.libvirt.yml")).is_ok_and(|exists| !exists), "nothing is written");
        String::from_utf8(run.stderr).unwrap().strip_prefix("inv-libvirt: ").unwrap().trim_end().to_owned()
    }

    fn init(&self, arguments: &[&str]) -> String {
        self.text(&[&["init", "--cluster", "lab", "--yes"], &URIS[..], arguments].concat())
    }

    fn from(&self, inventory: &str) -> String {
        self.write("hosts.ini", inventory);
        self.init(&["--from", "hosts.ini"])
    }

    fn refused_from(&self, inventory: &str) -> String {
        self.write("hosts.ini", inventory);
        self.refusal(&[&["init", "--cluster", "lab", "--yes"], &URIS[..], &["--from", "hosts.ini"]].concat())
    }

    fn list(&self) -> Value {
        serde_json::from_str(&self.text(&["hosts.libvirt.yml", "--list"])).unwrap()
    }
}

/// Four guests on two hypervisors, none of which says what it is for.
fn four() -> Lab {
    Lab::new(&[
        guest("vm-1", "hv1", &["10.0.0.1", "10.9.0.1"]),
        guest("vm-2", "hv1", &["10.0.0.2", "10.9.0.2"]),
        guest("vm-3", "hv2", &["10.0.0.3", "10.9.0.3"]),
        guest("vm-4", "hv2", &["10.0.0.4", "10.9.0.4"]),
    ])
}

#[test]
fn init_writes_the_hypervisors_the_ids_and_a_control_plane_on_both() {
    let lab = four();
    assert_snapshot!(lab.init(&[]), @r#"
./hosts.libvirt.yml: the cluster lab of 4 hosts
  vm-1  10.0.0.1  kube_control_plane, etcd, inv_place_hv1
  vm-2  10.0.0.2  kube_control_plane, etcd, inv_place_hv1
  vm-3  10.0.0.3  kube_control_plane, etcd, inv_place_hv2
  vm-4  10.0.0.4  kube_node, inv_place_hv2

Next:
  eval "$(./hosts.libvirt.yml env)"   # Ansible fails when this inventory fails
  ./hosts.libvirt.yml graph           # look at it
  ansible all -m ping                 # reach it
"#);
    assert_snapshot!(lab.file(), @r#"
#!/usr/bin/env inv-libvirt
# lab: Ansible runs this file as its inventory; you run it too: ./FILE graph, explain, diff, doctor.
# Before Ansible: eval "$(./FILE env)"
plugin: kube_inventory.vms.libvirt
cluster: lab

source:
  uris:
    - qemu+ssh://root@hv1/system
    - qemu+ssh://root@hv2/system

# Another number of machines is an error, not another cluster.
machines:
  expect: 4

hosts:
  vars:
    ansible_become: true

# Decided once, by `init`; from now on this file says who is what.
groups:
  kube_control_plane: {names: [vm-1, vm-2, vm-3]}
  etcd: {names: [vm-1, vm-2, vm-3]}
  kube_node: {except: {names: [vm-1, vm-2, vm-3]}}

# Who is who, in the order kubespray sees. `pin --add` appends; to remove the first control plane, move its
# line down first.
members:
  - {machine: vm-1, id: id-of-vm-1, place: hv1, host: vm-1, etcd_member_name: etcd1, address: 10.0.0.1}
  - {machine: vm-2, id: id-of-vm-2, place: hv1, host: vm-2, etcd_member_name: etcd2, address: 10.0.0.2}
  - {machine: vm-3, id: id-of-vm-3, place: hv2, host: vm-3, etcd_member_name: etcd3, address: 10.0.0.3}
  - {machine: vm-4, id: id-of-vm-4, place: hv2, host: vm-4, address: 10.0.0.4}
"#);
    assert_eq!(lab.list()["etcd"]["hosts"], json!(["vm-1", "vm-2", "vm-3"]));
}

/// Its own names, its own order, one host found by its address on the second card.
const INVENTORY: &str = "\
[all:vars]
ansible_user=ubuntu
motd='{{ inventory_hostname }} is here'

[kube_control_plane]
node-a ansible_host=10.0.0.3 ip=10.0.0.3 etcd_member_name=etcd7
vm-1 ansible_host=10.0.0.1 ip=10.0.0.1 etcd_member_name=etcd1

[etcd:children]
kube_control_plane

[kube_node]
node-b ansible_host=192.0.2.7 ip=10.9.0.2

[kube_node:vars]
node_labels={'disk': 'ssd'}

[k8s_cluster:children]
kube_control_plane
kube_node

[bastion]
bastion ansible_host=192.0.2.1 ansible_user=jump
";

#[test]
fn an_inventory_of_discovered_machines_is_taken_over() {
    let lab = four();
    assert_snapshot!(lab.from(INVENTORY), @r#"
./hosts.libvirt.yml: the cluster lab of 3 hosts
  node-a  10.0.0.3  kube_control_plane, inv_place_hv2
  vm-1    10.0.0.1  kube_control_plane, inv_place_hv1
  node-b  10.0.0.2  kube_node, inv_place_hv1
  left out: vm-4: `except` has vm-4
  not as in the inventory: node-b: ansible_host was 192.0.2.7, is 10.0.0.2
  not as in the inventory: node-b: ip was 10.9.0.2, is 10.0.0.2

Next:
  eval "$(./hosts.libvirt.yml env)"   # Ansible fails when this inventory fails
  ./hosts.libvirt.yml graph           # look at it
  ansible all -m ping                 # reach it
"#);
    assert_snapshot!(lab.file(), @r#"
#!/usr/bin/env inv-libvirt
# lab: Ansible runs this file as its inventory; you run it too: ./FILE graph, explain, diff, doctor.
# Before Ansible: eval "$(./FILE env)"
plugin: kube_inventory.vms.libvirt
cluster: lab

source:
  uris:
    - qemu+ssh://root@hv1/system
    - qemu+ssh://root@hv2/system

# Another number of machines is an error, not another cluster.
machines:
  except:
    - vm-4
  expect: 3

hosts:
  names:
    vm-3: node-a
    vm-2: node-b
  vars:
    ansible_user: ubuntu
    motd: "{{ inventory_hostname }} is here"

# As the inventory had them; `names` are machines.
groups:
  kube_control_plane:
    names:
      - vm-3
      - vm-1
  etcd:
    children:
      - kube_control_plane
  kube_node:
    names:
      - vm-2
    vars:
      node_labels:
        disk: ssd
  k8s_cluster:
    children:
      - kube_control_plane
      - kube_node
  bastion:
    vars:
      ansible_host: 192.0.2.1
      ansible_user: jump
    hosts:
      bastion: {}

# Who is who, in the order kubespray sees. `pin --add` appends; to remove the first control plane, move its
# line down first.
members:
  - {machine: vm-3, id: id-of-vm-3, place: hv2, host: node-a, etcd_member_name: etcd7, address: 10.0.0.3}
  - {machine: vm-1, id: id-of-vm-1, place: hv1, host: vm-1, etcd_member_name: etcd1, address: 10.0.0.1}
  - {machine: vm-2, id: id-of-vm-2, place: hv1, host: node-b, address: 10.0.0.2}
"#);
    let list = lab.list();
    assert_eq!(list["kube_control_plane"]["hosts"], json!(["node-a", "vm-1"]));
    assert_eq!(list["etcd"]["children"], json!(["kube_control_plane"]));
    assert_eq!(list["_meta"]["hostvars"]["node-a"]["etcd_member_name"], "etcd7");
    assert_eq!(list["lab"]["vars"]["motd"], "{{ inventory_hostname }} is here");
    assert_eq!(list["kube_node"]["vars"]["node_labels"], json!({"disk": "ssd"}));
    assert_eq!(list["bastion"]["hosts"], json!(["bastion"]));
    // A machine that nobody knew is a stranger tomorrow, as it was left out today.
    assert!(lab.text(&["hosts.libvirt.yml", "explain", "vm-4"]).contains("`except` has vm-4"));
}

#[test]
fn hosts_that_are_no_machine_are_named() {
    let refused = four().refused_from("[kube_control_plane]\nvm-1\ngone ansible_host=10.0.0.99\nlost\n");
    assert_snapshot!(refused, @"2 hosts of the inventory are no machine that was found, neither by name nor by address: gone (10.0.0.99), lost; start them, or name the places where they live; delete from the inventory those that are gone");
}

#[test]
fn a_host_that_may_be_two_machines_is_refused() {
    let refused = four().refused_from("[kube_control_plane]\nvm-1 ansible_host=10.0.0.2\n");
    assert_snapshot!(refused, @"it is not clear who is who: vm-1 is called like domain vm-1 on hv1, and its address is that of domain vm-2 on hv1; correct `ansible_host` or the names in the inventory");
    let refused = four().refused_from("[kube_control_plane]\nvm-1\nother ansible_host=10.0.0.1\n");
    assert_snapshot!(refused, @"it is not clear who is who: vm-1 and other are both domain vm-1 on hv1; correct `ansible_host` or the names in the inventory");
    let twins = Lab::new(&[guest("vm", "hv1", &["10.0.0.1"]), guest("vm", "hv2", &["10.0.0.2"])]);
    assert_snapshot!(twins.refused_from("[kube_control_plane]\nvm\n"), @"it is not clear who is who: vm may be domain vm on hv1 or domain vm on hv2; correct `ansible_host` or the names in the inventory");
    assert_snapshot!(twins.refused_from("[kube_control_plane]\nvm ansible_host=10.0.0.2\n"), @"vm (domain vm on hv1) is not in the inventory, and a machine of the same name is; select the places of the inventory's machines with `--places`");
}

#[test]
fn what_a_cluster_file_cannot_say_is_refused_with_where_it_belongs() {
    let lab = four();
    assert_snapshot!(lab.refused_from("[kube_control_plane]\nvm-1 weight=1\nvm-2 weight=2\n"), @"the host vm-1 has the variable weight, and not every host has it alike; move it into host_vars/vm-1.yml beside the new file, where Ansible reads it for both inventories");
    assert_snapshot!(lab.refused_from("[kube_control_plane]\nvm-1\n[all:vars]\nx=1\n[kube_control_plane:vars]\nx=2\n"), @"x is a variable of all hosts and of the group kube_control_plane, and which one counts would change; move it into group_vars/all.yml beside the new file, where Ansible reads it for both inventories");
    assert_snapshot!(lab.refused_from("[kube_control_plane]\nvm-1\n[all:vars]\ngreeting='I am {name}'\n"), @"greeting has a {word}, which a cluster file would fill in; move it into group_vars/all.yml beside the new file, where Ansible reads it for both inventories");
    assert_snapshot!(lab.refused_from("[kube_control_plane]\nvm-1 ansible_password=hunter2\n"), @"the inventory has a secret in ansible_password of all hosts, and a cluster file is no place for one; move it into group_vars beside the new file, and encrypt it with ansible-vault");
    assert_snapshot!(lab.refused_from("[kube_control_plane]\nvm-1\nvm-2\n[etcd]\nvm-2\nvm-1\n"), @"the groups of the inventory have their hosts in different orders, and a cluster file has one, that of `members`; bring the hosts of its groups into one order; kubespray begins with the first of `etcd` and of the control plane");
}

#[test]
fn the_members_of_two_hypervisors_may_share_a_machines_name_where_hosts_have_their_own() {
    let twins = Lab::new(&[guest("vm", "hv1", &["10.0.0.1"]), guest("vm", "hv2", &["10.0.0.2"])]);
    let refused =
        twins.refused_from("[kube_control_plane]\na ansible_host=10.0.0.2\n[kube_node]\nb ansible_host=10.0.0.1\n");
    assert_snapshot!(refused, @"the group kube_control_plane would be a, b, and the inventory has a; give machines of different places different names, and bring the hosts of all groups into one order");
}

#[test]
fn addresses_on_another_network_stay_there() {
    let lab = four();
    let summary = lab.from(
        "[kube_control_plane]\nvm-1 ansible_host=10.0.0.1 ip=10.9.0.1\n[kube_node]\nvm-2 ansible_host=10.0.0.2 ip=10.9.0.2\n",
    );
    assert!(!summary.contains("not as in the inventory"), "{summary}");
    assert!(lab.file().contains("hosts:\n  ip:\n    - network: storage\n"), "{}", lab.file());
    let lab = four();
    lab.from("[kube_control_plane]\nvm-1 ansible_host=10.9.0.1\n[kube_node]\nvm-2 ansible_host=10.9.0.2\n");
    let list = lab.list();
    assert_eq!(list["_meta"]["hostvars"]["vm-2"]["ansible_host"], "10.9.0.2");
}

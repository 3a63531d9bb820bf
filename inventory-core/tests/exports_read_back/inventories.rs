//! Inventories to export.

use indexmap::IndexMap;
use inventory_core::cluster::{Cluster, Layout, RoleGroups};
use inventory_core::inventory::{Group, Inventory, Variables};
use inventory_core::safe::{GroupName, HostName};
use serde_json::{Value, json};

/// An inventory written down as `{top, hosts: {NAME: vars}, groups: {NAME: {hosts, children, vars}}, vars}`.
/// Texts with Ansible's marks are from outside, or encrypted.
pub(crate) fn inventory(written: &Value) -> Inventory {
    let vars = |value: &Value| -> Variables {
        if value.is_null() { Variables::new() } else { serde_json::from_value(value.clone()).expect("variables") }
    };
    let names = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    let group = |value: &Value| Group {
        hosts: names(&value["hosts"]).iter().map(|name| HostName::written(name).expect("a host")).collect(),
        children: names(&value["children"]).iter().map(|name| GroupName::parse(name).expect("a group")).collect(),
        vars: vars(&value["vars"]),
    };
    let hosts: IndexMap<_, _> = written["hosts"]
        .as_object()
        .expect("hosts")
        .iter()
        .map(|(name, value)| (HostName::written(name).expect("a host"), vars(value)))
        .collect();
    let mut groups: IndexMap<GroupName, Group> = IndexMap::new();
    let top = GroupName::parse(written["top"].as_str().unwrap_or("top")).expect("a group");
    let everybody = Group { hosts: hosts.keys().cloned().collect(), ..Group::default() };
    groups.insert(top.clone(), everybody);
    for (name, value) in written["groups"].as_object().into_iter().flatten() {
        groups.insert(GroupName::parse(name).expect("a group"), group(value));
    }
    Inventory::new(top, hosts, groups, vars(&written["vars"])).expect("a consistent inventory")
}

/// What the layouts call their groups.
pub(crate) fn roles(layout: Layout) -> RoleGroups {
    Cluster { layout, ..Cluster::undeclared("test") }.role_groups()
}

/// A cluster as `assemble` makes it, with something for every format to say.
pub(crate) fn small() -> Inventory {
    let tags = json!({"os": "Fedora 40", "note": {"__ansible_unsafe": "{{ x }}"}});
    inventory(&json!({
        "top": "ci_kube",
        "hosts": {
            "node-1": {"ansible_host": "10.0.0.1", "ip": "10.0.0.1", "etcd_member_name": "etcd1", "inv_name": "vm-1"},
            "node-2": {"ansible_host": "127.0.0.1", "ansible_port": 2222, "ip": "192.168.56.12", "inv_name": "vm-2"},
            "node-10": {"ansible_host": "vm10.lan", "inv_name": "vm-10", "inv_tags": tags},
            "node-11": {"ansible_host": "{{ lookup('env', 'NODE_11') }}", "ansible_password": "hunter2"},
            "bastion": {"ansible_host": "203.0.113.7", "ansible_port": 22, "ansible_user": "jump"},
        },
        "groups": {
            "ci_kube": {
                "hosts": ["node-1", "node-2", "node-10", "node-11"],
                "vars": {
                    "ansible_user": "cloud user",
                    "ansible_become": true,
                    "ansible_ssh_private_key_file": "~/.ssh/ci kube",
                    "ansible_become_password": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n6162\n6364\n"},
                    "registry": {"url": "https://r.lan", "password": "hunter2"},
                    "kube_version_min": "1.30",
                },
            },
            "kube_control_plane": {"hosts": ["node-1"]},
            "etcd": {"hosts": ["node-1"]},
            "kube_node": {"hosts": ["node-2", "node-10", "node-11"], "vars": {"node_labels": {"tier": "web"}}},
            "calico_rr": {},
            "k8s_cluster": {"children": ["kube_control_plane", "kube_node", "calico_rr"]},
            "bastion": {"hosts": ["bastion"]},
        },
    }))
}

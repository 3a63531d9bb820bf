//! An inventory of ours as `ansible-inventory --list --export` prints it, in the referee's typed JSON.

use std::collections::HashSet;

use indexmap::IndexMap;
use inventory_core::ansible::{Inventory, Variable};
use inventory_core::inventory::{Author, Value as Var};
use serde_json::{Value, json};

/// Variables that Ansible keeps to itself and never prints.
const INTERNAL: &[&str] = &["groups", "group_names", "hostvars", "inventory_dir", "inventory_file", "playbook_dir"];

/// The whole document.
pub(crate) fn export(inventory: &Inventory) -> Value {
    let mut document = Vec::new();
    let mut seen = HashSet::new();
    let mut hosts = Vec::new();
    group(inventory, "all", &mut seen, &mut document, &mut hosts);
    let hostvars: Vec<Value> = hosts
        .iter()
        .map(|host| (host, variables(&inventory.hosts[host.as_str()].vars)))
        .filter(|(_, vars)| !vars.is_empty())
        .map(|(host, vars)| json!([host, { "map": vars }]))
        .collect();
    document.push(json!(["_meta", {"map": [["hostvars", {"map": hostvars}]]}]));
    json!({ "map": document })
}

fn group<'a>(
    inventory: &'a Inventory,
    name: &'a str,
    seen: &mut HashSet<&'a str>,
    document: &mut Vec<Value>,
    hosts: &mut Vec<&'a String>,
) {
    if !seen.insert(name) {
        return;
    }
    let group_data = &inventory.groups[name];
    let mut parts = Vec::new();
    for host in group_data.hosts.keys() {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if name != "all" && !group_data.hosts.is_empty() {
        parts.push(json!(["hosts", {"list": group_data.hosts.keys().collect::<Vec<_>>()}]));
    }
    if !group_data.children.is_empty() {
        parts.push(json!(["children", {"list": group_data.children.keys().collect::<Vec<_>>()}]));
    }
    let mut vars = variables(&group_data.vars);
    if group_data.priority != 1 {
        vars.push(json!(["ansible_group_priority", {"int": group_data.priority.to_string()}]));
    }
    if !vars.is_empty() {
        parts.push(json!(["vars", { "map": vars }]));
    }
    if !parts.is_empty() {
        document.push(json!([name, { "map": parts }]));
    }
    for child in group_data.children.keys() {
        group(inventory, child, seen, document, hosts);
    }
}

fn variables(vars: &IndexMap<String, Variable>) -> Vec<Value> {
    let printed = vars.iter().filter(|(name, _)| !INTERNAL.contains(&name.as_str()));
    printed.map(|(name, variable)| json!([name, value(&variable.value)])).collect()
}

/// A value in the referee's typed JSON.
pub(crate) fn value(var: &Var) -> Value {
    match var {
        Var::Null => Value::Null,
        Var::Bool(yes) => json!(yes),
        Var::Int(number) => json!({"int": number.to_string()}),
        Var::Float(number) => float(*number),
        Var::Text(text) => match text.author {
            Author::User => json!(text.content),
            Author::Outside => json!({"map": [["__ansible_unsafe", text.content]]}),
            Author::Vault => json!({"map": [["__ansible_vault", text.content]]}),
        },
        Var::List(items) => json!({"list": items.iter().map(value).collect::<Vec<_>>()}),
        Var::Map(map) => {
            json!({"map": map.iter().map(|(key, item)| json!([key, value(item)])).collect::<Vec<_>>()})
        }
    }
}

/// A number as bits: its shortest digits may be spelled in more than one way.
pub(crate) fn float(number: f64) -> Value {
    json!({"float": if number.is_nan() { "nan".to_owned() } else { format!("bits {:x}", number.to_bits()) }})
}

/// The document without what two Ansibles may order differently: keys always, members of groups on request.
pub(crate) fn normal(document: &Value, sort_members: bool) -> Value {
    let mut entries: Vec<Value> = document["map"].as_array().expect("a document is a map").clone();
    for entry in &mut entries {
        let is_meta = entry[0] == "_meta";
        if let Some(parts) = entry[1]["map"].as_array_mut() {
            parts.retain(|part| part[0] != "profile");
            for part in parts {
                if let (Some(list), true, false) = (part[1]["list"].as_array_mut(), sort_members, is_meta) {
                    list.sort_by_key(ToString::to_string);
                }
            }
        }
    }
    canonical(&json!({ "map": entries }))
}

/// The same value with the keys of every map in order, and floats as bits.
pub(crate) fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Object(object) => {
            if let Some(Value::Array(entries)) = object.get("map") {
                let mut entries: Vec<Value> = entries.iter().map(canonical).collect();
                entries.sort_by_key(ToString::to_string);
                return json!({ "map": entries });
            }
            if let Some(Value::Array(items)) = object.get("set") {
                let mut items: Vec<Value> = items.iter().map(canonical).collect();
                items.sort_by_key(ToString::to_string);
                return json!({ "set": items });
            }
            if let Some(Ok(number)) = object.get("float").and_then(Value::as_str).map(str::parse) {
                return float(number);
            }
            object.iter().map(|(key, value)| (key.clone(), canonical(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

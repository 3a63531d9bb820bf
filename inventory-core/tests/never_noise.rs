//! Whatever was found and whatever is wished: the list has one shape, and the order in which things were found does
//! not show in it.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::collections::HashSet;
use std::path::Path;

use inventory_core::cluster::{Cluster, Loaded};
use inventory_core::discovery::Discovery;
use inventory_core::inventory::Value;
use inventory_core::inventory::assemble::assemble;
use inventory_core::inventory::render::ansible_json::List;
use inventory_core::machine::{AddressSource, FoundAddress, Interface, Machine, NamedBy, State};
use inventory_core::yaml::Source;
use proptest::prelude::*;
use serde_json::Value as Json;

/// A source's section without anything in it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
struct NoOptions {}

fn cluster(settings: &str) -> Cluster {
    let text = format!("plugin: kube_inventory.vms.static\ncluster: c-1\n{settings}");
    let loaded = Loaded::<NoOptions>::parse(Source::new("c.yml", text), Path::new("c.yml"), "static", &|_| None);
    loaded.unwrap_or_else(|error| panic!("{error}\n{settings}")).cluster
}

/// Text that hurts somewhere: names, tags and places are drawn from it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        40 => "[a-z][a-z0-9-]{0,8}[0-9]",
        1 => Just("{{ x }}".to_owned()),
        1 => Just("__ansible_vault".to_owned()),
        1 => Just("__ansible_unsafe".to_owned()),
        1 => Just("all".to_owned()),
        1 => Just("web".to_owned()),
        1 => "\\PC{0,12}",
    ]
}

fn machine() -> impl Strategy<Value = Machine> {
    let tags = prop::collection::btree_map(text(), text(), 0..4);
    let places = prop::option::of(prop_oneof![9 => Just("hv-1"), 1 => Just("hv_1"), 9 => Just("hv2")]);
    (text(), any::<bool>(), any::<u16>(), tags, places, prop::option::of(text()), 0..40_u8).prop_map(
        |(name, by_user, ip, tags, place, id, state)| {
            let named_by = if by_user { NamedBy::User } else { NamedBy::Outside };
            let mut machine = Machine::new(name, named_by, "somewhere");
            let [high, low] = ip.to_be_bytes();
            let address = FoundAddress {
                ip: [10, 0, high, low].into(),
                from: AddressSource::Lease,
                in_guest: by_user,
                unfit: None,
            };
            machine.interfaces.push(Interface { addresses: vec![address], ..Interface::default() });
            machine.tags = tags;
            machine.tags.entry("k".to_owned()).or_insert_with(|| "{{ k }}".to_owned());
            machine.place = place.map(str::to_owned);
            machine.id = id;
            machine.state = if state == 0 { State::Stopped } else { State::Running };
            if by_user {
                machine.vars.insert("mine".to_owned(), Value::user("{{ 1 }}"));
            }
            machine
        },
    )
}

fn settings() -> impl Strategy<Value = String> {
    let layout = prop_oneof![Just("none"), Just("kubespray"), Just("hard-way")];
    let pieces = prop::sample::subsequence(
        vec![
            "hosts: {name: \"{name}\", vars: {a: \"{tag:k}\", b: [], c: null, d: {e: \"{index}\"}}}",
            "machines: {without_address: skip}",
            "network: {roles: {control_plane: cp}}",
            "partial: false",
        ],
        0..4,
    );
    let groups = prop::sample::subsequence(
        vec![
            "web: none",
            "db: {first: 1}",
            "kids: {children: [db, web], vars: {a: null}}",
            "cp: {last: 1}",
            "kube_control_plane: {first: 1}",
            "controllers: all",
            "bastion: {hosts: {bastion: {}}}",
            "inv_place_hv2: {vars: {mine: 1}}",
        ],
        0..8,
    );
    (layout, pieces, groups).prop_map(|(layout, pieces, groups)| {
        format!("layout: {layout}\n{}\ngroups: {{{}}}\n", pieces.join("\n"), groups.join(", "))
    })
}

/// The list, or the sentence that says why there is none.
fn listed(cluster: &Cluster, machines: Vec<Machine>) -> Result<String, String> {
    let discovery = Discovery { machines, ..Discovery::default() };
    let assembly = assemble(cluster, &discovery).map_err(|error| {
        assert!(!error.remedy().is_empty(), "{error} has no remedy");
        error.to_string()
    })?;
    Ok(serde_json::to_string(&List(&assembly.inventory)).unwrap())
}

/// Everything that Ansible wants of the document, by its own rules.
fn check_shape(text: &str) -> Result<(), TestCaseError> {
    let list: Json = serde_json::from_str(text).unwrap();
    let list = list.as_object().unwrap();
    let meta = list["_meta"].as_object().unwrap();
    prop_assert!(meta.keys().eq(["hostvars"]));
    let hostvars = meta["hostvars"].as_object().unwrap();
    let mut at_home = HashSet::new();
    for (name, group) in list.iter().filter(|(name, _)| *name != "_meta") {
        prop_assert!(!name.starts_with("__ansible_"));
        let group = group.as_object().unwrap();
        prop_assert!(group.keys().all(|key| matches!(key.as_str(), "hosts" | "children" | "vars")));
        let mut seen = HashSet::new();
        for host in group["hosts"].as_array().unwrap() {
            let host = host.as_str().unwrap();
            prop_assert!(hostvars.contains_key(host) && seen.insert(host), "{host} in {name}");
            at_home.insert(host);
        }
        for child in group.get("children").map_or(&vec![], |children| children.as_array().unwrap()) {
            prop_assert!(list.contains_key(child.as_str().unwrap()), "{child} of {name}");
        }
        prop_assert!(group.get("vars").is_none_or(|vars| vars.as_object().is_some_and(|vars| !vars.is_empty())));
        let lends = hostvars.contains_key(name) && group["hosts"] != serde_json::json!([name]);
        prop_assert!(!lends, "the host {name} lends its variables to a group");
    }
    for (host, vars) in hostvars {
        prop_assert!(at_home.contains(host.as_str()), "{host} is in no group");
        prop_assert!(!host.starts_with("__ansible_") && !matches!(host.as_str(), "all" | "ungrouped" | "_meta"));
        for (name, value) in vars.as_object().unwrap() {
            prop_assert!(!name.starts_with("__ansible_"));
            if name.starts_with("inv_") {
                check_outside(value)?;
            }
        }
    }
    Ok(())
}

/// No text of an `inv_` variable is a template: it is harmless, or it is marked.
fn check_outside(value: &Json) -> Result<(), TestCaseError> {
    match value {
        Json::String(text) => prop_assert!(!text.contains(['{', '}', '%', '#', '\n']), "{text:?} is not marked"),
        Json::Object(map) => {
            if let Some(marked) = map.get("__ansible_unsafe") {
                prop_assert!(map.len() == 1 && marked.is_string());
                return Ok(());
            }
            prop_assert!(!map.keys().any(|key| key.starts_with("__ansible_")));
            map.values().try_for_each(check_outside)?;
        }
        Json::Array(items) => items.iter().try_for_each(check_outside)?,
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_list_has_one_shape_and_no_order_of_its_own(
        settings in settings(),
        (machines, shuffled) in prop::collection::vec(machine(), 0..8)
            .prop_flat_map(|machines| (Just(machines.clone()), Just(machines).prop_shuffle())),
    ) {
        let cluster = cluster(&settings);
        let list = listed(&cluster, machines.clone());
        prop_assert_eq!(&list, &listed(&cluster, machines), "two runs");
        if let Ok(list) = &list {
            check_shape(list)?;
        }
        let other = listed(&cluster, shuffled);
        match (&list, &other) {
            (Ok(list), Ok(other)) => prop_assert_eq!(list, other),
            // Of several mistakes the first is told, and that may be another one.
            (list, other) => prop_assert_eq!(list.is_err(), other.is_err()),
        }
    }
}

/// The property above is worth something only if inventories come out of it.
#[test]
fn machines_with_ordinary_names_are_an_inventory() {
    let machines = (1..=3).map(|number: u8| {
        let mut machine = Machine::new(format!("node-{number}"), NamedBy::Outside, "somewhere");
        let address = FoundAddress::in_guest([10, 0, 0, number].into(), AddressSource::Lease);
        machine.interfaces.push(Interface { addresses: vec![address], ..Interface::default() });
        machine
    });
    let list = listed(&cluster("groups: {kube_control_plane: {first: 1}}\n"), machines.collect()).unwrap();
    check_shape(&list).unwrap();
}

//! Types read through serde: what goes wrong is said in the user's words, at its place.

use std::collections::BTreeMap;

use inventory_core::environment::Sourced;
use inventory_core::yaml::{Duplicates, Error, Source, from_node_with, from_source, parse_one};
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
struct Cluster {
    plugin: Option<String>,
    kubespray_version: Option<String>,
    machines: Option<Vec<String>>,
    layout: Option<Layout>,
    expect: Option<u16>,
    partial: Option<bool>,
    vars: Option<BTreeMap<String, Option<String>>>,
    network: Option<Network>,
    at: Option<Sourced<String>>,
    address: Option<Address>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Layout {
    Kubespray,
    HardWay,
    Custom { name: String },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Network {
    pods: String,
}

#[derive(Debug, PartialEq)]
struct Address(std::net::IpAddr);

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| serde::de::Error::custom(format!("`{text}` is no IP address")))
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    from_source(&Source::new("c.yml", text))
}

/// `place: sentence (hint)`
fn complaint(text: &str) -> String {
    let error = read::<Cluster>(text).unwrap_err();
    let hint = error.hint().map_or_else(String::new, |hint| format!(" ({hint})"));
    format!("{}: {error}{hint}", error.location())
}

#[test]
fn an_unknown_key_names_its_neighbour() {
    assert_eq!(complaint("plugin: x\nmachnes: []\n"), "c.yml:2:1: unknown key `machnes`; did you mean `machines`?");
}

#[test]
fn an_unknown_key_without_a_neighbour_names_the_known_ones() {
    assert_eq!(
        complaint("colour: x\n"),
        "c.yml:1:1: unknown key `colour` (the keys here are `plugin`, `kubespray_version`, `machines`, `layout`, \
         `expect`, `partial`, `vars`, `network`, `at`, `address`)"
    );
}

#[test]
fn a_version_without_quotes_is_an_error_that_shows_them() {
    assert_eq!(
        complaint("kubespray_version: 2.31\n"),
        "c.yml:1:20: expected text, found the number 2.31 (write it in quotes: \"2.31\")"
    );
    assert_eq!(
        complaint("kubespray_version: 2.30\n"),
        "c.yml:1:20: expected text, found `2.30`, which YAML reads as the number 2.3 (write it in quotes: \"2.30\")"
    );
    assert_eq!(
        complaint("plugin: yes\n"),
        "c.yml:1:9: expected text, found `yes`, which YAML reads as true (write it in quotes: \"yes\")"
    );
}

#[test]
fn kinds_are_named_as_people_do() {
    assert_eq!(complaint("machines: x\n"), "c.yml:1:11: expected a list, found text \"x\"");
    assert_eq!(complaint("machines: {a: 1}\n"), "c.yml:1:11: expected a list, found a map");
    assert_eq!(complaint("plugin: [x]\n"), "c.yml:1:9: expected text, found a list");
    assert_eq!(complaint("partial: 1\n"), "c.yml:1:10: expected true or false, found the number 1");
    assert_eq!(complaint("expect: many\n"), "c.yml:1:9: expected a whole number, found text \"many\"");
    assert_eq!(complaint("expect: '3'\n"), "c.yml:1:9: expected a whole number, found text \"3\" (remove the quotes)");
    assert_eq!(complaint("expect: -1\n"), "c.yml:1:9: expected a whole number from 0 to 65535, found the number -1");
    assert_eq!(complaint("- a\n"), "c.yml:1:1: expected a map, found a list");
    assert_eq!(complaint(""), "c.yml:1:1: expected a map, found nothing");
    assert_eq!(complaint("machines:\n  - a\n  - [b]\n"), "c.yml:3:5: expected text, found a list");
}

#[test]
fn a_missing_key_is_missing_from_its_map() {
    assert_eq!(complaint("network:\n  x: y\n"), "c.yml:2:3: the key `pods` is missing");
}

#[test]
fn an_unknown_word_names_its_neighbour() {
    assert_eq!(complaint("layout: kubesprai\n"), "c.yml:1:9: unknown value `kubesprai`; did you mean `kubespray`?");
    assert_eq!(read::<Cluster>("layout: hard-way\n").unwrap().layout, Some(Layout::HardWay));
    let custom = read::<Cluster>("layout: {custom: {name: x}}\n").unwrap().layout;
    assert_eq!(custom, Some(Layout::Custom { name: "x".to_owned() }));
    assert_eq!(complaint("layout: {custom: {nam: x}}\n"), "c.yml:1:18: the key `name` is missing");
}

#[test]
fn a_key_given_twice_shows_both_places() {
    assert_eq!(
        complaint("plugin: a\nexpect: 1\nplugin: b\n"),
        "c.yml:3:1: the key `plugin` is given twice; the first is at 1:1 (remove one of them)"
    );
    assert_eq!(
        complaint("vars:\n  a: x\n  'a': y\n"),
        "c.yml:3:3: the key `a` is given twice; the first is at 2:3 (remove one of them)"
    );
}

#[test]
fn the_last_of_a_key_given_twice_counts_when_asked_for() {
    let source = Source::new("c.yml", "b: x\na: y\nb: z\n");
    let root = parse_one(&source).unwrap().root.unwrap();
    let map: serde_json::Map<String, serde_json::Value> = from_node_with(&root, &source, Duplicates::LastWins).unwrap();
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"b":"z","a":"y"}"#);
}

#[test]
fn what_a_type_says_gets_the_place_of_its_value() {
    assert_eq!(complaint("plugin: x\naddress: 10.0.0.300\n"), "c.yml:2:10: `10.0.0.300` is no IP address");
}

#[test]
fn a_place_is_that_of_the_value() {
    let source = Source::new("c.yml", "at: 'here'\n");
    let at = from_source::<Cluster>(&source).unwrap().at.unwrap();
    assert_eq!((at.value.as_str(), at.origin.to_string()), ("here", "c.yml:1:5".to_owned()));
}

#[test]
fn a_place_survives_json_and_is_no_part_of_the_schema() {
    let value = Sourced::new(5_u8, inventory_core::network::space::Origin::Found("ServiceCIDR kubernetes".to_owned()));
    let json = serde_json::to_string(&value).unwrap();
    assert_eq!(serde_json::from_str::<Sourced<u8>>(&json).unwrap(), value);
    assert_eq!(schemars::schema_for!(Sourced<u8>), schemars::schema_for!(u8));
}

#[test]
fn one_and_true_are_the_same_key_to_python() {
    let error = read::<BTreeMap<String, u8>>("1: 1\ntrue: 2\n").unwrap_err();
    assert_eq!(error.to_string(), "the key `true` is given twice; the first is at 1:1");
}

#[test]
fn free_keys_are_those_of_json_dumps() {
    let map: BTreeMap<String, u8> = read("3: 1\nyes: 2\n~: 3\n1.50: 4\n010: 5\nx: 6\n2024-01-01: 7\n").unwrap();
    let keys: Vec<_> = map.keys().map(String::as_str).collect();
    assert_eq!(keys, ["1.5", "2024-01-01", "3", "8", "null", "true", "x"]);
}

#[test]
fn a_tag_where_text_is_wanted_is_named() {
    assert_eq!(
        complaint("plugin: !vault x\n"),
        "c.yml:1:16: expected text, found a value marked `!vault` (remove `!vault`, and write the value itself; tags \
         are for variables)"
    );
}

#[test]
fn a_tag_reaches_a_type_that_describes_itself() {
    #[derive(Debug, Deserialize, PartialEq)]
    enum Marked {
        #[serde(rename = "!vault")]
        Vault(String),
        #[serde(rename = "!unsafe")]
        Unsafe(serde_json::Value),
    }
    assert_eq!(read::<Marked>("!vault |\n  12\n").unwrap(), Marked::Vault("12\n".to_owned()));
    assert_eq!(read::<Marked>("!vault 12\n").unwrap(), Marked::Vault("12".to_owned()));
    assert_eq!(read::<Marked>("!unsafe [1, a]\n").unwrap(), Marked::Unsafe(serde_json::json!([1, "a"])));
}

#[test]
fn a_first_line_for_the_shell_is_a_comment() {
    let source = Source::new("c.yml", "#!/usr/bin/env inv-static\n---\nplugin: x\n");
    let document = parse_one(&source).unwrap();
    assert_eq!(source.slice(document.comments[0].span), "#!/usr/bin/env inv-static");
    assert_eq!(from_source::<Cluster>(&source).unwrap().plugin.as_deref(), Some("x"));
}

#[test]
fn the_usual_shapes_of_serde_work() {
    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum OneOrMany {
        One(u8),
        Many(Vec<u8>),
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Inner {
        y: Option<i64>,
    }
    #[derive(Debug, Deserialize, PartialEq)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
        #[serde(default)]
        list: Vec<OneOrMany>,
        pair: (String, f64),
        ports: BTreeMap<u16, Option<()>>,
        big: i128,
        letter: char,
    }
    let text = "y: ~\nlist: [1, [2, 3]]\npair: [a, 1]\nports: {80: , '443': ~}\nbig: -170141183460469231731687303715884105727\n\
                letter: x\n";
    let outer: Outer = read(text).unwrap();
    assert_eq!(
        outer,
        Outer {
            inner: Inner { y: None },
            list: vec![OneOrMany::One(1), OneOrMany::Many(vec![2, 3])],
            pair: ("a".to_owned(), 1.0),
            ports: BTreeMap::from([(80, None), (443, None)]),
            big: -i128::MAX,
            letter: 'x',
        }
    );
}

#[test]
fn merged_keys_reach_a_type_and_may_be_overridden() {
    let map: BTreeMap<String, u8> = read("<<: {a: 1, b: 1}\na: 2\n").unwrap();
    assert_eq!(map, BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 1)]));
    let error = read::<BTreeMap<String, u8>>("<<: [x]\n").unwrap_err();
    assert_eq!(format!("{}: {error}", error.location()), "c.yml:1:6: `<<` merges maps, and this is text \"x\"");
}

#[test]
fn a_number_beyond_128_bits_is_refused_where_it_is_read() {
    let error = read::<serde_json::Value>("a: 999999999999999999999999999999999999999999\n").unwrap_err();
    assert_eq!(
        format!("{}: {error}", error.location()),
        "c.yml:1:4: expected a number of at most 128 bits, found a number of more than 128 bits"
    );
}

#[test]
fn what_ansible_refuses_is_refused() {
    let error = read::<serde_json::Value>("a: 2024-13-45\n").unwrap_err();
    assert_eq!(error.to_string(), "Ansible refuses this value: `2024-13-45` is no timestamp");
}

//! Which value of a variable counts for a host: ours and Ansible's answers, for generated trees of files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ansible_referee::{Ansible, Answer};
use inventory_core::ansible;
use inventory_core::kubespray::{OLDEST, Release};
use inventory_core::lint::model::{Groups, Hosts, Variables};
use inventory_core::lint::root::{Content, InventoryFile, Root};
use inventory_core::vars::tree::VarsTree;
use inventory_core::yaml::Source;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

/// How many trees are compared, each on both Ansibles.
const TREES: usize = 60;

const HOSTS: [&str; 4] = ["n1", "n2", "n10", "other"];
const GROUPS: [&str; 6] = ["zoo", "abc", "kube_node", "kube_control_plane", "k8s_cluster", "deep"];
const NAMES: [&str; 4] = ["a", "b", "c", "kube_pods_subnet"];

/// One tree: the text of its inventory, and its files of variables.
#[derive(Debug, Clone)]
struct Tree {
    inventory: String,
    files: Vec<(PathBuf, String)>,
}

/// Variables with values that say where they stand.
fn variables(place: &'static str) -> impl Strategy<Value = Vec<(&'static str, String)>> {
    vec((select(&NAMES[..]), 0..100_u8), 0..4)
        .prop_map(move |vars| vars.into_iter().map(|(name, nth)| (name, format!("{place}-{nth}"))).collect())
}

fn inventory() -> impl Strategy<Value = String> {
    let hosts = vec((select(&HOSTS[..]), variables("host")), 1..5);
    let members = vec((select(&GROUPS[..]), select(&HOSTS[..])), 0..8);
    // A child always comes behind its parent in the list, so that there is no cycle.
    let children = vec((0..GROUPS.len() - 1, proptest::prelude::any::<Index>()), 0..5);
    let group_vars = vec((select(&GROUPS[..]), variables("group")), 0..3);
    let priorities = vec((select(&GROUPS[..]), 1..4_u8), 0..3);
    (hosts, members, children, group_vars, priorities, variables("all")).prop_map(
        |(hosts, members, children, group_vars, priorities, all)| {
            let mut text = String::new();
            for (host, vars) in hosts {
                let _ = writeln!(text, "{host} {}", pairs(&vars, " "));
            }
            for name in GROUPS {
                let _ = writeln!(text, "[{name}]");
                for (_, host) in members.iter().filter(|(group, _)| *group == name) {
                    let _ = writeln!(text, "{host}");
                }
            }
            for (parent, child) in children {
                let child = parent + 1 + child.index(GROUPS.len() - parent - 1);
                let _ = writeln!(text, "[{}:children]\n{}", GROUPS[parent], GROUPS[child]);
            }
            for (group, vars) in group_vars {
                let _ = writeln!(text, "[{group}:vars]\n{}", pairs(&vars, "\n"));
            }
            for (group, priority) in priorities {
                let _ = writeln!(text, "[{group}:vars]\nansible_group_priority={priority}");
            }
            let _ = writeln!(text, "[all:vars]\n{}", pairs(&all, "\n"));
            text
        },
    )
}

fn pairs(vars: &[(&str, String)], between: &str) -> String {
    vars.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(between)
}

fn file() -> impl Strategy<Value = (PathBuf, String)> {
    let owner = prop_oneof![
        select(&["all", "zoo", "abc", "kube_node", "k8s_cluster", "deep", "nobody"][..])
            .prop_map(|name| format!("group_vars/{name}")),
        select(&HOSTS[..]).prop_map(|name| format!("host_vars/{name}")),
    ];
    let shape =
        select(&["", ".yml", ".yaml", ".json", "/one.yml", "/two", "/sub/three.yaml", "/.hidden.yml", "/x.txt"][..]);
    (owner, shape, variables("file"), Just(())).prop_map(|(owner, shape, vars, ())| {
        let map: BTreeMap<_, _> = vars.into_iter().collect();
        (PathBuf::from(format!("{owner}{shape}")), serde_json::to_string(&map).unwrap())
    })
}

fn trees() -> Vec<Tree> {
    let tree = (inventory(), vec(file(), 0..10)).prop_map(|(inventory, files)| Tree { inventory, files });
    let mut runner = TestRunner::deterministic();
    (0..TREES).map(|_| tree.new_tree(&mut runner).unwrap().current()).collect()
}

impl Tree {
    /// Writes it; a file where a directory already is, or the other way round, is left out.
    fn write(&self, directory: &Path) -> PathBuf {
        for (path, text) in &self.files {
            let path = directory.join(path);
            if std::fs::create_dir_all(path.parent().unwrap()).is_ok() {
                let _ = std::fs::write(path, text);
            }
        }
        let path = directory.join("hosts");
        std::fs::write(&path, &self.inventory).unwrap();
        path
    }
}

/// The values that count for each host, as we have them.
fn ours(path: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let source = Source::read(path).unwrap();
    let inventory = Box::new(ansible::read(&source).unwrap());
    let content = Content::Ansible { inventory, tree: None };
    let file = InventoryFile { source, is_executable: false, content };
    let directory = path.parent().unwrap();
    let mut root = Root::new(directory, VarsTree::read(directory));
    root.inventories.push(file);
    let hosts = Hosts::of(root.inventories.first()).unwrap();
    // The oldest release makes no groups by itself, as `ansible-inventory` does not.
    let release = Release::of(Some(OLDEST));
    let groups = Groups::of(&hosts, release);
    let variables = Variables::of(&root, &groups, release);
    let of_host = |host: &str| {
        let scope = variables.of_host(groups.hosts().find(|(name, _)| *name == host).unwrap().0);
        let value = |name: &&str| Some(((*name).to_owned(), scope.get(name)?.value().unwrap().to_plain_text()));
        NAMES.iter().filter_map(value).collect()
    };
    groups.hosts().map(|(host, _)| (host.to_owned(), of_host(host))).collect()
}

/// The same as Ansible has them.
fn ansibles(answer: Answer) -> BTreeMap<String, BTreeMap<String, String>> {
    let answer = plain(&answer.unwrap());
    let of_host = |vars: &Value| {
        let value = |name: &&str| Some(((*name).to_owned(), vars.get(name)?.as_str()?.to_owned()));
        NAMES.iter().filter_map(value).collect()
    };
    let hostvars = answer["_meta"]["hostvars"].as_object().unwrap();
    hostvars.iter().map(|(host, vars)| (host.clone(), of_host(vars))).collect()
}

/// The referee's maps as maps.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) if object.contains_key("map") => {
            let pairs = object["map"].as_array().unwrap();
            pairs.iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), plain(&pair[1]))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn the_value_that_counts_for_a_host_is_the_one_that_ansible_takes() {
    let directory = tempfile::tempdir().unwrap();
    let trees = trees();
    let write = |(nth, tree): (usize, &Tree)| {
        let directory = directory.path().join(nth.to_string());
        std::fs::create_dir(&directory).unwrap();
        tree.write(&directory)
    };
    let paths: Vec<PathBuf> = trees.iter().enumerate().map(write).collect();
    let mut compared = 0;
    for ansible in [Ansible::Old, Ansible::New] {
        for (path, answer) in paths.iter().zip(ansible.session().questions().merged(&paths)) {
            let (theirs, ours) = (ansibles(answer), ours(path));
            for (host, vars) in &ours {
                // A host without any variable is not listed.
                let theirs = theirs.get(host).cloned().unwrap_or_default();
                compared += vars.len();
                let text = std::fs::read_to_string(path).unwrap();
                assert_eq!(*vars, theirs, "{host} of {}:\n{text}", path.display());
            }
        }
    }
    assert!(compared > 500, "only {compared} values were compared");
}

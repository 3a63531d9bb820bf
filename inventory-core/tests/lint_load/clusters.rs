//! Cluster files are read, never run.

use std::time::SystemTime;

use inventory_core::discovery::Discovery;
use inventory_core::lint::root::{ClusterContent, Content, Root};
use inventory_core::machine::{Machine, NamedBy};
use inventory_core::snapshot::Snapshot;

use crate::directory::Directory;

const FILE: &str = "#!/usr/bin/env inv-kubevirt\n---\nplugin: kube_inventory.vms.kubevirt\ncluster: prod\n";

fn cluster(root: &Root) -> &ClusterContent {
    match &root.inventories[0].content {
        Content::Cluster(content) => content,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cluster_file_is_one_by_what_is_in_it() {
    for name in ["clusters/prod/prod.kubevirt.yml", "inv-kubevirt", "prod.kubevirt", "x.yaml"] {
        let directory = Directory::new(&[(name, FILE)]);
        for path in ["", name] {
            let roots = directory.roots(&[path]);
            assert_eq!(cluster(&roots[0]).cluster.name, "prod", "{name}");
            assert!(cluster(&roots[0]).discovery.is_none());
        }
    }
    let flow = Directory::new(&[("hosts.yml", "{plugin: kube_inventory.vms.static, cluster: lab}\n")]);
    assert_eq!(cluster(&flow.roots(&[""])[0]).cluster.name, "lab");
}

#[test]
fn its_site_is_laid_under_it() {
    let avoid = "avoid: [{name: office, cidr: 10.1.0.0/16}]\n";
    let directory = Directory::new(&[("a/prod.yml", &format!("{FILE}site: ../site.yml\n")), ("site.yml", avoid)]);
    let roots = directory.roots(&["a"]);
    assert_eq!(cluster(&roots[0]).cluster.network.avoid.as_ref().unwrap()[0].name, "office");
    directory.write("site.yml", "avoyd: []\n");
    let root = &directory.roots(&["a"])[0];
    assert_eq!(cluster(root).cluster.name, "prod");
    insta::assert_snapshot!(directory.unread(&root.unread).replace("a/../", ""), @"site.yml:1:1: unknown key `avoyd`; did you mean `avoid`?");
}

#[test]
fn its_machines_are_known_from_the_snapshot_beside_it() {
    let discovery =
        Discovery { machines: vec![Machine::new("n1", NamedBy::Outside, "vmi n1")], ..Discovery::default() };
    let snapshot = |source| serde_json::to_string(&Snapshot::new(source, SystemTime::UNIX_EPOCH, discovery.clone()));
    let directory = Directory::new(&[("prod.yml", FILE), (".inv/snapshot.json", &snapshot("kubevirt").unwrap())]);
    let roots = directory.roots(&["prod.yml", ".inv/snapshot.json"]);
    assert_eq!(roots.len(), 1);
    assert_eq!(cluster(&roots[0]).discovery.as_ref().unwrap().machines.len(), 1);
    assert_eq!(cluster(&roots[0]).taken.as_deref(), Some("1970-01-01T00:00:00Z"));
    let mut told = Vec::new();
    for broken in ["{", r#"{"format": 9}"#, &snapshot("libvirt").unwrap()] {
        directory.write(".inv/snapshot.json", broken);
        let root = &directory.roots(&[""])[0];
        assert!(cluster(root).discovery.is_none());
        told.push(directory.unread(&root.unread));
    }
    insta::assert_snapshot!(told.join("\n"), @"
    .inv/snapshot.json:1:1: the file ends in the middle of a value; record it again with `record`
    .inv/snapshot.json: has the format 9, and this program knows 1; use the version that recorded it, or a newer one
    .inv/snapshot.json: was recorded by inv-libvirt, not by inv-kubevirt; replay it with inv-libvirt
    ");
}

#[test]
fn every_problem_of_a_cluster_file_is_told_where_it_stands() {
    let directory = Directory::new(&[
        ("prod.yml", &format!("{FILE}layuot: kubespray\nmembers: 3\nnetwork: {{pods: here}}\n")),
        ("hosts", "#!/usr/bin/env inv-static\nsource: {machines: []}\n"),
        ("torn.yml", &format!("{FILE}x: [\n")),
    ]);
    let root = &directory.roots(&[""])[0];
    assert_eq!(directory.show(root), ": hosts (unknown), prod.yml (unknown), torn.yml (unknown)");
    insta::assert_snapshot!(directory.unread(&root.unread), @r#"
    hosts:1:1: `plugin:` is missing, so Ansible would parse this file as an inventory of its own; write `plugin: kube_inventory.vms.static` at the top
    prod.yml:5:1: unknown key `layuot`; did you mean `layout`?
    prod.yml:6:10: expected a list, found the number 3
    prod.yml:7:17: "here" is no address, network or range; they are written 10.0.0.1, 10.0.0.0/8, fd00::/8, 10.0.0.1-10.0.0.9
    torn.yml:5:4: `[` is opened and not closed; close the bracket
    "#);
}

#[test]
fn a_variable_of_the_environment_that_is_unset_matters_where_a_name_is_made_of_it() {
    let unset = "{env:INV_TEST_THAT_NOBODY_SETS}";
    let directory = Directory::new(&[("prod.yml", &format!("{FILE}source: {{namespace: \"{unset}\"}}\n"))]);
    let root = &directory.roots(&[""])[0];
    assert_eq!((cluster(root).cluster.name.as_str(), root.unread.len()), ("prod", 0));
    directory.write("prod.yml", format!("plugin: kube_inventory.vms.static\ncluster: \"{unset}\"\n"));
    insta::assert_snapshot!(directory.unread(&directory.roots(&[""])[0].unread), @"prod.yml:2:10: the environment variable INV_TEST_THAT_NOBODY_SETS is not set; set it before Ansible runs");
}

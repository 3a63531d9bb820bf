//! What one finding tells already is left out, and what excuses one finding excuses no other.

use crate::lab::{Ended, Lab};

const NODES: &str = "clusters/home/inventory.ini";
const PODS: &str = "clusters/home/group_vars/all.yml";

/// Nodes in a network that is declared, and that in the pods.
fn home(config: &str) -> Lab {
    let nodes = "[kube_control_plane]\nn1 ip=192.168.10.11\n\n[etcd:children]\nkube_control_plane\n\n[kube_node:children]\n\
                 kube_control_plane\n";
    let avoid = "avoid = [{name = \"x\", cidr = \"192.168.0.0/20\"}]\n";
    let lab = Lab::empty().with(NODES, nodes).with("inv-lint.toml", &format!("{avoid}{config}"));
    lab.with(PODS, "kube_pods_subnet: 192.168.0.0/18\n")
}

/// The codes of a run's findings about networks, in order.
fn codes(ended: Ended) -> Vec<String> {
    let (_, text) = ended.quiet();
    let mut codes: Vec<String> = ["NET002", "NET024", "NST001", "LNT001"]
        .map(str::to_owned)
        .into_iter()
        .filter(|code| text.contains(code))
        .collect();
    codes.sort();
    codes
}

const CONCISE: [&str; 2] = ["--output-format", "concise"];

#[test]
fn nodes_in_the_pods_are_told_as_soon_as_nothing_else_tells_it() {
    let run = |lab: &Lab, words: &[&str]| codes(lab.lint(&[&CONCISE, words].concat()));
    assert_eq!(run(&home(""), &[]), ["NET024"]);
    assert_eq!(run(&home(""), &["--select", "NET002"]), ["NET002"]);
    assert_eq!(run(&home(""), &["--ignore", "NET024"]), ["NET002"]);
    assert_eq!(run(&home(""), &["--per-file-ignores", "**:NET024"]), ["NET002"]);
    let allow = "[[allow]]\nrule = \"NET024\"\nbetween = [\"x\", \"kube_pods_subnet\"]\nreason = \"it is no more\"\n";
    assert_eq!(run(&home(allow), &[]), ["NET002"]);
    let comment = |rules: &str| {
        home("").with(PODS, &format!("kube_pods_subnet: 192.168.0.0/18  # inv-lint: ignore[{rules}] so it is\n"))
    };
    assert_eq!(run(&comment("NET024"), &[]), ["NET002"]);
    // A comment for what another finding tells is of use as soon as that one is not told.
    assert_eq!(run(&comment("NET002"), &[]), ["NET024"]);
    assert_eq!(run(&comment("NET002, NET024"), &[]), [""; 0]);
}

#[test]
fn the_cluster_around_hides_no_nodes_in_the_pods() {
    let hosting = "[[hosting]]\nname = \"outer\"\npods = \"192.168.0.0/19\"\ncni = \"calico\"\n";
    let run = |words: &[&str]| codes(home(hosting).with("inv-lint.toml", hosting).lint(&[&CONCISE, words].concat()));
    assert_eq!(run(&[]), ["NST001"]);
    assert_eq!(run(&["--ignore", "NST"]), ["NET002"]);
}

#[test]
fn a_baseline_accepts_what_was_there_and_hides_nothing_new() {
    let lab = home("").with(NODES, "[kube_control_plane]\nn1 ip=10.0.0.11\n\n[kube_node]\nn1\n");
    let known = ["--baseline", "known.json"];
    let run = |lab: &Lab| codes(lab.lint(&[&CONCISE[..], &known].concat()));
    lab.lint(&[&known[..], &["--write-baseline"]].concat()).quiet();
    assert_eq!(run(&lab), [""; 0]);
    let lab = lab.with(NODES, "[kube_control_plane]\nn1 ip=192.168.10.11\n\n[kube_node]\nn1\n");
    assert_eq!(run(&lab), ["NET002"]);
    lab.lint(&[&known[..], &["--write-baseline"]].concat()).quiet();
    assert_eq!(run(&lab), [""; 0]);
}

#[test]
fn comments_for_all_that_is_found_leave_nothing_to_find() {
    let lab = home("");
    lab.lint(&["--add-ignore", "so it is"]);
    assert_eq!(codes(lab.lint(&CONCISE)), [""; 0], "{}", lab.read(PODS));
}

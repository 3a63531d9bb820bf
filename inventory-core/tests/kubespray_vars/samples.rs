//! Every sample inventory of kubespray's, with plans written into it, as real Ansible reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ansible_referee::{Ansible, Questions};
use inventory_core::vars::kubespray::{Settings, settings};
use inventory_core::vars::merge::Absent;
use inventory_core::vars::tree::VarsTree;
use serde_json::{Map, Value as Json};

use crate::support::{planned, read, release, situation, write};

/// The samples by minor version; `None` where there is no corpus.
fn samples() -> Option<BTreeMap<u16, PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let versions = std::fs::read_dir(corpus.join("kubespray-sample")).ok()?.map(|version| version.unwrap());
    let minor = |name: &str| name.split('.').nth(1).unwrap().parse().unwrap();
    Some(versions.map(|version| (minor(version.file_name().to_str().unwrap()), version.path())).collect())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy of a sample with hosts in the groups of that release.
fn cluster(minor: u16, sample: &Path) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    copy(&sample.join("group_vars"), &directory.path().join("group_vars"));
    let dashes = release(minor).cluster_group() == "k8s-cluster";
    let [control, node] = if dashes { ["kube-master", "kube-node"] } else { ["kube_control_plane", "kube_node"] };
    let cluster = release(minor).cluster_group();
    let hosts =
        format!("[{control}]\nnode1\n[etcd]\nnode1\n[{node}]\nnode2\n[{cluster}:children]\n{control}\n{node}\n");
    std::fs::write(directory.path().join("hosts.ini"), hosts).unwrap();
    directory
}

/// What the cluster's nodes have, as Ansible says.
fn variables(questions: &mut Questions, minor: u16, directories: &[&Path]) -> Vec<Map<String, Json>> {
    let files: Vec<PathBuf> = directories.iter().map(|directory| directory.join("hosts.ini")).collect();
    let answers = questions.inventories(&files);
    let of = |answer: Json| {
        let answer = plain(&answer);
        let vars = |group: &str| answer[group]["vars"].as_object().cloned().unwrap_or_default();
        let mut found = vars("all");
        found.extend(vars(release(minor).cluster_group()));
        found
    };
    answers.into_iter().map(|answer| of(answer.unwrap())).collect()
}

/// An answer without the types that the referee adds.
fn plain(answer: &Json) -> Json {
    let Some((kind, value)) = answer.as_object().and_then(|object| object.iter().next()) else { return answer.clone() };
    match kind.as_str() {
        "map" => {
            let pairs = value.as_array().unwrap().iter();
            pairs.map(|pair| (pair[0].as_str().unwrap().to_owned(), plain(&pair[1]))).collect::<Map<_, _>>().into()
        }
        "list" => value.as_array().unwrap().iter().map(plain).collect(),
        _ => serde_json::from_str(value.as_str().unwrap()).unwrap(),
    }
}

/// A value in variables, by the path of a setting.
fn at<'a>(variables: &'a Map<String, Json>, path: &[String]) -> Option<&'a Json> {
    let first = variables.get(&path[0]);
    path[1..].iter().fold(first, |value, key| value?.get(key))
}

fn wishes(minor: u16) -> Vec<String> {
    let common = "pods: 10.42.0.0/16\nservices: 10.43.0.0/16\nnode_prefix: 25\nmax_pods: 100\ndns_domain: ci.example\n\
                  load_balancer: {ranges: [192.168.1.240-192.168.1.250], metallb: true}\n";
    let mut wishes = vec![
        "{}".to_owned(),
        format!("{common}cni: calico\nencapsulation: ipip\nmtu: 1400\napi_address: 192.168.1.5\n"),
        "cni: flannel\nencapsulation: none\n".to_owned(),
        "cni: cilium\npods: 10.42.0.0/16\nmtu: 1450\n".to_owned(),
    ];
    if minor >= 13 {
        wishes.push("cni: calico\nencapsulation: {type: vxlan, when: cross-subnet}\nmtu: 1400\n".to_owned());
    }
    if minor >= 16 {
        wishes
            .push("families: [ipv4, ipv6]\npods: [10.42.0.0/16, 'fd00:42::/112']\nnode_prefix: [25, 121]\n".to_owned());
    }
    if minor >= 19 {
        wishes.push("cni: kube-ovn\nmtu: 1300\napi_address: {address: 192.168.1.5, by: kube-vip}\n".to_owned());
        wishes.push("cni: cilium\nencapsulation: geneve\nencryption: wireguard\n".to_owned());
    }
    if (13..=17).contains(&minor) {
        wishes.push("docker_bip: 172.31.255.1/24\n".to_owned());
    }
    if minor <= 28 {
        wishes.push("cni: weave\nmtu: 1350\n".to_owned());
    }
    wishes
}

/// Nothing but the settings differs, and each is what it should be.
fn only_ours(made: &Settings, before: &Map<String, Json>, after: &Map<String, Json>, context: &str) {
    for setting in &made.settings {
        let found = at(after, &setting.path);
        let wanted = serde_json::to_value(&setting.value).unwrap();
        match found {
            None => assert_eq!(setting.absent, Absent::Leave, "{context} {:?}", setting.path),
            Some(found) => assert_eq!(*found, wanted, "{context} {:?}", setting.path),
        }
    }
    let is_ours = |name: &String| made.settings.iter().any(|setting| setting.path[0] == *name);
    let others = |variables: &Map<String, Json>| -> Map<String, Json> {
        variables.iter().filter(|(name, _)| !is_ours(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    assert_eq!(others(before), others(after), "{context}");
}

#[test]
fn every_sample_gets_our_values_and_nothing_else() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    assert!(samples.len() >= 19, "{samples:?}");
    let [old, new] = Ansible::ALL.map(Ansible::session);
    let [mut old, mut new] = [old.questions(), new.questions()];
    for (&minor, sample) in &samples {
        let untouched = cluster(minor, sample);
        let wishes = wishes(minor);
        let mut written = Vec::new();
        for network in &wishes {
            let directory = cluster(minor, sample);
            let plan = planned(minor, network);
            let made = settings(&plan, &VarsTree::read(directory.path())).unwrap();
            let merged = write(&plan, directory.path());
            let context = format!("v2.{minor} {network}");
            assert!(merged.left.is_empty(), "{context}: {:?}", merged.left);
            assert!(merged.shadowed.is_empty() && merged.overrides.is_empty(), "{context}: {merged:?}");
            let again = write(&plan, directory.path());
            assert!(again.changes.is_empty() && again.files.is_empty(), "{context}: {:?}", again.changes);
            crate::round_trip::agree(&plan, &read(directory.path(), minor), minor);
            written.push((directory, made, context));
        }
        let directories = |many: usize| -> Vec<&Path> {
            let written = written.iter().take(many).map(|(directory, ..)| directory.path());
            std::iter::once(untouched.path()).chain(written).collect()
        };
        // What the two read differently has tests of its own; the old one is to see that nothing here is new to it.
        let answers = std::thread::scope(|scope| {
            let old = scope.spawn(|| variables(&mut old, minor, &directories(2)));
            [variables(&mut new, minor, &directories(written.len())), old.join().unwrap()]
        });
        for answers in answers {
            for ((_, made, context), after) in written.iter().zip(&answers[1..]) {
                only_ours(made, &answers[0], after, context);
            }
        }
    }
}

#[test]
fn a_cluster_that_wants_nothing_leaves_the_sample_as_it_is() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    for (&minor, sample) in samples.range(16..) {
        let directory = cluster(minor, sample);
        let mut situation = situation(minor, "{}");
        let merged = write(&situation.plan(), directory.path());
        assert!(merged.files.is_empty(), "v2.{minor}: {:?}", merged.changes);
        situation.current = read(directory.path(), minor);
        assert_eq!(situation.current.opaque, [], "v2.{minor}");
        let merged = write(&situation.plan(), directory.path());
        assert!(merged.files.is_empty(), "v2.{minor}: {:?}", merged.changes);
    }
}

#[test]
fn a_node_has_what_its_group_has() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    for minor in [7, 14, 16, 31] {
        let directory = cluster(minor, &samples[&minor]);
        write(&planned(minor, "pods: 10.42.0.0/16\napi_address: 192.168.1.5\n"), directory.path());
        let hosts = directory.path().join("hosts.ini");
        for ansible in Ansible::ALL {
            let answer = ansible.session().inventory(["-i", hosts.to_str().unwrap(), "--list"]).json();
            for node in ["node1", "node2"] {
                let vars = &answer["_meta"]["hostvars"][node];
                assert_eq!(vars["kube_pods_subnet"], "10.42.0.0/16", "v2.{minor}");
                assert_eq!(vars["loadbalancer_apiserver"]["address"], "192.168.1.5", "v2.{minor}");
            }
        }
    }
}

#[test]
fn the_options_of_dockers_old_samples_are_not_ours_to_change() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    for minor in [7, 10] {
        let directory = cluster(minor, &samples[&minor]);
        let refused = settings(&planned(minor, "docker_bip: 172.31.255.1/24"), &VarsTree::read(directory.path()));
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("docker.yml:") && refused.contains("--bip=172.31.255.1/24"), "{refused}");
    }
}

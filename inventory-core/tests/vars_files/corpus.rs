//! Every version of kubespray's sample, with the settings of a plan put in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ansible_referee::Ansible;
use inventory_core::inventory::Value;
use inventory_core::vars::merge::Setting;
use serde_json::{Value as Json, json};

use crate::directory::{Directory, group, pyyaml, setting};

/// The samples, by the name of their version; `None` where there is no corpus.
fn samples() -> Option<BTreeMap<String, PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let versions = std::fs::read_dir(corpus.join("kubespray-sample")).ok()?;
    let versions = versions.map(|version| version.unwrap());
    Some(versions.map(|version| (version.file_name().into_string().unwrap(), version.path())).collect())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// A copy of a sample with one host, and the name of its group for the cluster.
fn cluster(sample: &Path) -> (Directory, &'static str) {
    let directory = Directory::new(&[]);
    copy(&sample.join("group_vars"), &directory.path().join("group_vars"));
    let name = if sample.join("group_vars/k8s-cluster").is_dir() { "k8s-cluster" } else { "k8s_cluster" };
    directory.write("hosts.ini", &format!("[kube_node]\nnode1\n[{name}:children]\nkube_node\n"));
    (directory, name)
}

fn wanted() -> Vec<(&'static str, &'static str, Json)> {
    vec![
        ("k8s-cluster.yml", "kube_pods_subnet", json!("10.234.64.0/18")),
        ("k8s-cluster.yml", "kube_service_addresses", json!("10.234.0.0/18")),
        ("k8s-net-calico.yml", "calico_mtu", json!(1400)),
        ("k8s-cluster.yml", "kube_network_node_prefix", json!(25)),
        ("k8s-cluster.yml", "kubelet_max_pods", json!(120)),
    ]
}

fn settings(group_name: &str) -> Vec<Setting> {
    let value = |json: &Json| json.as_str().map_or_else(|| Value::Int(json.as_i64().unwrap().into()), Value::user);
    let of_cluster = wanted().into_iter().map(|(file, key, json)| Setting {
        owner: group(group_name),
        ..setting(&format!("group_vars/{group_name}/{file}"), key, value(&json))
    });
    let of_all = [("address", Value::user("10.0.0.10")), ("port", Value::Int(8443))].map(|(key, value)| Setting {
        owner: group("all"),
        ..setting("group_vars/all/all.yml", &format!("loadbalancer_apiserver.{key}"), value)
    });
    of_cluster.chain(of_all).collect()
}

/// The texts of every file below `group_vars`, by path.
fn texts(directory: &Directory) -> BTreeMap<PathBuf, String> {
    let tree = directory.tree();
    let files = tree.owners().flat_map(|owner| tree.files(owner));
    files.map(|file| (file.path().to_owned(), file.source().unwrap().text().to_owned())).collect()
}

fn variables(texts: &BTreeMap<PathBuf, String>) -> Vec<Json> {
    pyyaml(&texts.values().cloned().collect::<Vec<_>>())
}

#[test]
fn only_what_was_set_differs_in_every_sample() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    assert!(samples.len() >= 15, "{samples:?}");
    for (version, sample) in &samples {
        let (directory, name) = cluster(sample);
        let before = texts(&directory);
        assert!(before.len() > 10 && directory.tree().passed_over().is_empty(), "{version}");
        let settings = settings(name);
        let merged = directory.merge(&settings);
        assert!(merged.left.is_empty() && merged.shadowed.is_empty() && merged.overrides.is_empty(), "{merged:?}");
        assert_eq!(merged.changes.len(), settings.len(), "{version}");
        let after = texts(&directory);
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{version}");
        let mut found = 0;
        for ((old, new), path) in variables(&before).iter().zip(&variables(&after)).zip(before.keys()) {
            let file = path.file_name().unwrap().to_str().unwrap();
            let mut expected = old.clone();
            for (_, key, value) in wanted().into_iter().filter(|(at, ..)| *at == file) {
                found += 1;
                // A file of comments only is null; a key makes it a map.
                expected[key] = value;
            }
            if path == Path::new("group_vars/all/all.yml") {
                expected["loadbalancer_apiserver"] = json!({"address": "10.0.0.10", "port": 8443});
            }
            assert_eq!(*new, expected, "{version} {}", path.display());
            for line in before[path].lines().filter(|line| line.trim_start().starts_with('#') || line.is_empty()) {
                let count = |text: &str| text.lines().filter(|other| *other == line).count();
                assert_eq!(count(&before[path]), count(&after[path]), "{version} {}: {line}", path.display());
            }
        }
        assert_eq!(found, wanted().len(), "{version}");
    }
}

#[test]
fn the_host_gets_the_values_from_every_sample() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    for (version, sample) in &samples {
        let (directory, name) = cluster(sample);
        directory.merge(&settings(name));
        let hosts = directory.path().join("hosts.ini");
        let [old, new] = Ansible::ALL.map(|ansible| {
            let hosts = hosts.clone();
            std::thread::spawn(move || {
                ansible.session().inventory(["-i", hosts.to_str().unwrap(), "--host", "node1"]).json()
            })
        });
        for answer in [old.join().unwrap(), new.join().unwrap()] {
            for (_, key, value) in wanted() {
                assert_eq!(answer[key], value, "{version} {key}");
            }
            assert_eq!(answer["loadbalancer_apiserver"], json!({"address": "10.0.0.10", "port": 8443}), "{version}");
        }
    }
}

#[test]
fn a_sample_changes_by_these_lines() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    let (directory, name) = cluster(&samples["v2.31.0"]);
    let before = texts(&directory);
    directory.merge(&settings(name));
    let mut shown = String::new();
    for (path, new) in texts(&directory) {
        let old: Vec<_> = before[&path].lines().collect();
        let lines: Vec<_> = new.lines().collect();
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| !old.contains(line)) {
            let above = index.checked_sub(1).map(|above| lines[above]).filter(|above| old.contains(above));
            let file = path.file_name().unwrap().display().to_string();
            shown.extend(above.into_iter().flat_map(|above| [&*file, ":   ", above, "\n"]));
            shown.extend([&*file, ": + ", line, "\n"]);
        }
    }
    insta::assert_snapshot!(shown, @"
    all.yml:   #   port: 1234
    all.yml: + loadbalancer_apiserver:
    all.yml: +   # inv: because of loadbalancer_apiserver.address
    all.yml: +   address: 10.0.0.10
    all.yml: +   # inv: because of loadbalancer_apiserver.port
    all.yml: +   port: 8443
    k8s-cluster.yml:   # Kubernetes internal network for services, unused block of space.
    k8s-cluster.yml: + # inv: because of kube_service_addresses
    k8s-cluster.yml: + kube_service_addresses: 10.234.0.0/18
    k8s-cluster.yml:   # This network must be unused in your network infrastructure!
    k8s-cluster.yml: + # inv: because of kube_pods_subnet
    k8s-cluster.yml: + kube_pods_subnet: 10.234.64.0/18
    k8s-cluster.yml:   #  - kubelet_max_pods: 110
    k8s-cluster.yml: + # inv: because of kube_network_node_prefix
    k8s-cluster.yml: + kube_network_node_prefix: 25
    k8s-cluster.yml:   remove_anonymous_access: false
    k8s-cluster.yml: + # inv: because of kubelet_max_pods
    k8s-cluster.yml: + kubelet_max_pods: 120
    k8s-net-calico.yml:   # calico_mtu: 1500
    k8s-net-calico.yml: + # inv: because of calico_mtu
    k8s-net-calico.yml: + calico_mtu: 1400
    ");
}

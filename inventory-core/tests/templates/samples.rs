//! The templates of kubespray's own samples.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use inventory_core::inventory::{Value, Variables};
use inventory_core::yaml::{Source, from_source};

use crate::resolved;

fn files_below(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("a directory of a sample") {
        let path = entry.expect("an entry of a sample").path();
        match path.is_dir() {
            true => files_below(&path, found),
            false if path.extension().is_some_and(|extension| extension == "yml") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn the_addresses_of_every_sample_are_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let Ok(samples) = std::fs::read_dir(corpus.join("kubespray-sample")) else {
        eprintln!("skipped: no corpus in {}", corpus.display());
        return;
    };
    let mut not_known = BTreeSet::new();
    let mut with_addresses = 0;
    for sample in samples {
        let sample = sample.unwrap().path();
        let mut files = Vec::new();
        files_below(&sample.join("group_vars"), &mut files);
        // What the roles of v2.28 and later make of the ranges.
        let mut variables =
            Variables::from([("kube_service_subnets".to_owned(), Value::user("{{ kube_service_addresses }}"))]);
        for file in &files {
            if let Ok(Some(read)) = from_source::<Option<Variables>>(&Source::read(file).unwrap()) {
                variables.extend(read);
            }
        }
        for (name, expected) in
            [("kube_apiserver_ip", "10.233.0.1"), ("skydns_server", "10.233.0.3"), ("dns_domain", "cluster.local")]
        {
            if variables.contains_key(name) {
                with_addresses += 1;
                assert_eq!(resolved(&variables, name), Ok(Value::user(expected)), "{name} of {}", sample.display());
            }
        }
        for (name, value) in &variables {
            if value.is_template() && resolved(&variables, name).is_err() {
                not_known.insert(name.clone());
            }
        }
    }
    assert!(with_addresses > 30);
    // Paths and secrets of a run, variables of roles, and a text that older Ansible reads as a list.
    let expected = [
        "credentials_dir",
        "docker_options",
        "kube_api_pwd",
        "kube_image_repo",
        "kube_proxy_nodeport_addresses",
        "kubeadm_certificate_key",
    ];
    assert_eq!(not_known.iter().collect::<Vec<_>>(), expected);
}

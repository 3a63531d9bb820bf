//! How long it takes: `cargo test -p inventory-core --test lint_load speed -- --ignored --nocapture`.
//!
//! A build without optimisation tells where time goes, not how much of it.

use std::time::Instant;

use inventory_core::lint::load::{FoundRoot, Parsed, find};

use crate::corpus::samples;
use crate::directory::Directory;

const ROOTS: usize = 100;

/// Roots of twenty hosts with the variables of kubespray's newest known sample.
fn roots() -> Option<Directory> {
    let sample = samples()?.into_iter().find(|sample| sample.ends_with("v2.31.0"))?;
    let mut hosts = "[kube_node]\n".to_owned();
    hosts.extend((1..=20).map(|number| format!("n{number} ansible_host=10.0.0.{number} ip=10.0.0.{number}\n")));
    let directory = Directory::new(&[]);
    for root in 0..ROOTS {
        directory.write(&format!("{root}/inventory.ini"), &hosts);
        for group in ["all", "k8s_cluster"] {
            for file in std::fs::read_dir(sample.join("group_vars").join(group)).unwrap() {
                let file = file.unwrap();
                let name = file.file_name().into_string().unwrap();
                directory.write(&format!("{root}/group_vars/{group}/{name}"), std::fs::read(file.path()).unwrap());
            }
        }
    }
    Some(directory)
}

#[test]
#[ignore = "it measures, and promises nothing"]
fn a_hundred_roots_as_large_as_kubesprays_sample() {
    let Some(directory) = roots() else {
        println!("skipped: there is no corpus; INV_CORPUS names one");
        return;
    };
    let start = Instant::now();
    let search = find(&[directory.path("")], &|_| false);
    println!("finding {ROOTS} roots: {:?}", start.elapsed());
    for (name, is_shared) in [("each by itself", false), ("what is the same once", true)] {
        let shared = Parsed::default();
        let start = Instant::now();
        let read = |root: &FoundRoot| if is_shared { root.read(&shared) } else { root.read(&Parsed::default()) };
        let roots: Vec<_> = search.roots.iter().map(read).collect();
        println!("reading them, {name}: {:?}", start.elapsed());
        assert!(roots.len() == ROOTS && roots.iter().all(|root| root.unread.is_empty()));
    }
}

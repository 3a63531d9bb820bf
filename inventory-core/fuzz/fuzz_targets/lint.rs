//! An inventory and files of variables, parted by NULs, through loading and every rule, as releases of every kind, and
//! what is found in every format and as a diff.
#![no_main]

use std::path::Path;

use inventory_core::kubespray::Release;
use inventory_core::lint::finding::Applicability;
use inventory_core::lint::fix::Fixed;
use inventory_core::lint::load::{self, Parsed};
use inventory_core::lint::outcome::Outcome;
use inventory_core::lint::output::{Format, render};
use inventory_core::lint::{Checks, Surroundings, check, rules};
use inventory_core::plan::render::Style;
use libfuzzer_sys::fuzz_target;

/// Where the parts of an input go. Of the inventory's names each is tried.
const FILES: [&str; 4] =
    ["group_vars/all.yml", "group_vars/k8s_cluster/a.yml", "host_vars/node1.yml", "group_vars/kube_node/b"];

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.split(|byte| *byte == 0);
    let inventory = parts.next().unwrap_or_default();
    let name = match inventory.first() {
        Some(b'#' | b'[') => "hosts",
        Some(b'p') => "c.static.yml",
        _ => "hosts.yml",
    };
    let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory");
    std::fs::write(directory.path().join(name), inventory).expect("a file is written");
    for (path, part) in FILES.iter().zip(parts) {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("a directory is made");
        std::fs::write(path, part).expect("a file is written");
    }
    for version in ["v2.31.0", "v2.16.0", "v2.7.0"] {
        look(directory.path(), Release::of(version.parse().ok()));
    }
});

fn look(directory: &Path, release: Release) {
    let rules: Vec<_> = rules::all().collect();
    for found in load::find(&[directory.to_owned()], &|_| false).roots {
        let root = found.read(&Parsed::default());
        let surroundings = Surroundings::default();
        let releases = [release];
        let checks = Checks {
            rules: &rules,
            releases: &releases,
            is_release_told: true,
            wants_undecided: false,
            surroundings: &surroundings,
        };
        let outcome: Outcome = check(&root, checks).outcome;
        for format in [
            Format::Full,
            Format::Concise,
            Format::Json,
            Format::Github,
            Format::Sarif,
            Format::Gitlab,
            Format::Junit,
            Format::Rdjson,
        ] {
            let text = render(&outcome, format, Style { width: 100, colour: false }, &Path::to_path_buf);
            assert!(!text.contains('\0'), "{text}");
        }
        let fixed = Fixed::of(&outcome.findings, Applicability::Unsafe);
        let _ = fixed.diff();
    }
}

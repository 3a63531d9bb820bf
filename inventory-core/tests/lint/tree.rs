//! Trees of files, linted.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use inventory_core::kubespray::Release;
use inventory_core::lint::finding::{Finding, Severity};
use inventory_core::lint::load::{self, Parsed};
use inventory_core::lint::repetition::leave_out_repetitions;
use inventory_core::lint::root::{Content, InventoryFile};
use inventory_core::lint::version::Releases;
use inventory_core::lint::{Checks, Surroundings, check, rules};

/// What all rules find in a directory: under one release, or under those that it shows.
pub(crate) fn findings(directory: &Path, release: Option<Release>) -> Vec<Finding> {
    findings_in(directory, release, &Surroundings::default())
}

/// The same with something declared around, for inventories whose cluster file says nothing of it.
pub(crate) fn findings_in(directory: &Path, release: Option<Release>, around: &Surroundings) -> Vec<Finding> {
    let rules: Vec<_> = rules::all().collect();
    let search = load::find(&[directory.to_owned()], &|_| false);
    let mut findings = Vec::new();
    for found in search.roots {
        let root = found.read(&Parsed::default());
        assert!(root.unread.iter().all(|unread| unread.is_in_order), "{:?}", root.unread);
        let releases = release.map_or_else(|| Releases::of_root(&root).iter().collect(), |release| vec![release]);
        let surroundings = root.inventories.iter().find_map(surroundings).unwrap_or_else(|| around.clone());
        let checks = Checks {
            rules: &rules,
            releases: &releases,
            is_release_told: release.is_some(),
            wants_undecided: false,
            surroundings: &surroundings,
        };
        let mut told = check(&root, checks).outcome.findings;
        leave_out_repetitions(&mut told);
        findings.extend(told);
    }
    findings
}

fn surroundings(inventory: &InventoryFile) -> Option<Surroundings> {
    let Content::Cluster(content) = &inventory.content else { return None };
    Some(Surroundings { declared: content.cluster.network.clone(), ..Surroundings::default() })
}

/// Those that make a run fail, in words.
pub(crate) fn loud(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { rule, message, primary, .. } in
        findings.iter().filter(|finding| finding.severity >= Severity::Warning)
    {
        let _ = writeln!(text, "{}: {} {message}", primary.place.location(), rule.code);
    }
    text
}

/// The samples of kubespray, each with its release; `None` where there is no corpus.
pub(crate) fn samples() -> Option<Vec<(Release, PathBuf)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let mut samples: Vec<PathBuf> =
        std::fs::read_dir(corpus.join("kubespray-sample")).ok()?.map(|sample| sample.unwrap().path()).collect();
    samples.sort();
    let release = |path: &Path| Release::of(Some(path.file_name().unwrap().to_str().unwrap().parse().unwrap()));
    Some(samples.into_iter().map(|path| (release(&path), path)).collect())
}

/// Copies a directory with everything below it.
pub(crate) fn copy(from: &Path, to: &Path) {
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

//! Plans of a release, directories, and how settings are shown.

use std::path::Path;

use inventory_core::cluster::KubesprayVersion;
use inventory_core::kubespray::Release;
use inventory_core::network::address::Family;
use inventory_core::plan::{Current, NetworkPlan};
use inventory_core::vars::kubespray::{Settings, Unwritable, current, settings};
use inventory_core::vars::merge::{Absent, Merged, merge};
use inventory_core::vars::tree::VarsTree;

use crate::situation::Situation;

/// Every minor version that is known.
pub(crate) const MINORS: std::ops::RangeInclusive<u16> = 7..=31;

/// Three nodes in a network of their own.
pub(crate) const NODES: [&str; 3] = ["192.168.1.11", "192.168.1.12", "192.168.1.13"];

pub(crate) fn version(minor: u16) -> KubesprayVersion {
    KubesprayVersion { major: 2, minor, patch: 0 }
}

pub(crate) fn release(minor: u16) -> Release {
    Release::of(Some(version(minor)))
}

/// The plan of a cluster of this release, whose file has this under `network`.
pub(crate) fn planned(minor: u16, network: &str) -> NetworkPlan {
    situation(minor, network).plan()
}

pub(crate) fn situation(minor: u16, network: &str) -> Situation {
    let network: Vec<String> = network.lines().map(|line| format!("  {line}")).collect();
    let network = network.join("\n");
    Situation::of_file(&format!("kubespray_version: {}\nnetwork:\n{network}\n", version(minor)), &NODES)
}

/// A directory with these files.
pub(crate) fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        put(directory.path(), Path::new(path), text);
    }
    directory
}

pub(crate) fn put(directory: &Path, path: &Path, text: &str) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The settings of a plan where nothing is there yet.
pub(crate) fn fresh(plan: &NetworkPlan) -> Result<Settings, Unwritable> {
    settings(plan, &VarsTree::read(directory(&[]).path()))
}

/// Writes what a plan needs into a directory.
pub(crate) fn write(plan: &NetworkPlan, directory: &Path) -> Merged {
    let tree = VarsTree::read(directory);
    let made = settings(plan, &tree).unwrap_or_else(|error| panic!("{error}"));
    let merged = merge(&tree, &made.settings);
    for file in &merged.files {
        put(directory, &file.path, &file.text);
    }
    merged
}

/// What a directory's variables say to a release.
pub(crate) fn read(directory: &Path, minor: u16) -> Current {
    current(&VarsTree::read(directory), release(minor), None)
}

/// One line a variable that is written, its file above it; notes below.
pub(crate) fn shown(made: &Settings) -> String {
    use std::fmt::Write as _;

    let (mut text, mut file) = (String::new(), None);
    for setting in made.settings.iter().filter(|setting| setting.absent == Absent::Write) {
        if file != Some(&setting.file) {
            writeln!(text, "{}", setting.file.display()).unwrap();
            file = Some(&setting.file);
        }
        let value = serde_json::to_string(&setting.value).unwrap();
        writeln!(text, "  {}: {value}  # {}", setting.path.join("."), setting.reason).unwrap();
    }
    for note in &made.notes {
        writeln!(text, "note: {note}").unwrap();
    }
    text
}

/// The names of the variables that are only corrected.
pub(crate) fn corrected(made: &Settings) -> Vec<String> {
    let those = made.settings.iter().filter(|setting| setting.absent == Absent::Leave);
    those.map(|setting| setting.path.join(".")).collect()
}

/// The number of a family in a list that has IPv4 first.
pub(crate) fn both() -> [Family; 2] {
    [Family::Ipv4, Family::Ipv6]
}

//! The `requirements.txt` that says which Ansible runs.

use std::path::Path;

use crate::lint::version::named;
use crate::yaml::Source;

/// How many directories are looked into at most, the inventory's own among them.
const MAX_DIRECTORIES: usize = 32;

/// The nearest one with a line about Ansible, from a directory up to the top of its repository. What is farther away is
/// about something else.
pub(super) fn nearest(directory: &Path) -> Option<Source> {
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let real = std::fs::canonicalize(here).ok()?;
    for above in real.ancestors().take(MAX_DIRECTORIES) {
        let source = Source::read(named(above).join("requirements.txt")).ok();
        if let Some(source) = source.filter(|source| source.text().to_ascii_lowercase().contains("ansible")) {
            return Some(source);
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_one_about_ansible_counts_up_to_the_repositorys_top() {
        let directory = tempfile::tempdir().unwrap();
        let top = directory.path().join("repository");
        let inventory = top.join("inventory/home");
        std::fs::create_dir_all(&inventory).unwrap();
        std::fs::create_dir(top.join(".git")).unwrap();
        std::fs::write(directory.path().join("requirements.txt"), "ansible==9.0.0\n").unwrap();
        assert!(nearest(&inventory).is_none());
        std::fs::write(top.join("requirements.txt"), "ansible==11.0.0\n").unwrap();
        std::fs::write(inventory.join("requirements.txt"), "netaddr==1.3.0\n").unwrap();
        assert_eq!(nearest(&inventory).unwrap().text(), "ansible==11.0.0\n");
    }
}

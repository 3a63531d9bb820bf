//! What stands above inventories, up to the tops of their repositories.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::version::Pinned;
use crate::yaml::Source;

/// How many directories are looked into at most, the inventory's own among them.
const MAX_DIRECTORIES: usize = 32;

/// A directory and those above it, the nearest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Above(Vec<Arc<Directory>>);

impl Above {
    /// What the nearest directory says that says anything, up to the top of the repository. What is farther away is
    /// about something else.
    pub(super) fn nearest<'a, R>(&'a self, says: impl Fn(&'a Directory) -> Option<R>) -> Option<R> {
        for directory in &self.0 {
            let said = says(directory);
            if said.is_some() || directory.is_top() {
                return said;
            }
        }
        None
    }
}

/// Directories with inventories in or below them. Each is looked into once, however many inventories those are.
#[derive(Debug)]
pub(super) struct Directories {
    /// The current directory, links followed.
    current: Option<PathBuf>,
    known: HashMap<PathBuf, Arc<Directory>>,
}

impl Directories {
    /// None yet.
    pub(super) fn new() -> Self {
        let current = std::env::current_dir().and_then(std::fs::canonicalize).ok();
        Self { current, known: HashMap::new() }
    }

    /// A directory and those above it. Links are followed, since git does not see the repository that a link lies in:
    /// `real` is the one path that the system has for it.
    pub(super) fn above(&mut self, real: &Path) -> Above {
        Above(real.ancestors().take(MAX_DIRECTORIES).map(|directory| self.directory(directory)).collect())
    }

    fn directory(&mut self, real: &Path) -> Arc<Directory> {
        if let Some(known) = self.known.get(real) {
            return Arc::clone(known);
        }
        let below = self.current.as_ref().and_then(|current| real.strip_prefix(current).ok());
        let directory = Arc::new(Directory::new(below.unwrap_or(real)));
        self.known.insert(real.to_owned(), Arc::clone(&directory));
        directory
    }
}

/// A directory, looked into when it is asked for the first time.
#[derive(Debug)]
pub(super) struct Directory {
    /// As a person who stands in the current one would call it.
    path: PathBuf,
    is_top: OnceLock<bool>,
    requirements: OnceLock<Option<Source>>,
    pinned: OnceLock<Pinned>,
}

impl Directory {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), is_top: OnceLock::new(), requirements: OnceLock::new(), pinned: OnceLock::new() }
    }

    /// Whether a repository begins here.
    fn is_top(&self) -> bool {
        // `.git` is a file in a worktree and in a submodule.
        *self.is_top.get_or_init(|| self.path.join(".git").exists())
    }

    /// Its `requirements.txt`, where that has a line about Ansible.
    pub(super) fn requirements(&self) -> Option<&Source> {
        let read = || {
            let source = Source::read(self.path.join("requirements.txt")).ok()?;
            source.text().to_ascii_lowercase().contains("ansible").then_some(source)
        };
        self.requirements.get_or_init(read).as_ref()
    }

    /// What its files say of kubespray.
    pub(super) fn pinned(&self) -> &Pinned {
        self.pinned.get_or_init(|| Pinned::of_directory(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_requirements_about_ansible_count_up_to_the_repositorys_top() {
        let directory = tempfile::tempdir().unwrap();
        let outside = std::fs::canonicalize(directory.path()).unwrap();
        let top = outside.join("repository");
        let inventory = top.join("inventory/home");
        let nearest = || {
            let above = Directories::new().above(&inventory);
            above.nearest(Directory::requirements).map(|source| source.text().to_owned())
        };
        std::fs::create_dir_all(&inventory).unwrap();
        std::fs::create_dir(top.join(".git")).unwrap();
        std::fs::write(outside.join("requirements.txt"), "ansible==9.0.0\n").unwrap();
        assert!(nearest().is_none());
        std::fs::write(top.join("requirements.txt"), "ansible==11.0.0\n").unwrap();
        std::fs::write(inventory.join("requirements.txt"), "netaddr==1.3.0\n").unwrap();
        assert_eq!(nearest().unwrap(), "ansible==11.0.0\n");
    }

    #[test]
    fn a_directory_is_looked_into_once_for_all_inventories_below() {
        let directory = tempfile::tempdir().unwrap();
        let top = std::fs::canonicalize(directory.path()).unwrap();
        let file = top.join("requirements.txt");
        std::fs::write(&file, "ansible==11.0.0\n").unwrap();
        let mut directories = Directories::new();
        let mut nearest = |name: &str| {
            let above = directories.above(&top.join(name));
            above.nearest(Directory::requirements).map(|source| source.text().to_owned())
        };
        let of_home = nearest("home");
        std::fs::remove_file(&file).unwrap();
        assert_eq!((nearest("lab"), of_home.as_deref()), (of_home.clone(), Some("ansible==11.0.0\n")));
    }
}

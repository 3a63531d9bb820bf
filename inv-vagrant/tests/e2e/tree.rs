//! Directories as they are: every name below them with all that a look must not change.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What is known of one name. Times of reading are left out: they are the kernel's.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    mode: u32,
    owner: (u32, u32),
    /// Which file it is and when anything of it changed, its mode, too; nobody can set that back.
    change: Option<(u64, i64, i64)>,
    content: Vec<u8>,
}

/// Every name in and below some directories.
#[derive(Debug)]
pub(crate) struct Tree(BTreeMap<PathBuf, Entry>);

/// Looks at directories.
pub(crate) fn of(directories: &[PathBuf]) -> Tree {
    let mut tree = Tree(BTreeMap::new());
    for directory in directories {
        tree.add(directory);
    }
    tree
}

impl Tree {
    fn add(&mut self, path: &Path) {
        let metadata = path.symlink_metadata().unwrap();
        let mut content = Vec::new();
        if metadata.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                self.add(&entry.unwrap().path());
            }
        } else if metadata.is_file() {
            content = fs::read(path).unwrap();
        } else if metadata.is_symlink() {
            content = fs::read_link(path).unwrap().into_os_string().into_encoded_bytes();
        }
        let entry = Entry {
            mode: metadata.mode(),
            owner: (metadata.uid(), metadata.gid()),
            change: Some((metadata.ino(), metadata.ctime(), metadata.ctime_nsec())),
            content,
        };
        self.0.insert(path.to_owned(), entry);
    }

    /// Bytes, modes and owners alone.
    pub(crate) fn without_times(mut self) -> Self {
        self.0.values_mut().for_each(|entry| entry.change = None);
        self
    }

    /// The names at which two looks differ.
    pub(crate) fn differences(&self, after: &Self) -> Vec<PathBuf> {
        let (before, after) = (&self.0, &after.0);
        let mut names: Vec<&PathBuf> = before.keys().chain(after.keys()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
    }
}

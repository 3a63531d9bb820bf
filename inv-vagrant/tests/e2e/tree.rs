//! A directory as it is: every name below it with all that a look must not change.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What is known of one name. Times of reading are left out: they are the kernel's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    mode: u32,
    owner: (u32, u32),
    changed: (i64, i64),
    inode: u64,
    content: Vec<u8>,
}

/// Every name in and below some directories.
pub(crate) fn of(directories: &[PathBuf]) -> BTreeMap<PathBuf, Entry> {
    let mut found = BTreeMap::new();
    for directory in directories {
        add(directory, &mut found);
    }
    found
}

fn add(path: &Path, found: &mut BTreeMap<PathBuf, Entry>) {
    let metadata = path.symlink_metadata().unwrap();
    let mut content = Vec::new();
    if metadata.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            add(&entry.unwrap().path(), found);
        }
    } else if metadata.is_file() {
        content = fs::read(path).unwrap();
    } else if metadata.is_symlink() {
        content = fs::read_link(path).unwrap().into_os_string().into_encoded_bytes();
    }
    // `ctime` is of any change, of the mode, too; nobody can set it back.
    let entry = Entry {
        mode: metadata.mode(),
        owner: (metadata.uid(), metadata.gid()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
        content,
    };
    found.insert(path.to_owned(), entry);
}

/// The names at which two looks differ.
pub(crate) fn differences(before: &BTreeMap<PathBuf, Entry>, after: &BTreeMap<PathBuf, Entry>) -> Vec<PathBuf> {
    let mut names: Vec<&PathBuf> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

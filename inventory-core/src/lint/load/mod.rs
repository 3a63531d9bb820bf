//! From paths to inventory roots: what Ansible would load together.
//!
//! [`find`] says which roots there are, and is cheap: where `group_vars/` or `host_vars/` stand, it opens no file.
//! [`FoundRoot::read`] then reads one root and depends on nothing but its files, so that roots may be read side by side.
//! Nothing is run and nobody is asked: of a cluster file the text counts, and what `.inv/snapshot.json` remembers.

mod cluster;
mod paths;
mod read;
mod recognise;
mod signs;
mod survey;
mod walk;

pub use crate::vars::tree::Parsed;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::above::Above;
use super::outcome::Unread;
use super::root::InventoryFile;
use crate::yaml::Source;
use recognise::{Clues, Name};
pub(crate) use signs::is_cluster_file;
use walk::Walk;

/// Directories with inventories, and what else became of the paths that were named.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The roots, by directory; each once, however many of its files were named.
    pub roots: Vec<FoundRoot>,
    /// Directories that were named and have no inventory in them, nor below.
    pub empty: Vec<PathBuf>,
    /// Files that were named and belong to no inventory, which is in order: a hook names whatever changed.
    pub ignored: Vec<PathBuf>,
    /// Paths that could not be looked at.
    pub unread: Vec<Unread>,
}

/// A root that was found and is not read yet.
#[derive(Debug, Clone)]
pub struct FoundRoot {
    directory: PathBuf,
    /// Whether `group_vars` or `host_vars` are there.
    has_variables: bool,
    /// The files that may be inventories, by name.
    files: Vec<Candidate>,
    /// The directory and those above it.
    above: Above,
    unsaved: Option<Unsaved>,
}

impl FoundRoot {
    /// The directory, as the person knows it; empty: the current one.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// A file that may be an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    /// The file, as the person knows it.
    path: PathBuf,
    /// Whether the person named it, and did not just name a directory that it is in.
    is_named: bool,
}

/// A text that an editor has not saved.
#[derive(Debug, Clone)]
struct Unsaved {
    /// Whose text it is, as the person knows it.
    path: PathBuf,
    text: Arc<str>,
}

/// Finds the roots of files and directories; without any, of the current directory.
///
/// A directory is searched with everything below it, except for what is hidden, what tools make (`target`,
/// `node_modules`, `artifacts`, …) and what `is_excluded` says. A file is looked at itself, and stands for its root:
/// `group_vars/all/all.yml` for the directory that `group_vars` is in. `inv-lint.toml` stands for its directory.
pub fn find(paths: &[PathBuf], is_excluded: &dyn Fn(&Path) -> bool) -> Search {
    let mut walk = Walk::new(is_excluded);
    // Which of two names a root gets must not depend on the order in which a hook shuffles them.
    let mut paths: Vec<PathBuf> = paths.iter().map(|path| paths::clean(path)).collect();
    if paths.is_empty() {
        paths.push(PathBuf::new());
    }
    paths.sort_unstable();
    paths.dedup();
    for path in &paths {
        walk.path(path);
    }
    walk.finish()
}

/// An inventory file with a text that it had before, under its name. `None`: it was no inventory then.
pub fn as_it_was(text: &Source) -> Option<InventoryFile> {
    let path = text.name();
    // It is one today, which speaks for it.
    let clues = Clues { name: Name::of(path), has_variables: true, is_named: true };
    recognise::read_file(path, clues, Some(text.text())).map(|(file, _)| file)
}

/// Finds the root of one file whose text is not on the disk: `--stdin-filename`.
pub fn find_unsaved(path: &Path, text: &str) -> Search {
    let mut walk = Walk::new(&|_| false);
    walk.unsaved(Unsaved { path: paths::clean(path), text: text.into() });
    walk.finish()
}

//! The variable files of a directory, as Ansible finds them.
//!
//! The rules are those of Ansible's plugin `host_group_vars`, the same in 2.11 and 2.19, as far as nobody has
//! set `ANSIBLE_YAML_FILENAME_EXT` or `hash_behaviour`. For a group `NAME` the first of `NAME`, `NAME.yml`,
//! `NAME.yaml` and `NAME.json` that exists is read **and no other**, so a directory `all/` hides the file `all.yml`.
//! In a directory, files with one of these extensions or none are read in the order of their names, directories
//! without an extension among them, and nothing whose name begins with `.` or ends with `~`. Of a variable in
//! several files the last counts, as a whole: maps are not merged.

mod file;
mod find;
mod parsed;
mod reading;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

pub use file::{Unreadable, VarsFile};
pub use find::PassedOver;
pub use parsed::Parsed;
pub use reading::{Occurrence, Reading};

use crate::yaml::Source;

/// Whose variables a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A group's, under `group_vars`.
    Group(String),
    /// A host's, under `host_vars`.
    Host(String),
}

impl Owner {
    /// The directory of its files.
    pub fn directory(&self) -> &'static str {
        match self {
            Self::Group(_) => "group_vars",
            Self::Host(_) => "host_vars",
        }
    }

    /// The name of the group or host.
    pub fn name(&self) -> &str {
        let (Self::Group(name) | Self::Host(name)) = self;
        name
    }

    pub(super) fn is_all(&self) -> bool {
        matches!(self, Self::Group(name) if name == "all")
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(name) => write!(f, "group `{name}`"),
            Self::Host(name) => write!(f, "host `{name}`"),
        }
    }
}

/// The variable files beside an inventory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct VarsTree {
    directory: PathBuf,
    places: IndexMap<Owner, Place>,
    /// Where each file is: the place's number, and the file's in it.
    by_path: HashMap<PathBuf, (usize, usize)>,
    passed_over: Vec<PassedOver>,
}

/// Where the variables of a group or host are.
#[derive(Debug, Clone)]
struct Place {
    /// Its file or directory, below the tree's.
    root: PathBuf,
    is_directory: bool,
    files: Vec<Arc<VarsFile>>,
}

impl VarsTree {
    /// Reads `group_vars` and `host_vars` below a directory, each file once; where there are none the tree is empty.
    ///
    /// Files that cannot be read are part of it, see [`VarsTree::unreadable`].
    pub fn read(directory: impl Into<PathBuf>) -> Self {
        Self::read_but(directory, None, &Parsed::default())
    }

    /// As [`VarsTree::read`], but a file below the directory has another text: one that an editor has not saved yet.
    /// One that is not there yet is read as if it were. A file that Ansible does not read changes nothing. What is in
    /// `parsed` is not parsed again.
    pub(crate) fn read_but(directory: impl Into<PathBuf>, unsaved: Option<(&Path, &str)>, parsed: &Parsed) -> Self {
        let directory = directory.into();
        let (found, passed_over) = find::find(&directory, unsaved.map(|(path, _)| path));
        let file = |found: find::Found| match (found, unsaved) {
            (find::Found::File(path), Some((other, text))) if path == other => {
                let source = Source::new(directory.join(&path), text);
                VarsFile::parse(path, source)
            }
            (found, _) => VarsFile::read(&directory, found, parsed),
        };
        let read = |(owner, found): (Owner, find::Place)| {
            let find::Place { root, is_directory, files } = found;
            let files = files.into_iter().map(|found| Arc::new(file(found))).collect();
            (owner, Place { root, is_directory, files })
        };
        let places: IndexMap<Owner, Place> = found.into_iter().map(read).collect();
        let mut by_path = HashMap::new();
        for (at, place) in places.values().enumerate() {
            by_path.extend(place.files.iter().enumerate().map(|(nth, file)| (file.path().to_owned(), (at, nth))));
        }
        Self { directory, places, by_path, passed_over }
    }

    /// The directory, as it was given.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The groups, then the hosts, that have files, by name.
    pub fn owners(&self) -> impl Iterator<Item = &Owner> {
        self.places.keys()
    }

    /// The files of a group or host in the order in which Ansible reads them: the last one wins.
    pub fn files(&self, owner: &Owner) -> &[Arc<VarsFile>] {
        self.places.get(owner).map_or(&[], |place| &place.files)
    }

    /// Every file that cannot be read, whoever's it is, and why.
    pub fn unreadable(&self) -> impl Iterator<Item = (&Owner, &Unreadable)> {
        let files = self.places.iter().flat_map(|(owner, place)| place.files.iter().map(move |file| (owner, file)));
        files.filter_map(|(owner, file)| Some((owner, file.unreadable()?)))
    }

    /// The files that look as if they were read, and are not.
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Every value of a variable, or of a key below it, in the files of a group or host, in their order.
    ///
    /// A path that ends early at a value without keys, at a template for instance, occurs there.
    pub fn occurrences(&self, owner: &Owner, path: &[String]) -> Vec<Occurrence> {
        let files = self.files(owner);
        let winner = files.iter().rposition(|file| path.first().is_some_and(|key| file.has(key)));
        let of_file = |(index, file): (usize, &Arc<VarsFile>)| {
            let mut occurrences = file.occurrences(path);
            for occurrence in &mut occurrences {
                occurrence.wins &= winner == Some(index);
            }
            occurrences
        };
        files.iter().enumerate().flat_map(of_file).collect()
    }

    /// The value that counts for a group or host, as far as its own files say.
    pub fn value(&self, owner: &Owner, path: &[String]) -> Option<Occurrence> {
        self.occurrences(owner, path).into_iter().find(|occurrence| occurrence.wins)
    }

    /// The file of a path below the directory, and whose it is.
    pub(super) fn file(&self, path: &Path) -> Option<(&Owner, &Arc<VarsFile>)> {
        let (at, nth) = *self.by_path.get(path)?;
        let (owner, place) = self.places.get_index(at)?;
        Some((owner, place.files.get(nth)?))
    }

    /// The path that Ansible reads for a group or host beside the files that are there, if it does not read `path`.
    pub(super) fn readable_path(&self, owner: &Owner, path: &Path) -> PathBuf {
        match self.places.get(owner) {
            None => path.to_owned(),
            Some(Place { root, is_directory: false, .. }) => root.clone(),
            Some(Place { root, .. }) if path.starts_with(root) && path != root => path.to_owned(),
            Some(Place { root, .. }) => root.join(path.file_name().unwrap_or_default()),
        }
    }

    /// The text of a file replaced, or a new file behind the owner's others.
    pub(super) fn put(&mut self, owner: &Owner, path: &Path, text: &str) {
        let source = Source::new(self.directory.join(path), text);
        let new = Arc::new(VarsFile::parse(path.to_owned(), source));
        if let Some((at, nth)) = self.by_path.get(path) {
            let place = self.places.get_index_mut(*at);
            if let Some(file) = place.and_then(|(_, place)| place.files.get_mut(*nth)) {
                *file = new;
            }
            return;
        }
        let entry = self.places.entry(owner.clone());
        let at = entry.index();
        let place = entry.or_insert_with(|| {
            let root: PathBuf = path.components().take(2).collect();
            Place { is_directory: root != path, root, files: Vec::new() }
        });
        self.by_path.insert(path.to_owned(), (at, place.files.len()));
        place.files.push(new);
    }
}

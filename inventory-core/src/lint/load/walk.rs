//! The search for roots.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use super::recognise::{Clues, Name, is_inventory};
use super::survey::{Survey, survey};
use super::{Candidate, FoundRoot, Search, Unsaved, paths};
use crate::lint::above::Directories;
use crate::lint::outcome::Unread;
use crate::lint::paths::normal;
use crate::yaml::Location;

/// How deep directories are searched. Nobody's inventories are that deep; a loop that no link makes, a mount for
/// instance, ends here.
const MAX_DEPTH: usize = 64;

/// How many directories are searched, so that `inv-lint /` ends.
const MAX_DIRECTORIES: usize = 200_000;

/// A search, as far as it has come.
pub(super) struct Walk<'a> {
    is_excluded: &'a dyn Fn(&Path) -> bool,
    /// The roots, by the one path that the system has for each.
    roots: HashMap<PathBuf, FoundRoot>,
    /// The directories that were searched with all below them, and whether a root was there. One that is being
    /// searched has none yet.
    searched: HashMap<PathBuf, bool>,
    /// The directories of files that were named.
    surveyed: HashMap<PathBuf, (PathBuf, Survey)>,
    /// Those with roots in or below them.
    directories: Directories,
    search: Search,
    is_stopped: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(is_excluded: &'a dyn Fn(&Path) -> bool) -> Self {
        Self {
            is_excluded,
            roots: HashMap::new(),
            searched: HashMap::new(),
            surveyed: HashMap::new(),
            directories: Directories::new(),
            search: Search::default(),
            is_stopped: false,
        }
    }

    /// A path that a person or a hook named.
    pub(super) fn path(&mut self, path: &Path) {
        let metadata = match std::fs::metadata(paths::on_disk(path)) {
            Ok(metadata) => metadata,
            Err(error) => return self.unread(path, &error),
        };
        if let Some(root) = paths::root_of_part(path) {
            self.part(&root);
        } else if metadata.is_dir() {
            if !self.search_below(path) {
                self.search.empty.push(paths::on_disk(path).to_owned());
            }
        } else if path.file_name().is_some_and(|name| name == "inv-lint.toml" || name == ".inv-lint.toml") {
            // What it says may change what is found in everything below it.
            self.search_below(paths::directory_of(path));
        } else if !self.file(path, None) {
            self.search.ignored.push(path.to_owned());
        }
    }

    /// A file whose text an editor holds. It need not be there.
    pub(super) fn unsaved(&mut self, unsaved: Unsaved) {
        let path = unsaved.path.clone();
        let root = if let Some(root) = paths::root_of_part(&path) {
            self.part(&root);
            root
        } else if self.file(&path, Some(&unsaved.text)) {
            paths::directory_of(&path).to_owned()
        } else {
            return self.search.ignored.push(path);
        };
        if let Some(root) = self.roots.values_mut().find(|found| found.directory == root) {
            // It may be the first file of variables there.
            root.has_variables |= normal(&path).iter().any(paths::is_variables);
            root.unsaved = Some(unsaved);
        }
    }

    pub(super) fn finish(mut self) -> Search {
        self.search.roots = self.roots.into_values().collect();
        self.search.roots.sort_unstable_by(|a, b| a.directory.cmp(&b.directory));
        self.search
    }

    /// The root that a file of variables is in, or a directory of them.
    fn part(&mut self, root: &Path) {
        if let Some((canonical, survey)) = self.surveyed(root) {
            self.found(root, canonical, survey, None);
        }
    }

    /// A file that may be an inventory; whether it is one.
    fn file(&mut self, path: &Path, text: Option<&str>) -> bool {
        if Name::of(path) == Name::None {
            return false;
        }
        let directory = paths::directory_of(path);
        let Some((canonical, survey)) = self.surveyed(directory) else { return false };
        let clues = Clues { name: Name::of(path), has_variables: survey.has_variables, is_named: true };
        let is_inventory = is_inventory(path, clues, text);
        if is_inventory {
            self.found(directory, canonical, survey, Some(path));
        }
        is_inventory
    }

    /// What is in a directory; it is listed once, however many of its files are named.
    fn surveyed(&mut self, directory: &Path) -> Option<(PathBuf, Survey)> {
        if let Some(known) = self.surveyed.get(directory) {
            return Some(known.clone());
        }
        let on_disk = paths::on_disk(directory);
        match on_disk.canonicalize().and_then(|canonical| Ok((canonical, survey(directory)?))) {
            Ok(known) => Some(self.surveyed.entry(directory.to_owned()).or_insert(known).clone()),
            Err(error) => {
                self.unread(directory, &error);
                None
            }
        }
    }

    /// Searches a directory and all below it; whether a root is there.
    fn search_below(&mut self, directory: &Path) -> bool {
        match paths::on_disk(directory).canonicalize() {
            Ok(canonical) => self.directory(directory, canonical, 0),
            Err(error) => {
                self.unread(directory, &error);
                // It is not known to be empty.
                true
            }
        }
    }

    fn directory(&mut self, directory: &Path, canonical: PathBuf, depth: usize) -> bool {
        if depth == MAX_DEPTH || self.searched.len() == MAX_DIRECTORIES {
            self.stop(directory, depth);
            return false;
        }
        match self.searched.entry(canonical.clone()) {
            Entry::Occupied(entry) => return *entry.get(),
            Entry::Vacant(entry) => drop(entry.insert(false)),
        }
        let survey = match survey(directory) {
            Ok(survey) => survey,
            Err(error) => {
                self.unread(directory, &error);
                return true;
            }
        };
        let mut is_found = false;
        for below in &survey.below {
            if (self.is_excluded)(&below.path) {
                continue;
            }
            // Only a link leads somewhere else than its name says.
            let target = if below.is_link { below.path.canonicalize() } else { Ok(canonical.join(&below.name)) };
            match target {
                Ok(target) => is_found |= self.directory(&below.path, target, depth + 1),
                Err(error) => self.unread(&below.path, &error),
            }
        }
        let has_variables = survey.has_variables;
        let is_one = |path: &PathBuf| {
            let clues = Clues { name: Name::of(path), has_variables, is_named: false };
            !(self.is_excluded)(path) && is_inventory(path, clues, None)
        };
        if has_variables || survey.files.iter().any(is_one) {
            self.found(directory, canonical.clone(), survey, None);
            is_found = true;
        }
        self.searched.insert(canonical, is_found);
        is_found
    }

    fn found(&mut self, directory: &Path, canonical: PathBuf, survey: Survey, named: Option<&Path>) {
        let Survey { has_variables, files, .. } = survey;
        let root = match self.roots.entry(canonical) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let candidate = |path: PathBuf| Candidate { path, is_named: false };
                let files = files.into_iter().filter(|path| !(self.is_excluded)(path)).map(candidate).collect();
                let above = self.directories.above(entry.key());
                let directory = directory.to_owned();
                entry.insert(FoundRoot { directory, has_variables, files, above, unsaved: None })
            }
        };
        let Some(name) = named.and_then(Path::file_name) else { return };
        // The root may be known by another name of its directory.
        let path = root.directory.join(name);
        match root.files.binary_search_by(|file| file.path.cmp(&path)) {
            Ok(at) => root.files[at].is_named = true,
            Err(at) => root.files.insert(at, Candidate { path, is_named: true }),
        }
    }

    fn unread(&mut self, path: &Path, error: &std::io::Error) {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => Some("check the path"),
            std::io::ErrorKind::PermissionDenied => Some("give yourself the right to read it, or exclude it"),
            _ => None,
        };
        self.search.unread.push(Unread {
            location: Location::whole_file(paths::on_disk(path).into()),
            reason: format!("cannot be read: {error}"),
            hint: hint.map(str::to_owned),
            is_in_order: false,
        });
    }

    /// Too much to search, which is told once.
    fn stop(&mut self, directory: &Path, depth: usize) {
        if std::mem::replace(&mut self.is_stopped, true) {
            return;
        }
        let reason = if depth == MAX_DEPTH {
            format!("is more than {MAX_DEPTH} directories deep, and is not searched")
        } else {
            format!("is not searched: {MAX_DIRECTORIES} others were")
        };
        self.search.unread.push(Unread {
            location: Location::whole_file(paths::on_disk(directory).into()),
            reason,
            hint: Some("name the directories that have inventories".to_owned()),
            is_in_order: false,
        });
    }
}

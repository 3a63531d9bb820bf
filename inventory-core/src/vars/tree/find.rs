//! Which files Ansible reads for whom.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::Owner;

/// What Ansible looks for behind the name of a group or host, in this order.
const EXTENSIONS: [&str; 4] = ["", ".yml", ".yaml", ".json"];

/// A file or directory that looks as if Ansible read it, and which it does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Where, below the directory.
    pub path: PathBuf,
    /// Why, in a sentence.
    pub why: String,
}

/// A place that Ansible reads, below the directory.
pub(super) enum Found {
    /// A file.
    File(PathBuf),
    /// A directory that cannot be listed, and why.
    NoList(PathBuf, String),
}

/// What there is for a group or host.
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) is_directory: bool,
    pub(super) files: Vec<Found>,
}

pub(super) fn find(directory: &Path) -> (IndexMap<Owner, Place>, Vec<PassedOver>) {
    let mut places = IndexMap::new();
    let mut finder = Finder { directory, passed_over: Vec::new() };
    for owner in [Owner::Group as fn(String) -> Owner, Owner::Host] {
        finder.owners(owner, &mut places);
    }
    (places, finder.passed_over)
}

struct Finder<'a> {
    directory: &'a Path,
    passed_over: Vec<PassedOver>,
}

impl Finder<'_> {
    fn pass_over(&mut self, path: PathBuf, why: impl Into<String>) {
        self.passed_over.push(PassedOver { path, why: why.into() });
    }

    fn owners(&mut self, owner: fn(String) -> Owner, places: &mut IndexMap<Owner, Place>) {
        let base = PathBuf::from(owner(String::new()).directory());
        let full = self.directory.join(&base);
        if !full.is_dir() {
            if full.exists() {
                self.pass_over(base, "it is no directory, which Ansible passes over with a warning");
            }
            return;
        }
        let names = match list(&full) {
            Ok(names) => names,
            Err(problem) => {
                // Ansible does not list it: it opens what is named like a group, and may succeed.
                let files = vec![Found::NoList(base.clone(), problem)];
                places.insert(owner("all".to_owned()), Place { root: base, is_directory: true, files });
                return;
            }
        };
        for name in names.iter().filter(|name| !is_ignored(name)) {
            let path = base.join(name);
            let Some(text) = name.to_str() else {
                self.pass_over(path, "its name is not UTF-8, and names of groups and hosts are text");
                continue;
            };
            let stem = EXTENSIONS[1..].iter().find_map(|extension| text.strip_suffix(extension)).unwrap_or(text);
            let exists = |extension: &&&str| full.join(format!("{stem}{extension}")).exists();
            let chosen = EXTENSIONS.iter().find(exists).map(|extension| format!("{stem}{extension}"));
            match chosen {
                Some(chosen) if chosen != text => {
                    let why = format!("Ansible reads `{}` and then looks no further", base.join(chosen).display());
                    self.pass_over(path, why);
                }
                Some(_) if full.join(name).is_dir() => {
                    let files = self.directory_files(&path, &mut Vec::new());
                    places.insert(owner(stem.to_owned()), Place { root: path, is_directory: true, files });
                }
                Some(_) => {
                    let files = vec![Found::File(path.clone())];
                    places.insert(owner(stem.to_owned()), Place { root: path, is_directory: false, files });
                }
                None => self.pass_over(path, "it is a link to nothing"),
            }
        }
    }

    fn directory_files(&mut self, path: &Path, above: &mut Vec<PathBuf>) -> Vec<Found> {
        let full = self.directory.join(path);
        let listed = full.canonicalize().map_err(|error| error.to_string()).and_then(|canonical| {
            if above.contains(&canonical) {
                return Err("it is a link to a directory that it is in".to_owned());
            }
            above.push(canonical);
            list(&full).inspect_err(|_| drop(above.pop()))
        });
        let names = match listed {
            Ok(names) => names,
            Err(problem) => return vec![Found::NoList(path.to_owned(), problem)],
        };
        let mut found = Vec::new();
        for name in names.iter().filter(|name| !is_ignored(name)) {
            let (inner, extension) = (path.join(name), Path::new(name).extension());
            let full = full.join(name);
            if full.is_dir() {
                match extension {
                    None => found.extend(self.directory_files(&inner, above)),
                    Some(_) => self.pass_over(inner, "in here, Ansible enters directories without an extension only"),
                }
            } else if !full.is_file() {
                self.pass_over(inner, "it is neither a file nor a directory");
            } else if extension.is_none_or(|extension| ["yml", "yaml", "json"].iter().any(|&known| known == extension))
            {
                found.push(Found::File(inner));
            } else {
                self.pass_over(inner, "Ansible reads `.yml`, `.yaml`, `.json` and files without an extension");
            }
        }
        above.pop();
        found
    }
}

/// Hidden files and editors' backups.
fn is_ignored(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name.ends_with(b"~")
}

/// The names in a directory in the order of their characters, which is that of their bytes.
fn list(directory: &Path) -> Result<Vec<std::ffi::OsString>, String> {
    let entries = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
    let names: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
    let mut names = names.map_err(|error| error.to_string())?;
    names.sort_unstable();
    Ok(names)
}

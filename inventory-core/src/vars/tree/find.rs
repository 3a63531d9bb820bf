//! Which files Ansible reads for whom.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::DirEntry;
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

/// Everything there is below a directory, with a file that is not there yet.
pub(super) fn find(directory: &Path, unsaved: Option<&Path>) -> (IndexMap<Owner, Place>, Vec<PassedOver>) {
    let mut places = IndexMap::new();
    let mut finder = Finder { directory, unsaved, passed_over: Vec::new() };
    for owner in [Owner::Group as fn(String) -> Owner, Owner::Host] {
        finder.owners(owner, &mut places);
    }
    (places, finder.passed_over)
}

struct Finder<'a> {
    directory: &'a Path,
    /// A file, below the directory, that counts as if it were there.
    unsaved: Option<&'a Path>,
    passed_over: Vec<PassedOver>,
}

impl Finder<'_> {
    fn pass_over(&mut self, path: PathBuf, why: impl Into<String>) {
        self.passed_over.push(PassedOver { path, why: why.into() });
    }

    /// What is in a directory below the tree's, the file that is not there yet included.
    fn list(&self, path: &Path) -> Result<BTreeMap<OsString, Entry>, String> {
        let full = self.directory.join(path);
        let Some(below) = self.unsaved.and_then(|file| file.strip_prefix(path).ok()) else { return list(&full) };
        let mut names = if full.exists() { list(&full)? } else { BTreeMap::new() };
        let mut components = below.components();
        if let Some(name) = components.next() {
            let kind = if components.next().is_some() { Kind::Directory } else { Kind::File };
            names.entry(name.as_os_str().to_owned()).or_insert(Entry::Unsaved(kind));
        }
        Ok(names)
    }

    fn owners(&mut self, owner: fn(String) -> Owner, places: &mut IndexMap<Owner, Place>) {
        let base = PathBuf::from(owner(String::new()).directory());
        let full = self.directory.join(&base);
        // Most directories have one of the two at most: listing it answers whether it is there.
        let names = match self.list(&base) {
            Ok(names) => names,
            Err(_) if !full.is_dir() => {
                if full.exists() {
                    self.pass_over(base, "it is no directory, which Ansible passes over with a warning");
                }
                return;
            }
            Err(problem) => {
                // Ansible does not list it: it opens what is named like a group, and may succeed.
                let files = vec![Found::NoList(base.clone(), problem)];
                places.insert(owner("all".to_owned()), Place { root: base, is_directory: true, files });
                return;
            }
        };
        for (name, entry) in names.iter().filter(|(name, _)| !is_ignored(name)) {
            let path = base.join(name);
            let Some(text) = name.to_str() else {
                self.pass_over(path, "its name is not UTF-8, and names of groups and hosts are text");
                continue;
            };
            let stem = EXTENSIONS[1..].iter().find_map(|extension| text.strip_suffix(extension)).unwrap_or(text);
            let named = |extension: &&str| OsString::from(format!("{stem}{extension}"));
            let exists =
                |name: &OsString| names.get(name).is_some_and(|entry| entry.kind(&full, name) != Kind::Nothing);
            match EXTENSIONS.iter().map(named).find(exists) {
                Some(chosen) if chosen != *name => {
                    let why = format!("Ansible reads `{}` and then looks no further", base.join(chosen).display());
                    self.pass_over(path, why);
                }
                Some(_) if entry.kind(&full, name) == Kind::Directory => {
                    let files = self.directory_files(&path, entry.is_link(), &mut Vec::new());
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

    /// The files of a directory. `has_link` says whether a link leads to it or to one `above`: without links, no
    /// directory is inside itself, and nobody needs to ask.
    fn directory_files(&mut self, path: &Path, has_link: bool, above: &mut Vec<PathBuf>) -> Vec<Found> {
        let full = self.directory.join(path);
        let listed = if has_link && is_one_of(&full, above) {
            Err("it is a link to a directory that it is in".to_owned())
        } else {
            self.list(path)
        };
        let names = match listed {
            Ok(names) => names,
            Err(problem) => return vec![Found::NoList(path.to_owned(), problem)],
        };
        let mut found = Vec::new();
        above.push(full.clone());
        for (name, entry) in names.iter().filter(|(name, _)| !is_ignored(name)) {
            let (inner, extension) = (path.join(name), Path::new(name).extension());
            match entry.kind(&full, name) {
                Kind::Directory => match extension {
                    None => found.extend(self.directory_files(&inner, has_link || entry.is_link(), above)),
                    Some(_) => self.pass_over(inner, "in here, Ansible enters directories without an extension only"),
                },
                Kind::Other | Kind::Nothing => self.pass_over(inner, "it is neither a file nor a directory"),
                Kind::File if extension.is_none_or(is_extension_of_variables) => found.push(Found::File(inner)),
                Kind::File => {
                    self.pass_over(inner, "Ansible reads `.yml`, `.yaml`, `.json` and files without an extension");
                }
            }
        }
        above.pop();
        found
    }
}

fn is_extension_of_variables(extension: &OsStr) -> bool {
    ["yml", "yaml", "json"].iter().any(|&known| known == extension)
}

/// Whether a directory is one of others, by whichever way they were reached.
fn is_one_of(directory: &Path, others: &[PathBuf]) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(directory).is_some_and(|directory| others.iter().any(|other| real(other).as_ref() == Some(&directory)))
}

/// Hidden files and editors' backups.
fn is_ignored(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.starts_with(b".") || name.ends_with(b"~")
}

/// What a directory has under a name.
enum Entry {
    /// As the directory itself tells: no question to the system for each of them.
    Listed(Option<std::fs::FileType>),
    /// What is not there yet.
    Unsaved(Kind),
}

/// What a name leads to in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
    Other,
    /// A link to nothing, or one that may not be followed.
    Nothing,
}

impl Entry {
    fn of(entry: &DirEntry) -> Self {
        Self::Listed(entry.file_type().ok())
    }

    /// Whether it is a link, or may be one.
    fn is_link(&self) -> bool {
        match self {
            Self::Listed(kind) => kind.is_none_or(|kind| kind.is_symlink()),
            Self::Unsaved(_) => false,
        }
    }

    fn kind(&self, directory: &Path, name: &OsStr) -> Kind {
        let listed = match self {
            Self::Listed(kind) => kind,
            Self::Unsaved(kind) => return *kind,
        };
        let known = listed.filter(|kind| !kind.is_symlink());
        match known.or_else(|| std::fs::metadata(directory.join(name)).ok().map(|found| found.file_type())) {
            None => Kind::Nothing,
            Some(kind) if kind.is_dir() => Kind::Directory,
            Some(kind) if kind.is_file() => Kind::File,
            Some(_) => Kind::Other,
        }
    }
}

/// What is in a directory, in the order of the names' characters, which is that of their bytes.
fn list(directory: &Path) -> Result<BTreeMap<OsString, Entry>, String> {
    let entries = std::fs::read_dir(directory).map_err(|error| error.to_string())?;
    let named = |entry: std::io::Result<DirEntry>| entry.map(|entry| (entry.file_name(), Entry::of(&entry)));
    entries.map(named).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

//! What is in one directory, as far as its listing tells.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::paths;
use super::recognise::Name;

/// What the listing of a directory tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    /// Whether `group_vars` or `host_vars` are there.
    pub(super) has_variables: bool,
    /// The files whose name an inventory may have, by name.
    pub(super) files: Vec<PathBuf>,
    /// The directories below that are searched: those that are, by name, and then those that links lead to.
    pub(super) below: Vec<Below>,
}

/// A directory in another.
#[derive(Debug, Clone)]
pub(super) struct Below {
    pub(super) path: PathBuf,
    pub(super) name: OsString,
    pub(super) is_link: bool,
}

/// Lists a directory.
pub(super) fn survey(directory: &Path) -> std::io::Result<Survey> {
    let mut survey = Survey::default();
    let mut links = Vec::new();
    let mut is_python = false;
    for entry in std::fs::read_dir(paths::on_disk(directory))? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let path = directory.join(&name);
        // A link to nothing stays a file: whoever is called `hosts` and cannot be read must be told.
        let is_directory = kind.is_dir() || kind.is_symlink() && path.is_dir();
        if is_directory && paths::is_variables(&name) {
            survey.has_variables = true;
        } else if is_directory && !is_passed(&name) {
            let below = Below { path, name, is_link: kind.is_symlink() };
            if kind.is_symlink() { links.push(below) } else { survey.below.push(below) }
        } else if !is_directory && !is_hidden(&name) {
            is_python |= name == "pyvenv.cfg";
            let is_second_name = kind.is_symlink() && is_beside(&path, directory);
            if Name::of(&path) != Name::None && !is_second_name {
                survey.files.push(path);
            }
        }
    }
    if is_python {
        return Ok(Survey::default());
    }
    survey.files.sort_unstable();
    survey.below.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    links.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    survey.below.append(&mut links);
    Ok(survey)
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Directories that nobody keeps inventories in: what tools make, and the parts of roles.
fn is_passed(name: &OsStr) -> bool {
    const PASSED: [&str; 13] = [
        "__pycache__",
        "ansible_collections",
        "artifacts",
        "credentials",
        "handlers",
        "molecule",
        "node_modules",
        "roles",
        "site-packages",
        "target",
        "tasks",
        "templates",
        "venv",
    ];
    is_hidden(name) || PASSED.iter().any(|passed| name == *passed)
}

/// Whether a link leads to a file of the same directory that is looked at under its own name.
fn is_beside(link: &Path, directory: &Path) -> bool {
    let Ok(target) = link.canonicalize() else { return false };
    let is_here = target.parent().zip(paths::on_disk(directory).canonicalize().ok()).is_some_and(|(a, b)| a == b);
    let is_shown = target.file_name().is_some_and(|name| !is_hidden(name)) && Name::of(&target) != Name::None;
    is_here && is_shown
}

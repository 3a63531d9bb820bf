//! The configuration of an inventory: the nearest one above it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Config, ConfigError};
use crate::lint::paths::{from_here, normal};

/// What the file may be called.
pub const NAMES: [&str; 2] = ["inv-lint.toml", ".inv-lint.toml"];

/// Configurations, each read once.
#[derive(Debug, Default)]
pub struct Configs {
    /// By the file.
    read: HashMap<PathBuf, Arc<Config>>,
    /// The file of a directory, `None` where there is none up to the top.
    files: HashMap<PathBuf, Option<PathBuf>>,
}

impl Configs {
    /// The configuration of a directory: the nearest file above it, at most where its repository begins. An empty one
    /// where there is none.
    pub fn of(&mut self, directory: &Path) -> Result<Arc<Config>, ConfigError> {
        match self.file(directory)? {
            Some(path) => self.named(&path),
            None => Ok(Arc::default()),
        }
    }

    /// The configuration in a file.
    pub fn named(&mut self, path: &Path) -> Result<Arc<Config>, ConfigError> {
        if let Some(config) = self.read.get(path) {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(Config::read(path)?);
        self.read.insert(path.to_owned(), Arc::clone(&config));
        Ok(config)
    }

    fn file(&mut self, directory: &Path) -> Result<Option<PathBuf>, ConfigError> {
        let directory = normal(directory);
        let mut passed = Vec::new();
        let mut found = None;
        for above in directory.ancestors() {
            if let Some(known) = self.files.get(above) {
                found.clone_from(known);
                break;
            }
            passed.push(above.to_owned());
            found = in_directory(above)?;
            // `.git` is a file in a worktree and in a submodule.
            if found.is_some() || above.join(".git").exists() {
                break;
            }
        }
        self.files.extend(passed.into_iter().map(|directory| (directory, found.clone())));
        Ok(found)
    }
}

fn in_directory(directory: &Path) -> Result<Option<PathBuf>, ConfigError> {
    let mut files = NAMES.iter().map(|name| directory.join(name)).filter(|path| path.is_file());
    match (files.next(), files.next()) {
        (Some(_), Some(_)) => Err(ConfigError::Two(from_here(directory))),
        (file, _) => Ok(file.map(|path| from_here(&path))),
    }
}

//! Files as the repository calls them that they are in: the same from wherever they were looked at.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::paths::normal;

/// The tops of repositories, each looked for once.
#[derive(Debug, Default)]
pub struct Repositories(RefCell<HashMap<PathBuf, Option<PathBuf>>>);

impl Repositories {
    /// A file by the way to it from the top of its repository, which is the nearest directory above with `.git` in it;
    /// one that is in none by the name that it is known by.
    pub fn name(&self, file: &Path) -> PathBuf {
        let whole = normal(file);
        let below = self.top(&whole).and_then(|top| Some(whole.strip_prefix(top).ok()?.to_owned()));
        below.unwrap_or_else(|| file.to_owned())
    }

    /// Where a file is that is known by this name in the repository of another one.
    pub fn beside(&self, name: &Path, other: &Path) -> PathBuf {
        self.top(&normal(other)).unwrap_or_default().join(name)
    }

    fn top(&self, file: &Path) -> Option<PathBuf> {
        let directory = file.parent()?;
        if let Some(known) = self.0.borrow().get(directory) {
            return known.clone();
        }
        // `.git` is a file in a worktree and in a submodule.
        let top = directory.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned);
        self.0.borrow_mut().insert(directory.to_owned(), top.clone());
        top
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_its_nearest_repository_calls_it() {
        let lab = tempfile::tempdir().unwrap();
        let at = |path: &str| lab.path().join(path);
        for path in ["repo/.git", "repo/a/sub", "outside"] {
            std::fs::create_dir_all(at(path)).unwrap();
        }
        std::fs::write(at("repo/a/sub/.git"), "gitdir: elsewhere\n").unwrap();
        let repositories = Repositories::default();
        let name = |path: &str| repositories.name(&at(path));
        assert_eq!(name("repo/a/hosts"), Path::new("a/hosts"));
        assert_eq!(name("repo/a/../a/./hosts"), Path::new("a/hosts"));
        assert_eq!(name("repo/a/sub/hosts"), Path::new("hosts"));
        assert_eq!(name("outside/hosts"), at("outside/hosts"));
        assert_eq!(repositories.beside(Path::new("a/hosts"), &at("repo/known.json")), at("repo/a/hosts"));
    }
}

//! Paths as a configuration speaks of them.

use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

/// A glob on files, or on directories and everything below them, as `.gitignore` has it: with a `/` in it it is
/// relative to where it is written, without one it is a name wherever it stands. `*` stays within a name, `**` does
/// not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathGlob {
    pattern: Pattern,
    /// Where it is relative to; `None` for a name.
    base: Option<PathBuf>,
}

impl PathGlob {
    /// Reads a glob that is written in a file of `base`, or typed there.
    pub fn parse(text: &str, base: &Path) -> Result<Self, String> {
        let wrong = |why: &str| format!("`{text}` is no glob: {why}");
        let trimmed = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
        if trimmed.is_empty() {
            return Err(wrong("it matches nothing"));
        }
        let pattern = Pattern::new(trimmed.trim_start_matches('/')).map_err(|error| wrong(error.msg))?;
        let is_path = trimmed.contains('/');
        Ok(Self { pattern, base: is_path.then(|| normal(base)) })
    }

    /// Whether a file, or a directory that it is in, is meant.
    pub fn matches(&self, file: &Path) -> bool {
        const OPTIONS: MatchOptions =
            MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };
        let file = normal(file);
        let Some(base) = &self.base else {
            let mut names = file.components().filter_map(|part| part.as_os_str().to_str());
            return names.any(|name| self.pattern.matches_with(name, OPTIONS));
        };
        let Ok(below) = file.strip_prefix(base) else { return false };
        let mut paths = below.ancestors().filter(|path| *path != Path::new(""));
        paths.any(|path| self.pattern.matches_path_with(path, OPTIONS))
    }
}

/// A path from the root on, without `.` and `..`. Links are not followed: a file is where its user sees it.
pub fn normal(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
    }
    normal
}

/// A path as a person in this directory would type it.
pub fn from_here(path: &Path) -> PathBuf {
    let path = normal(path);
    path.strip_prefix(normal(Path::new("."))).map(Path::to_owned).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, file: &str) -> bool {
        PathGlob::parse(glob, Path::new("/repo/clusters")).unwrap().matches(Path::new(file))
    }

    #[test]
    fn a_glob_without_a_slash_is_a_name_wherever_it_stands() {
        assert!(matches("legacy", "/repo/clusters/legacy/hosts") && matches("legacy/", "/repo/a/legacy/b/hosts"));
        assert!(matches("*.ini", "/elsewhere/inventory.ini") && !matches("*.ini", "/elsewhere/hosts.yml"));
    }

    #[test]
    fn a_glob_with_a_slash_is_relative_to_where_it_is_written() {
        assert!(matches("lab/group_vars", "/repo/clusters/lab/group_vars/all/all.yml"));
        assert!(matches("./lab/*.yml", "/repo/clusters/lab/../lab/hosts.yml"));
        assert!(!matches("lab/*.yml", "/repo/clusters/lab/group_vars/all.yml"));
        assert!(matches("**/all.yml", "/repo/clusters/lab/group_vars/all.yml"));
        assert!(!matches("lab/hosts", "/repo/lab/hosts"));
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        for glob in ["", "/", "[", "a**b/c"] {
            assert!(PathGlob::parse(glob, Path::new("/")).is_err(), "{glob}");
        }
    }
}

//! Paths as people know them, and where their root is.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// A path without the `.` in it; empty: the current directory.
pub(super) fn clean(path: &Path) -> PathBuf {
    path.components().filter(|component| *component != Component::CurDir).collect()
}

/// The path under which the system knows it.
pub(super) fn on_disk(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// The directory a file is in; empty: the current one.
pub(super) fn directory_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// Whether a directory of this name holds what belongs to the directory that it is in.
pub(super) fn is_variables(name: &OsStr) -> bool {
    name == "group_vars" || name == "host_vars"
}

/// The root of a path in `group_vars`, `host_vars` or `.inv`; `None` for one that is in none of them.
///
/// The path may begin inside: `all.yml` in the directory `group_vars`.
pub(super) fn root_of_part(path: &Path) -> Option<PathBuf> {
    let is_part = |name: &OsStr| is_variables(name) || name == ".inv";
    let mut below = 0;
    for component in path.components().rev() {
        match component {
            Component::Normal(name) if is_part(name) => return Some(up(path, below + 1)),
            Component::Normal(_) => below += 1,
            _ => break,
        }
    }
    if path.is_absolute() {
        return None;
    }
    // The current directory is known by the way to it, which has neither `.` nor `..` nor links.
    let mut names: Vec<std::ffi::OsString> = Vec::new();
    for component in std::path::absolute(on_disk(path)).ok()?.components() {
        match component {
            Component::Normal(name) => names.push(name.to_owned()),
            Component::ParentDir => drop(names.pop()),
            _ => {}
        }
    }
    let below = names.iter().rev().position(|name| is_part(name))?;
    Some(up(path, below + 1))
}

/// The directory so many levels above, in the words of the path.
fn up(path: &Path, levels: usize) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..levels {
        match path.components().next_back() {
            Some(Component::Normal(_)) => drop(path.pop()),
            Some(Component::RootDir | Component::Prefix(_)) => {}
            _ => path.push(".."),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_variables_is_its_inventorys() {
        for (path, root) in [
            ("group_vars/all.yml", Some("")),
            ("a/group_vars/all/all.yml", Some("a")),
            ("/a/b/host_vars/n1.yml", Some("/a/b")),
            ("a/b/host_vars", Some("a/b")),
            ("../group_vars/all.yml", Some("..")),
            ("a/.inv/snapshot.json", Some("a")),
            ("a/hosts.ini", None),
            ("/a/hosts.ini", None),
        ] {
            assert_eq!(root_of_part(Path::new(path)).as_deref(), root.map(Path::new), "{path}");
        }
    }

    #[test]
    fn a_way_up_goes_on_where_the_path_ends() {
        assert_eq!(up(Path::new("all.yml"), 2), Path::new(".."));
        assert_eq!(up(Path::new("../all.yml"), 3), Path::new("../../.."));
        assert_eq!(up(Path::new("/a"), 3), Path::new("/"));
    }
}

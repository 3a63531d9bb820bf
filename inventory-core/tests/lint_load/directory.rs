//! A directory with inventories.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use inventory_core::lint::load::{Parsed, Search, find};
use inventory_core::lint::outcome::Unread;
use inventory_core::lint::root::{Content, Root};
use tempfile::TempDir;

pub(crate) const INI: &str = "[kube_node]\nn1 ansible_host=10.0.0.1\n";

pub(crate) struct Directory(TempDir);

impl Directory {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            directory.write(path, text);
        }
        directory
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.0.path().to_owned() } else { self.0.path().join(path) }
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn link(&self, link: &str, target: &str) {
        symlink(target, self.path(link)).unwrap();
    }

    pub(crate) fn mode(&self, path: &str, mode: u32) {
        std::fs::set_permissions(self.path(path), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Searches paths below the directory; its own is the empty one.
    pub(crate) fn find(&self, paths: &[&str]) -> Search {
        find(&paths.iter().map(|path| self.path(path)).collect::<Vec<_>>(), &|_| false)
    }

    /// The roots of a search.
    pub(crate) fn roots(&self, paths: &[&str]) -> Vec<Root> {
        let parsed = Parsed::default();
        self.find(paths).roots.iter().map(|root| root.read(&parsed)).collect()
    }

    /// Each root with its inventories: `prod: hosts.ini (ansible), x.yml (unknown)`.
    pub(crate) fn shown(&self, paths: &[&str]) -> Vec<String> {
        self.roots(paths).iter().map(|root| self.show(root)).collect()
    }

    pub(crate) fn show(&self, root: &Root) -> String {
        let inventories = root.inventories.iter().map(|file| {
            let what = match &file.content {
                Content::Ansible { .. } => "ansible",
                Content::Cluster(_) => "cluster",
                Content::Unknown => "unknown",
            };
            format!("{} ({what})", file.source.name().file_name().unwrap().to_string_lossy())
        });
        let inventories = inventories.collect::<Vec<_>>().join(", ");
        format!("{}: {inventories}", self.name(&root.directory)).trim_end().to_owned()
    }

    /// A path without the directory's own.
    pub(crate) fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.0.path()).unwrap_or(path).display().to_string()
    }

    /// What is unread, a line each.
    pub(crate) fn unread(&self, unread: &[Unread]) -> String {
        let line = |unread: &Unread| {
            let Unread { location, reason, hint, is_in_order } = unread;
            let hint = hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            let order = if *is_in_order { " (in order)" } else { "" };
            format!("{location}: {reason}{hint}{order}").replace(&format!("{}/", self.0.path().display()), "")
        };
        unread.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

//! Reading a root that was found.

use super::FoundRoot;
use super::recognise::{Clues, Name, read_file};
use crate::lint::above::Directory;
use crate::lint::outcome::Unread;
use crate::lint::paths::normal;
use crate::lint::root::{Content, InventoryFile, Root};
use crate::vars::tree::{Parsed, Unreadable, VarsTree};
use crate::yaml::Source;

impl FoundRoot {
    /// Reads the root. What cannot be read is part of it, and everything else is there.
    ///
    /// Roots that share `parsed`, from whichever thread, do not parse a file again and again that many of them have.
    pub fn read(&self, parsed: &Parsed) -> Root {
        let mut root = Root::new(&self.directory, self.variables(parsed));
        root.above = self.above.clone();
        root.requirements = root.above.nearest(Directory::requirements).cloned();
        for file in &self.files {
            let clues =
                Clues { name: Name::of(&file.path), has_variables: self.has_variables, is_named: file.is_named };
            let unsaved = self.unsaved.as_ref().filter(|unsaved| unsaved.path == file.path);
            let Some((inventory, unread)) = read_file(&file.path, clues, unsaved.map(|unsaved| &*unsaved.text)) else {
                continue;
            };
            root.inventories.push(inventory);
            root.unread.extend(unread);
        }
        // What it says counts for inventories that somebody runs.
        let is_run = |file: &InventoryFile| file.is_executable || matches!(file.content, Content::Cluster(_));
        if root.inventories.iter().any(is_run) {
            root.ansible_config = Source::read(self.directory.join("ansible.cfg")).ok();
        }
        root.unread.extend(root.tree.unreadable().map(|(_, unreadable)| of_variables(unreadable)));
        root
    }

    fn variables(&self, parsed: &Parsed) -> VarsTree {
        let unsaved = self.unsaved.as_ref().and_then(|unsaved| {
            // `all.yml` in `group_vars` is `group_vars/all.yml` of `..`.
            let path = normal(&unsaved.path).strip_prefix(normal(&self.directory)).ok()?.to_owned();
            Some((path, &*unsaved.text))
        });
        let unsaved = unsaved.as_ref().map(|(path, text)| (path.as_path(), *text));
        VarsTree::read_but(&self.directory, unsaved, parsed)
    }
}

fn of_variables(unreadable: &Unreadable) -> Unread {
    Unread {
        location: unreadable.location.clone(),
        reason: unreadable.reason.clone(),
        hint: unreadable.hint.clone(),
        is_in_order: unreadable.is_encrypted,
    }
}

impl Unread {
    pub(super) fn of(error: &crate::yaml::Error) -> Self {
        Self { location: error.location().clone(), reason: error.to_string(), hint: error.hint(), is_in_order: false }
    }
}

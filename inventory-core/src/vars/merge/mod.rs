//! Settings put into the files of a person.

mod report;

use std::path::{Path, PathBuf};

pub use report::{Change, Left, NewText, Override, Shadowed, Why};
pub(crate) use report::{shortened, transition};

use indexmap::IndexSet;

use super::tree::{Occurrence, Owner, Reading, Unreadable, VarsFile, VarsTree};
use crate::inventory::Value;
use crate::inventory::render::yaml::plain;
use crate::yaml::{self, Location, Remark, Source, set_path};

/// What our comments begin with. A comment like that directly above a key is ours, and replaced with the next one.
const MARK: &str = "inv: ";

/// A value that a variable is to have.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Where it goes when nobody has it yet, below the directory: `group_vars/k8s_cluster/k8s-net-calico.yml`.
    pub file: PathBuf,
    /// Whose it is: the group, `all` or `k8s_cluster`, or the host. A group's variable may also stand in `all`.
    pub owner: Owner,
    /// The variable, and the keys below it: `["loadbalancer_apiserver", "address"]`. At least one.
    pub path: Vec<String>,
    /// The value; never that of a vault. Text from outside is marked `!unsafe` where Ansible might evaluate it.
    pub value: Value,
    /// Why, in one short sentence, which becomes the comment above the key.
    pub reason: String,
    /// What happens where no file has it.
    pub absent: Absent,
}

/// What happens to a setting that no file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It is written.
    Write,
    /// It is not: the value is the default, and only another one that stands there is corrected.
    Leave,
}

/// What settings make of a tree.
#[derive(Debug, Clone, Default)]
pub struct Merged {
    /// The files that change, or are new, in the order in which the settings touch them. Empty when everything is as
    /// it should be.
    pub files: Vec<NewText>,
    /// What changes in them.
    pub changes: Vec<Change>,
    /// The settings that are not as they should be, and that we cannot write.
    pub left: Vec<Left>,
    /// Other values of the settings that have no effect.
    pub shadowed: Vec<Shadowed>,
    /// Values in the files of other groups and of hosts that count there instead.
    pub overrides: Vec<Override>,
    /// Files that may say more about a setting, if only they could be read.
    pub unreadable: Vec<Unreadable>,
}

/// Puts settings into the files of a tree. Nothing is written to disk.
///
/// Where a file of the owner, or of `all`, has the variable, the value that counts is changed where it stands. Where
/// none has it, it goes into the setting's file; or, if Ansible would not read that one beside what is there
/// (`group_vars/all.yml` beside `group_vars/all/`), into the one that it reads. A value that is right is not touched,
/// nor is the comment above it: with the new texts written, the same settings change nothing.
///
/// Of what is left, shadowed or overridden, the places are those in the files as they were read. Whoever has written
/// the new texts reads the tree and merges again to have them in the new ones.
pub fn merge(tree: &VarsTree, settings: &[Setting]) -> Merged {
    let mut work = Work {
        before: tree,
        now: tree.clone(),
        unreadable: tree.unreadable().collect(),
        touched: IndexSet::new(),
        merged: Merged::default(),
    };
    for setting in settings {
        work.set(setting);
        work.look_around(setting);
    }
    work.finish()
}

struct Work<'a> {
    before: &'a VarsTree,
    now: VarsTree,
    /// The files that cannot be read, and whose they are.
    unreadable: Vec<(&'a Owner, &'a Unreadable)>,
    touched: IndexSet<PathBuf>,
    merged: Merged,
}

impl Work<'_> {
    fn set(&mut self, setting: &Setting) {
        let (owner, path, found) = match holder(&self.now, setting) {
            Some((owner, file)) => {
                let found = self.now.value(&owner, &setting.path);
                match &found {
                    Some(found) if found.reading.is(&setting.value) => return,
                    None if setting.absent == Absent::Leave => return,
                    _ => {}
                }
                if let Some((location, why)) = found.as_ref().and_then(why_untouchable) {
                    return self.leave(setting, location, why);
                }
                (owner, file, found)
            }
            None if setting.absent == Absent::Leave => return,
            None => (setting.owner.clone(), self.now.readable_path(&setting.owner, &setting.file), None),
        };
        match self.edit(setting, &path) {
            Ok(text) => {
                self.now.put(&owner, &path, &text);
                self.touched.insert(path.clone());
                let (old, new) = told_apart(found.map(|found| found.reading), &setting.value);
                self.merged.changes.push(Change {
                    file: path,
                    line: 0,
                    was_at: self.place_before(setting).map(|place| place.line),
                    path: setting.path.clone(),
                    old,
                    new,
                    reason: setting.reason.clone(),
                });
            }
            Err((location, why)) => self.leave(setting, location, why),
        }
    }

    fn edit(&self, setting: &Setting, path: &Path) -> Result<String, (Location, Why)> {
        let full = self.now.directory().join(path);
        let new;
        let source = match self.now.file(path) {
            None => {
                new = Source::new(full, "---\n");
                &new
            }
            Some((_, file)) => match (file.source(), file.unreadable()) {
                (Some(source), _) => source,
                (None, unreadable) => {
                    let reason = unreadable.map_or_else(String::new, ToString::to_string);
                    return Err((Location::whole_file(full.into()), Why::Unreadable(reason)));
                }
            },
        };
        let remark = Remark { mark: MARK, text: &setting.reason };
        set_path(source, &setting.path, &plain(setting.value.clone()), remark).map_err(|error| {
            let why = match &error {
                yaml::Error::Edit { reason, .. } => reason.clone(),
                other => other.to_string(),
            };
            (error.location().clone(), Why::NotEditable(why))
        })
    }

    fn leave(&mut self, setting: &Setting, location: Location, why: Why) {
        let location = self.place_before(setting).unwrap_or(location);
        let (path, wanted) = (setting.path.clone(), setting.value.to_plain_text());
        self.merged.left.push(Left { location, path, wanted, why });
    }

    /// Where the value of a setting stands in the files as they were read.
    fn place_before(&self, setting: &Setting) -> Option<Location> {
        let (owner, _) = holder(self.before, setting)?;
        self.before.value(&owner, &setting.path).map(|known| known.location)
    }

    /// What else the files say about a setting.
    fn look_around(&mut self, setting: &Setting) {
        let tree = self.before;
        let holder = holder(tree, setting).map(|(owner, _)| owner);
        let winner = holder.as_ref().and_then(|owner| tree.value(owner, &setting.path));
        let chain = chain(&setting.owner);
        for owner in &chain {
            let counts = |occurrence: &Occurrence| occurrence.wins && holder.as_ref() == Some(owner);
            for other in tree.occurrences(owner, &setting.path) {
                if !counts(&other) && !other.reading.is(&setting.value) {
                    self.merged.shadowed.push(Shadowed {
                        location: other.location,
                        path: setting.path.clone(),
                        value: other.reading.to_plain_text(),
                        by: winner.as_ref().map(|winner| winner.location.clone()),
                    });
                }
            }
        }
        if matches!(setting.owner, Owner::Group(_)) {
            let others = tree.owners().filter(|owner| !chain.contains(owner) && beats(owner, &setting.owner));
            self.merged.overrides.extend(others.filter_map(|owner| beaten(tree, owner, setting)));
        }
        let relevant = |owner: &Owner| chain.contains(owner) || beats(owner, &setting.owner);
        for (_, unreadable) in self.unreadable.iter().filter(|(owner, file)| !file.is_encrypted && relevant(owner)) {
            if !self.merged.unreadable.contains(unreadable) {
                self.merged.unreadable.push((*unreadable).clone());
            }
        }
    }

    fn finish(mut self) -> Merged {
        for change in &mut self.merged.changes {
            let place = self.now.file(&change.file).and_then(|(owner, _)| self.now.value(owner, &change.path));
            change.line = place.map_or(0, |place| place.location.line);
        }
        let text = |file: &VarsFile| file.source().map(Source::with_bom);
        let new_text = |path: PathBuf| {
            let old = self.before.file(&path).and_then(|(_, file)| text(file));
            let new = self.now.file(&path).and_then(|(_, file)| text(file))?;
            Some(NewText { path, old, text: new })
        };
        self.merged.files = std::mem::take(&mut self.touched).into_iter().filter_map(new_text).collect();
        self.merged
    }
}

/// Whose files hold a variable for an owner, the weakest first.
fn chain(owner: &Owner) -> Vec<Owner> {
    match owner {
        Owner::Group(_) if !owner.is_all() => vec![Owner::Group("all".to_owned()), owner.clone()],
        _ => vec![owner.clone()],
    }
}

/// Whether another's value counts instead of an owner's, for the hosts that are both's. Of two groups we do not know
/// which one is deeper, and say so rather than not.
fn beats(other: &Owner, owner: &Owner) -> bool {
    matches!(owner, Owner::Group(_)) && !other.is_all()
}

/// The value by which another beats a setting, if it is not the setting's own.
fn beaten(tree: &VarsTree, owner: &Owner, setting: &Setting) -> Option<Override> {
    let variable = tree.value(owner, setting.path.get(..1)?)?;
    let value = tree.value(owner, &setting.path);
    if value.as_ref().is_some_and(|value| value.reading.is(&setting.value)) {
        return None;
    }
    Some(Override {
        location: value.as_ref().map_or(variable.location, |value| value.location.clone()),
        owner: owner.clone(),
        path: setting.path.clone(),
        value: value.map(|value| value.reading.to_plain_text()),
        wanted: setting.value.to_plain_text(),
    })
}

/// The file whose value of the variable counts.
fn holder(tree: &VarsTree, setting: &Setting) -> Option<(Owner, PathBuf)> {
    let key = setting.path.first()?;
    chain(&setting.owner).into_iter().rev().find_map(|owner| {
        let file = tree.files(&owner).iter().rev().find(|file| file.has(key))?.path().to_owned();
        Some((owner, file))
    })
}

/// A value and the one that takes its place, as a person would write them: text that only looks like the other is in
/// quotes.
fn told_apart(old: Option<Reading>, new: &Value) -> (Option<String>, String) {
    let (was, is) = (old.as_ref().map(Reading::to_plain_text), new.to_plain_text());
    if was.as_ref() != Some(&is) {
        return (was, is);
    }
    let quoted = |value: &Value, plain: String| match value {
        Value::Text(_) => format!("\"{plain}\""),
        _ => plain,
    };
    let was = match (old, was) {
        (Some(Reading::Plain(value) | Reading::Unsafe(value)), Some(plain)) => Some(quoted(&value, plain)),
        (_, was) => was,
    };
    (was, quoted(new, is))
}

fn why_untouchable(found: &Occurrence) -> Option<(Location, Why)> {
    let why = match &found.reading {
        Reading::Template(value) => Why::Template(value.to_plain_text()),
        Reading::Vault => Why::Vault,
        Reading::Unsafe(_) => Why::Unsafe,
        Reading::Plain(_) | Reading::Hidden(_) | Reading::Unfit(_) => return None,
    };
    Some((found.location.clone(), why))
}

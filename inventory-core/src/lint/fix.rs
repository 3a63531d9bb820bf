//! Fixes applied: which go together, and what becomes of the files. Data only; `cli::apply` writes it.
//!
//! Every byte that no edit names stays as it is.

mod diff;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::finding::{Applicability, Edit, Finding, Fix};
use crate::yaml::Source;

/// What fixes make of files.
#[derive(Debug, Clone, Default)]
pub struct Fixed {
    /// The files that get another text, by path.
    pub files: Vec<FixedFile>,
    /// What gets another name once the texts are written: what is deepest first, and by path.
    pub renames: Vec<Renamed>,
    /// Which findings are put right, by their place in the list that was given.
    pub applied: Vec<usize>,
    /// Which could be and are not.
    pub left: Vec<Left>,
}

/// A file that gets another text.
#[derive(Debug, Clone)]
pub struct FixedFile {
    /// The file, by the name that people know it by.
    pub path: PathBuf,
    /// What was read, a byte order mark included.
    pub old: String,
    /// What it is to hold.
    pub new: String,
}

/// A file or directory that gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// What it is called.
    pub from: PathBuf,
    /// What it is to be called; nothing has that name.
    pub to: PathBuf,
}

/// A fix that is not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The finding's place in the list that was given.
    pub finding: usize,
    /// Why: a sentence without its full stop.
    pub why: String,
}

impl Fixed {
    /// What the fixes of findings make of their files; those that need more leave than `limit` are passed over.
    ///
    /// A fix is applied whole or not at all, in the order of the findings: one that wants to change what an earlier
    /// one has changed waits for the next run, and is among [`Fixed::left`]. Whether a new name is free is looked up on
    /// the disk; nothing else is.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>, limit: Applicability) -> Self {
        let mut work = Work::default();
        let mut fixed = Self::default();
        for (finding, fix) in findings.into_iter().enumerate().filter_map(|(at, one)| Some((at, one.fix.as_ref()?))) {
            // What is only shown is applied by nobody.
            if fix.applicability > limit || fix.applicability == Applicability::Shown {
                continue;
            }
            match work.add(fix) {
                Ok(()) => fixed.applied.push(finding),
                Err(why) => fixed.left.push(Left { finding, why }),
            }
        }
        fixed.files = work.files.into_iter().filter_map(|(path, file)| file.fixed(path)).collect();
        fixed.renames = work.renames;
        fixed
            .renames
            .sort_by_key(|renamed| (std::cmp::Reverse(renamed.from.components().count()), renamed.from.clone()));
        fixed
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.renames.is_empty()
    }

    /// What changes, as a unified diff that `patch -p1` and `git apply` take; renames are comments below it.
    ///
    /// No secret is shown: lines with one are left out around a change. Where one is on a line that changes, it is
    /// masked, and a comment says that the diff cannot be applied.
    pub fn diff(&self) -> String {
        diff::diff(self)
    }
}

/// What was agreed on so far.
#[derive(Debug, Default)]
struct Work {
    files: BTreeMap<PathBuf, File>,
    renames: Vec<Renamed>,
}

#[derive(Debug)]
struct File {
    source: Source,
    /// None overlaps another one; by where they begin.
    edits: BTreeMap<usize, (usize, String)>,
}

impl Work {
    /// All edits of a fix, or none: those before one that does not go are taken back.
    fn add(&mut self, fix: &Fix) -> Result<(), String> {
        let renames = self.renames.len();
        let mut made: Vec<(&Path, usize)> = Vec::new();
        let outcome = fix.edits.iter().try_for_each(|edit| match edit {
            Edit::Rename { from, to } => self.rename(from, to),
            Edit::Replace { place, text } => {
                let path = place.source.name();
                let file = self.files.entry(path.to_owned()).or_insert_with(|| File::new(&place.source));
                if file.replace(&place.source, place.span.start..place.span.end, text)? {
                    made.push((path, place.span.start));
                }
                Ok(())
            }
        });
        if outcome.is_err() {
            self.renames.truncate(renames);
            for (path, start) in made {
                self.files.get_mut(path).and_then(|file| file.edits.remove(&start));
            }
        }
        outcome
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), String> {
        let wanted = Renamed { from: from.to_owned(), to: to.to_owned() };
        if self.renames.contains(&wanted) {
            return Ok(());
        }
        if self.renames.iter().any(|one| one.from == from || one.to == to || one.from == to || one.to == from) {
            return Err(format!("another fix renames {} or {}; run it again", from.display(), to.display()));
        }
        match fs::symlink_metadata(to) {
            Ok(_) => return Err(format!("{} exists already", to.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{} cannot be looked at: {error}", to.display())),
        }
        self.renames.push(wanted);
        Ok(())
    }
}

impl File {
    fn new(source: &Source) -> Self {
        Self { source: source.clone(), edits: BTreeMap::new() }
    }

    /// Whether that is news: two fixes may want the same.
    fn replace(&mut self, source: &Source, span: Range<usize>, text: &str) -> Result<bool, String> {
        let name = source.name().display();
        if source.text() != self.source.text() || source.has_bom() != self.source.has_bom() {
            return Err(format!("{name} was changed by somebody else while it was read; run it again"));
        }
        if source.text().get(span.clone()).is_none() {
            return Err(format!("what it would change is not in {name}"));
        }
        if self.edits.get(&span.start).is_some_and(|(end, other)| *end == span.end && other == text) {
            return Ok(false);
        }
        let before = self.edits.range(..span.start).next_back();
        let overlaps = before.is_some_and(|(_, (end, _))| *end > span.start)
            || self.edits.range(span.start..span.end.max(span.start + 1)).next().is_some();
        if overlaps {
            let line = source.line_column(span.start).0;
            return Err(format!("another fix changes {name}:{line}, too; run it again"));
        }
        self.edits.insert(span.start, (span.end, text.to_owned()));
        Ok(true)
    }

    fn fixed(self, path: PathBuf) -> Option<FixedFile> {
        let mut text = self.source.text().to_owned();
        for (start, (end, new)) in self.edits.iter().rev() {
            text.replace_range(*start..*end, new);
        }
        let mark = if self.source.has_bom() { "\u{feff}" } else { "" };
        let (old, new) = (self.source.with_bom(), format!("{mark}{text}"));
        (old != new).then_some(FixedFile { path, old, new })
    }
}

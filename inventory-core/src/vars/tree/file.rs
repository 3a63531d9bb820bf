//! One file of variables.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::find::Found;
use super::parsed::Parsed;
use super::reading::{Occurrence, Reading};
use crate::ansible::variables;
use crate::yaml::{Comment, Document, Kind, Location, Node, Resolved, Source, parse_one};

/// A file of variables, read or not.
#[derive(Debug, Clone)]
pub struct VarsFile {
    path: PathBuf,
    content: Result<(Source, Arc<Document>), Unreadable>,
}

/// Why a file of variables cannot be read, and where. `Display` is a sentence with both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The file, or the place in it.
    pub location: Location,
    /// Why: of a place a sentence, of a file as a whole what follows its name.
    pub reason: String,
    /// The way out, where one is known.
    pub hint: Option<String>,
    /// Whether it is a file of secrets, which is in order: nobody keeps ranges there.
    pub is_encrypted: bool,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.location.line == 0 { "" } else { ":" };
        write!(f, "{}{colon} {}", self.location, self.reason)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl VarsFile {
    pub(super) fn read(directory: &Path, found: Found, parsed: &Parsed) -> Self {
        match found {
            Found::File(path) => match Source::read(directory.join(&path)) {
                Ok(source) => {
                    let document = parsed.document(&source, || document(&source));
                    Self { path, content: document.map(|document| (source, document)) }
                }
                Err(error) => Self { path, content: Err((&error).into()) },
            },
            Found::NoList(path, problem) => {
                let location = Location::whole_file(directory.join(&path).into());
                let reason = format!("is a directory that cannot be listed: {problem}");
                let hint = Some("give yourself the right to read it, or remove the link".to_owned());
                Self { path, content: Err(Unreadable { location, reason, hint, is_encrypted: false }) }
            }
        }
    }

    pub(super) fn parse(path: PathBuf, source: Source) -> Self {
        let document = document(&source);
        Self { path, content: document.map(|document| (source, Arc::new(document))) }
    }

    /// Where it is, below the directory: `group_vars/all/all.yml`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text; `None` where it cannot be read.
    pub fn source(&self) -> Option<&Source> {
        self.content.as_ref().ok().map(|(source, _)| source)
    }

    /// Its value; `None` where it cannot be read, or has nothing but comments.
    pub(crate) fn root(&self) -> Option<&Node> {
        self.content.as_ref().ok()?.1.root.as_ref()
    }

    /// Why it cannot be read.
    pub fn unreadable(&self) -> Option<&Unreadable> {
        self.content.as_ref().err()
    }

    /// Its comments in the order of the file.
    pub fn comments(&self) -> &[Comment] {
        self.content.as_ref().map_or(&[], |(_, document)| &document.comments)
    }

    /// Whether it has a variable of this name.
    pub(in crate::vars) fn has(&self, key: &str) -> bool {
        let (Some(source), Some(root)) = (self.source(), self.root()) else { return false };
        pair(root, key, source).is_some()
    }

    /// The values at a path, in the order of the file. The one that counts in this file wins.
    pub(super) fn occurrences(&self, path: &[String]) -> Vec<Occurrence> {
        let (Some(source), Some(root)) = (self.source(), self.root()) else { return Vec::new() };
        let winner = winner(root, path, source);
        let mut found = Vec::new();
        collect(root, path, source, &mut found);
        let occurrence = |at: At<'_>| Occurrence {
            file: self.path.clone(),
            location: source.location(at.name.alias.unwrap_or(at.name.span).start),
            reading: at.reading(source, path),
            wins: winner.is_some_and(|winner| std::ptr::eq(winner.value, at.value)),
        };
        found.into_iter().map(occurrence).collect()
    }
}

/// What a text says, where Ansible would load it.
fn document(source: &Source) -> Result<Document, Unreadable> {
    if source.text().starts_with("$ANSIBLE_VAULT;") {
        return Err(Unreadable {
            location: Location::whole_file(source.name().into()),
            reason: "is encrypted by ansible-vault as a whole".to_owned(),
            hint: Some("keep what is no secret in a file of its own".to_owned()),
            is_encrypted: true,
        });
    }
    let document = parse_one(source).map_err(|error| Unreadable::from(&error))?;
    if let Some(root) = &document.root {
        variables::check(source, root).map_err(|error| Unreadable {
            location: error.location().clone(),
            reason: error.to_string(),
            hint: error.hint(),
            is_encrypted: false,
        })?;
    }
    Ok(document)
}

impl From<&crate::yaml::Error> for Unreadable {
    fn from(error: &crate::yaml::Error) -> Self {
        let (location, reason, hint) = (error.location().clone(), error.to_string(), error.hint());
        Self { location, reason, hint, is_encrypted: false }
    }
}

/// A value that the way along a path ends at.
#[derive(Clone, Copy)]
struct At<'a> {
    name: &'a Node,
    value: &'a Node,
    /// How many keys of the path lead to it.
    depth: usize,
}

impl At<'_> {
    fn reading(&self, source: &Source, path: &[String]) -> Reading {
        let reading = Reading::of(variables::value(source, self.value));
        if self.depth == path.len() || !matches!(reading, Reading::Plain(_)) {
            return reading;
        }
        Reading::Unfit(format!("`{}` is {} and no map", path[..self.depth].join("."), self.value.describe()))
    }
}

/// The pair of a key that counts: the last one written, else one that `<<` brings.
fn pair<'a>(map: &'a Node, key: &str, source: &Source) -> Option<(&'a Node, &'a Node)> {
    let is_named = |name: &Node| matches!(name.resolve(), Resolved::Text(text) if text == key);
    let Kind::Mapping(pairs) = &map.kind else { return None };
    let written = pairs.iter().rev().find(|(name, _)| is_named(name)).map(|(name, value)| (name, value));
    written.or_else(|| map.entries(source).ok()?.into_iter().find(|(name, _)| is_named(name)))
}

fn winner<'a>(map: &'a Node, path: &[String], source: &Source) -> Option<At<'a>> {
    let (mut map, mut depth) = (map, 0);
    loop {
        let (name, value) = pair(map, path.get(depth)?, source)?;
        depth += 1;
        match &value.kind {
            _ if depth == path.len() => return Some(At { name, value, depth }),
            Kind::Mapping(_) => map = value,
            _ if value.resolve() == Resolved::Null => return None,
            _ => return Some(At { name, value, depth }),
        }
    }
}

/// Every value at a path, those included that a later key of the same name replaces.
fn collect<'a>(map: &'a Node, path: &[String], source: &Source, found: &mut Vec<At<'a>>) {
    collect_below(map, path, 0, source, found);
}

fn collect_below<'a>(map: &'a Node, path: &[String], depth: usize, source: &Source, found: &mut Vec<At<'a>>) {
    let (Some(key), Kind::Mapping(pairs)) = (path.get(depth), &map.kind) else { return };
    let is_named = |name: &Node| matches!(name.resolve(), Resolved::Text(text) if text == key);
    let mut named: Vec<_> =
        pairs.iter().filter(|(name, _)| is_named(name)).map(|(name, value)| (name, value)).collect();
    if named.is_empty() {
        named.extend(pair(map, key, source));
    }
    let depth = depth + 1;
    for (name, value) in named {
        match &value.kind {
            _ if depth == path.len() => found.push(At { name, value, depth }),
            Kind::Mapping(_) => collect_below(value, path, depth, source, found),
            _ if value.resolve() == Resolved::Null => {}
            _ => found.push(At { name, value, depth }),
        }
    }
}

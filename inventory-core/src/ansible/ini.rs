//! Ansible's INI: sections of hosts, of variables and of child groups.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::builder::{Builder, UNGROUPED};
use super::error::{Error, Fault, Problem};
use super::shlex::{self, Unfinished};
use super::{Format, Inventory, Variable, literal, python};
use crate::yaml::{Source, Span};

/// Reads an INI inventory.
///
/// # Errors
///
/// Where Ansible refuses the file; also for a byte order mark, for text that cannot be represented (half surrogate
/// pairs, numbers beyond 128 bits), and for more hosts than [`super::host_range::Budget`] allows.
pub fn read_ini(source: &Source) -> Result<Inventory, Error> {
    read(source).map_err(|fault| fault.in_source(source))
}

pub(super) fn read(source: &Source) -> Result<Inventory, Fault> {
    if source.has_bom() {
        return Err(Fault::new(Span::default(), Problem::ByteOrderMark));
    }
    let mut reader = Reader {
        builder: Builder::new(Format::Ini),
        pending: HashMap::new(),
        group: UNGROUPED.to_owned(),
        kind: SectionKind::Hosts,
    };
    for (start, line) in python::lines(source.text()) {
        let stripped = python::strip(line);
        if !stripped.is_empty() && !stripped.starts_with(['#', ';']) {
            // `strip` returns a part of its argument, so the difference of the addresses is an offset.
            let indent = line.len() - line.trim_start_matches(python::is_space).len();
            reader.line(Line { text: stripped, start: start + indent })?;
        }
    }
    reader.finish()
}

/// What the lines of a section are.
#[derive(Clone, Copy)]
enum SectionKind {
    Hosts,
    Vars,
    Children,
}

/// A group that is mentioned and must still be defined.
enum Pending {
    /// By `[group:vars]`.
    Vars { at: Span },
    /// As a child.
    Child { at: Span, parents: Vec<(String, Span)> },
}

impl Pending {
    fn at(&self) -> Span {
        match self {
            Self::Vars { at } | Self::Child { at, .. } => *at,
        }
    }
}

/// A line without the blanks around it.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    /// Its first byte in the file.
    start: usize,
}

impl Line<'_> {
    /// The span of a part of the line, given in bytes of it.
    fn span(self, start: usize, end: usize) -> Span {
        Span { start: self.start + start, end: self.start + end }
    }

    fn whole(self) -> Span {
        self.span(0, self.text.len())
    }
}

struct Reader {
    builder: Builder,
    pending: HashMap<String, Pending>,
    group: String,
    kind: SectionKind,
}

impl Reader {
    fn line(&mut self, line: Line<'_>) -> Result<(), Fault> {
        if line.text.starts_with('[') {
            if let Some(section) = section(line.text) {
                return self.section(section, line);
            }
            if line.text.ends_with(']') {
                return Err(Fault::new(line.whole(), Problem::Section(line.text.to_owned())));
            }
        }
        match self.kind {
            SectionKind::Hosts => self.host(line),
            SectionKind::Vars => self.variable(line),
            SectionKind::Children => self.child(line),
        }
    }

    fn section(&mut self, (name, kind): (&str, Option<&str>), line: Line<'_>) -> Result<(), Fault> {
        let at = line.span(1, 1 + name.len());
        self.kind = match kind {
            None | Some("hosts") => SectionKind::Hosts,
            Some("vars") => SectionKind::Vars,
            Some("children") => SectionKind::Children,
            Some(kind) => {
                let problem = Problem::SectionKind { group: name.to_owned(), kind: kind.to_owned() };
                return Err(Fault::new(line.span(1 + name.len(), line.text.len()), problem));
            }
        };
        name.clone_into(&mut self.group);
        let is_vars = matches!(self.kind, SectionKind::Vars);
        if is_vars && !self.builder.has_group(name) && !self.pending.contains_key(name) {
            self.pending.insert(name.to_owned(), Pending::Vars { at });
        }
        self.builder.add_group(name, at)?;
        if !is_vars && let Some(Pending::Child { parents, .. }) = self.pending.remove(name) {
            for (parent, at) in parents {
                self.builder.add_child(&parent, name, Some(at));
            }
        }
        Ok(())
    }

    fn host(&mut self, line: Line<'_>) -> Result<(), Fault> {
        let words = shlex::split(line.text).map_err(|unfinished| match unfinished {
            Unfinished::Quote(at) => Fault::new(line.span(at, line.text.len()), Problem::OpenQuote),
            Unfinished::Escape(at) => Fault::new(line.span(at, line.text.len()), Problem::OpenEscape),
        })?;
        let mut words = words.into_iter();
        // A line that is not empty and no comment has a word, if only an empty one in quotes.
        let Some(host) = words.next() else { return Ok(()) };
        let at = line.span(host.place.start, host.place.end);
        let hosts = self.builder.host_pattern(&host.text, at, line.text.len())?;
        if python::strip(&host.text).ends_with(':') && hosts.port.is_none() {
            return Err(Fault::new(at, Problem::MissingPort(host.text.into_owned())));
        }
        if hosts.names.iter().any(|name| python::strip(name) == "---") {
            return Err(Fault::new(at, Problem::YamlMarker));
        }
        let mut variables = IndexMap::new();
        for word in words {
            let whole = line.span(word.place.start, word.place.end);
            let (Some((name, value)), Some(equals)) = (word.assignment(), word.equals) else {
                return Err(Fault::new(whole, Problem::NoHostAssignment(word.text.into_owned())));
            };
            let place = line.span(equals + 1, word.place.end);
            let key = line.span(word.place.start, equals);
            variables.insert(name.to_owned(), variable(name, value, key, place)?);
        }
        self.builder.add_hosts(hosts, &self.group, variables)
    }

    fn variable(&mut self, line: Line<'_>) -> Result<(), Fault> {
        let Some(equals) = line.text.find('=') else {
            return Err(Fault::new(line.whole(), Problem::NoAssignment(line.text.to_owned())));
        };
        let name = python::strip(&line.text[..equals]);
        let value = python::strip(&line.text[equals + 1..]);
        let place = line.span(line.text.len() - value.len(), line.text.len());
        let variable = variable(name, value, line.span(0, name.len()), place)?;
        self.builder.set_group_variable(&self.group, name, variable)
    }

    fn child(&mut self, line: Line<'_>) -> Result<(), Fault> {
        let child =
            group_name(line.text).ok_or_else(|| Fault::new(line.whole(), Problem::GroupName(line.text.to_owned())))?;
        let at = line.span(0, child.len());
        if self.builder.has_group(child) {
            self.builder.add_child(&self.group, child, Some(at));
            return Ok(());
        }
        let parent = (self.group.clone(), at);
        match self.pending.get_mut(child) {
            Some(Pending::Child { parents, .. }) => parents.push(parent),
            _ => {
                self.pending.insert(child.to_owned(), Pending::Child { at, parents: vec![parent] });
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Inventory, Fault> {
        let Some((name, pending)) = self.pending.into_iter().min_by_key(|(_, pending)| pending.at().start) else {
            return self.builder.finish();
        };
        let at = pending.at();
        Err(Fault::new(
            at,
            match pending {
                Pending::Vars { .. } => Problem::VariablesOfUndefinedGroup(name),
                Pending::Child { parents, .. } => {
                    let parent = parents.into_iter().next().map_or_else(String::new, |(parent, _)| parent);
                    Problem::UndefinedChild { parent, child: name }
                }
            },
        ))
    }
}

fn variable(name: &str, text: &str, key: Span, place: Span) -> Result<Variable, Fault> {
    match literal::value(text) {
        Ok(value) => Ok(Variable { value, key, place }),
        Err(reason) => Err(Fault::new(place, Problem::Value { name: name.to_owned(), reason })),
    }
}

/// The name and the kind of `[name]` or `[name:kind]`, which a comment may follow.
fn section(line: &str) -> Option<(&str, Option<&str>)> {
    let inside = line.strip_prefix('[')?;
    let name = name(inside)?;
    let rest = &inside[name.len()..];
    let (kind, rest) = match rest.strip_prefix(':') {
        Some(rest) => {
            let end = rest.find(|c| !python::is_word(c)).unwrap_or(rest.len());
            (Some(&rest[..end]), &rest[end..])
        }
        None => (None, rest),
    };
    let after = rest.strip_prefix(']')?.trim_start_matches(python::is_space);
    let is_end = after.is_empty() || after.starts_with('#');
    (kind != Some("") && is_end).then_some((name, kind))
}

/// The name on a line of `[group:children]`, which a comment may follow.
fn group_name(line: &str) -> Option<&str> {
    let name = name(line)?;
    let rest = line[name.len()..].trim_start_matches(python::is_space);
    if rest.is_empty() || rest.starts_with('#') {
        return Some(name);
    }
    // A `#` may be part of a name, unless the line makes sense only with a comment there.
    name.rfind('#').filter(|hash| *hash > 0).map(|hash| &name[..hash])
}

/// The longest start of the text that can be a group's name.
fn name(text: &str) -> Option<&str> {
    let end = text.find(|c| matches!(c, ':' | ']') || python::is_space(c)).unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

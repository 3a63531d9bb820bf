//! A value below keys, set without touching another byte.

use std::ops::Range;

use super::super::emit::{Entry, Plain};
use super::super::node::{Kind, Node, Resolved};
use super::super::{Document, Error, Source, parse_one};
use super::lines::{below, document_end, line_break, line_start};
use super::remark::{Remark, is_between, own_lines_above, samples};
use super::{faithful, is_named, replace, top_level, written};

/// A stretch of the old text, and what takes its place.
pub(super) type Splice = (Range<usize>, String);

/// Sets the value at a path of keys, `["loadbalancer_apiserver", "address"]`.
///
/// Where the last key of that name stands, its value is replaced: of a scalar its bytes alone, in the quotes that it
/// had. A key that is missing in a map becomes its last one; one that is missing in the file goes below a comment
/// that shows it (`# calico_mtu: 1500`), else to the end. The remark stands in a line above the key, or, where the
/// key shares a line with others, above that line and begins with the path; it replaces the one of its mark.
/// The value is not compared with the one that is there: whoever wants files to rest asks before.
///
/// The result is read again. Unless every other key has the value it had, this one the new value, and every comment
/// that is no remark is still there, nothing is returned but [`Error::Edit`]; so it is for values with tags, anchors
/// or aliases, and for files that are no block map.
pub fn set_path(source: &Source, path: &[String], value: &Plain<'_>, remark: Remark<'_>) -> Result<String, Error> {
    let document = parse_one(source)?;
    let edit = Edit { source, path, remark };
    let mut spoiled = None;
    for splices in edit.attempts(&document, value)? {
        let at = splices.first().map_or(0, |(range, _)| range.start);
        let edited = apply(source, splices);
        let changed = Source::new(source.name(), &edited);
        let verdict = match parse_one(&changed) {
            Ok(after) => faithful::check((source, &document), (&changed, &after), path, value, remark),
            Err(_) => Err(faithful::Spoiled::Key),
        };
        match verdict {
            Ok(()) => return Ok(edited),
            Err(why) => spoiled = Some((at, why)),
        }
    }
    let (at, why) = spoiled.unwrap_or((0, faithful::Spoiled::Key));
    Err(edit.refuse(at, why.reason()))
}

/// A pair on the way to the value.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) name: &'a Node,
    pub(super) value: &'a Node,
    /// Whether it stands in braces.
    pub(super) in_flow: bool,
}

/// How far the keys of the path are there.
enum Way<'a> {
    /// All of them, or up to one without a value; what is still missing is below it.
    There(Step<'a>, usize),
    /// The map that is this value lacks the key of this index.
    LackedBy(Step<'a>, usize),
    /// The file lacks the first.
    NoKey,
}

pub(super) struct Edit<'a> {
    pub(super) source: &'a Source,
    path: &'a [String],
    remark: Remark<'a>,
}

impl Edit<'_> {
    pub(super) fn refuse(&self, at: usize, reason: &str) -> Error {
        Error::Edit { location: self.source.location(at), key: self.path.join("."), reason: reason.to_owned() }
    }

    /// What could be done, best first.
    fn attempts(&self, document: &Document, value: &Plain<'_>) -> Result<Vec<Vec<Splice>>, Error> {
        let text = self.source.text();
        let pairs = top_level(document, text).map_err(|(at, reason)| self.refuse(at, reason))?;
        let Some(key) = self.path.first() else { return Err(self.refuse(0, "no key is given")) };
        let mut steps = Vec::new();
        let attempts = match self.walk(document, pairs, &mut steps)? {
            Way::There(step, missing) => {
                let nested;
                let (value, has_remark) = match self.path.get(missing..) {
                    Some([_, ..]) => {
                        nested = Plain::Map(vec![self.entry(missing, value)]);
                        (&nested, !step.in_flow)
                    }
                    _ => (value, false),
                };
                let mut splices = replace::splices(self, step, value)?;
                splices.extend((!has_remark).then(|| self.remark_above(&steps)));
                vec![splices]
            }
            Way::LackedBy(step, missing) => {
                let is_flow = text[step.value.span.start..].starts_with('{');
                if is_flow {
                    vec![vec![self.in_braces(step.value, missing, value), self.remark_above(&steps)]]
                } else {
                    vec![vec![self.last_in_block(step.value, missing, value)?]]
                }
            }
            Way::NoKey => {
                let indent = pairs.first().map_or(0, |(name, _)| column(text, name.span.start));
                let mut places = samples(text, document, key, indent);
                places.retain(|&at| is_between(text, pairs, at));
                places.push(document_end(text, document));
                places.into_iter().map(|at| vec![self.lines(at, 0, value, indent)]).collect()
            }
        };
        Ok(attempts)
    }

    fn walk<'a>(
        &self,
        document: &'a Document,
        mut pairs: &'a [(Node, Node)],
        steps: &mut Vec<Step<'a>>,
    ) -> Result<Way<'a>, Error> {
        let text = self.source.text();
        let mut map = document.root.as_ref();
        let mut in_flow = false;
        for (depth, key) in self.path.iter().enumerate() {
            let Some((name, value)) = pairs.iter().rev().find(|(name, _)| is_named(name, key)) else {
                if let Some(brought) = map.and_then(|map| map.get(key, self.source)) {
                    return Err(self.refuse(brought.span.start, "its value is brought by a `<<`"));
                }
                return Ok(match steps.last() {
                    Some(step) => Way::LackedBy(*step, depth),
                    None => Way::NoKey,
                });
            };
            let step = Step { name, value, in_flow };
            if !in_flow && !text[line_start(text, name.span.start)..name.span.start].bytes().all(|byte| byte == b' ') {
                return Err(self.refuse(name.span.start, "the key does not begin its line"));
            }
            steps.push(step);
            replace::check_bare(self, step)?;
            match &value.kind {
                _ if depth + 1 == self.path.len() => {
                    replace::check_no_alias(self, value)?;
                    return Ok(Way::There(step, depth + 1));
                }
                Kind::Mapping(below) => pairs = below,
                _ if value.resolve() == Resolved::Null => return Ok(Way::There(step, depth + 1)),
                _ => {
                    let reason = format!("`{}` is {} and not a map", self.path[..=depth].join("."), value.describe());
                    return Err(self.refuse(value.span.start, &reason));
                }
            }
            in_flow |= text[value.span.start..].starts_with('{');
            map = Some(value);
        }
        Ok(Way::NoKey)
    }

    /// The key of an index of the path, with the rest of the path and the value below it, the remark at the last.
    fn entry<'v>(&self, from: usize, value: &Plain<'v>) -> Entry<'v> {
        let key = self.path.get(from).cloned().unwrap_or_default();
        if from + 1 < self.path.len() {
            return Entry::new(key, Plain::Map(vec![self.entry(from + 1, value)]));
        }
        Entry::new(key, value.clone()).with_comment(self.remark.sentence(""))
    }

    /// The remark above the line that the path's keys begin with.
    fn remark_above(&self, steps: &[Step<'_>]) -> Splice {
        let text = self.source.text();
        let host = steps.iter().rev().find(|step| !step.in_flow);
        let key = host.map_or(0, |step| step.name.span.start);
        let shares_line = steps.len() < self.path.len() || steps.last().is_some_and(|step| step.in_flow);
        let about = if shares_line { format!("{}: ", self.path.join(".")) } else { String::new() };
        let place = own_lines_above(text, key, self.remark, &about);
        let indent = " ".repeat(column(text, key));
        (place, format!("{indent}{}{}", self.remark.line(&about), line_break(text, line_start(text, key))))
    }

    fn in_braces(&self, map: &Node, missing: usize, value: &Plain<'_>) -> Splice {
        let text = self.source.text();
        let pair = written::flow(&Plain::Map(vec![self.entry(missing, value)]));
        let pair = &pair[1..pair.len() - 1];
        let last = match &map.kind {
            Kind::Mapping(pairs) => pairs.last(),
            _ => None,
        };
        let Some((name, value)) = last else {
            let at = map.span.start + 1;
            return (at..at, pair.to_owned());
        };
        let end = value.alias.unwrap_or(value.span).end;
        match replace::colon(text, name) {
            // Without a blank, the comma would belong to the key.
            Some(colon) if end <= colon => (colon..colon, format!(" , {pair}")),
            _ => (end..end, format!(", {pair}")),
        }
    }

    fn last_in_block(&self, map: &Node, missing: usize, value: &Plain<'_>) -> Result<Splice, Error> {
        let Kind::Mapping(pairs) = &map.kind else { return Err(self.refuse(map.span.start, "it is no map")) };
        let Some((name, last)) = pairs.last() else { return Err(self.refuse(map.span.start, "it is no map")) };
        let indent = column(self.source.text(), name.span.start);
        Ok(self.lines(below(self.source.text(), name, last), missing, value, indent))
    }

    /// A new key with what is below it, at the start of a line or at the end of a file whose last line has no end:
    /// then the new last line has none either, if the value can do without.
    fn lines(&self, at: usize, from: usize, value: &Plain<'_>, indent: usize) -> Splice {
        let text = self.source.text();
        let line_break = line_break(text, at);
        let mut lines = written::indented(&written::entry(self.entry(from, value)), 0, indent, line_break);
        if at > 0 && !text[..at].ends_with(['\n', '\r']) {
            lines.insert_str(0, line_break);
            if !written::needs_line_end(value) {
                lines.truncate(lines.len() - line_break.len());
            }
        }
        (at..at, lines)
    }
}

/// How many characters stand before a place in its line; in a block they are spaces.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// The text with the splices in place. None overlaps another.
fn apply(source: &Source, mut splices: Vec<Splice>) -> String {
    let text = source.text();
    splices.sort_by_key(|(range, _)| range.start);
    let mut edited = String::with_capacity(text.len() + 200);
    edited.extend(source.has_bom().then_some('\u{feff}'));
    let mut from = 0;
    for (range, new) in splices {
        edited += &text[from..range.start];
        edited += &new;
        from = range.end;
    }
    edited += &text[from..];
    edited
}

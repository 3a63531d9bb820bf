//! From text to a tree, by way of the events of `granit-parser`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_saphyr::granit_parser::{self as granit, Event, Parser, ScalarStyle, StructureStyle};

use super::node::{Kind, Node, Scalar, Style};
use super::{Error, Source, Span, dialect, syntax};

/// How deep lists and maps may nest, those that aliases bring included. Everything that walks a tree may
/// therefore recurse.
pub const MAX_DEPTH: usize = 128;

/// How many scalars, lists and maps one file may hold, so that its tree stays within a few hundred megabytes.
pub const MAX_NODES: u64 = 5_000_000;

/// How many values a file may stand for once aliases are written out, besides ten times those it holds.
const MAX_EXPANDED: u64 = 1_000_000;

/// One document of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The value; `None` when there is nothing but comments.
    pub root: Option<Node>,
    /// Every comment in the order of the file. A `#!` first line is one.
    pub comments: Vec<Comment>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of its line.
    pub span: Span,
}

impl Comment {
    /// What follows `#`, spaces included, in the text of the comment's file.
    pub(super) fn text<'a>(&self, file: &'a str) -> &'a str {
        &file[self.span.start + 1..self.span.end]
    }
}

/// Reads every document of a file.
pub fn parse(source: &Source) -> Result<Vec<Document>, Error> {
    Ok(documents(source)?.into_iter().map(|(document, _)| document).collect())
}

/// Reads a file of one document. More than one is an error at the second, as it is for Ansible, whose loader wants
/// "a single document in the stream" of inventories and variable files alike.
pub fn parse_one(source: &Source) -> Result<Document, Error> {
    let mut documents = documents(source)?.into_iter();
    let first = documents.next();
    if let Some((_, start)) = documents.next() {
        return Err(Error::SeveralDocuments { location: source.location(start) });
    }
    Ok(first.map_or_else(|| Document { root: None, comments: Vec::new() }, |(document, _)| document))
}

/// The documents, each with the byte at which it starts.
fn documents(source: &Source) -> Result<Vec<(Document, usize)>, Error> {
    syntax::check_characters(source)?;
    let options = granit::options! {
        emit_anchor_events: true,
        // A file of comments is harmless; the limit is for readers that are fed by a socket.
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder::new(source);
    for event in Parser::new_from_str_with_options(source.text(), options) {
        match event {
            Ok((event, span)) => builder.event(event, span)?,
            Err(error) => return Err(syntax::explain(source, &error)),
        }
    }
    let documents = builder.finish();
    dialect::check_empty_lines(source, documents.iter().filter_map(|(document, _)| document.root.as_ref()))?;
    Ok(documents)
}

/// A list or map whose end has not been seen.
struct Open {
    span: Span,
    tag: Option<Arc<str>>,
    anchor: usize,
    flow: bool,
    children: Children,
    /// Values in it, aliases written out.
    size: u64,
    /// The levels below it.
    height: usize,
}

enum Children {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<(Node, Node)>, key: Option<Node> },
}

/// A value that has a name.
struct Anchored {
    node: Node,
    size: u64,
    height: usize,
}

struct Builder<'a> {
    source: &'a Source,
    json: bool,
    documents: Vec<(Document, usize)>,
    /// Where the document begins, and where the one before it ended.
    start: usize,
    end: usize,
    root: Option<Node>,
    comments: Vec<Comment>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    /// The anchors of this document, by the names they have.
    names: HashSet<Box<str>>,
    nodes: u64,
    expanded: u64,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            source,
            json: syntax::is_json(source),
            documents: Vec::new(),
            start: 0,
            end: 0,
            root: None,
            comments: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            names: HashSet::new(),
            nodes: 0,
            expanded: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: granit::Span) -> Result<(), Error> {
        let place = bytes(span);
        match event {
            Event::DocumentStart(..) => {
                dialect::check_directives(self.source, Span { start: self.end, end: place.start.max(self.end) })?;
                self.start = place.start;
                self.anchors.clear();
                self.names.clear();
            }
            Event::DocumentEnd => {
                self.end = place.end;
                let document = Document { root: self.root.take(), comments: std::mem::take(&mut self.comments) };
                self.documents.push((document, self.start));
            }
            Event::Anchor(_, name) => {
                dialect::check_anchor(self.source, place.start, &name)?;
                if !self.names.insert(name.as_ref().into()) {
                    return Err(Error::DuplicateAnchor {
                        location: self.source.location(place.start),
                        anchor: name.into_owned(),
                    });
                }
            }
            Event::Comment(..) => {
                self.check_indentation(place.start)?;
                self.comments.push(Comment { span: place });
            }
            Event::Scalar(raw, style, anchor, tag) => {
                self.count(place)?;
                self.check_indentation(place.start)?;
                let kind = Kind::Scalar(self.scalar(&raw, style, place)?);
                let node = Node { span: place, alias: None, tag: full_tag(tag.as_deref()), kind };
                self.complete(node, anchor, 1, 0)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.start_collection(place, style, anchor, tag.as_deref(), Children::Sequence(Vec::new()))?;
            }
            Event::MappingStart(style, anchor, tag) => {
                let children = Children::Mapping { pairs: Vec::new(), key: None };
                self.start_collection(place, style, anchor, tag.as_deref(), children)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end_collection(place)?,
            Event::Alias(id) => self.alias(id, place)?,
            // `Event` may grow; what we do not know of carries no value.
            _ => {}
        }
        Ok(())
    }

    fn in_flow(&self) -> bool {
        self.open.last().is_some_and(|open| open.flow)
    }

    fn check_indentation(&self, at: usize) -> Result<(), Error> {
        if self.in_flow() { Ok(()) } else { dialect::check_indentation(self.source, at) }
    }

    fn scalar(&self, raw: &str, style: ScalarStyle, place: Span) -> Result<Scalar, Error> {
        let (raw, style) = match style {
            // A value that is not there is reported as `~`.
            ScalarStyle::Plain if place.start == place.end => ("", Style::Plain),
            ScalarStyle::Plain if self.json && raw.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                (raw, Style::JsonNumber)
            }
            ScalarStyle::Plain => {
                if self.in_flow() {
                    dialect::check_flow_text(self.source, place, raw)?;
                }
                (raw, Style::Plain)
            }
            ScalarStyle::SingleQuoted => (raw, Style::SingleQuoted),
            ScalarStyle::DoubleQuoted => {
                if !self.json {
                    dialect::check_escapes(self.source, place, raw)?;
                }
                (raw, Style::DoubleQuoted)
            }
            ScalarStyle::Literal => (dialect::block_text(self.source, place, raw)?, Style::Literal),
            ScalarStyle::Folded => (dialect::block_text(self.source, place, raw)?, Style::Folded),
        };
        Ok(Scalar { raw: raw.into(), style })
    }

    fn count(&mut self, place: Span) -> Result<(), Error> {
        self.nodes += 1;
        self.expanded += 1;
        if self.nodes > MAX_NODES {
            return Err(Error::TooManyNodes { location: self.source.location(place.start) });
        }
        Ok(())
    }

    fn start_collection(
        &mut self,
        span: Span,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&granit::Tag>,
        children: Children,
    ) -> Result<(), Error> {
        self.count(span)?;
        self.check_indentation(span.start)?;
        if self.open.len() == MAX_DEPTH {
            return Err(Error::TooDeep { location: self.source.location(span.start) });
        }
        let flow = style == StructureStyle::Flow;
        self.open.push(Open { span, tag: full_tag(tag), anchor, flow, children, size: 1, height: 1 });
        Ok(())
    }

    fn end_collection(&mut self, place: Span) -> Result<(), Error> {
        let Some(Open { mut span, tag, anchor, flow, children, size, height }) = self.open.pop() else { return Ok(()) };
        let (kind, last) = match children {
            Children::Sequence(items) => {
                let last = items.last().map(end_of);
                (Kind::Sequence(items.into()), last)
            }
            Children::Mapping { pairs, .. } => {
                let last = pairs.last().map(|(_, value)| end_of(value));
                (Kind::Mapping(pairs.into()), last)
            }
        };
        // A block ends with its last value, not with the comments and empty lines before what follows.
        span.end = if flow { place.end } else { last.unwrap_or(place.start).max(span.start) };
        self.complete(Node { span, alias: None, tag, kind }, anchor, size, height)
    }

    fn alias(&mut self, id: usize, place: Span) -> Result<(), Error> {
        let location = || self.source.location(place.start);
        let anchor = || self.source.slice(place).trim_start_matches('*').to_owned();
        self.check_indentation(place.start)?;
        dialect::check_anchor(self.source, place.start, &anchor())?;
        self.nodes += 1;
        let Some(Anchored { node, size, height }) = self.anchors.get(&id) else {
            return Err(Error::Recursive { location: location(), anchor: anchor() });
        };
        self.expanded = self.expanded.saturating_add(*size);
        if self.expanded > MAX_EXPANDED.saturating_add(self.nodes.saturating_mul(10)) {
            return Err(Error::TooManyAliases { location: location(), anchor: anchor() });
        }
        if self.open.len() + height > MAX_DEPTH {
            return Err(Error::TooDeep { location: location() });
        }
        let (node, size, height) = (Node { alias: Some(place), ..node.clone() }, *size, *height);
        self.complete(node, 0, size, height)
    }

    /// Puts a whole value where it belongs.
    fn complete(&mut self, node: Node, anchor: usize, size: u64, height: usize) -> Result<(), Error> {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.size = parent.size.saturating_add(size);
        parent.height = parent.height.max(height + 1);
        match &mut parent.children {
            Children::Sequence(items) => items.push(node),
            Children::Mapping { pairs, key } => {
                if let Some(key) = key.take() {
                    pairs.push((key, node));
                } else {
                    // JSON has no keys but text in quotes, and may break the line after them.
                    if !self.json {
                        check_key(self.source, &node, parent.flow)?;
                    }
                    *key = Some(node);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Vec<(Document, usize)> {
        // Comments after the last document belong to it; a file of comments is a document without a value.
        match self.documents.last_mut() {
            Some((document, _)) => document.comments.append(&mut self.comments),
            None => self.documents.push((Document { root: None, comments: self.comments }, 0)),
        }
        self.documents
    }
}

/// Keys that Ansible cannot read: lists, maps, those that are not there.
fn check_key(source: &Source, key: &Node, in_flow: bool) -> Result<(), Error> {
    match &key.kind {
        Kind::Sequence(_) | Kind::Mapping(_) => {
            // `x: {{ y }}` is a map whose key is a map, and the most frequent mistake in Ansible's files.
            let is_template = in_flow && source.text()[..key.span.start].ends_with('{');
            Err(Error::Key { location: key.location(source), found: key.describe(), is_template })
        }
        Kind::Scalar(scalar) => {
            let is_absent = key.span.start == key.span.end && key.tag.is_none() && key.alias.is_none();
            if is_absent && scalar.style == Style::Plain {
                dialect::check_empty_key(source, key.span.start)?;
            }
            if in_flow { dialect::check_flow_key(source, key.span) } else { Ok(()) }
        }
    }
}

/// Where the written form of a value ends.
fn end_of(node: &Node) -> usize {
    node.alias.unwrap_or(node.span).end
}

fn bytes(span: granit::Span) -> Span {
    // Offsets are always known when the input is a string.
    let range = span.byte_range().unwrap_or_default();
    Span { start: range.start, end: range.end }
}

fn full_tag(tag: Option<&granit::Tag>) -> Option<Arc<str>> {
    tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()).into())
}

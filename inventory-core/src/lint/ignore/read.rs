//! The comments of a file.

use super::comment::{self, Comment, MARK, Reach};
use crate::ansible::shlex;
use crate::yaml::{self, Source, Span};

/// How comments are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// YAML: `#` behind a blank.
    Yaml,
    /// Ansible's INI: lines that begin with `#` or `;`, and `#` behind hosts.
    Ini,
}

/// The comments of ours in a file.
#[derive(Debug, Clone)]
pub struct Ignores {
    pub(super) source: Source,
    pub(super) comments: Vec<Comment>,
}

impl Ignores {
    /// Reads them. A file that is not what it should be has none: what is wrong with it is said elsewhere.
    pub fn of(source: &Source, syntax: Syntax) -> Self {
        let mut comments = Vec::new();
        // Most files have none, and then nothing is parsed.
        if source.text().contains(MARK) {
            let lines = Lines::of(source.text());
            for span in spans(source, syntax, &lines) {
                let marked = source.slice(span).contains(MARK);
                if marked {
                    let near = lines.about(source.line_column(span.start).0, span.start, syntax);
                    comments.extend(comment::read(source, span, near));
                }
            }
        }
        Self { source: source.clone(), comments }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.comments.is_empty()
    }
}

/// Every comment, from its mark to its end.
fn spans(source: &Source, syntax: Syntax, lines: &Lines<'_>) -> Vec<Span> {
    match syntax {
        Syntax::Yaml => yaml::parse_one(source)
            .map(|document| document.comments.iter().map(|comment| comment.span).collect())
            .unwrap_or_default(),
        Syntax::Ini => ini(lines),
    }
}

fn ini(lines: &Lines<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut is_vars = false;
    for &(start, line) in &lines.0 {
        let stripped = line.trim();
        let end = start + line.trim_end().len();
        if stripped.starts_with(['#', ';']) {
            spans.push(Span { start: start + (line.len() - line.trim_start().len()), end });
            continue;
        }
        if let Some((name, _)) = stripped.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            is_vars = name.ends_with(":vars");
        } else if is_vars {
            // Here `#` is part of the value.
            continue;
        }
        let Ok(words) = shlex::split(line) else { continue };
        let from = words.last().map_or(0, |word| word.place.end);
        if let Some(at) = line[from..].find('#') {
            spans.push(Span { start: start + from + at, end });
        }
    }
    spans
}

/// The lines of a text, each with its first byte, without their ends.
pub(super) struct Lines<'a>(pub(super) Vec<(usize, &'a str)>);

impl<'a> Lines<'a> {
    /// Lines as [`Source::line_column`] counts them.
    pub(super) fn of(text: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        while let Some(length) = text[start..].find(['\n', '\r']) {
            let end = start + length;
            lines.push((start, &text[start..end]));
            start = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
        }
        lines.push((start, &text[start..]));
        Self(lines)
    }

    /// What the comment at a byte of a line, counted from 1, is about.
    fn about(&self, line: usize, byte: usize, syntax: Syntax) -> Reach {
        let (start, text) = self.0[line - 1];
        if !text[..byte - start].trim().is_empty() {
            return Reach::Line(line);
        }
        let is_comment = |text: &str| match syntax {
            Syntax::Yaml => text.starts_with('#'),
            Syntax::Ini => text.starts_with(['#', ';']),
        };
        let mut below = self.0[line..].iter().zip(line + 1..).map(|((_, text), line)| (text.trim(), line));
        match below.find(|(text, _)| !is_comment(text)) {
            Some((text, line)) if !text.is_empty() => Reach::Line(line),
            _ => Reach::Nothing,
        }
    }
}

//! What a comment says.

use crate::yaml::{Source, Span};

/// What begins every comment of ours.
pub(super) const MARK: &str = "inv-lint:";

/// How a comment is written.
pub(super) const USAGE: &str = "write `# inv-lint: ignore[NET003] why`, or `file-ignore[...]` for the whole file";

/// A comment of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// From its `#` to its end.
    pub(super) span: Span,
    /// What it is about.
    pub(super) reach: Reach,
    /// What is between its brackets.
    pub(super) brackets: Span,
    /// The rules that it names.
    pub(super) rules: Vec<Word>,
    /// Why; may be empty.
    pub(super) reason: String,
    /// Why it does nothing.
    pub(super) mistake: Option<&'static str>,
}

/// A code or name of a rule, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
}

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A line, from 1.
    Line(usize),
    /// The whole file.
    File,
    /// Nothing: what it stands above is empty.
    Nothing,
}

/// Reads what stands behind `#`, from `start` to `end`, marks included. `near` is what a comment for a line is about.
/// A remark of a person's may stand before it, and another comment of ours behind it.
pub(super) fn read(source: &Source, Span { start, end }: Span, near: Reach) -> Vec<Comment> {
    let text = source.slice(Span { start, end });
    // Each begins with its `#`.
    let begins = |at: usize| {
        let before = text[..at].trim_end_matches([' ', '\t']);
        before.ends_with(['#', ';']).then(|| before.len() - 1)
    };
    let starts: Vec<(usize, usize)> =
        text.match_indices(MARK).filter_map(|(at, _)| Some((begins(at)?, at + MARK.len()))).collect();
    let ends = starts.iter().skip(1).map(|(next, _)| *next).chain([text.len()]);
    let one = |((from, said), to): (&(usize, usize), usize)| {
        let to = said + text[*said..to].trim_end().len();
        parse(source, Span { start: start + from, end: start + to }, start + said, near)
    };
    starts.iter().zip(ends).map(one).collect()
}

/// Reads one comment, whose words begin at `said`.
fn parse(source: &Source, span: Span, said: usize, near: Reach) -> Comment {
    let comment = Comment {
        span,
        reach: Reach::Nothing,
        brackets: span,
        rules: Vec::new(),
        reason: String::new(),
        mistake: None,
    };
    let wrong = |mistake| Comment { mistake: Some(mistake), ..comment.clone() };
    let words = source.slice(Span { start: said, end: span.end });
    let verb = words.trim_start();
    let (reach, rest) = if let Some(rest) = verb.strip_prefix("file-ignore") {
        (Reach::File, rest)
    } else if let Some(rest) = verb.strip_prefix("ignore") {
        (near, rest)
    } else {
        return wrong("this comment says neither `ignore` nor `file-ignore`");
    };
    let Some(list) = rest.strip_prefix('[') else {
        return wrong("this comment names no rule in brackets behind its word");
    };
    let Some((list, reason)) = list.split_once(']') else { return wrong("the bracket of this comment is open") };
    // All of these are parts of `words`, and end where it ends.
    let start = span.end - reason.len() - 1 - list.len();
    let mut at = start;
    let mut rules = Vec::new();
    for word in list.split(',') {
        let text = word.trim();
        let from = at + (word.len() - word.trim_start().len());
        rules.push(Word { text: text.to_owned(), span: Span { start: from, end: from + text.len() } });
        at += word.len() + 1;
    }
    if rules.iter().any(|word| word.text.is_empty()) {
        return wrong("this comment names no rule between its commas or brackets");
    }
    let reason = reason.trim_start_matches([' ', '\t', ':', '-', '–', '—']).to_owned();
    let brackets = Span { start, end: start + list.len() };
    Comment { reach, brackets, rules, reason, ..comment }
}

//! What we say about a value, and the comments in which people say that they could set it.

use super::super::emit::comment_line;
use super::super::node::Node;
use super::super::{Comment, Document};
use super::lines::{line_end, line_start};

/// A sentence that stands as a comment above the key. Its mark tells it from the comments of people, so that the next
/// sentence takes its place.
#[derive(Debug, Clone, Copy)]
pub struct Remark<'a> {
    /// What the comment begins with, `inv: `.
    pub mark: &'a str,
    /// The sentence.
    pub text: &'a str,
}

impl Remark<'_> {
    /// Whether a comment, given without its `#`, is one of these.
    pub(super) fn is_in(&self, comment: &str) -> bool {
        comment.strip_prefix(' ').is_some_and(|text| text.starts_with(self.mark) || text == self.mark.trim_end())
    }

    /// The comment without its `#`, in one line. `about` names a key that has no line of its own.
    pub(super) fn sentence(&self, about: &str) -> String {
        format!("{}{about}{}", self.mark, self.text.replace(['\n', '\r'], " "))
    }

    /// The line, without an end.
    pub(super) fn line(&self, about: &str) -> String {
        comment_line(&self.sentence(about))
    }
}

/// The remarks directly above a key: all of them, or the one about a key that has no line of its own. Empty, at the
/// start of the key's line, where there is none.
pub(super) fn own_lines_above(text: &str, key: usize, remark: Remark<'_>, about: &str) -> std::ops::Range<usize> {
    let bottom = line_start(text, key);
    let mut found = bottom..bottom;
    let mut at = bottom;
    while at > 0 {
        let above = line_start(text, text[..at].trim_end_matches(['\n', '\r']).len());
        // An empty line above is trimmed away with the others and would be skipped.
        if line_end(text, above) != at {
            break;
        }
        let Some(comment) = text[above..at].trim_start_matches(' ').strip_prefix('#') else { break };
        if !remark.is_in(comment) {
            break;
        }
        if about.is_empty() {
            found.start = above;
        } else if comment.get(1 + remark.mark.len()..).is_some_and(|text| text.starts_with(about)) {
            return above..at;
        }
        at = above;
    }
    found
}

/// The places below the comments that say how a key would be set, `# calico_mtu: 1500`, the first one first.
pub(super) fn samples(text: &str, document: &Document, key: &str, indent: usize) -> Vec<usize> {
    let own_line = |comment: &Comment| {
        let before = &text[line_start(text, comment.span.start)..comment.span.start];
        before.len() == indent && before.bytes().all(|byte| byte == b' ')
    };
    let comments: Vec<&Comment> = document.comments.iter().filter(|comment| own_line(comment)).collect();
    let sample = |(index, comment): (usize, &&Comment)| {
        let value = body(comment.text(text)).strip_prefix(key)?.trim_start_matches(' ').strip_prefix(':')?;
        if !value.is_empty() && !value.starts_with([' ', '\t']) {
            return None;
        }
        let mut end = line_end(text, comment.span.start);
        if value.trim().is_empty() {
            // The value is in the lines below.
            for next in &comments[index + 1..] {
                let goes_on = body(next.text(text)).starts_with([' ', '\t', '-']);
                if !goes_on || line_start(text, next.span.start) != end {
                    break;
                }
                end = line_end(text, next.span.start);
            }
        }
        Some(end)
    };
    comments.iter().enumerate().filter_map(sample).collect()
}

/// What a comment would be without its `# `.
fn body(comment: &str) -> &str {
    let comment = comment.trim_start_matches('#');
    comment.strip_prefix(' ').unwrap_or(comment)
}

/// Whether a place is between two keys, and not inside the value of one.
pub(super) fn is_between(text: &str, pairs: &[(Node, Node)], at: usize) -> bool {
    pairs
        .iter()
        .all(|(name, value)| at <= line_start(text, name.span.start) || at >= super::value_end(text, name, value))
}

//! Comments that excuse findings: `# inv-lint: ignore[NET003] why` and `# inv-lint: file-ignore[KSP010] why`.
//!
//! A comment excuses what is found on its line, or, on a line of its own, on the line below. A finding that points at
//! several places, an overlap for instance, may be excused at each of them. `file-ignore` does the same for a whole
//! file. A comment that excuses nothing is a finding itself, but only where everything that it names was looked at.

mod add;
mod comment;
mod read;

use std::collections::HashMap;
use std::path::Path;

pub use add::{Added, Left, add};
use comment::{Comment, Reach};
pub use read::{Ignores, Syntax};

use super::finding::{Applicability, Edit, Finding, Fix, Label, Place};
use super::outcome::Outcome;
use super::root::{Content, Root};
use super::rule::Rule;
use super::rules::lnt;
use super::select::{self, Selection, UnknownRule};
use crate::yaml::{Source, Span};

/// What was looked for.
#[derive(Debug, Clone, Copy)]
pub struct LookedFor<'a> {
    /// Every rule there is.
    pub rules: &'a [&'static Rule],
    /// Those that ran.
    pub selection: &'a Selection,
    /// Findings that hold in some of the releases that an inventory may be for. They count for nobody, but a comment
    /// that excuses one is not without use: whoever tells the release needs it.
    pub undecided: &'a [Finding],
}

/// The files of a root that may have comments, and how.
pub fn files(root: &Root) -> impl Iterator<Item = (&Source, Syntax)> {
    let inventories = root.inventories.iter().map(|file| match &file.content {
        Content::Ansible { tree: None, .. } => (&file.source, Syntax::Ini),
        Content::Ansible { .. } | Content::Cluster(_) | Content::Unknown => (&file.source, Syntax::Yaml),
    });
    let variables = root.tree.owners().flat_map(|owner| root.tree.files(owner));
    inventories.chain(variables.filter_map(|file| Some((file.source()?, Syntax::Yaml))))
}

/// Takes what is excused out of a root's findings, and puts in what is wrong with the comments themselves.
pub fn apply(outcome: &mut Outcome, files: &[Ignores], looked_for: LookedFor<'_>) {
    if files.iter().all(Ignores::is_empty) {
        return;
    }
    let mut work = Work::of(files, looked_for.rules);
    outcome.findings.retain(|finding| !work.excuse(finding));
    for finding in looked_for.undecided {
        work.excuse(finding);
    }
    // What was not known may be what a comment is there for.
    let is_whole = outcome.not_checked.is_empty() && outcome.unread.iter().all(|unread| unread.is_in_order);
    let mut findings = work.invalid();
    findings.extend(work.without_reason());
    if is_whole {
        findings.extend(work.unused(looked_for.selection));
    }
    findings.retain(|finding| {
        let file = finding.primary.place.source.name();
        looked_for.selection.counts(finding.rule, file) && !work.excuse(finding)
    });
    outcome.findings.append(&mut findings);
}

/// Comments, and which of their words were of use.
struct Work<'a> {
    rules: &'a [&'static Rule],
    files: &'a [Ignores],
    by_name: HashMap<&'a Path, usize>,
    /// For each file, comment and word.
    used: Vec<Vec<Vec<bool>>>,
}

impl<'a> Work<'a> {
    fn of(files: &'a [Ignores], rules: &'a [&'static Rule]) -> Self {
        let by_name = files.iter().enumerate().map(|(at, file)| (file.source.name(), at)).collect();
        let unused = |file: &Ignores| file.comments.iter().map(|comment| vec![false; comment.rules.len()]).collect();
        Self { rules, files, by_name, used: files.iter().map(unused).collect() }
    }

    /// Whether a comment excuses the finding. Every one that does is of use.
    fn excuse(&mut self, finding: &Finding) -> bool {
        let mut is_excused = false;
        let places = std::iter::once(&finding.primary).chain(&finding.related).map(|label| &label.place);
        for place in places {
            let Some(&at) = self.by_name.get(place.source.name()) else { continue };
            for (nth, comment) in self.files[at].comments.iter().enumerate() {
                if !reaches(comment, place) {
                    continue;
                }
                for (word, rule) in comment.rules.iter().enumerate() {
                    if rule.text == finding.rule.code || rule.text == finding.rule.name {
                        self.used[at][nth][word] = true;
                        is_excused = true;
                    }
                }
            }
        }
        is_excused
    }

    fn comments(&self) -> impl Iterator<Item = (&'a Ignores, &'a Comment, &[bool])> {
        let of_file = |(file, used): (&'a Ignores, &'_ Vec<Vec<bool>>)| -> Vec<_> {
            file.comments.iter().zip(used.iter().map(Vec::len)).map(|(comment, _)| (file, comment)).collect()
        };
        let flat = self.files.iter().zip(&self.used).flat_map(of_file);
        flat.zip(self.used.iter().flatten()).map(|((file, comment), used)| (file, comment, used.as_slice()))
    }

    fn invalid(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for (file, comment, _) in self.comments() {
            let find = |message: String, span, label: &str| {
                Finding::new(lnt::INVALID, message, Label::new(Place::new(&file.source, span), label))
            };
            if let Some(why) = comment.mistake {
                found.push(find(why.to_owned(), comment.span, "does nothing").help(comment::USAGE));
            }
            for word in &comment.rules {
                if select::find(&word.text, self.rules).is_none() {
                    let unknown = UnknownRule::new(&word.text, self.rules);
                    found.push(find(unknown.to_string(), word.span, "no rule").help(unknown.remedy()));
                }
            }
        }
        found
    }

    fn without_reason(&self) -> Vec<Finding> {
        let lacks = |(_, comment, _): &(_, &Comment, _)| comment.mistake.is_none() && comment.reason.is_empty();
        let find = |(file, comment, _): (&Ignores, &Comment, _)| {
            let place = Place::new(&file.source, comment.span);
            Finding::new(lnt::WITHOUT_REASON, "this comment does not say why", Label::new(place, "no reason"))
                .help("write the reason behind the brackets")
        };
        self.comments().filter(lacks).map(find).collect()
    }

    fn unused(&self, selection: &Selection) -> Vec<Finding> {
        let mut found = Vec::new();
        for (file, comment, used) in self.comments() {
            let is_unused = |(word, used): &(&comment::Word, &bool)| {
                let ran = |rule: &Rule| selection.counts(rule, file.source.name()) && rule.family() != "LNT";
                !**used && select::find(&word.text, self.rules).is_some_and(ran)
            };
            let unused: Vec<&str> =
                comment.rules.iter().zip(used).filter(is_unused).map(|(word, _)| word.text.as_str()).collect();
            if unused.is_empty() {
                continue;
            }
            let where_to = match comment.reach {
                Reach::File => "in this file",
                Reach::Line(_) | Reach::Nothing => "here",
            };
            let message = format!("{} finds nothing {where_to} that this comment could excuse", unused.join(", "));
            let label = Label::new(Place::new(&file.source, comment.span), "of no use");
            found.push(Finding::new(lnt::UNUSED, message, label).fix(removal(file, comment, &unused)));
        }
        found
    }
}

/// Whether a comment is about a place.
fn reaches(comment: &Comment, place: &Place) -> bool {
    match comment.reach {
        Reach::File => true,
        Reach::Line(line) => !place.is_file() && place.source.line_column(place.span.start).0 == line,
        Reach::Nothing => false,
    }
}

/// Takes words out of a comment, or the comment out of the file where none is left.
fn removal(file: &Ignores, comment: &Comment, unused: &[&str]) -> Fix {
    let left: Vec<&str> =
        comment.rules.iter().map(|word| word.text.as_str()).filter(|text| !unused.contains(text)).collect();
    let (title, span, text) = if left.is_empty() {
        ("remove the comment".to_owned(), with_what_it_leaves_empty(file, comment.span), String::new())
    } else {
        (format!("remove {}", unused.join(", ")), comment.brackets, left.join(", "))
    };
    let edits = vec![Edit::Replace { place: Place::new(&file.source, span), text }];
    Fix { title, applicability: Applicability::Safe, edits }
}

/// A comment with its line, where it has one of its own, and else with the blanks in front of it.
fn with_what_it_leaves_empty(file: &Ignores, Span { start, end }: Span) -> Span {
    let text = file.source.text();
    let before = text[..start].trim_end_matches([' ', '\t']);
    let is_own_line = before.is_empty() || before.ends_with(['\n', '\r']);
    let rest = &text[end..];
    let line_end = ["\r\n", "\n", "\r"].into_iter().find(|line_end| rest.starts_with(line_end)).map_or(0, str::len);
    if is_own_line && (line_end > 0 || rest.is_empty()) {
        return Span { start: before.len(), end: end + line_end };
    }
    Span { start: before.len(), end }
}

#[cfg(test)]
mod tests;

//! Findings for people: every place with its line, as rustc shows them.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::Style;
use super::place::path;
use super::prose;
use super::quote::{Quote, Quoter, line_of};
use crate::lint::config::allow_line;
use crate::lint::finding::{Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::outcome::{Outcome, Unread};
use crate::safe::terminal::{harmless, one_line};

/// The narrowest that lines are cut to: less shows nothing.
const NARROWEST: usize = 40;

/// How much of a file a fix may show, in lines and in bytes: more is for `--diff`.
const SHOWN_LINES: usize = 12;
const SHOWN_BYTES: usize = 2000;

pub(super) fn render(outcome: &Outcome, quoter: &Quoter, style: Style, summary: &str) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width.max(NARROWEST));
    let mut text = String::new();
    for finding in &outcome.findings {
        text += &of_finding(finding, quoter, &renderer);
        text += "\n\n";
    }
    for unread in &outcome.unread {
        text += &renderer.render(&[of_unread(unread)]);
        text += "\n\n";
    }
    text + summary + "\n"
}

fn of_finding(finding: &Finding, quoter: &Quoter, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = Group::with_title(level.primary_title(one_line(&finding.message)).id(finding.rule.code));
    let quoted = quoted(finding, quoter);
    for line in &quoted {
        group = line.add_to(group);
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(one_line(note)));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(one_line(help)));
    }
    if let Some(lines) = allow_line(finding) {
        let lines = lines.trim_end();
        group =
            group.element(Level::NOTE.message(format!("if it is meant, say so in inv-lint.toml, and why:\n{lines}")));
    }
    let mut groups = vec![group];
    groups.extend(finding.fix.as_ref().map(|fix| of_fix(fix, quoter)));
    let text = renderer.render(&groups);
    quoted.iter().fold(text, |text, line| line.with_true_column(text))
}

fn of_unread(unread: &Unread) -> Group<'_> {
    let level = if unread.is_in_order { Level::INFO } else { Level::ERROR };
    let mut origin = Origin::path(shown_path(&unread.location.file));
    if unread.location.line > 0 {
        origin = origin.line(unread.location.line).char_column(unread.location.column);
    }
    let what = if unread.is_in_order { "not checked" } else { "not read" };
    let group = level.primary_title(one_line(&format!("{what}: {}", unread.reason))).element(origin);
    match &unread.hint {
        Some(hint) => group.element(Level::HELP.message(one_line(hint))),
        None => group,
    }
}

/// A line of a file with all that a finding has to say of it; a file as a whole has no line.
struct Line<'a> {
    place: &'a Place,
    quote: Option<Quote>,
    /// What is said, and where in the line.
    labels: Vec<(AnnotationKind, std::ops::Range<usize>, &'a str)>,
}

/// The lines that a finding points at, the first one first; places on one line share it.
fn quoted<'a>(finding: &'a Finding, quoter: &Quoter) -> Vec<Line<'a>> {
    let mut lines = vec![Line::new(&finding.primary, AnnotationKind::Primary, quoter)];
    for label in &finding.related {
        let new = Line::new(label, AnnotationKind::Context, quoter);
        match lines.iter_mut().find(|line| line.shares_with(&new)) {
            Some(line) => line.labels.extend(new.labels),
            None => lines.push(new),
        }
    }
    lines
}

impl<'a> Line<'a> {
    fn new(label: &'a Label, kind: AnnotationKind, quoter: &Quoter) -> Self {
        let quote = (!label.place.is_file()).then(|| quoter.line(&label.place));
        let span = quote.as_ref().map_or(0..0, |quote| quote.span.clone());
        Self { place: &label.place, quote, labels: vec![(kind, span, &label.text)] }
    }

    /// Whether another one is the same line, shown in the same way.
    fn shares_with(&self, other: &Self) -> bool {
        let (Some(one), Some(another)) = (&self.quote, &other.quote) else { return false };
        self.place.source.name() == other.place.source.name() && (one.line, &one.text) == (another.line, &another.text)
    }

    fn add_to<'b>(&self, group: Group<'b>) -> Group<'b> {
        let path = shown_path(self.place.source.name());
        let Some(quote) = &self.quote else {
            let group = group.element(Origin::path(path.clone()));
            let is_told =
                |(kind, _, text): &&(AnnotationKind, _, &str)| *kind != AnnotationKind::Primary && !text.is_empty();
            let told = self.labels.iter().filter(is_told);
            return told.fold(group, |group, (_, _, text)| {
                group.element(Level::NOTE.message(one_line(&format!("{path}: {text}"))))
            });
        };
        let annotation = |(kind, span, text): &(AnnotationKind, std::ops::Range<usize>, &str)| -> Annotation<'b> {
            let label = (!text.is_empty()).then(|| one_line(text));
            kind.span(span.clone()).label(label)
        };
        let snippet = Snippet::source(quote.text.clone()).path(path).line_start(quote.line);
        group.element(snippet.annotations(self.labels.iter().map(annotation)))
    }

    /// The report with this place's own column where a secret or a part that was left out moved it.
    fn with_true_column(&self, text: String) -> String {
        let Some(quote) = &self.quote else { return text };
        let shown = quote.shown_column();
        if shown == quote.column {
            return text;
        }
        let at = format!("{}:{}:", shown_path(self.place.source.name()), quote.line);
        let (wrong, right) = (format!("{at}{shown}"), format!("{at}{}", quote.column));
        let correct = |line: &str| match line.find(&wrong) {
            Some(start) if is_header(&line[..start]) => {
                let rest = &line[start + wrong.len()..];
                let is_whole = !rest.starts_with(|c: char| c.is_ascii_digit());
                is_whole.then(|| format!("{}{right}{rest}", &line[..start]))
            }
            _ => None,
        };
        text.split_inclusive('\n').map(|line| correct(line).unwrap_or_else(|| line.to_owned())).collect()
    }
}

/// Whether a line of a report that begins so names a file.
fn is_header(start: &str) -> bool {
    let arrow = |arrow| start.find(arrow).is_some_and(|at| !start[..at].contains(['|', '=']));
    arrow("-->") || arrow(":::")
}

/// A fix: what it does, and the lines that it changes, before and after.
fn of_fix<'a>(fix: &Fix, quoter: &Quoter) -> Group<'a> {
    let mut group = Group::with_title(Level::HELP.secondary_title(one_line(&prose::title(fix))));
    let replaces = fix.edits.iter().filter_map(|edit| match edit {
        Edit::Replace { place, text } => Some((place, text.as_str())),
        Edit::Rename { .. } => None,
    });
    let mut replaces: Vec<(&Place, &str)> = replaces.collect();
    replaces.sort_by_key(|(place, _)| (place.source.name().to_owned(), place.span.start));
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (place, text) in replaces {
        match blocks.last_mut() {
            Some(block) if block.takes(place) => block.add(place, text),
            _ => blocks.push(Block::new(place, text)),
        }
    }
    let lines: usize = blocks.iter().map(Block::lines).sum();
    let bytes: usize = blocks.iter().map(|block| block.stretch.len()).sum();
    if lines > SHOWN_LINES || bytes > SHOWN_BYTES {
        return group.element(Level::NOTE.message(format!("{lines} lines change: --diff shows them")));
    }
    for block in blocks {
        group = group.element(block.snippet(quoter));
    }
    group
}

/// Whole lines of a file, one after the other, with the edits in them.
struct Block<'a> {
    place: &'a Place,
    stretch: std::ops::Range<usize>,
    edits: Vec<(&'a Place, &'a str)>,
}

impl<'a> Block<'a> {
    fn new(place: &'a Place, text: &'a str) -> Self {
        Self { place, stretch: lines_of(place), edits: vec![(place, text)] }
    }

    fn takes(&self, place: &Place) -> bool {
        place.source.name() == self.place.source.name() && lines_of(place).start <= self.stretch.end
    }

    fn add(&mut self, place: &'a Place, text: &'a str) {
        self.stretch.end = self.stretch.end.max(lines_of(place).end);
        self.edits.push((place, text));
    }

    /// How many lines there are before and after.
    fn lines(&self) -> usize {
        let new: usize = self.edits.iter().map(|(_, text)| text.matches('\n').count()).sum();
        self.place.source.text()[self.stretch.clone()].lines().count() + new
    }

    fn snippet<'b>(&self, quoter: &Quoter) -> Snippet<'b, Patch<'b>> {
        let shown = quoter.shown(&self.place.source, self.stretch.clone());
        let patches = self.edits.iter().map(|(place, text)| {
            let start = shown.start_of(place.span.start);
            let end = shown.end_of(place.span.end).max(start);
            Patch::new(start..end, harmless(&text.replace("\r\n", "\n").replace('\r', "\n")).into_owned())
        });
        let patches: Vec<Patch<'b>> = patches.collect();
        Snippet::source(shown.text.clone())
            .path(shown_path(self.place.source.name()))
            .line_start(self.place.source.line_column(self.stretch.start).0)
            .patches(patches)
    }
}

/// The lines that a place is in, with the end of the last.
fn lines_of(place: &Place) -> std::ops::Range<usize> {
    let text = place.source.text();
    let start = line_of(text, place.span.start).start;
    // What ends with a line's end has nothing of the next line.
    let last = place.span.end.max(place.span.start + 1) - 1;
    let mut end = line_of(text, last.max(place.span.start)).end;
    for half in ['\r', '\n'] {
        if text[end..].starts_with(half) {
            end += 1;
        }
    }
    start..end
}

fn shown_path(file: &std::path::Path) -> String {
    one_line(&path(file))
}

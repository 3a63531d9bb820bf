//! Fixes as a unified diff.

use std::borrow::Cow;
use std::fmt::Write as _;

use similar::{DiffOp, TextDiff};

use super::{Fixed, FixedFile};
use crate::lint::output::secrets::Secrets;
use crate::safe::{name_in_a_patch, terminal};
use crate::yaml::Source;

/// How many lines are shown around a change.
const AROUND: usize = 3;

pub(super) fn diff(fixed: &Fixed) -> String {
    let files: String = fixed.files.iter().map(of_file).collect();
    let renames = fixed.renames.iter().map(|renamed| {
        let words = format!("# rename {} to {}", renamed.from.display(), renamed.to.display());
        terminal::one_line(&words) + "\n"
    });
    files + &renames.collect::<String>()
}

fn of_file(file: &FixedFile) -> String {
    let (old, new) = (Lines::of(file, &file.old), Lines::of(file, &file.new));
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old.exact, &new.exact);
    let is_secret_around = diff.grouped_ops(AROUND).iter().flatten().any(|op| match op {
        DiffOp::Equal { old_index, len, .. } => old.masked[*old_index..old_index + len].iter().any(Option::is_some),
        _ => false,
    });
    let mut unified = diff.unified_diff();
    unified.context_radius(if is_secret_around { 0 } else { AROUND });
    let mut text = String::new();
    let mut is_masked = false;
    for hunk in unified.iter_hunks() {
        let _ = writeln!(text, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let masked = match (change.old_index(), change.new_index()) {
                (_, Some(index)) => new.masked[index].as_deref(),
                (Some(index), None) => old.masked[index].as_deref(),
                (None, None) => None,
            };
            let line = masked.unwrap_or(change.value());
            // A key that is no secret's any more may still have the value.
            let line = old.secrets.iter().fold(Cow::Borrowed(line), |line, secret| {
                if line.contains(secret) { line.replace(secret, "***").into() } else { line }
            });
            is_masked |= line != change.value();
            let _ = write!(text, "{}{line}", change.tag());
            if change.missing_newline() {
                text += "\n\\ No newline at end of file\n";
            }
        }
    }
    let named = |side: &str| name_in_a_patch(&format!("{side}/{}", file.path.display()));
    let header = format!("--- {}\n+++ {}\n", named("a"), named("b"));
    // `patch` passes over what stands before the first header.
    let warning = if is_masked { "# a secret is masked, so that this part cannot be applied with patch\n" } else { "" };
    format!("{warning}{header}{text}")
}

/// A text line by line, as patch counts them: a lone carriage return ends no line.
struct Lines<'a> {
    exact: Vec<&'a str>,
    /// What is shown of a line that has a secret.
    masked: Vec<Option<String>>,
    /// What is masked, as far as it is long enough not to be in every line.
    secrets: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn of(file: &FixedFile, text: &'a str) -> Self {
        let source = Source::new(&file.path, text);
        let secrets = Secrets::of(&source);
        let mark = text.len() - source.text().len();
        let exact: Vec<&str> = text.split_inclusive('\n').collect();
        let mut start = 0;
        let masked = exact.iter().map(|line| {
            let here = start..start + line.len();
            start = here.end;
            // Places do not count the byte order mark.
            let stretch = here.start.saturating_sub(mark)..here.end - mark;
            let mut masked = (*line).to_owned();
            let within: Vec<_> = secrets.within(stretch).collect();
            for secret in within.iter().rev() {
                let begin = (secret.start + mark).max(here.start) - here.start;
                let content = line.trim_end_matches(['\r', '\n']).len();
                let end = (secret.end + mark - here.start).min(content);
                if begin < end {
                    masked.replace_range(begin..end, "***");
                }
            }
            (!within.is_empty()).then_some(masked)
        });
        let masked = masked.collect();
        let secrets =
            secrets.within(0..source.text().len()).map(|secret| &text[secret.start + mark..secret.end + mark]);
        let lines = secrets.flat_map(str::lines).map(|line| line.trim().trim_matches(['"', '\'']));
        Self { secrets: lines.filter(|line| line.chars().count() > 2).collect(), masked, exact }
    }
}

//! What becomes of findings: comments, a baseline, fixes, a report and an exit code.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::NAME;
use super::arguments::{Colour, Common};
use super::session::{Checked, Session, Settings};
use crate::cli::failure::Answer;
use crate::cli::files::{self, Rewrite};
use crate::cli::{Failure, Verdict, terminal};
use crate::lint::baseline::{Accepted, Baseline, Compared};
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::fix::Fixed;
use crate::lint::ignore::{self, Added, Syntax};
use crate::lint::outcome::{Outcome, Unread};
use crate::lint::output::{Format, Style, fingerprints, render, statistics};
use crate::lint::repetition::repetitions;
use crate::lint::repository::Repositories;
use crate::plan::count;

/// How often fixes are followed by a look at what they left.
const MOST_ROUNDS: usize = 10;

/// What a look at every root gave.
pub(in crate::cli) struct Looked {
    pub(in crate::cli) checked: Vec<Checked>,
    /// Directories below which everything was looked at that no configuration excludes.
    pub(in crate::cli) whole: Vec<PathBuf>,
    /// Directories that were named and have no inventory.
    pub(in crate::cli) empty: Vec<PathBuf>,
    /// Paths that could not be looked at.
    pub(in crate::cli) unread: Vec<Unread>,
}

/// A report, and where it goes.
pub(in crate::cli) struct Told {
    text: String,
    file: Option<PathBuf>,
    verdict: Verdict,
    /// What could not be checked and is part of no report.
    failure: Option<Failure>,
}

impl From<Answer> for Told {
    fn from(answer: Answer) -> Self {
        Self { text: answer.text, file: None, verdict: answer.verdict, failure: None }
    }
}

impl Told {
    /// Prints the report, or writes it, and gives the exit code.
    pub(super) fn print(self) -> Result<ExitCode, Failure> {
        let Self { text, file, verdict, failure } = self;
        match file {
            Some(path) => write(&path, text)?,
            None => terminal::print(&text).map_err(Failure::could_not_find_out)?,
        }
        Ok(failure.map_or_else(|| verdict.into(), |failure| failure.report(NAME, &[])))
    }

    /// The report as the answer of a command. A file that it goes to is written.
    pub(in crate::cli) fn answer(self) -> Result<Answer, Failure> {
        let Self { text, file, verdict, failure } = self;
        if let Some(failure) = failure {
            return Err(failure);
        }
        let text = match file {
            Some(path) => write(&path, text).map(|()| String::new())?,
            None => text,
        };
        Ok(Answer { text, verdict })
    }
}

impl Common {
    /// Whether files of a person's are written.
    pub(super) fn writes(&self) -> bool {
        let fixes = self.fixes.fix || self.fixes.unsafe_fixes;
        fixes && !self.fixes.diff || self.known.add_ignore.is_some()
    }
}

/// Everything that was found in one list.
struct Merged {
    outcome: Outcome,
    /// Of each finding, whether it makes the run fail.
    fails: Vec<bool>,
    syntaxes: HashMap<PathBuf, Syntax>,
    /// Every file that was read, as its repository calls it, and what holds for it.
    looked_at: HashMap<PathBuf, Arc<Settings>>,
    repositories: Repositories,
    empty: Vec<PathBuf>,
}

impl Merged {
    fn of(looked: Looked, common: &Common) -> Self {
        let mut merged = Self {
            outcome: Outcome { unread: looked.unread, ..Outcome::default() },
            fails: Vec::new(),
            syntaxes: HashMap::new(),
            looked_at: HashMap::new(),
            repositories: Repositories::default(),
            empty: looked.empty,
        };
        let mut allowed: Vec<(Arc<Settings>, Vec<bool>)> = Vec::new();
        // A file that several inventories share is told once.
        let mut told = HashSet::new();
        for Checked { mut outcome, settings, used, syntaxes } in looked.checked {
            outcome.findings.retain(|Finding { rule, primary: Label { place, .. }, message, .. }| {
                told.insert((rule.code, place.source.name().to_owned(), place.span.start, message.clone()))
            });
            let fail_on = settings.fail_on();
            merged.fails.extend(outcome.findings.iter().map(|finding| finding.severity >= fail_on));
            merged.outcome.merge(outcome);
            // Thousands of names, which only these two ask for.
            if common.known.baseline.is_some() {
                let name = |(path, _): &(PathBuf, Syntax)| (merged.repositories.name(path), Arc::clone(&settings));
                merged.looked_at.extend(syntaxes.iter().map(name));
            }
            if common.known.add_ignore.is_some() {
                merged.syntaxes.extend(syntaxes);
            }
            match allowed.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &settings)) {
                Some((_, so_far)) => so_far.iter_mut().zip(used).for_each(|(so_far, used)| *so_far |= used),
                None => allowed.push((settings, used)),
            }
        }
        // What was not known may be what it is there for.
        if merged.outcome.not_checked.is_empty() && merged.outcome.unread.iter().all(|unread| unread.is_in_order) {
            for (settings, used) in allowed {
                for finding in settings.unused(&used, &looked.whole) {
                    merged.fails.push(finding.severity >= settings.fail_on());
                    merged.outcome.findings.push(finding);
                }
            }
        }
        merged
    }

    /// Leaves out what other findings tell, once none of those is left that a baseline has.
    fn leave_out_repetitions(&mut self) {
        let repeated = repetitions(&self.outcome.findings);
        let mut of_findings = repeated.iter();
        self.outcome.findings.retain(|_| of_findings.next() != Some(&true));
        let mut of_fails = repeated.iter();
        self.fails.retain(|_| of_fails.next() != Some(&true));
    }

    /// The findings that are told.
    fn told(&self) -> Vec<Finding> {
        let repeated = repetitions(&self.outcome.findings);
        let findings = self.outcome.findings.iter().zip(repeated);
        findings.filter(|(_, is_repeated)| !is_repeated).map(|(finding, _)| finding.clone()).collect()
    }

    /// Leaves only what a baseline does not have.
    fn compare(&mut self, baseline: Baseline, path: &Path) -> Vec<Accepted> {
        let name = |path: &Path| self.repositories.name(path);
        let Compared { is_new, mut gone } = baseline.compare(&fingerprints(&self.outcome.findings, &name));
        gone.retain(|accepted| self.looked_for(accepted, path));
        let mut keep = is_new.iter();
        self.outcome.findings.retain(|_| keep.next() == Some(&true));
        let mut keep = is_new.iter();
        self.fails.retain(|_| keep.next() == Some(&true));
        gone
    }

    /// Whether this run would have found what was accepted if it were there still. What is not looked at, because
    /// other paths or rules were asked for, may be.
    fn looked_for(&self, accepted: &Accepted, baseline: &Path) -> bool {
        let file = Path::new(&accepted.path);
        match self.looked_at.get(file) {
            Some(settings) => settings.runs(&accepted.rule),
            None => !self.repositories.beside(file, baseline).exists(),
        }
    }

    fn verdict(&self, exit_zero: bool) -> Verdict {
        if self.is_unknown() {
            Verdict::Unknown
        } else if self.fails.contains(&true) && !exit_zero {
            Verdict::No
        } else {
            Verdict::Yes
        }
    }

    fn is_unknown(&self) -> bool {
        self.outcome.unread.iter().any(|unread| !unread.is_in_order)
    }

    /// The directories without an inventory: whoever named one has a typo in it, or checks nothing for ever.
    fn failure(&self) -> Option<Failure> {
        let first = self.empty.first()?;
        let more = match self.empty.len() {
            1 => String::new(),
            number => format!(" (and {} more)", number - 1),
        };
        let shown = if *first == Path::new("") { Path::new(".") } else { first };
        Some(Failure::usage(
            format!("there is no inventory in {}{more}, nor below", shown.display()),
            "name a directory that has one, or the inventory itself",
        ))
    }
}

/// Looks, and does with the findings what the command line asks for.
pub(in crate::cli) fn tell(
    session: &Session<'_>,
    look: impl Fn(&Session<'_>) -> Result<Looked, Failure>,
) -> Result<Told, Failure> {
    let common = session.common;
    let mut merged = Merged::of(look(session)?, common);
    if let Some(reason) = &common.known.add_ignore {
        return add_ignore(&merged, reason);
    }
    let limit = if common.fixes.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    if common.fixes.diff {
        return Ok(diff(&merged, limit));
    }
    let mut remarks = String::new();
    if common.writes() {
        remarks += &fix(session, &mut merged, limit, &look)?;
    }
    if let Some(path) = &common.known.baseline {
        remarks += &if common.known.write_baseline {
            accept(&mut merged, path)?
        } else {
            let gone = merged.compare(read(path)?, path);
            told_gone(&gone, path)
        };
    }
    merged.leave_out_repetitions();
    let format = common.output.output_format;
    let mut text = if common.output.statistics {
        statistics(&merged.outcome)
    } else {
        render(&merged.outcome, format, style(common.output.color), &|path: &Path| merged.repositories.name(path))
    };
    // The other formats are for programs.
    if format == Format::Full {
        text += &remarks;
    }
    Ok(Told {
        text: if format == Format::Full { text } else { terminal::document(text) },
        file: common.output.output_file.clone(),
        verdict: merged.verdict(common.output.exit_zero),
        failure: merged.failure(),
    })
}

fn style(colour: Colour) -> Style {
    let style = terminal::style();
    match colour {
        Colour::Auto => style,
        Colour::Always => Style { colour: true, ..style },
        Colour::Never => Style { colour: false, ..style },
    }
}

/// Writes a comment above every finding.
fn add_ignore(merged: &Merged, reason: &str) -> Result<Told, Failure> {
    if reason.trim().is_empty() || reason.contains(char::is_control) {
        return Err(Failure::usage(
            "a reason is one line that says why",
            "write it in quotes: `--add-ignore 'the old VPN, gone by May'`",
        ));
    }
    let syntax = |path: &Path| merged.syntaxes.get(path).copied();
    let Added { files, excused, left } = ignore::add(&merged.outcome.findings, reason.trim(), syntax);
    let rewrites: Vec<Rewrite> = files
        .iter()
        .map(|(source, text)| Rewrite {
            path: source.name().to_owned(),
            was: Some(source.with_bom()),
            text: text.clone(),
        })
        .collect();
    files::rewrite(Path::new("."), &rewrites).map_err(Failure::could_not_find_out)?;
    let mut text = String::new();
    for ignore::Left { finding, why } in &left {
        let place = finding.primary.place.location();
        text += &terminal::one_line(&format!("left: {place}: {} {}: {why}", finding.rule.code, finding.message));
        text.push('\n');
    }
    let _ = writeln!(text, "{} excused in {}", count(excused, "finding"), count(files.len(), "file"));
    let verdict = match (merged.is_unknown(), left.is_empty()) {
        (true, _) => Verdict::Unknown,
        (false, true) => Verdict::Yes,
        (false, false) => Verdict::No,
    };
    Ok(Told { text, file: None, verdict, failure: merged.failure() })
}

fn diff(merged: &Merged, limit: Applicability) -> Told {
    let fixed = Fixed::of(&merged.told(), limit);
    let verdict = match (merged.is_unknown(), fixed.is_empty()) {
        (true, _) => Verdict::Unknown,
        (false, true) => Verdict::Yes,
        (false, false) => Verdict::No,
    };
    Told { text: terminal::document(fixed.diff()), file: None, verdict, failure: merged.failure() }
}

/// Applies fixes until there is nothing left to apply, and looks again each time: one may wait for another.
fn fix(
    session: &Session<'_>,
    merged: &mut Merged,
    limit: Applicability,
    look: &impl Fn(&Session<'_>) -> Result<Looked, Failure>,
) -> Result<String, Failure> {
    let mut number = 0;
    for _ in 0..MOST_ROUNDS {
        let fixed = Fixed::of(&merged.told(), limit);
        if fixed.is_empty() {
            break;
        }
        files::apply(&fixed).map_err(Failure::could_not_find_out)?;
        number += fixed.applied.len();
        *merged = Merged::of(look(session)?, session.common);
    }
    Ok(if number == 0 { String::new() } else { format!("Fixed {}\n", count(number, "finding")) })
}

/// Writes everything that is found into a baseline. After that nothing is new.
fn accept(merged: &mut Merged, path: &Path) -> Result<String, Failure> {
    let findings = std::mem::take(&mut merged.outcome.findings);
    merged.fails.clear();
    let name = |file: &Path| merged.repositories.name(file);
    let names = fingerprints(&findings, &name);
    // What this run did not look for is not forgotten. A file that is no baseline is written anew.
    let before = files::text(path).ok().flatten().and_then(|text| Baseline::parse(path, &text).ok());
    let gone = before.map(|before| before.compare(&names).gone).unwrap_or_default();
    let kept = gone.into_iter().filter(|accepted| !merged.looked_for(accepted, path));
    write(path, Baseline::of(&findings, &names, &name).with(kept).text())?;
    Ok(format!("{} accepted in {}\n", count(findings.len(), "finding"), path.display()))
}

fn read(path: &Path) -> Result<Baseline, Failure> {
    let cannot = |why: String| {
        Failure::usage(format!("the baseline {} cannot be read: {why}", path.display()), "`--write-baseline` writes it")
    };
    let text = files::text(path).map_err(|error| cannot(error.to_string()))?;
    let text = text.ok_or_else(|| cannot("there is no such file".to_owned()))?;
    Baseline::parse(path, &text)
        .map_err(|error| Failure::usage(error.to_string(), "`--write-baseline` writes a new one"))
}

fn told_gone(gone: &[Accepted], path: &Path) -> String {
    let line = |accepted: &Accepted| {
        let Accepted { path, rule, message, .. } = accepted;
        terminal::one_line(&format!("gone: {path}: {rule} {message}")) + "\n"
    };
    let mut text: String = gone.iter().map(line).collect();
    if !gone.is_empty() {
        let number = count(gone.len(), "finding");
        let _ = writeln!(text, "{number} of {} not found any more; `--write-baseline` forgets that", path.display());
    }
    text
}

/// Writes a file, whole or not at all.
fn write(path: &Path, text: String) -> Result<(), Failure> {
    let was = files::text(path).map_err(|error| {
        Failure::usage(format!("{} cannot be written: {error}", path.display()), "name another file")
    })?;
    let directory = path.parent().unwrap_or(Path::new(""));
    let rewrite = Rewrite { path: path.to_owned(), was, text };
    files::rewrite(directory, &[rewrite]).map_err(Failure::could_not_find_out)
}

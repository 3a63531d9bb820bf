//! `vars`: the variables that the plan needs, in the files that people keep them in.

use std::fmt::{Display, Write as _};
use std::path::PathBuf;

use clap::Args;
use similar::TextDiff;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::files::{self, Rewrite};
use crate::cli::planning::variables::Wanted;
use crate::cli::planning::{self, Planned, record};
use crate::cli::{Failure, Verdict, terminal};
use crate::plan::{Finding, NetworkPlan, Replan, Severity};
use crate::safe::name_in_a_patch;
use crate::vars::merge::{Change, Left, Merged, Why};

/// Write the plan's variables into `group_vars` and `host_vars`, or compare them
///
/// Only what the plan needs, in the files where that version of kubespray keeps it, each with its reason. A file that is
/// there already is changed in place: comments, order, quoting and all other keys stay. A range that stands there never
/// moves by itself.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    what: What,

    /// Where `group_vars` and `host_vars` are [default: the cluster file's directory]
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Choose this again although it stands there: a cluster that runs must be built again for it
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    replan: Vec<Replan>,
}

/// What to do with them.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Write them; a second time changes nothing
    #[arg(long)]
    write: bool,
    /// Say what differs; exit 1 if anything does, 2 if that cannot be found out
    #[arg(long)]
    check: bool,
    /// Show what `--write` would change, as a unified diff; exit codes as with --check
    #[arg(long)]
    diff: bool,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    session.needs_file("vars")?;
    let outcome = Outcome::of(session, arguments);
    if arguments.what.write {
        return outcome?.write();
    }
    // "No" would mean that something differs.
    let outcome = outcome.map_err(Failure::could_not_find_out)?;
    Ok(if arguments.what.diff { outcome.diff() } else { outcome.check() })
}

/// A plan and what it changes.
struct Outcome {
    planned: Planned,
    wanted: Wanted,
}

impl Outcome {
    fn of(session: &Session, arguments: &Arguments) -> Result<Self, Failure> {
        let planned = planning::of(session, arguments.directory.as_deref(), &arguments.replan)?;
        let wanted = planned.wanted()?;
        Ok(Self { planned, wanted })
    }

    fn write(&self) -> Result<Answer, Failure> {
        refuse_unsound(&self.planned.plan)?;
        let Merged { files, changes, left, .. } = &self.wanted.merged;
        let mut rewrites: Vec<Rewrite> = files
            .iter()
            .map(|file| Rewrite {
                path: self.planned.directory.join(&file.path),
                was: file.old.clone(),
                text: file.text.clone(),
            })
            .collect();
        // Last: without the variables that it speaks of it would be wrong, and they do without it.
        rewrites.extend(self.record()?.filter(|_| left.is_empty()));
        files::rewrite(&self.planned.directory, &rewrites)?;
        let mut text: String = changes.iter().map(Change::made).map(line).collect();
        text += &self.remarks();
        for note in &self.wanted.notes {
            text += &line(format!("note: {note}"));
        }
        let outcome = match (changes.len(), files.len()) {
            (0, _) if left.is_empty() => "nothing to write: the variables are as planned".to_owned(),
            (0, _) => format!("nothing written: {} left as they are", count(left.len(), "value")),
            (values, files) => format!("{} written in {}", count(values, "value"), count(files, "file")),
        };
        text += &line(outcome);
        // A template is the person's own choice; what could not be edited was asked for and is not done.
        let is_done = |left: &Left| matches!(left.why, Why::Template(_) | Why::Vault | Why::Unsafe);
        Ok(if left.iter().all(is_done) { Answer::yes(text) } else { Answer::no(text) })
    }

    /// What was in effect, where that is news.
    fn record(&self) -> Result<Option<Rewrite>, Failure> {
        let path = record::path(&self.planned.directory);
        let was = record::stands(&path)?;
        let text = record::text(&self.planned.plan);
        Ok((was.as_deref() != Some(&*text)).then_some(Rewrite { path, was, text }))
    }

    fn check(&self) -> Answer {
        let mut text = String::new();
        for error in self.errors() {
            text += &line(format!("error: {error}"));
        }
        text.extend(self.wanted.merged.changes.iter().map(line));
        text += &self.remarks();
        self.answer(text)
    }

    fn diff(&self) -> Answer {
        let mut text = String::new();
        // `patch` passes over what stands before the first header.
        for error in self.errors() {
            text += &line(format!("# error, so that `--write` writes nothing: {error}"));
        }
        for file in &self.wanted.merged.files {
            let named = |side: &str| name_in_a_patch(&format!("{side}/{}", file.path.display()));
            let (old, before) = match &file.old {
                Some(old) => (old.as_str(), named("a")),
                None => ("", "/dev/null".to_owned()),
            };
            // As patch counts them: a lone carriage return ends no line.
            let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
            let (old, new) = (lines(old), lines(&file.text));
            let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
            let _ = write!(text, "{}", diff.unified_diff().header(&before, &named("b")));
        }
        self.answer(terminal::document(text))
    }

    /// What would break the cluster, or cannot be read.
    fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.planned.plan.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Yes where everything is as planned; what cannot be read may be otherwise.
    fn answer(&self, text: String) -> Answer {
        let Merged { changes, left, overrides, unreadable, .. } = &self.wanted.merged;
        let differs = !changes.is_empty() || !overrides.is_empty() || !self.planned.plan.is_sound();
        // What seems to differ may stand where nobody could look.
        let verdict = if differs && unreadable.is_empty() {
            Verdict::No
        } else if left.is_empty() && unreadable.is_empty() {
            Verdict::Yes
        } else {
            Verdict::Unknown
        };
        Answer { text, verdict }
    }

    /// What is left as it is, and what counts instead.
    fn remarks(&self) -> String {
        let Merged { left, shadowed, overrides, .. } = &self.wanted.merged;
        let mut text = String::new();
        let about_files = |finding: &&Finding| matches!(finding.code, "not-read" | "no-owner");
        let remarks = self.planned.plan.findings.iter().filter(about_files);
        for remark in remarks.filter(|remark| remark.severity == Severity::Warning) {
            text += &line(format!("warning: {remark}"));
        }
        let mut remark = |what: &str, remark: &dyn Display| text += &line(format!("{what}: {remark}"));
        for left in left {
            remark("left", left);
        }
        for other in overrides {
            remark("overridden", other);
        }
        for other in shadowed {
            remark("without effect", other);
        }
        text
    }
}

/// A plan that would break the cluster writes nothing.
fn refuse_unsound(plan: &NetworkPlan) -> Result<(), Failure> {
    let mut errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let Some(first) = errors.next() else { return Ok(()) };
    let more = match errors.count() {
        0 => String::new(),
        more => format!(" (and {more} more: see `plan`)"),
    };
    Err(Failure::new(format!("nothing was written: {}{more}", first.what), first.remedy.clone()))
}

/// A line of its own, whatever is in it: values are as files have them, and names come from strangers.
fn line(text: impl Display) -> String {
    terminal::one_line(&text.to_string()) + "\n"
}

fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

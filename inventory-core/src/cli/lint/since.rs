//! `--since`: inventories as they were.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cli::{Failure, child};
use crate::yaml::{MAX_FILE_BYTES, Source};

/// How long git may take over one answer.
const LIMIT: Duration = Duration::from_secs(20);

/// A commit to compare with.
pub(super) struct Revision<'a>(&'a str);

impl<'a> Revision<'a> {
    /// What a person calls it.
    pub(super) fn new(name: &'a str) -> Result<Self, Failure> {
        // What begins like an option is none of git's names, and git would take it for one.
        if name.is_empty() || name.starts_with('-') {
            return Err(Failure::usage(format!("`{name}` is no commit"), "name one: `--since origin/main`"));
        }
        Ok(Self(name))
    }

    /// The text of a file at that commit; `None` where it was not there yet. It keeps the file's name.
    pub(super) fn text(&self, path: &Path) -> Result<Option<Source>, Failure> {
        let directory = path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(None) };
        let commit = format!("{}^{{commit}}", self.0);
        let verify = ["rev-parse", "--quiet", "--verify", "--end-of-options", &commit];
        if !git(directory, &verify)?.status.success() {
            return Err(Failure::usage(
                format!("git knows no commit `{}` in {}", self.0, directory.display()),
                "fetch it, or name another one",
            ));
        }
        // Below the directory, whatever the repository's top is.
        let shown = git(directory, &["cat-file", "blob", &format!("{}:./{name}", self.0)])?;
        if !shown.status.success() {
            return Ok(None);
        }
        Ok(Source::from_bytes(path, shown.stdout.into_bytes()).ok())
    }
}

fn git(directory: &Path, words: &[&str]) -> Result<child::Ended, Failure> {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(words);
    let failed =
        |why: String| Failure::usage(format!("`--since` asks git, and {why}"), "install git, or leave `--since` out");
    child::run_keeping(&mut command, Instant::now() + LIMIT, MAX_FILE_BYTES)
        .map_err(|error| failed(format!("it cannot be started: {error}")))?
        .ok_or_else(|| failed(format!("it gave no answer for {} seconds", LIMIT.as_secs())))
}

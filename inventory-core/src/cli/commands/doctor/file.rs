//! The cluster file itself: readable, startable, of the right shape.

use super::{Finding, Place, mounts};
use crate::cli::Options;
use crate::cluster::{Loaded, startable};
use crate::yaml::Source;

/// What is known of a file that could be read.
pub(super) struct Checked<O> {
    /// Which program its first line starts, where that is a path.
    pub(super) program: Option<String>,
    /// What it says, where that makes sense.
    pub(super) loaded: Option<Loaded<O>>,
}

/// Checks the file; `None` where there is nothing to go on with.
pub(super) fn check<O: Options>(place: &Place<'_>, source: &str) -> (Vec<Finding>, Option<Checked<O>>) {
    let text = match Source::read(place.path) {
        Ok(text) => text,
        Err(error) => {
            let what = error.with_place();
            return (vec![Finding::wrong(what, error.hint().unwrap_or_default())], None);
        }
    };
    let shown = place.path.display();
    let mut findings = vec![Finding::fine(format!("{shown} is readable"))];
    let unstartable = startable::all(&text, place.binary);
    if unstartable.is_empty() {
        findings.push(Finding::fine(format!("{shown} starts {}", place.binary)));
    }
    findings.extend(unstartable.iter().map(|problem| Finding::wrong(problem.to_string(), problem.remedy())));
    findings.extend(mounts::forbid_execution(&place.absolute).map(|mount| {
        Finding::wrong(
            format!("{shown} lies on {}, which is mounted noexec, so Ansible cannot start it", mount.display()),
            "move the directory, or mount it without noexec",
        )
    }));
    let environment = |name: &str| std::env::var(name).ok();
    let problems = Loaded::<O>::problems(&text, place.path, source, &environment);
    findings.extend(problems.iter().map(|problem| Finding::wrong(problem.to_string(), problem.remedy())));
    let program = interpreter(text.text());
    let loaded = Loaded::parse(text, place.path, source, &environment).ok();
    if loaded.is_some() {
        findings.push(Finding::fine(format!("{shown} is a cluster file of {}", place.binary)));
    }
    (findings, Some(Checked { program, loaded }))
}

/// The path in the first line, unless `env` looks the program up.
fn interpreter(text: &str) -> Option<String> {
    let command = text.lines().next()?.strip_prefix("#!")?;
    let mut words = command.split_ascii_whitespace();
    words.next().filter(|_| words.next().is_none()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_in_the_first_line_is_a_program_of_its_own() {
        assert_eq!(interpreter("#!/opt/bin/inv-static\nplugin: x").as_deref(), Some("/opt/bin/inv-static"));
        assert_eq!(interpreter("#!/usr/bin/env inv-static\n"), None);
        assert_eq!(interpreter("plugin: x"), None);
    }
}

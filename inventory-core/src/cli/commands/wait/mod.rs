//! `wait`: until every member can be played.

mod display;
mod look;
mod probe;
mod round;

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use super::Session;
use crate::cli::Failure;
use crate::cli::failure::Answer;

use crate::cluster::TimeSpan;
use display::Display;
use look::Look;
use round::{Round, Standing};

/// The pauses between two looks; the last one stays.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(4),
    Duration::from_secs(5),
];

/// Wait until every member is there, has an address, and answers
///
/// The source is looked at again and again, so machines may still be on their way; with `expect` under `machines`, or
/// with `members`, nobody is forgotten who has not appeared yet. What time cannot heal (a re-created machine, one that
/// is not listed, roles that nobody gave) ends it at once.
///
/// SSH is used the way Ansible would, with the variables of this inventory; `group_vars` are not read, host keys are
/// checked as ever, and nothing is asked. Exit codes: 0 everybody is ready, 1 somebody is not, 2 could not find out.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// What to wait for; each includes those before it
    #[arg(long = "for", value_name = "WHAT", default_value = "ssh")]
    goal: Goal,

    /// How long at most: 30s, 5m, 1h, 1m30s
    #[arg(long, value_name = "TIME", default_value = "5m")]
    timeout: TimeSpan,
}

/// What a member must have reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Goal {
    /// It runs and has a usable address
    Address,
    /// SSH answers there
    Ssh,
    /// Ansible's user can log in, without a password
    Login,
    /// Its first boot is over: cloud-init has finished; a machine without cloud-init is ready when one can log in
    CloudInit,
}

impl Goal {
    fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Ssh => "ssh",
            Self::Login => "login",
            Self::CloudInit => "cloud-init",
        }
    }
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let started = Instant::now();
    let deadline = started + arguments.timeout.duration();
    let mut display = Display::new(session.binary, arguments.goal, started, arguments.timeout);
    let mut look = Look::new(session, arguments.goal, deadline)?;
    let outcome = wait(&mut look, &mut display, deadline);
    display.clear();
    match outcome? {
        Round::Ready => {
            let waited = TimeSpan::of(started.elapsed());
            Ok(Answer::yes(ready(look.standing(), arguments.goal, waited)))
        }
        Round::Failed => Ok(Answer::no(not_ready(look.standing(), "will not be ready"))),
        Round::NotYet => match look.into_failure() {
            Ok(failure) => Err(failure),
            Err(standing) => {
                Ok(Answer::no(not_ready(&standing, &format!("was not ready after {}", arguments.timeout))))
            }
        },
    }
}

/// Looks until everybody is ready, somebody never will be, or the time is up.
fn wait(look: &mut Look<'_>, display: &mut Display, deadline: Instant) -> Result<Round, Failure> {
    for pause in PAUSES.into_iter().chain(std::iter::repeat(PAUSES[PAUSES.len() - 1])) {
        let round = look.round(display)?;
        if round != Round::NotYet {
            return Ok(round);
        }
        let until = deadline.min(Instant::now() + pause);
        while let Some(left) = display::left(until) {
            display.show(look.standing());
            std::thread::sleep(left.min(display::TICK));
        }
        if Instant::now() >= deadline {
            break;
        }
    }
    Ok(Round::NotYet)
}

/// What is said when everybody is ready, and what else was learned.
fn ready(standing: &Standing, goal: Goal, waited: TimeSpan) -> String {
    let rows = standing.rows();
    let hosts = match rows.len() {
        1 => "1 host is ready".to_owned(),
        count => format!("{count} hosts are ready"),
    };
    let notes = rows.iter().filter_map(|row| Some(format!("{}: {}\n", row.host, row.note()?)));
    format!("{hosts} ({}) after {waited}\n{}", goal.name(), notes.collect::<String>())
}

/// Who is not ready and why, a line each.
fn not_ready(standing: &Standing, what: &str) -> String {
    let mut lines: String =
        standing.rows().iter().filter_map(|row| Some(format!("{} {what}: {}\n", row.host, row.missing()?))).collect();
    if let Some(trouble) = standing.trouble() {
        lines.push_str(&trouble);
        lines.push('\n');
    }
    lines
}

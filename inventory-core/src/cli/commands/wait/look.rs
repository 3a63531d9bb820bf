//! One look at the cluster after the other.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use super::Goal;
use super::display::{Display, TICK, left};
use super::probe::{self, Outcome};
use super::round::{Round, Row, Standing};
use crate::cli::ssh::Target;
use crate::cli::{Failure, session::Session};
use crate::cluster::WithoutAddress;
use crate::discovery::Discovery;
use crate::inventory::Inventory;
use crate::inventory::assemble::{AssembleError, assemble, patient, roll_call};
use crate::inventory::effective::Effective;
use crate::inventory::reach::Reach;
use crate::safe::HostName;

/// How many hosts are asked at the same time.
const AT_ONCE: usize = 32;

/// Looks at a cluster and remembers who was ready.
pub(super) struct Look<'a> {
    session: &'a Session,
    goal: Goal,
    deadline: Instant,
    /// What `{{ inventory_dir }}` is to Ansible.
    directory: PathBuf,
    has_looked: bool,
    standing: Standing,
    /// Who was ready when reached this way: nobody is asked twice.
    ready: HashMap<HostName, (Target, Option<String>)>,
}

impl<'a> Look<'a> {
    pub(super) fn new(session: &'a Session, goal: Goal, deadline: Instant) -> Result<Self, Failure> {
        let directory = std::path::absolute(&session.directory).map_err(|error| {
            Failure::usage(
                format!("{} has no absolute path: {error}", session.directory.display()),
                "name the cluster file by its absolute path",
            )
        })?;
        Ok(Self {
            session,
            goal,
            deadline,
            directory,
            has_looked: false,
            standing: Standing::Hosts(Vec::new()),
            ready: HashMap::new(),
        })
    }

    /// What is known.
    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Why the answer is not even "no", or what is known.
    pub(super) fn into_failure(self) -> Result<Failure, Standing> {
        match self.standing {
            Standing::Silent(failure) => Ok(failure.could_not_find_out()),
            Standing::Incomplete(error @ AssembleError::UnreadablePlace { .. }) => {
                Ok(Failure::from(error).could_not_find_out())
            }
            standing => Err(standing),
        }
    }

    /// Looks once: at the source, at the whole, then at each host.
    pub(super) fn round(&mut self, display: &mut Display) -> Result<Round, Failure> {
        let discovery = match self.discover(display) {
            Some(Ok(discovery)) => discovery,
            // What fails the first time is a mistake; what worked once may come back.
            Some(Err(failure)) if !self.has_looked => return Err(failure.could_not_find_out()),
            Some(Err(failure)) => return Ok(self.not_yet(Standing::Silent(failure))),
            // What the look before showed is the answer.
            None if self.has_looked => return Ok(Round::NotYet),
            None => {
                let failure = Failure::new("the source did not answer in time", "give it longer with --timeout");
                return Err(failure.could_not_find_out());
            }
        };
        self.has_looked = true;
        let cluster = &self.session.cluster;
        let members = match roll_call(cluster, &discovery) {
            Ok(members) => members,
            Err(error) => return self.unless_time_heals(error, false),
        };
        if members.is_empty() && !cluster.is_declared {
            let seen = discovery.machines.iter().map(|machine| machine.name.clone()).collect();
            return Ok(self.not_yet(Standing::Incomplete(AssembleError::NobodySelected { seen, why: None })));
        }
        let mut rows: Vec<Row> = members.iter().map(Row::of).collect();
        let is_everybody_up = rows.iter().all(|row| row.outcome.is_none() || row.missing().is_none());
        if self.goal == Goal::Address {
            for row in &mut rows {
                row.outcome.get_or_insert(Outcome::Ready(None));
            }
        }
        if !is_everybody_up {
            let is_addressed = members.iter().all(|member| member.address.is_ok() && !member.is_excused);
            return self.ask_who_is_up(rows, &discovery, is_addressed, display);
        }
        match assemble(cluster, &discovery) {
            Ok(assembly) => self.ask(rows, &assembly.inventory, display),
            Err(error) => self.unless_time_heals(error, true),
        }
    }

    /// The answer of the source as soon as it is there; `None` when the time is up.
    fn discover(&self, display: &mut Display) -> Option<Result<Discovery, Failure>> {
        let answer = self.session.begin_look();
        loop {
            match answer.recv_timeout(left(self.deadline)?.min(TICK)) {
                Ok(answer) => return Some(answer),
                Err(RecvTimeoutError::Timeout) => display.show(&self.standing),
                Err(RecvTimeoutError::Disconnected) => {
                    return Some(Err(Failure::new("the look at the source broke off", "please report it")));
                }
            }
        }
    }

    fn not_yet(&mut self, standing: Standing) -> Round {
        self.standing = standing;
        Round::NotYet
    }

    fn unless_time_heals(&mut self, error: AssembleError, is_everybody_up: bool) -> Result<Round, Failure> {
        if time_heals(&error, is_everybody_up) {
            Ok(self.not_yet(Standing::Incomplete(error)))
        } else {
            Err(Failure::from(error).could_not_find_out())
        }
    }

    /// Asks those who are up while others are not. `is_addressed` once every member has an address: then groups and
    /// names are what they will be.
    fn ask_who_is_up(
        &mut self,
        rows: Vec<Row>,
        discovery: &Discovery,
        is_addressed: bool,
        display: &mut Display,
    ) -> Result<Round, Failure> {
        let mut cluster = patient(&self.session.cluster);
        cluster.machines.without_address = Some(WithoutAddress::Skip);
        match assemble(&cluster, discovery) {
            Ok(assembly) => self.ask(rows, &assembly.inventory, display),
            Err(error) if is_addressed && !time_heals(&error, false) => Err(Failure::from(error).could_not_find_out()),
            Err(_) => Ok(self.not_yet(Standing::Hosts(rows))),
        }
    }

    /// Asks every host that was not ready yet.
    fn ask(&mut self, mut rows: Vec<Row>, inventory: &Inventory, display: &mut Display) -> Result<Round, Failure> {
        self.session.make_room_for_host_keys();
        let reach = Reach::new(Effective::of(inventory), Some(&self.directory));
        let mut targets: Vec<(usize, Target)> = Vec::new();
        for (position, row) in rows.iter_mut().enumerate().filter(|(_, row)| row.outcome.is_none()) {
            match Target::of(&reach, &row.host) {
                Err(why) => row.outcome = Some(Outcome::Unknown(why)),
                Ok(target) => match self.ready.get(&row.host) {
                    Some((known, note)) if *known == target => row.outcome = Some(Outcome::Ready(note.clone())),
                    _ => {
                        // While it is asked again, the table says what it said the last time.
                        row.outcome = self.last_answer(&row.host);
                        targets.push((position, target));
                    }
                },
            }
        }
        self.standing = Standing::Hosts(rows);
        self.refuse_to_guess()?;
        self.ask_all(&targets, display);
        self.refuse_to_guess()?;
        let rows = self.standing.rows();
        Ok(if rows.iter().any(|row| matches!(row.outcome, Some(Outcome::Failed(_)))) {
            Round::Failed
        } else if rows.iter().any(|row| row.missing().is_some()) {
            Round::NotYet
        } else {
            Round::Ready
        })
    }

    /// Why a host was not ready when it was asked before.
    fn last_answer(&self, host: &HostName) -> Option<Outcome> {
        let row = self.standing.rows().iter().find(|row| row.host == *host)?;
        row.outcome.clone().filter(|outcome| matches!(outcome, Outcome::NotYet(_)))
    }

    /// Asks hosts, many at a time, and shows each answer when it comes. Every question ends with the deadline.
    fn ask_all(&mut self, targets: &[(usize, Target)], display: &mut Display) {
        let Standing::Hosts(rows) = &mut self.standing else { return };
        let next = AtomicUsize::new(0);
        let (goal, deadline) = (self.goal, self.deadline);
        let (sender, answers) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..targets.len().min(AT_ONCE) {
                let (sender, next) = (sender.clone(), &next);
                scope.spawn(move || {
                    while let Some((position, target)) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if sender.send((*position, target, probe::probe(goal, target, deadline))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            loop {
                match answers.recv_timeout(TICK) {
                    Ok((position, target, outcome)) => {
                        let row = &mut rows[position];
                        if let Outcome::Ready(note) = &outcome {
                            self.ready.insert(row.host.clone(), (target.clone(), note.clone()));
                        }
                        // With the time up, the answer before says more than that there was none.
                        let is_cut_off = left(deadline).is_none() && matches!(outcome, Outcome::NotYet(_));
                        if !(is_cut_off && row.outcome.is_some()) {
                            row.outcome = Some(outcome);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => display.show_rows(rows),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        });
    }

    /// Fails where a host cannot be judged, since waiting would not change that.
    fn refuse_to_guess(&self) -> Result<(), Failure> {
        let unknown: Vec<String> = self
            .standing
            .rows()
            .iter()
            .filter_map(|row| match &row.outcome {
                Some(Outcome::Unknown(why)) => Some(format!("{}: {why}", row.host)),
                _ => None,
            })
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let remedy = match self.goal {
            Goal::Login | Goal::CloudInit => {
                "wait for less, as with `--for ssh`, or ask Ansible: `ansible all -m wait_for_connection`"
            }
            Goal::Address | Goal::Ssh => {
                "wait with `--for address`, or ask Ansible: `ansible all -m wait_for_connection`"
            }
        };
        Err(Failure::usage(format!("it cannot be told who is ready\n{}", unknown.join("\n")), remedy))
    }
}

/// Whether the error may go away while machines come up. `is_everybody_up` once all members run and have addresses:
/// before that, an address may be one of yesterday.
fn time_heals(error: &AssembleError, is_everybody_up: bool) -> bool {
    use AssembleError as E;
    match error {
        E::UnreadablePlace { .. }
        | E::NobodySelected { .. }
        | E::Count { .. }
        | E::NotPlayable { .. }
        | E::Missing { .. }
        | E::NoAddress { .. }
        // The machine may be on its way, and so may those that a count waits for.
        | E::UnknownMachine { .. }
        // A place that was silent may tell them.
        | E::TagsNotKnown { .. }
        | E::TooFew { .. } => true,
        E::SameAddress { .. } | E::AddressChanged { .. } | E::Unfilled { .. } => !is_everybody_up,
        _ => false,
    }
}

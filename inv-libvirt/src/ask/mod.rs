//! Asks hypervisors.
//!
//! Each is asked on a thread of its own, since libvirt knows no deadline: not for a connection, and not for an answer.
//! A thread that does not come back in time is left behind, and what it started is ended.

mod agents;
mod bridges;
mod children;
mod deadline;
mod doctor;
mod hypervisor;
mod places;
mod sentences;
mod stage;
mod text;
mod uri;

use std::sync::Arc;
use std::time::{Duration, Instant};

use inventory_core::cli::Failure;

use crate::answers::{Answers, Hypervisor, Said, Silence, Told};
use crate::calls::Access;
use crate::options::{LibvirtOptions, Teller};

use deadline::Look;
use hypervisor::Questions;
use places::Place;

pub(crate) use deadline::leave;
pub(crate) use doctor::doctor;

/// Asks every hypervisor that the options name, at the same time, each no longer than its deadline. One that does not
/// answer is in the answers as silent; the error is for options that name no hypervisor.
pub(crate) fn ask(options: &LibvirtOptions) -> Result<Answers, Failure> {
    let places = places(options)?;
    let said = look(&places, options, tell);
    let hypervisors = places
        .iter()
        .zip(said)
        .map(|(place, said)| Hypervisor {
            place: place.name.clone(),
            uri: place.shown.clone(),
            said: said.map_or_else(Said::Silent, Said::Told),
        })
        .collect();
    Ok(Answers { hypervisors })
}

fn tell(questions: &Questions<'_>) -> Result<Told, Silence> {
    questions.ask()
}

/// The hypervisors that the options and the environment name.
fn places(options: &LibvirtOptions) -> Result<Vec<Arc<Place>>, Failure> {
    places::places(options, std::env::var("LIBVIRT_DEFAULT_URI").ok().as_deref())
}

/// Puts the same to all hypervisors at once.
fn look<T: Send + 'static>(
    places: &[Arc<Place>],
    options: &LibvirtOptions,
    question: fn(&Questions<'_>) -> Result<T, Silence>,
) -> Vec<Result<T, Silence>> {
    let wishes = Arc::new(Wishes::of(options));
    let begin = |place: &Arc<Place>| {
        let wishes = Arc::clone(&wishes);
        Look::begin(Arc::clone(place), move |place, progress, sender| {
            let until = Instant::now() + wishes.deadline;
            let connection = match hypervisor::open(place, &wishes, progress) {
                Ok(connection) => connection,
                Err(silence) => {
                    let _ = sender.send(Err(silence));
                    return;
                }
            };
            let said = question(&Questions { connection: &connection, place, wishes: &wishes, until, progress });
            // To close a connection may take time too, and is nothing to wait for. The other end may have stopped
            // waiting for all of it.
            let _ = sender.send(said);
            drop(connection);
        })
    };
    deadline::all(places.iter().map(begin).collect(), wishes.deadline)
}

/// What is wanted of every hypervisor.
struct Wishes {
    /// Who is asked for addresses, best first.
    tellers: Vec<Teller>,
    /// How long a hypervisor may take.
    deadline: Duration,
    /// How long an agent may take.
    agent_timeout: Duration,
}

impl Wishes {
    fn of(options: &LibvirtOptions) -> Self {
        Self {
            tellers: options.tellers().to_vec(),
            deadline: options.deadline(),
            agent_timeout: options.agent_deadline(),
        }
    }

    /// Whether somebody is asked for addresses at all.
    fn wants(&self, teller: Teller) -> bool {
        self.tellers.contains(&teller)
    }

    /// Whether somebody is asked before somebody else.
    fn prefers(&self, first: Teller, second: Teller) -> bool {
        let rank = |teller| self.tellers.iter().position(|&known| known == teller).unwrap_or(usize::MAX);
        rank(first) < rank(second)
    }

    /// What the connection must be able to do.
    fn access(&self) -> Access {
        if self.wants(Teller::Agent) { Access::ReadWrite } else { Access::ReadOnly }
    }
}

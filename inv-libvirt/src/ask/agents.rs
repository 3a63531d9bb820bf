//! Asks agents inside guests, which may never answer.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use super::deadline;
use crate::answers::GuestInterface;
use crate::calls::{Connection, Guest, Refusal, Source};

/// How many agents are asked at once. libvirt's daemon answers so many questions of one client at a time
/// (`max_client_requests`); more would only wait there.
pub(super) const AT_ONCE: usize = 5;

/// How much longer than its agents a hypervisor may take to say that they do not answer.
const SLACK: Duration = Duration::from_secs(1);

/// A guest whose agent is asked.
pub(super) struct Asked {
    /// The guest.
    pub(super) guest: Arc<Guest>,
    /// Whether its driver may have no response timeout: the test driver has no agents that could hang.
    pub(super) is_test: bool,
}

/// What an agent said.
pub(super) type Answer = Result<Vec<GuestInterface>, Refusal>;

/// What agents say, in the order of the guests.
///
/// An agent that hangs holds its guest's job in the daemon until its timeout ends, so that is set first. Somebody else
/// may have asked it without one: then the question does not come back for half a minute, and is left behind.
///
/// As many are asked at once as there are ways: connections of their own, or none for the one that the guests have.
pub(super) fn ask(asked: Vec<Asked>, ways: Vec<Option<Connection>>, timeout: Duration, until: Instant) -> Vec<Answer> {
    let count = asked.len();
    let rounds = u32::try_from(count.div_ceil(ways.len().max(1))).unwrap_or(u32::MAX);
    let until = until.min(Instant::now() + timeout.saturating_mul(rounds).saturating_add(SLACK));
    let queue = Arc::new(Queue { asked, next: AtomicUsize::new(0), is_closed: AtomicBool::new(false) });
    let (sender, receiver) = mpsc::channel();
    for way in ways {
        let (queue, sender) = (Arc::clone(&queue), sender.clone());
        // Without a thread nobody is asked, and everybody is late.
        let _ = deadline::spawn(move || {
            while let Some((at, asked)) = queue.next() {
                let answer = match &way {
                    None => ask_one(&asked.guest, asked.is_test, timeout),
                    Some(own) => own.guest(&asked.guest).and_then(|guest| ask_one(&guest, asked.is_test, timeout)),
                };
                if sender.send((at, answer)).is_err() {
                    return;
                }
            }
            // Closed before nobody waits any more.
            drop(way);
            drop(sender);
        });
    }
    drop(sender);
    let mut answers: Vec<Option<Answer>> = std::iter::repeat_with(|| None).take(count).collect();
    while let Ok((at, answer)) = receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        answers[at] = Some(answer);
    }
    queue.is_closed.store(true, Ordering::Relaxed);
    let late = || Err(Refusal::ours("its agent did not answer in time, or something else is waiting for it"));
    answers.into_iter().map(|answer| answer.unwrap_or_else(late)).collect()
}

/// Guests whose turn has not come.
struct Queue {
    asked: Vec<Asked>,
    next: AtomicUsize,
    is_closed: AtomicBool,
}

impl Queue {
    fn next(&self) -> Option<(usize, &Asked)> {
        if self.is_closed.load(Ordering::Relaxed) {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        Some((at, self.asked.get(at)?))
    }
}

fn ask_one(guest: &Guest, is_test: bool, timeout: Duration) -> Answer {
    match guest.set_agent_timeout(Some(timeout)) {
        Ok(()) => {}
        Err(refusal) if refusal.is_not_supported() && is_test => {}
        // Never without: it might hang, and with it everybody else who asks.
        Err(refusal) => return Err(refusal),
    }
    let answer = guest.addresses(Source::Agent);
    // The timeout is the guest's and stays: a backup that freezes its file systems may take longer than we wait. What
    // it was before cannot be asked; it is for ever unless somebody changed it. An agent that hangs keeps ours: another
    // run may ask it this moment.
    if answer.is_ok() {
        let _ = guest.set_agent_timeout(None);
    }
    answer
}

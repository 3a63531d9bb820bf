//! One thread a hypervisor, and a deadline for all of them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Once, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::places::Place;
use super::stage::Progress;
use super::{Wishes, children, hypervisor, sentences};
use crate::answers::Said;
use crate::calls;

/// What our threads are called: the hook for panics knows them by it.
const THREAD: &str = "libvirt";

/// How long a thread whose programs were ended, or that has said everything, may take to leave libvirt. A process that
/// exits while libvirt is at work on another thread may crash.
const GRACE: Duration = Duration::from_millis(300);

/// A hypervisor that is being asked.
pub(super) struct Look {
    place: Arc<Place>,
    progress: Arc<Progress>,
    thread: Arc<OnceLock<Pid>>,
    answer: Receiver<Said>,
    over: Receiver<()>,
}

impl Look {
    /// Begins to ask.
    pub(super) fn begin(place: Arc<Place>, wishes: Arc<Wishes>) -> Self {
        Self::run(Arc::clone(&place), move |progress, sender| {
            let until = Instant::now() + wishes.deadline;
            let (said, connection) = hypervisor::ask(&place, &wishes, until, progress);
            // Nobody waits for the end of a connection before there is an answer.
            let _ = sender.send(said);
            drop(connection);
        })
    }

    /// Runs something on a thread of its own.
    fn run(place: Arc<Place>, work: impl FnOnce(&Progress, &Sender<Said>) + Send + 'static) -> Self {
        keep_panics_quiet();
        let (sender, answer) = mpsc::channel();
        let (until_over, over) = mpsc::channel::<()>();
        let look = Self { place, progress: Arc::default(), thread: Arc::default(), answer, over };
        let (place, progress, id) = (Arc::clone(&look.place), Arc::clone(&look.progress), Arc::clone(&look.thread));
        let failed = sender.clone();
        let begun = spawn(move || {
            let _ = id.set(rustix::thread::gettid());
            calls::be_quiet_in_this_thread();
            if panic::catch_unwind(AssertUnwindSafe(|| work(&progress, &sender))).is_err() {
                let _ = sender.send(Said::Silent(sentences::broke_off(&place)));
            }
            drop(until_over);
        });
        if let Err(error) = begun {
            let _ = failed.send(Said::Silent(sentences::no_thread(&look.place, &error)));
        }
        look
    }

    fn answer(&self, within: Duration) -> Option<Said> {
        match self.answer.recv_timeout(within) {
            Ok(said) => Some(said),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Said::Silent(sentences::broke_off(&self.place))),
        }
    }

    /// Waits for the thread to end.
    fn is_over(&self, within: Duration) -> bool {
        self.over.recv_timeout(within) == Err(RecvTimeoutError::Disconnected)
    }
}

/// What all of them said, each within the deadline.
pub(super) fn all(looks: Vec<Look>, deadline: Duration) -> Vec<Said> {
    let end = Instant::now() + deadline;
    let left = |end: Instant| end.saturating_duration_since(Instant::now());
    let said: Vec<_> = looks.iter().map(|look| look.answer(left(end))).collect();
    // Those that have answered only close their connections.
    let end = Instant::now() + GRACE;
    let late: Vec<_> =
        looks.iter().zip(&said).filter(|(look, said)| said.is_none() || !look.is_over(left(end))).collect();
    for (look, _) in &late {
        if let Some(&thread) = look.thread.get() {
            children::end_those_of(thread);
        }
    }
    let end = Instant::now() + GRACE;
    for (look, _) in &late {
        look.is_over(left(end));
    }
    let silent = |look: &Look| Said::Silent(sentences::too_late(&look.place, look.progress.stage(), deadline));
    looks.iter().zip(said).map(|(look, said)| said.unwrap_or_else(|| silent(look))).collect()
}

/// Starts a thread whose panics are quiet.
pub(super) fn spawn(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name(THREAD.into()).spawn(work).map(|_| ())
}

/// Lets no panic on our threads print anything: to Ansible every byte on standard error is an error, and whoever waits
/// for the thread gets a sentence. A panic is printed before it can be caught, so only a hook keeps it quiet, and there
/// is one hook for all threads; those that are not ours get the one that was there before.
fn keep_panics_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(THREAD) {
                before(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Told;

    fn look(work: impl FnOnce(&Progress, &Sender<Said>) + Send + 'static) -> Look {
        let place = Place { name: None, shown: "qemu:///system".into(), dialled: "qemu:///system".into() };
        Look::run(Arc::new(place), work)
    }

    fn why(said: &Said) -> &str {
        let Said::Silent(silence) = said else { panic!("it told something") };
        assert!(!silence.remedy.is_empty());
        &silence.why
    }

    #[test]
    fn a_panic_is_a_sentence() {
        let said = all(vec![look(|_, _| panic!("never shown"))], Duration::from_secs(60));
        insta::assert_snapshot!(why(&said[0]), @"qemu:///system: asking it broke off, which is a mistake in this program");
    }

    #[test]
    fn many_hang_no_longer_than_one() {
        let started = Instant::now();
        let looks = (0..10).map(|_| look(|_, _| thread::sleep(Duration::from_secs(60)))).collect();
        let said = all(looks, Duration::from_millis(200));
        assert!(started.elapsed() < Duration::from_secs(5));
        insta::assert_snapshot!(why(&said[9]), @"qemu:///system: it did not let anybody in within 200 ms");
    }

    #[test]
    fn whoever_is_slow_does_not_take_the_answers_of_the_others() {
        let looks = vec![
            look(|_, _| thread::sleep(Duration::from_secs(60))),
            look(|_, sender| sender.send(Said::Told(Told::default())).unwrap()),
        ];
        let said = all(looks, Duration::from_millis(200));
        assert!(matches!(said[0], Said::Silent(_)));
        assert_eq!(said[1], Said::Told(Told::default()));
    }
}

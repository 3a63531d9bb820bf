//! One thread a hypervisor, and a deadline for all of them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use super::places::Place;
use super::stage::Progress;
use super::{children, sentences};
use crate::answers::Silence;
use crate::calls;

/// What our threads are called: the hook for panics knows them by it.
const THREAD: &str = "libvirt";

/// How long a thread whose programs were ended, or that has said everything, may take to leave libvirt. A process that
/// exits while libvirt is at work on another thread may crash.
const GRACE: Duration = Duration::from_millis(300);

/// Threads that have said everything and are closing their connections, which for many guests takes longer than to make
/// an inventory of them.
static LEAVING: Mutex<Vec<Asker>> = Mutex::new(Vec::new());

/// A hypervisor that is being asked for something.
pub(super) struct Look<T> {
    place: Arc<Place>,
    progress: Arc<Progress>,
    asker: Asker,
    answer: Receiver<Result<T, Silence>>,
}

/// A thread of ours that may be inside libvirt.
struct Asker {
    id: Arc<OnceLock<Pid>>,
    over: Receiver<()>,
}

impl<T: Send + 'static> Look<T> {
    /// Begins to ask.
    pub(super) fn begin(
        place: Arc<Place>,
        work: impl FnOnce(&Place, &Progress, &Sender<Result<T, Silence>>) + Send + 'static,
    ) -> Self {
        keep_panics_quiet();
        let (sender, answer) = mpsc::channel();
        let (until_over, over) = mpsc::channel::<()>();
        let look = Self { place, progress: Arc::default(), asker: Asker { id: Arc::default(), over }, answer };
        let (place, progress, id) = (Arc::clone(&look.place), Arc::clone(&look.progress), Arc::clone(&look.asker.id));
        let failed = sender.clone();
        let begun = spawn(move || {
            let _ = id.set(rustix::thread::gettid());
            calls::be_quiet_in_this_thread();
            if panic::catch_unwind(AssertUnwindSafe(|| work(&place, &progress, &sender))).is_err() {
                let _ = sender.send(Err(sentences::broke_off(&place)));
            }
            drop(until_over);
        });
        if let Err(error) = begun {
            let _ = failed.send(Err(sentences::no_thread(&look.place, &error)));
        }
        look
    }

    fn answer(&self, within: Duration) -> Option<Result<T, Silence>> {
        match self.answer.recv_timeout(within) {
            Ok(said) => Some(said),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(sentences::broke_off(&self.place))),
        }
    }
}

impl Asker {
    /// Waits for the thread to end.
    fn is_over(&self, until: Instant) -> bool {
        self.over.recv_timeout(left(until)) == Err(RecvTimeoutError::Disconnected)
    }
}

/// What all of them said, each within the deadline. Before the process ends, [`leave`] is to be called.
pub(super) fn all<T: Send + 'static>(looks: Vec<Look<T>>, deadline: Duration) -> Vec<Result<T, Silence>> {
    let end = Instant::now() + deadline;
    let said: Vec<_> = looks.iter().map(|look| look.answer(left(end))).collect();
    let (mut late, mut results) = (Vec::new(), Vec::with_capacity(looks.len()));
    for (look, said) in looks.into_iter().zip(said) {
        let Look { place, progress, asker, .. } = look;
        if said.is_some() {
            leaving().push(asker);
        } else {
            late.push(asker);
        }
        results.push(said.unwrap_or_else(|| Err(sentences::too_late(&place, progress.stage(), deadline))));
    }
    hurry(&late);
    results
}

/// Waits until all connections are closed. The last thing a process does, whatever it has done with the answers.
pub(crate) fn leave() {
    let mut leaving = std::mem::take(&mut *leaving());
    let end = Instant::now() + GRACE;
    leaving.retain(|asker| !asker.is_over(end));
    hurry(&leaving);
}

/// Those that are closing their connections now.
fn leaving() -> std::sync::MutexGuard<'static, Vec<Asker>> {
    let mut leaving = LEAVING.lock().unwrap_or_else(PoisonError::into_inner);
    // Whoever waits for machines asks again and again.
    leaving.retain(|asker| !asker.is_over(Instant::now()));
    leaving
}

/// Ends the programs that threads have started, and gives the threads time to leave libvirt.
fn hurry(late: &[Asker]) {
    for &thread in late.iter().filter_map(|asker| asker.id.get()) {
        children::end_those_of(thread);
    }
    let end = Instant::now() + GRACE;
    for asker in late {
        asker.is_over(end);
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
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

    fn look(work: impl FnOnce(&Sender<Result<u8, Silence>>) + Send + 'static) -> Look<u8> {
        let place =
            Place { name: Some("hv1".into()), shown: "qemu:///system".into(), dialled: "qemu:///system".into() };
        Look::begin(Arc::new(place), move |_, _, sender| work(sender))
    }

    fn why(said: &Result<u8, Silence>) -> &str {
        let silence = said.as_ref().unwrap_err();
        assert!(!silence.remedy.is_empty());
        &silence.why
    }

    #[test]
    fn a_panic_is_a_sentence() {
        let said = all(vec![look(|_| panic!("never shown"))], Duration::from_secs(60));
        insta::assert_snapshot!(why(&said[0]), @"qemu:///system: asking it broke off, which is a mistake in this program");
    }

    #[test]
    fn many_hang_no_longer_than_one() {
        let started = Instant::now();
        let looks = (0..10).map(|_| look(|_| thread::sleep(Duration::from_secs(60)))).collect();
        let said = all(looks, Duration::from_millis(200));
        assert!(started.elapsed() < Duration::from_secs(5));
        insta::assert_snapshot!(why(&said[9]), @"qemu:///system: it did not let anybody in within 200 ms");
    }

    #[test]
    fn whoever_is_slow_does_not_take_the_answers_of_the_others() {
        let looks = vec![look(|_| thread::sleep(Duration::from_secs(60))), look(|sender| sender.send(Ok(7)).unwrap())];
        let said = all(looks, Duration::from_millis(200));
        assert!(said[0].is_err());
        assert_eq!(said[1], Ok(7));
    }
}

//! A libvirtd of the tests' own, which says what a real one was recorded to say.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::super::ask;
use super::super::xdr::Writer;
use crate::answers::ProviderSays;
use crate::ask::providers::{Provided, Question};
use crate::ask::surroundings::Surroundings;

/// The calls that a look at two guests and at one that does not exist makes, and libvirtd 9.0.0's replies: recorded from
/// `scripts/lab`, the lab's directory replaced by another of the same length.
const RECORDED: &[u8] = include_bytes!("../recorded/lab.frames");

pub(super) const HEAD: &str = "6b756265-0000-4000-8000-000000000010";
pub(super) const WITHOUT_AGENT: &str = "6b756265-0000-4000-8000-000000000013";
pub(super) const MISSING: &str = "6b756265-0000-4000-8000-000000000099";

/// What a fake does with a call.
pub(super) enum Then {
    /// Sends this payload, as an answer (0) or a refusal (1).
    Answer(u32, Vec<u8>),
    /// Sends these bytes as they are.
    Send(Vec<u8>),
    HangUp,
    /// Keeps the connection, and its peace.
    Wait,
}

/// A fake libvirtd: a socket of the test's own.
pub(super) struct Fake {
    pub(super) directory: tempfile::TempDir,
    /// The procedures that were called.
    pub(super) called: Arc<Mutex<Vec<u32>>>,
}

impl Fake {
    pub(super) fn new(answer: impl Fn(u32, &[u8]) -> Then + Send + Sync + 'static) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join("sock")).unwrap();
        let called = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&called);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(stream, &answer, &log);
            }
        });
        Self { directory, called }
    }

    /// One that says what was recorded, but for what this says first.
    pub(super) fn recorded_but(first: impl Fn(u32, &[u8]) -> Option<Then> + Send + Sync + 'static) -> Self {
        let replies = recorded();
        Self::new(move |procedure, arguments| {
            first(procedure, arguments).unwrap_or_else(|| {
                let (status, payload) = &replies[&(procedure, arguments.to_vec())];
                Then::Answer(*status, payload.clone())
            })
        })
    }

    pub(super) fn surroundings(&self) -> Surroundings {
        let uri = format!("qemu+unix:///system?socket={}", self.directory.path().join("sock").display());
        Surroundings { libvirt_uri: Some(uri), ..Surroundings::default() }
    }

    pub(super) fn ask(&self, ids: &[&str]) -> String {
        self.ask_within(PLENTY, ids)
    }

    pub(super) fn ask_within(&self, limit: Duration, ids: &[&str]) -> String {
        told_within(limit, ids, &self.surroundings()).replace(self.directory.path().to_str().unwrap(), "HERE")
    }
}

/// Answers calls one after the other.
fn serve(mut stream: UnixStream, answer: &impl Fn(u32, &[u8]) -> Then, log: &Mutex<Vec<u32>>) {
    let mut length = [0; 4];
    while stream.read_exact(&mut length).is_ok() {
        let mut body = vec![0; usize::try_from(u32::from_be_bytes(length)).unwrap() - 4];
        stream.read_exact(&mut body).unwrap();
        let number = |at: usize| u32::from_be_bytes(body[at..at + 4].try_into().unwrap());
        log.lock().unwrap().push(number(8));
        let bytes = match answer(number(8), &body[24..]) {
            Then::Answer(status, payload) => {
                let length = u32::try_from(28 + payload.len()).unwrap();
                let header = [length, 0x2000_8086, 1, number(8), 1, number(16), status];
                let mut frame: Vec<u8> = header.iter().flat_map(|number| number.to_be_bytes()).collect();
                frame.extend(payload);
                frame
            }
            Then::Send(bytes) => bytes,
            Then::HangUp => return,
            Then::Wait => continue,
        };
        if stream.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// Procedure and arguments to status and payload.
pub(super) fn recorded() -> HashMap<(u32, Vec<u8>), (u32, Vec<u8>)> {
    let mut frames = Vec::new();
    let mut rest = RECORDED;
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let (frame, tail) = rest.split_at(usize::try_from(u32::from_be_bytes(*length)).unwrap());
        frames.push(frame);
        rest = tail;
    }
    let number = |frame: &[u8], at: usize| u32::from_be_bytes(frame[at..at + 4].try_into().unwrap());
    let pair =
        |pair: &[&[u8]]| ((number(pair[0], 12), pair[0][28..].to_vec()), (number(pair[1], 24), pair[1][28..].to_vec()));
    frames.chunks(2).map(pair).collect()
}

/// A refusal's payload.
pub(super) fn refusal(code: i32, message: &str) -> Vec<u8> {
    Writer::default().signed(code).signed(10).maybe_text(Some(message)).done()
}

/// How long whoever answers is given, and how long one that will not.
pub(super) const PLENTY: Duration = Duration::from_secs(20);
pub(super) const LITTLE: Duration = Duration::from_millis(500);

pub(super) fn asked(ids: &[&str], surroundings: &Surroundings, limit: Duration) -> Provided {
    let questions: Vec<_> =
        ids.iter().enumerate().map(|(machine, id)| Question { machine, id, creator: None }).collect();
    let started = Instant::now();
    let provided = ask(&questions, surroundings, started + limit);
    assert!(started.elapsed() < limit + Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(provided.says.len(), ids.len(), "one answer for each");
    provided
}

pub(super) fn told_of(ids: &[&str], surroundings: &Surroundings) -> String {
    told_within(PLENTY, ids, surroundings)
}

pub(super) fn told_within(limit: Duration, ids: &[&str], surroundings: &Surroundings) -> String {
    let mut provided = asked(ids, surroundings, limit);
    provided.says.sort_by_key(|(machine, _)| *machine);
    let mut lines: Vec<String> = Vec::new();
    for (_, says) in &provided.says {
        match says {
            ProviderSays::Has(machine) => {
                lines.push(format!("has: {}", machine.state));
                lines.extend(machine.cards.iter().map(|card| {
                    let ips: Vec<String> = card.addresses.iter().map(|address| address.ip.to_string()).collect();
                    let own = if card.is_management { " (Vagrant's)" } else { "" };
                    let of = |text: &Option<String>| text.clone().unwrap_or_default();
                    format!("  {} in {}{own}: {}", of(&card.mac), of(&card.network), ips.join(", "))
                }));
            }
            other => lines.push(serde_json::to_string(other).unwrap()),
        }
    }
    lines.extend(provided.networks.iter().map(|network| format!("network {}", network.name)));
    lines.extend(provided.unanswered);
    lines.join("\n")
}

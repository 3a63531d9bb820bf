//! A connection to libvirtd over its local socket: calls go out, replies come back, and everything has a deadline.
//!
//! The frames are those of libvirt's `virnetprotocol.x`: a length that counts itself, then six numbers (program, version,
//! procedure, type, serial, status), then what the procedure says. Several calls may be on their way at once; each reply
//! has the serial of its call. libvirtd takes five at a time from one client and lets the others wait in the socket.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::xdr::{Reader, Writer, XdrError};

/// `REMOTE_PROGRAM` and `REMOTE_PROTOCOL_VERSION`.
const PROGRAM: u32 = 0x2000_8086;
const VERSION: u32 = 1;

/// `VIR_NET_CALL` and `VIR_NET_REPLY`.
const CALL: u32 = 0;
const REPLY: u32 = 1;

/// `VIR_NET_OK` and `VIR_NET_ERROR`.
const OK: u32 = 0;
const ERROR: u32 = 1;

/// The length and the six numbers, in bytes.
const HEADER: usize = 28;

/// The largest frame libvirt sends: `VIR_NET_MESSAGE_MAX` of today's, and its length.
const LARGEST: usize = (32 << 20) + 4;

/// How many calls are on their way at once.
const AT_ONCE: usize = 16;

/// How much of a frame is asked for at once, so that an announced length alone takes no memory.
const CHUNK: usize = 64 << 10;

/// Why a hypervisor could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("nothing listens at {}", .0.display())]
    NotThere(PathBuf),
    #[error("you may not open {}", .0.display())]
    Closed(PathBuf),
    #[error("libvirt at {} does not answer", .0.display())]
    Late(PathBuf),
    #[error("libvirt at {} hung up", .0.display())]
    HungUp(PathBuf),
    #[error("what answers at {path} is not understood: {why}", path = .0.display(), why = .1)]
    NotUnderstood(PathBuf, XdrError),
    #[error("libvirt wants you to log in: {0}")]
    Login(String),
    #[error("{path} cannot be used: {why}", path = .0.display(), why = .1)]
    Broken(PathBuf, String),
    #[error("libvirt says {0:?}")]
    Refused(String),
}

/// What libvirt says instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// One of `virErrorNumber`.
    pub(super) code: i32,
    pub(super) message: String,
}

/// A call: the procedure's number and its arguments.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) procedure: u32,
    pub(super) arguments: Vec<u8>,
}

/// What a call comes to.
pub(super) type Answered = Result<Vec<u8>, Refusal>;

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    path: PathBuf,
    deadline: Instant,
    serial: u32,
}

impl Connection {
    /// Connects. A socket whose owner takes nobody in any more would keep us waiting, so a thread waits; it is left alone
    /// when the deadline comes first, and ends with the process at the latest.
    pub(super) fn open(path: &Path, deadline: Instant) -> Result<Self, Fault> {
        let (sender, receiver) = mpsc::channel();
        let socket = path.to_owned();
        std::thread::spawn(move || sender.send(UnixStream::connect(socket)));
        let stream = receiver
            .recv_timeout(left(deadline))
            .map_err(|_| Fault::Late(path.to_owned()))?
            .map_err(|error| fault(path, &error))?;
        Ok(Self { stream, path: path.to_owned(), deadline, serial: 0 })
    }

    /// Where it leads.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes one call.
    pub(super) fn call(&mut self, call: &Call) -> Result<Answered, Fault> {
        let mut answers = self.call_all(std::slice::from_ref(call))?;
        answers.pop().ok_or_else(|| self.not_understood(XdrError::Short))
    }

    /// Makes calls, several at once, and gives their answers in the same order.
    pub(super) fn call_all(&mut self, calls: &[Call]) -> Result<Vec<Answered>, Fault> {
        let mut answers: HashMap<u32, Answered> = HashMap::with_capacity(calls.len());
        let first = self.serial + 1;
        let mut waiting = calls.iter();
        for call in waiting.by_ref().take(AT_ONCE) {
            self.send(call)?;
        }
        while answers.len() < calls.len() {
            let (call, answer) = self.receive()?;
            // An answer nobody asked for, or asked for no longer, is no answer.
            let is_expected = (first..=self.serial).contains(&call) && !answers.contains_key(&call);
            if !is_expected {
                continue;
            }
            answers.insert(call, answer);
            if let Some(call) = waiting.next() {
                self.send(call)?;
            }
        }
        (first..=self.serial)
            .map(|serial| answers.remove(&serial).ok_or_else(|| self.not_understood(XdrError::Short)))
            .collect()
    }

    /// What a reply's bytes mean.
    pub(super) fn understood<T>(
        &self,
        bytes: &[u8],
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, XdrError>,
    ) -> Result<T, Fault> {
        read(&mut Reader::new(bytes)).map_err(|error| self.not_understood(error))
    }

    fn not_understood(&self, error: XdrError) -> Fault {
        Fault::NotUnderstood(self.path.clone(), error)
    }

    fn send(&mut self, call: &Call) -> Result<(), Fault> {
        self.serial += 1;
        let frame = frame(call, self.serial);
        self.stream.set_write_timeout(Some(left(self.deadline))).map_err(|error| fault(&self.path, &error))?;
        self.stream.write_all(&frame).map_err(|error| fault(&self.path, &error))
    }

    /// Waits for the next reply; messages that are none (events, keep-alives) are passed over.
    fn receive(&mut self) -> Result<(u32, Answered), Fault> {
        loop {
            let mut length = [0; 4];
            self.fill(&mut length)?;
            let length = body_length(length).map_err(|error| self.not_understood(error))?;
            let mut body = Vec::new();
            while body.len() < length {
                let start = body.len();
                body.resize(length.min(start + CHUNK), 0);
                self.fill(&mut body[start..])?;
            }
            if let Some(reply) = reply(&body).map_err(|error| self.not_understood(error))? {
                return Ok(reply);
            }
        }
    }

    /// Reads until the buffer is full. The deadline is looked at before every read: bytes that drip do not stretch it.
    fn fill(&mut self, mut buffer: &mut [u8]) -> Result<(), Fault> {
        while !buffer.is_empty() {
            self.stream.set_read_timeout(Some(left(self.deadline))).map_err(|error| fault(&self.path, &error))?;
            match self.stream.read(buffer) {
                Ok(0) => return Err(Fault::HungUp(self.path.clone())),
                Ok(count) => buffer = &mut buffer[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(fault(&self.path, &error)),
            }
            if Instant::now() >= self.deadline {
                return Err(Fault::Late(self.path.clone()));
            }
        }
        Ok(())
    }
}

/// How long is left, never nothing: no time at all would mean no limit.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn fault(path: &Path, error: &io::Error) -> Fault {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Fault::NotThere(path),
        io::ErrorKind::PermissionDenied => Fault::Closed(path),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Fault::Late(path),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => {
            Fault::HungUp(path)
        }
        _ => Fault::Broken(path, error.to_string()),
    }
}

/// A call as it goes out.
fn frame(call: &Call, serial: u32) -> Vec<u8> {
    let length = u32::try_from(HEADER + call.arguments.len()).unwrap_or(u32::MAX);
    let header = Writer::default().number(length).number(PROGRAM).number(VERSION).number(call.procedure);
    let mut frame = header.number(CALL).number(serial).number(OK).done();
    frame.extend(&call.arguments);
    frame
}

/// How long what follows a frame's length is.
fn body_length(announced: [u8; 4]) -> Result<usize, XdrError> {
    match usize::try_from(u32::from_be_bytes(announced)) {
        Ok(length) if length > LARGEST => Err(XdrError::TooLong),
        Ok(length) if length >= HEADER => Ok(length - 4),
        _ => Err(XdrError::Short),
    }
}

/// The serial and the answer in a frame without its length; none where it is no reply.
fn reply(body: &[u8]) -> Result<Option<(u32, Answered)>, XdrError> {
    let mut reader = Reader::new(body);
    let [program, _version, _procedure, kind, serial, status] = {
        let mut header = [0; 6];
        for number in &mut header {
            *number = reader.number()?;
        }
        header
    };
    if program != PROGRAM || kind != REPLY {
        return Ok(None);
    }
    let payload = body.get(HEADER - 4..).unwrap_or_default();
    match status {
        OK => Ok(Some((serial, Ok(payload.to_vec())))),
        ERROR => Ok(Some((serial, Err(refusal(&mut reader)?)))),
        _ => Err(XdrError::Meaningless),
    }
}

/// `virNetMessageError`, whose first fields are all that is of use.
fn refusal(reader: &mut Reader<'_>) -> Result<Refusal, XdrError> {
    let code = reader.signed()?;
    let _domain = reader.signed()?;
    let message = reader.maybe_text()?.unwrap_or_default();
    Ok(Refusal { code, message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(serial: u32, status: u32, payload: &[u8]) -> Vec<u8> {
        let header = [PROGRAM, VERSION, 24, REPLY, serial, status];
        let mut body: Vec<u8> = header.iter().flat_map(|number| number.to_be_bytes()).collect();
        body.extend(payload);
        body
    }

    #[test]
    fn a_refusal_keeps_its_code_and_its_words() {
        let payload = Writer::default().signed(42).signed(10).maybe_text(Some("Domain not found")).done();
        let refusal = Refusal { code: 42, message: "Domain not found".to_owned() };
        assert_eq!(reply(&answer(3, ERROR, &payload)), Ok(Some((3, Err(refusal)))));
    }

    #[test]
    fn what_is_no_reply_is_passed_over() {
        let mut event = answer(0, OK, &[]);
        event[15] = 2;
        assert_eq!(reply(&event), Ok(None));
        let mut keep_alive = answer(0, OK, &[]);
        keep_alive[..4].copy_from_slice(&0x6b65_6570_u32.to_be_bytes());
        assert_eq!(reply(&keep_alive), Ok(None));
    }

    #[test]
    fn a_length_is_checked_before_anything_is_read() {
        let length = |number: u32| body_length(number.to_be_bytes());
        assert_eq!((length(27), length(28)), (Err(XdrError::Short), Ok(24)));
        assert_eq!((length(u32::MAX), length((32 << 20) + 5)), (Err(XdrError::TooLong), Err(XdrError::TooLong)));
    }

    proptest! {
        #[test]
        fn no_frame_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = reply(&bytes);
        }

        #[test]
        fn no_end_of_a_reply_makes_it_panic(cut in 0_usize..80, place in 0_usize..80, byte: u8, status in 0_u32..3) {
            let payload = Writer::default().signed(42).signed(10).maybe_text(Some("Domain not found")).done();
            let mut body = answer(3, status, &payload);
            let place = place % body.len();
            body[place] = byte;
            body.truncate(cut);
            let _ = reply(&body);
        }
    }
}

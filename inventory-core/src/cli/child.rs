//! Other programs, run for a while and no longer.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How much of what a program says is kept, in bytes of each stream.
const KEPT: u64 = 64 << 10;

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(10);

/// How long the end of a program's output is waited for after its own: a child of its may hold the pipe open.
const GRACE: Duration = Duration::from_millis(200);

/// A program that ended by itself.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// Runs a program without input until it ends; at the deadline it is killed, and the answer is `None`.
pub(super) fn run(command: &mut Command, deadline: Instant) -> io::Result<Option<Ended>> {
    run_keeping(command, deadline, KEPT)
}

/// The same, with that many bytes kept of each stream.
pub(super) fn run_keeping(command: &mut Command, deadline: Instant, kept: u64) -> io::Result<Option<Ended>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().map(|stream| collect(stream, kept));
    let stderr = child.stderr.take().map(|stream| collect(stream, kept));
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let now = Instant::now();
        if now >= deadline {
            // It may have ended this moment; either way it is reaped.
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(TICK.min(deadline - now));
    };
    let text = |stream: Option<mpsc::Receiver<Vec<u8>>>| {
        let bytes = stream.and_then(|stream| stream.recv_timeout(GRACE).ok()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok(Some(Ended { status, stdout: text(stdout), stderr: text(stderr) }))
}

/// Reads a stream on a thread of its own. The thread ends with the stream; nobody waits for it.
fn collect(mut stream: impl Read + Send + 'static, most: u64) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        // What cannot be read any more is not there; what is too much is read all the same, or the program would hang.
        let _ = stream.by_ref().take(most).read_to_end(&mut kept);
        let _ = io::copy(&mut stream, &mut io::sink());
        let _ = sender.send(kept);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Option<Ended> {
        run(Command::new("sh").args(["-c", script]), Instant::now() + limit).unwrap()
    }

    #[test]
    fn a_program_is_killed_at_the_deadline_and_not_later() {
        let started = Instant::now();
        assert!(sh("exec sleep 60", Duration::from_millis(300)).is_none());
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_grandchild_that_holds_the_pipe_is_not_waited_for() {
        let started = Instant::now();
        let ended = sh("sleep 20 & echo hello", Duration::from_secs(10)).unwrap();
        assert!(ended.status.success());
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn a_program_that_says_too_much_is_cut_short_and_ends() {
        let ended =
            sh("head -c 1000000 /dev/zero | tr '\\0' x; echo why >&2; exit 3", Duration::from_secs(20)).unwrap();
        assert_eq!((ended.stdout.len() as u64, ended.stderr.as_str(), ended.status.code()), (KEPT, "why\n", Some(3)));
    }
}

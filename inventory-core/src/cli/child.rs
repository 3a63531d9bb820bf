//! Other programs, run for a while and no longer.

use std::io::{self, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How much of what a program says is kept, in bytes of each stream.
const KEPT: u64 = 64 << 10;

/// How much is read at a time, in bytes: what a pipe holds.
const AT_A_TIME: usize = 64 << 10;

/// How often a running program is looked at.
const TICK: Duration = Duration::from_millis(10);

/// How long the end of a program's output is waited for after its own: a child of its may hold the pipe open.
const GRACE: Duration = Duration::from_millis(200);

/// A program that ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed, as far as it was kept.
    pub stdout: String,
    /// What it complained of, as far as it was kept.
    pub stderr: String,
}

/// Runs a program without input until it ends; at the deadline it is killed, and the answer is `None`.
pub(super) fn run(command: &mut Command, deadline: Instant) -> io::Result<Option<Ended>> {
    run_keeping(command, deadline, KEPT)
}

/// The same, with that many bytes kept of each stream.
pub(super) fn run_keeping(command: &mut Command, deadline: Instant, kept: u64) -> io::Result<Option<Ended>> {
    run_killing(command, deadline, kept, |child| {
        // It may have ended this moment.
        let _ = child.kill();
    })
}

/// The same, in a process group of its own, which is killed whole: a program may have started others. That many bytes
/// are kept of each stream.
///
/// # Errors
///
/// When the program cannot be started, or not be waited for.
pub fn run_group(command: &mut Command, deadline: Instant, kept: u64) -> io::Result<Option<Ended>> {
    run_killing(command.process_group(0), deadline, kept, |child| {
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    })
}

fn run_killing(
    command: &mut Command,
    deadline: Instant,
    kept: u64,
    kill: impl Fn(&mut Child),
) -> io::Result<Option<Ended>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().map(|stream| collect(stream, kept));
    let stderr = child.stderr.take().map(|stream| collect(stream, kept));
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let now = Instant::now();
        if now >= deadline {
            kill(&mut child);
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(TICK.min(deadline - now));
    };
    let text = |stream: Option<Collected>| {
        let bytes = stream.map(Collected::so_far).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    Ok(Some(Ended { status, stdout: text(stdout), stderr: text(stderr) }))
}

/// What is read of a stream.
struct Collected {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: mpsc::Receiver<()>,
}

impl Collected {
    /// All of it; where somebody else still holds the stream open, what was said until now.
    fn so_far(self) -> Vec<u8> {
        // Its thread may be waiting for that somebody, and is not asked again.
        let _ = self.ended.recv_timeout(GRACE);
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Reads a stream on a thread of its own. The thread ends with the stream; nobody waits for it.
fn collect(mut stream: impl Read + Send + 'static, most: u64) -> Collected {
    let (sender, ended) = mpsc::channel();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let collected = Collected { kept: Arc::clone(&kept), ended };
    std::thread::spawn(move || {
        let mut left = usize::try_from(most).unwrap_or(usize::MAX);
        let mut buffer = vec![0; AT_A_TIME];
        // What cannot be read any more is not there; what is too much is read all the same, or the program would hang.
        loop {
            let length = match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let more = &buffer[..length.min(left)];
            left -= more.len();
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(more);
        }
        // Nobody may be waiting any more.
        let _ = sender.send(());
    });
    collected
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
        assert_eq!(ended.stdout, "hello\n", "what was said until then counts");
    }

    #[test]
    fn what_a_late_program_has_started_is_killed_with_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = format!("sleep 60 & echo $! >{}; wait", file.path().display());
        let deadline = Instant::now() + Duration::from_secs(2);
        assert!(run_group(Command::new("sh").args(["-c", &script]), deadline, KEPT).unwrap().is_none());
        let pid: i32 = std::fs::read_to_string(file.path()).unwrap().trim().parse().unwrap();
        let is_gone = |pid| rustix::process::test_kill_process(Pid::from_raw(pid).unwrap()).is_err();
        // It may take a moment to die, and whoever adopted it one to bury it; a zombie is dead, too.
        let stat = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let is_dead = || is_gone(pid) || stat().contains(") Z ");
        let patience = Instant::now() + Duration::from_secs(10);
        while !is_dead() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(is_dead(), "{}", stat());
    }

    #[test]
    fn a_program_that_says_too_much_is_cut_short_and_ends() {
        let ended =
            sh("head -c 1000000 /dev/zero | tr '\\0' x; echo why >&2; exit 3", Duration::from_secs(20)).unwrap();
        assert_eq!((ended.stdout.len() as u64, ended.stderr.as_str(), ended.status.code()), (KEPT, "why\n", Some(3)));
    }
}

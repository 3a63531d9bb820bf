//! Asking one host whether it is ready.

use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::Goal;
use crate::cli::child::{self, Ended};
use crate::cli::ssh::{Ssh, Target, refusal, trouble};

/// How long one attempt may take; the next look comes soon.
const ATTEMPT: Duration = Duration::from_secs(15);

/// How long a port may take to accept a connection and to say that it is SSH's.
const GREETING: Duration = Duration::from_secs(5);

/// How much is read while looking for SSH's greeting, in bytes: lines may precede it (RFC 4253, 4.2).
const LONGEST_GREETING: usize = 8 << 10;

/// Prints `status: …`, and nothing else that begins so. The quotes are for login shells that are none of POSIX's.
const CLOUD_INIT: &str =
    r#"sh -c 'command -v cloud-init >/dev/null 2>&1 || { echo "status: absent"; exit 0; }; exec cloud-init status'"#;

/// What asking a host gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is ready, perhaps with something worth knowing.
    Ready(Option<String>),
    /// Not yet, and why.
    NotYet(String),
    /// It never will be, and why.
    Failed(String),
    /// It cannot be told, and why.
    Unknown(String),
}

/// Asks a host once, until the deadline at the latest.
pub(super) fn probe(goal: Goal, target: &Target, deadline: Instant) -> Outcome {
    let Target::Ssh(ssh) = target else {
        return Outcome::Ready(Some("it is the controller itself".to_owned()));
    };
    let deadline = deadline.min(Instant::now() + ATTEMPT);
    match (goal, ssh.address.ip().filter(|_| !ssh.needs_ssh())) {
        (Goal::Address, _) => Outcome::Ready(None),
        (Goal::Ssh, Some(ip)) => {
            match greeting(SocketAddr::new(ip, ssh.port.unwrap_or(22)), deadline.min(Instant::now() + GREETING)) {
                Ok(()) => Outcome::Ready(None),
                Err(why) => Outcome::NotYet(why),
            }
        }
        (Goal::Ssh, None) => run(ssh, "true", deadline, |ended| match trouble(&ended) {
            None => Outcome::Ready(None),
            // It spoke SSH to say so. Of a machine in between, `ssh` would go on and complain about the connection.
            Some(why) if why.contains("Permission denied (") => Outcome::Ready(None),
            Some(why) => Outcome::NotYet(why),
        }),
        (Goal::Login | Goal::CloudInit, _) if ssh.has_password => Outcome::Unknown(
            "a password is set (`ansible_password`, or an older name of it), which is handed to nobody but Ansible"
                .to_owned(),
        ),
        (Goal::Login, _) => run(ssh, "true", deadline, |ended| match refusal(ssh, &ended) {
            None => Outcome::Ready(None),
            Some(why) => Outcome::NotYet(why),
        }),
        (Goal::CloudInit, _) => run(ssh, CLOUD_INIT, deadline, |ended| match refusal(ssh, &ended) {
            None => cloud_init(&ended),
            Some(why) => Outcome::NotYet(why),
        }),
    }
}

fn run(ssh: &Ssh, remote: &str, deadline: Instant, judge: impl FnOnce(Ended) -> Outcome) -> Outcome {
    match child::run(&mut ssh.command(remote), deadline) {
        Ok(Some(ended)) => judge(ended),
        Ok(None) => Outcome::NotYet("`ssh` got no answer in time".to_owned()),
        Err(error) => Outcome::Unknown(format!("`ssh` cannot be started: {error}")),
    }
}

/// What `cloud-init status` says.
fn cloud_init(ended: &Ended) -> Outcome {
    let status = ended.stdout.lines().find_map(|line| line.trim().strip_prefix("status:")).map(str::trim);
    match status {
        // It ends with 2 where it finished in spite of errors (since 23.4).
        Some("done") if ended.status.code() == Some(2) => {
            Outcome::Ready(Some("cloud-init finished with errors that it could recover from".to_owned()))
        }
        Some("done") => Outcome::Ready(None),
        Some("absent") => Outcome::Ready(Some("there is no cloud-init".to_owned())),
        Some("disabled") => Outcome::Ready(Some("cloud-init is disabled".to_owned())),
        Some("error") => {
            Outcome::Failed("cloud-init failed; `cloud-init status --long` on the machine says why".to_owned())
        }
        Some(status) => Outcome::NotYet(format!("cloud-init: {status}")),
        None => Outcome::NotYet(format!(
            "`cloud-init status` says nothing useful{}",
            ended.stderr.lines().next_back().map(|line| format!(": {line}")).unwrap_or_default()
        )),
    }
}

/// Whether SSH answers on a port.
fn greeting(at: SocketAddr, deadline: Instant) -> Result<(), String> {
    let remaining = || Some(deadline.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
    let silent = || format!("{at} accepts connections and says nothing");
    let left = remaining().ok_or("there was no time left to ask")?;
    let mut stream = TcpStream::connect_timeout(&at, left).map_err(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("{at} refuses connections"),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => format!("{at} does not answer"),
        _ => format!("{at}: {error}"),
    })?;
    let mut said = Vec::new();
    let mut buffer = [0; 512];
    loop {
        stream.set_read_timeout(Some(remaining().ok_or_else(silent)?)).map_err(|error| format!("{at}: {error}"))?;
        match stream.read(&mut buffer) {
            Ok(0) if said.is_empty() => return Err(format!("{at} closes the connection at once")),
            Ok(0) => return Err(format!("what answers at {at} is not SSH")),
            Ok(read) => said.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {
                return Err(silent());
            }
            Err(error) => return Err(format!("{at}: {error}")),
        }
        if said.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"SSH-")) {
            return Ok(());
        }
        if said.len() > LONGEST_GREETING {
            return Err(format!("what answers at {at} is not SSH"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    fn ended(code: i32, stdout: &str, stderr: &str) -> Ended {
        Ended { status: ExitStatus::from_raw(code << 8), stdout: stdout.to_owned(), stderr: stderr.to_owned() }
    }

    fn greeted_with(text: &'static [u8], limit: Duration) -> Result<(), String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(text).unwrap();
            // Until the other side hangs up.
            let _ = stream.read(&mut [0; 1]);
        });
        let result = greeting(at, Instant::now() + limit);
        server.join().unwrap();
        result
    }

    #[test]
    fn ssh_is_known_by_its_greeting_and_lines_may_come_before_it() {
        let limit = Duration::from_secs(5);
        assert_eq!(greeted_with(b"SSH-2.0-OpenSSH_9.2\r\n", limit), Ok(()));
        assert_eq!(greeted_with(b"welcome\r\nSSH-2.0-x\r\n", limit), Ok(()));
    }

    #[test]
    fn a_port_that_says_nothing_is_left_in_time() {
        let started = Instant::now();
        let why = greeted_with(b"", Duration::from_millis(300)).unwrap_err();
        assert!(why.contains("says nothing") && started.elapsed() < Duration::from_secs(3), "{why}");
    }

    #[test]
    fn a_closed_port_says_so() {
        let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(greeting(at, Instant::now() + GREETING).unwrap_err().contains("refuses"));
    }

    #[test]
    fn only_sshs_own_status_is_trouble_with_ssh() {
        assert_eq!(trouble(&ended(1, "", "no such file")), None);
        let last = trouble(&ended(255, "", "banner\r\n\r\nroot@h: Permission denied (publickey).\r\n"));
        assert_eq!(last.as_deref(), Some("root@h: Permission denied (publickey)."));
    }

    #[test]
    fn cloud_init_is_done_absent_under_way_or_broken() {
        let judged = |code, stdout: &str| cloud_init(&ended(code, stdout, ""));
        assert_eq!(judged(0, "\nstatus: done\n"), Outcome::Ready(None));
        assert!(matches!(judged(2, "status: done\n"), Outcome::Ready(Some(_))));
        assert!(matches!(judged(0, "status: absent\n"), Outcome::Ready(Some(_))));
        assert!(matches!(judged(0, "status: disabled\n"), Outcome::Ready(Some(_))));
        assert!(matches!(judged(1, "status: error\n"), Outcome::Failed(_)));
        for status in ["running", "not run", "not started"] {
            assert!(matches!(judged(0, &format!("status: {status}\n")), Outcome::NotYet(_)), "{status}");
        }
        assert!(matches!(judged(1, ""), Outcome::NotYet(_)));
    }
}

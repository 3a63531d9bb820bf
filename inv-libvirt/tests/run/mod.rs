//! Runs of the binary, each with a limit to how long it may take.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What the busiest machine may take on top of a deadline.
pub(crate) const SLACK: Duration = Duration::from_secs(8);

/// A run of the binary.
pub(crate) struct Run {
    pub(crate) command: Command,
    deadline: Duration,
}

impl Run {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self::of(Path::new(env!("CARGO_BIN_EXE_inv-libvirt")), arguments)
    }

    pub(crate) fn of(binary: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary);
        command.args(arguments).stdin(Stdio::null()).env_clear();
        command.envs(["PATH", "HOME"].iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        Self { command, deadline: Duration::ZERO }
    }

    /// With the deadline that the binary is given.
    pub(crate) fn within(mut self, deadline: Duration) -> Self {
        self.command.env("INV_TIMEOUT", format!("{}ms", deadline.as_millis()));
        self.deadline = deadline;
        self
    }

    pub(crate) fn output(mut self) -> Output {
        let started = Instant::now();
        let output = self.command.output().unwrap();
        let (took, limit) = (started.elapsed(), self.deadline + SLACK);
        assert!(took < limit, "it took {took:?}: {output:?}");
        output
    }

    /// The answer of a run that works, and says nothing else.
    pub(crate) fn answer(self) -> String {
        let output = self.output();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The one paragraph of a run that fails, without the binary's name.
    pub(crate) fn complaint(self) -> String {
        let output = self.output();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        assert!(matches!(output.status.code(), Some(1 | 2)), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        let line = text.strip_prefix("inv-libvirt: ").and_then(|text| text.strip_suffix('\n')).unwrap();
        assert!(!line.contains('\n'), "{line}");
        line.to_owned()
    }
}

/// A directory of this test's, whose files everybody may use.
pub(crate) fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

/// The URI of a daemon behind a socket.
pub(crate) fn at_socket(socket: &Path) -> String {
    format!("qemu+unix:///system?socket={}", socket.display())
}

/// Waits for something that happens soon.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + SLACK;
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

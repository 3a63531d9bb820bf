//! The lab: two hypervisors with booted guests, and what can go wrong with them.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::Value;

use crate::run::{Run, eventually};

/// The lab that `scripts/e2e` started, for the time of a test.
pub(crate) struct Lab {
    directory: PathBuf,
    /// The first hypervisor, through its socket.
    pub(crate) uri: String,
    _turn: Turn,
}

/// Whether others may look at the lab meanwhile.
#[expect(dead_code, reason = "it is held, not read")]
enum Turn {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

static TURN: RwLock<()> = RwLock::new(());

impl Lab {
    /// For a test that only looks.
    pub(crate) fn shared() -> Self {
        Self::new(Turn::Shared(TURN.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// For a test that stops something, or makes it anew.
    pub(crate) fn alone() -> Self {
        Self::new(Turn::Alone(TURN.write().unwrap_or_else(PoisonError::into_inner)))
    }

    fn new(turn: Turn) -> Self {
        let directory = std::env::var_os("LAB_DIR").expect("run `make e2e`, which starts the lab and says where it is");
        let lab = Self { directory: directory.into(), uri: String::new(), _turn: turn };
        Self { uri: lab.tell(&["uri"]).trim().to_owned(), ..lab }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/lab"));
        command.arg("--dir").arg(&self.directory).args(arguments).stdin(Stdio::null());
        command
    }

    /// What a command of the lab prints.
    pub(crate) fn tell(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A command of libvirt's own client, for the first hypervisor.
    pub(crate) fn virsh(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("virsh");
        command.args(["--quiet", "--connect", &self.uri]).args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        command
    }

    /// Does it, and waits until it is done.
    pub(crate) fn virsh_done(&self, arguments: &[&str]) {
        assert!(self.virsh(arguments).status().unwrap().success(), "virsh {arguments:?}");
    }

    /// A line of `status`, without its first word: of the hypervisor (`libvirtd`), or a guest's address and process.
    pub(crate) fn status(&self, hypervisor: &str, word: &str) -> String {
        let status = self.tell(&["status"]);
        let mut lines = status.lines().skip_while(|line| *line != format!("{hypervisor} hypervisor"));
        let line = lines.find_map(|line| line.trim().strip_prefix(word)).unwrap_or_else(|| panic!("{word}: {status}"));
        line.trim().to_owned()
    }

    /// Stops the daemon of a hypervisor until the guard goes away.
    pub(crate) fn stopped_daemon(&self, hypervisor: &str) -> Stopped<'_> {
        let pid = self.status(hypervisor, "libvirtd");
        signal("STOP", &pid);
        Stopped { lab: self, guest: None, pid }
    }

    /// Stops the agent inside a guest until the guard goes away.
    pub(crate) fn stopped_agent(&self, guest: &str) -> Stopped<'_> {
        self.tell(&["ssh", guest, "kill -STOP $(pidof qemu-ga)"]);
        Stopped { lab: self, guest: Some(guest.to_owned()), pid: String::new() }
    }

    /// A run of the binary on the first hypervisor, without a cluster file.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::new(&[&["--uri", &self.uri], arguments].concat())
    }
}

/// Something that goes on when this goes away.
pub(crate) struct Stopped<'a> {
    lab: &'a Lab,
    guest: Option<String>,
    pub(crate) pid: String,
}

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        match &self.guest {
            Some(guest) => {
                self.lab.tell(&["ssh", guest, "kill -CONT $(pidof qemu-ga)"]);
                // It first answers whoever has given up on it.
                let asked = || self.lab.virsh(&["domifaddr", guest, "--source", "agent"]).status();
                eventually("the agent does not recover", || asked().is_ok_and(|status| status.success()));
            }
            None => drop(Command::new("kill").args(["-CONT", &self.pid]).stderr(Stdio::null()).status()),
        }
    }
}

/// Sends a signal to a process of this test's or the lab's.
pub(crate) fn signal(name: &str, pid: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), pid]).status().unwrap().success());
}

/// A program that is ended with the test.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `record` writes down of the first hypervisor's answers.
pub(crate) fn recorded(run: Run) -> Value {
    let recorded: Value = serde_json::from_str(&run.answer()).unwrap();
    recorded["raw"]["hypervisors"][0]["told"].clone()
}

/// What somebody (`agent`, `arp`) said of the addresses of the guest of that name.
pub(crate) fn told_by<'a>(told: &'a Value, guest: &str, teller: &str) -> &'a Value {
    let domains = told["domains"].as_array().unwrap();
    let name = format!("<name>{guest}</name>");
    let domain = domains.iter().find(|domain| domain["xml"].as_str().unwrap().contains(&name)).unwrap();
    domain["addresses"].as_array().unwrap().iter().find(|told| told["from"] == teller).unwrap()
}

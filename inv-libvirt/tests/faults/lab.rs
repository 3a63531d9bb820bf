//! Against a real daemon with booted guests: `scripts/lab start`, for one test `scripts/lab --second start` too, and the
//! lab's directory in `LAB_DIR`.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Run, at_socket, directory, eventually};

const SECOND: Duration = Duration::from_secs(1);

/// The lab; one test at a time has it, since they stop its daemon.
struct Lab {
    directory: PathBuf,
    uri: String,
    _turn: MutexGuard<'static, ()>,
}

impl Lab {
    fn new() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let directory =
            std::env::var_os("LAB_DIR").expect("run `scripts/lab start`, and put its directory into LAB_DIR");
        let lab = Self { directory: directory.into(), uri: String::new(), _turn: turn };
        Self { uri: lab.tell(&["uri"]).trim().to_owned(), ..lab }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/lab"));
        command.arg("--dir").arg(&self.directory).args(arguments).stdin(Stdio::null());
        command
    }

    fn tell(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn virsh(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("virsh");
        command.args(["--quiet", "--connect", &self.uri]).args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        command
    }

    /// Stops the daemon until the guard goes away.
    fn stopped_daemon(&self) -> Stopped<'_> {
        let status = self.tell(&["status"]);
        let pid = status.lines().find_map(|line| line.trim().strip_prefix("libvirtd")).unwrap().trim().to_owned();
        signal("STOP", &pid);
        Stopped { lab: self, guest: None, pid }
    }

    /// Stops the agent inside a guest until the guard goes away.
    fn stopped_agent(&self, guest: &str) -> Stopped<'_> {
        self.tell(&["ssh", guest, "kill -STOP $(pidof qemu-ga)"]);
        Stopped { lab: self, guest: Some(guest.to_owned()), pid: String::new() }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::new(&[&["--uri", &self.uri], arguments].concat())
    }

    /// What `record` writes down of the hypervisor's answers.
    fn recorded(run: Run) -> Value {
        let recorded: Value = serde_json::from_str(&run.answer()).unwrap();
        recorded["raw"]["hypervisors"][0]["told"].clone()
    }
}

/// Something that goes on when this goes away.
struct Stopped<'a> {
    lab: &'a Lab,
    guest: Option<String>,
    pid: String,
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
            None => signal("CONT", &self.pid),
        }
    }
}

fn signal(name: &str, pid: &str) {
    assert!(Command::new("kill").args([&format!("-{name}"), pid]).status().unwrap().success());
}

/// A program that is ended with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What an agent said of the guest of that name.
fn of_agent<'a>(told: &'a Value, guest: &str) -> &'a Value {
    let domains = told["domains"].as_array().unwrap();
    let name = format!("<name>{guest}</name>");
    let domain = domains.iter().find(|domain| domain["xml"].as_str().unwrap().contains(&name)).unwrap();
    domain["addresses"].as_array().unwrap().iter().find(|told| told["from"] == "agent").unwrap()
}

#[test]
#[ignore = "needs the lab"]
fn a_daemon_that_is_stopped_is_given_up_and_answers_again_afterwards() {
    let lab = Lab::new();
    let stopped = lab.stopped_daemon();
    let complaint = lab.run(&["graph"]).within(2 * SECOND).complaint();
    assert!(complaint.contains("it did not let anybody in within 2 seconds"), "{complaint}");
    drop(stopped);
    assert!(lab.run(&["graph"]).within(15 * SECOND).answer().contains("head10  192.168.150.10"));
}

#[test]
#[ignore = "needs the lab"]
fn an_agent_that_never_replies_costs_its_timeout_and_the_next_run_no_more() {
    let lab = Lab::new();
    let _stopped = lab.stopped_agent("head10");
    for _ in 0..2 {
        let started = Instant::now();
        let told = Lab::recorded(lab.run(&["--addresses", "lease,agent", "record"]).within(15 * SECOND));
        assert!(started.elapsed() < 6 * SECOND, "{:?}", started.elapsed());
        let error = of_agent(&told, "head10")["error"].as_str().unwrap();
        assert!(error.contains("Guest agent is not responding"), "{error}");
        assert!(of_agent(&told, "work11")["interfaces"].to_string().contains("192.168.150."), "{told}");
        // It has no channel to one.
        assert!(of_agent(&told, "work13")["error"].is_string(), "{told}");
    }
}

#[test]
#[ignore = "needs the lab"]
fn an_agent_that_somebody_else_waits_for_is_left_alone() {
    let lab = Lab::new();
    let _stopped = lab.stopped_agent("work11");
    let _other = Ended(lab.virsh(&["domifaddr", "work11", "--source", "agent"]).spawn().unwrap());
    std::thread::sleep(SECOND);
    let started = Instant::now();
    let told = Lab::recorded(lab.run(&["--addresses", "lease,agent", "record"]).within(15 * SECOND));
    assert!(started.elapsed() < 8 * SECOND, "{:?}", started.elapsed());
    assert!(of_agent(&told, "work11")["error"].is_string(), "{told}");
    assert!(of_agent(&told, "head10")["interfaces"].to_string().contains("192.168.150.10"), "{told}");
}

#[test]
#[ignore = "needs the lab"]
fn a_guest_that_goes_between_two_calls_is_left_out_and_nothing_fails() {
    let lab = Lab::new();
    let directory = directory();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let churn = || {
            let file = directory.path().join("gone.xml");
            let xml = "<domain type='qemu'><name>gone</name><memory>1024</memory><os><type>hvm</type></os></domain>";
            std::fs::write(&file, xml).unwrap();
            while !over.load(Ordering::Relaxed) {
                assert!(lab.virsh(&["define", file.to_str().unwrap()]).status().unwrap().success());
                assert!(lab.virsh(&["undefine", "gone"]).status().unwrap().success());
            }
        };
        scope.spawn(churn);
        let answers: Vec<_> = (0..60).map(|_| lab.run(&["record"]).output()).collect();
        over.store(true, Ordering::Relaxed);
        let counts: Vec<_> = answers
            .iter()
            .map(|output| {
                assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
                String::from_utf8_lossy(&output.stdout).contains("<name>gone</name>")
            })
            .collect();
        assert!(counts.contains(&true) && counts.contains(&false), "it was never, or always there: {counts:?}");
    });
}

#[test]
#[ignore = "needs the lab, and the second hypervisor in it"]
fn a_hypervisor_behind_ssh_answers_and_an_unknown_host_key_is_no_question() {
    let lab = Lab::new();
    let inside = |uris: &str| {
        let binary = env!("CARGO_BIN_EXE_inv-libvirt");
        let command = lab.command(&["exec", binary, "--uris", uris, "graph"]);
        Run { command, deadline: 15 * SECOND }
    };
    let answer = inside("qemu:///system,qemu+ssh://root@10.99.0.2/system").answer();
    assert!(answer.contains("head10") && answer.contains("@inv_place_10_99_0_2:\n  |--head20"), "{answer}");
    // The lab's SSH knows its hosts by their usual spelling.
    let complaint = inside("qemu+ssh://root@10.99.2/system").complaint();
    assert!(complaint.contains("accept it once: `ssh root@10.99.2`"), "{complaint}");
}

#[test]
#[ignore = "needs the lab"]
fn a_connection_that_breaks_or_stalls_anywhere_is_a_sentence() {
    let lab = Lab::new();
    let socket = lab.uri.split_once("socket=").unwrap().1.to_owned();
    for bytes in [1, 40, 100, 300, 1_000, 3_000, 10_000] {
        for stalls in [false, true] {
            let directory = directory();
            let path = directory.path().join("sock");
            let listener = UnixListener::bind(&path).unwrap();
            let daemon = socket.clone();
            std::thread::spawn(move || {
                listener.incoming().flatten().for_each(|client| {
                    let daemon = UnixStream::connect(&daemon).unwrap();
                    pass_on(client, daemon, bytes, stalls);
                });
            });
            let complaint = Run::new(&["--uri", &at_socket(&path), "graph"]).within(2 * SECOND).complaint();
            let words = if stalls { "within 2 seconds" } else { "(libvirt: " };
            assert!(complaint.contains(words), "after {bytes} bytes: {complaint}");
        }
    }
}

/// Carries all questions, and that many bytes of the answers; then it hangs up, or keeps still.
fn pass_on(client: UnixStream, daemon: UnixStream, mut left: usize, stalls: bool) {
    let (mut from_client, mut to_daemon) = (client.try_clone().unwrap(), daemon.try_clone().unwrap());
    std::thread::spawn(move || std::io::copy(&mut from_client, &mut to_daemon));
    let (mut from_daemon, mut to_client) = (daemon, client);
    let mut buffer = [0; 4_096];
    while left > 0 {
        let most = left.min(buffer.len());
        let Ok(count @ 1..) = from_daemon.read(&mut buffer[..most]) else { return };
        let Ok(()) = to_client.write_all(&buffer[..count]) else { return };
        left -= count;
    }
    if stalls {
        std::thread::sleep(60 * SECOND);
    }
    let _ = to_client.shutdown(std::net::Shutdown::Both);
    let _ = from_daemon.shutdown(std::net::Shutdown::Both);
}

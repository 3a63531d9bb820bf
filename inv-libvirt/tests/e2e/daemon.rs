//! A daemon that is stopped, killed, or hangs up: a sentence within the deadline, and nothing else.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Stdio;
use std::time::Instant;

use ansible_referee::Ansible;

use crate::SECOND;
use crate::cluster::Cluster;
use crate::lab::{Ended, Lab, signal};
use crate::run::{Run, SLACK, at_socket, directory};

#[test]
#[ignore = "needs the lab"]
fn a_daemon_that_is_stopped_is_given_up_and_answers_again_afterwards() {
    let lab = Lab::alone();
    let cluster = Cluster::new(&format!("layout: none\nsource: {{uri: \"{}\", timeout: 2s}}\n", lab.uri));
    let stopped = lab.stopped_daemon("first");
    for command in ["graph", "--list", "plan"] {
        let complaint = lab.run(&[command]).within(2 * SECOND).complaint();
        assert!(complaint.contains("it did not let anybody in within 2 seconds"), "{complaint}");
    }
    // Ansible says so too, and plays nobody.
    for ansible in Ansible::ALL {
        let outcome = cluster.inventory(ansible, &[]);
        assert!(!outcome.status.success(), "{outcome:?}");
        assert!(outcome.stderr.contains("it did not let anybody in within 2 seconds"), "{outcome:?}");
    }
    drop(stopped);
    assert!(lab.run(&["graph"]).within(15 * SECOND).answer().contains("head10  192.168.150.10"));
}

#[test]
#[ignore = "needs the lab"]
fn a_daemon_that_is_killed_in_mid_call_is_a_sentence_and_the_next_one_answers() {
    let lab = Lab::alone();
    let stopped = lab.stopped_daemon("first");
    let mut run = lab.run(&["graph"]).within(15 * SECOND);
    let started = Instant::now();
    let mut child = Ended(run.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    std::thread::sleep(SECOND);
    signal("KILL", &stopped.pid);
    let status = child.0.wait().unwrap();
    assert!(started.elapsed() < SLACK, "it waited for its deadline");
    assert_eq!(status.code(), Some(1));
    let (mut answer, mut complaint) = (String::new(), String::new());
    child.0.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    child.0.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!(answer, "");
    assert!(complaint.starts_with("inv-libvirt: ") && complaint.lines().count() == 1, "{complaint}");
    assert!(complaint.contains("hangs up before it has let anybody in"), "{complaint}");

    let complaint = lab.run(&["graph"]).complaint();
    assert!(complaint.contains("libvirt's daemon does not run"), "{complaint}");
    drop(stopped);
    // Its guests outlive it, and the next daemon finds them.
    lab.tell(&["start"]);
    assert!(lab.run(&["graph"]).within(15 * SECOND).answer().contains("head10  192.168.150.10"));
}

#[test]
#[ignore = "needs the lab"]
fn a_connection_that_breaks_or_stalls_anywhere_is_a_sentence() {
    let lab = Lab::shared();
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

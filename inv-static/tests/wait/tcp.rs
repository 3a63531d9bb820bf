//! `--for ssh`: who says what, and when, on a port.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::{Cluster, machine_here};

/// Listens, and answers every connection with `respond`, each on a thread of its own.
fn listen(respond: impl Fn(&mut TcpStream) + Send + Sync + Clone + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let respond = respond.clone();
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                respond(&mut stream);
                // Until the other side hangs up.
                let _ = stream.read(&mut [0; 64]);
            });
        }
    });
    port
}

#[test]
fn a_greeting_that_comes_late_is_waited_for() {
    let opens = Instant::now() + Duration::from_secs(2);
    let port = listen(move |stream| {
        if Instant::now() >= opens {
            let _ = stream.write_all(b"SSH-2.0-late\r\n");
        }
    });
    let said = Cluster::here(port, "").wait(&["--for", "ssh", "--timeout", "40s"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.starts_with("1 host is ready (ssh) after "), "{said:?}");
    assert!(said.stderr.is_empty() && said.took >= Duration::from_secs(2), "{said:?}");
}

#[test]
fn a_port_that_says_nothing_is_not_ready_and_the_deadline_holds() {
    let port = listen(|_| {});
    let said = Cluster::here(port, "").wait(&["--for", "ssh", "--timeout", "3s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(
        said.stdout,
        format!("node-1 was not ready after 3s: 127.0.0.1:{port} accepts connections and says nothing\n")
    );
    assert!(said.took >= Duration::from_millis(2900) && said.took < Duration::from_secs(6), "{said:?}");
}

#[test]
fn what_is_not_ssh_is_said_to_be_something_else() {
    let port = listen(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.shutdown(std::net::Shutdown::Write);
    });
    let said = Cluster::here(port, "").wait(&["--for", "ssh", "--timeout", "2s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("is not SSH"), "{said:?}");
}

#[test]
fn forty_silent_hosts_take_no_longer_than_one() {
    // Two hosts with one address and port would be refused.
    let ports: Vec<u16> = (1..=40).map(|_| listen(|_| {})).collect();
    let machines: Vec<String> = (1..=40u8)
        .zip(ports)
        .map(|(number, port)| format!("    - {}\n", machine_here(&format!("node-{number}"), number, port, "")))
        .collect();
    let cluster = Cluster::new(&format!("source:\n  machines:\n{}", machines.concat()));
    let said = cluster.wait(&["--for", "ssh", "--timeout", "2s"]);
    assert_eq!((said.code, said.stdout.lines().count()), (Some(1), 40), "{said:?}");
    assert!(said.took < Duration::from_secs(6), "{said:?}");
}

#[test]
fn a_login_that_hangs_ends_with_the_deadline() {
    let port = listen(|stream| {
        let _ = stream.write_all(b"SSH-2.0-hangs\r\n");
    });
    let said = Cluster::here(port, "").wait(&["--for", "login", "--timeout", "3s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stdout.contains("node-1 was not ready after 3s: "), "{said:?}");
    assert!(said.took < Duration::from_secs(6), "{said:?}");
}

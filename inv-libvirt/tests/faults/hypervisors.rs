//! Daemons that are none: they accept and never answer, hang up, talk nonsense.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::{Run, at_socket, directory, eventually, is_running, program};

const SECOND: Duration = Duration::from_secs(1);

/// The user and group that have nothing.
const NOBODY: u32 = 65_534;

/// Somebody who does as told with every connection, for as long as the test runs.
fn listener(directory: &tempfile::TempDir, treat: fn(UnixStream)) -> PathBuf {
    let path = directory.path().join("sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || listener.incoming().flatten().for_each(treat));
    path
}

#[test]
fn whoever_accepts_and_never_answers_is_given_up_at_the_deadline() {
    let directory = directory();
    let path = directory.path().join("sock");
    let _listener = UnixListener::bind(&path).unwrap();
    let complaint = Run::new(&["--uri", &at_socket(&path)]).within(SECOND).complaint();
    assert!(complaint.contains("it did not let anybody in within a second"), "{complaint}");

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("qemu+tcp://{}/system", listener.local_addr().unwrap());
    let complaint = Run::new(&["--uri", &uri]).within(SECOND).complaint();
    assert!(complaint.contains("it did not let anybody in within a second"), "{complaint}");
}

#[test]
fn ten_that_never_answer_take_as_long_as_one_and_those_that_do_are_kept() {
    let directory = directory();
    let path = directory.path().join("sock");
    let _listener = UnixListener::bind(&path).unwrap();
    let file = directory.path().join("lab.libvirt.yml");
    let mut text =
        "#!/usr/bin/env inv-libvirt\nplugin: kube_inventory.vms.libvirt\nlayout: none\nsource:\n  uris:\n".to_owned();
    for n in 0..10 {
        writeln!(text, "    hv{n}: {}", at_socket(&path)).unwrap();
    }
    fs::write(&file, text + "    here: test:///default\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |partial: &str| {
        let mut run = Run::new(&[file.to_str().unwrap(), "graph"]).within(3 * SECOND);
        run.command.env("INV_PARTIAL", partial);
        run
    };
    let started = Instant::now();
    let complaint = run("false").complaint();
    assert!(complaint.contains("the place hv0 says nothing: qemu+unix:"), "{complaint}");
    let answer = run("true").answer();
    assert!(answer.contains("test  192.168.122.3"), "{answer}");
    assert!(started.elapsed() < 12 * SECOND, "{:?}", started.elapsed());
}

#[test]
fn wait_has_a_time_of_its_own_beside_the_hypervisors() {
    let directory = directory();
    let path = directory.path().join("sock");
    let _listener = UnixListener::bind(&path).unwrap();
    let uri = at_socket(&path);
    for arguments in [
        ["wait", "--for", "address", "--timeout", "3s", "--source-timeout", "1s"],
        ["--source-timeout", "1s", "wait", "--for", "address", "--timeout", "3s"],
    ] {
        let output = Run::new(&[&["--uri", &uri], &arguments[..]].concat()).output();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains("it did not let anybody in within a second"), "{complaint}");
    }
}

#[test]
fn whoever_hangs_up_is_told_from_whoever_talks_nonsense() {
    for treat in [
        (|connection| drop(connection)) as fn(UnixStream),
        |mut connection| drop(connection.read(&mut [0; 8])),
        |mut connection| drop(connection.write_all(&[0; 64])),
        |mut connection| drop(connection.write_all(&[0xff; 64])),
        |mut connection| drop(connection.write_all(b"SSH-2.0-OpenSSH_9.2\r\n")),
    ] {
        let directory = directory();
        let complaint = Run::new(&["--uri", &at_socket(&listener(&directory, treat))]).within(5 * SECOND).complaint();
        assert!(complaint.contains("says nothing: ") && complaint.contains("(libvirt: "), "{complaint}");
    }
}

#[test]
fn a_daemon_that_is_gone_and_left_its_socket_does_not_run() {
    let directory = directory();
    let path = directory.path().join("sock");
    drop(UnixListener::bind(&path).unwrap());
    let complaint = Run::new(&["--uri", &at_socket(&path)]).complaint();
    assert!(complaint.contains("libvirt's daemon does not run"), "{complaint}");
}

#[test]
fn a_socket_of_somebody_elses_names_the_group_to_join() {
    let directory = directory();
    let path = directory.path().join("sock");
    let _listener = UnixListener::bind(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // The directory of the build may be root's alone, and root may open every socket.
    let binary = directory.path().join("inv-libvirt");
    fs::copy(env!("CARGO_BIN_EXE_inv-libvirt"), &binary).unwrap();
    let run = |arguments: &[&str]| {
        let mut run = Run::of(&binary, arguments).within(5 * SECOND);
        if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            run.command.uid(NOBODY).gid(NOBODY).env("HOME", "/");
        }
        run.complaint()
    };
    let complaint = run(&["--uri", &at_socket(&path)]);
    assert!(
        complaint.contains("this user may not use libvirt's socket") && complaint.contains("usermod -aG libvirt"),
        "{complaint}"
    );
    let complaint = run(&["--uri", &at_socket(&path), "--addresses", "agent"]);
    assert!(complaint.contains("only agents need a connection that may write"), "{complaint}");
}

#[test]
fn programs_that_libvirt_started_do_not_outlive_us() {
    let directory = directory();
    let pids = directory.path().join("pids");
    // As `ssh` with a ProxyCommand: a child of its own, and both wait for ever.
    let hung = program(&directory, "hung", &format!("sleep 1000 & echo $! $$ > {}; wait", pids.display()));
    for uri in ["qemu+ext:///system?command=", "qemu+ssh://hv1/system?command="] {
        let complaint = Run::new(&["--uri", &format!("{uri}{}", hung.display())]).within(2 * SECOND).complaint();
        assert!(complaint.contains("within 2 seconds"), "{complaint}");
        for pid in fs::read_to_string(&pids).unwrap().split_whitespace() {
            let pid = pid.parse().unwrap();
            eventually("a program outlives us", || !is_running(pid));
        }
        fs::remove_file(&pids).unwrap();
    }
}

#[test]
fn ssh_asks_nobody_and_what_it_says_is_understood() {
    let directory = directory();
    let arguments = directory.path().join("arguments");
    let says = |words: &str, uri: &str| {
        let script =
            format!("echo \"$@\" > {}; head -c 4 > /dev/null; echo '{words}' >&2; exit 255", arguments.display());
        let ssh = program(&directory, "ssh", &script);
        let uri = format!("{uri}command={}", ssh.display());
        let complaint = Run::new(&["--uri", &uri]).within(5 * SECOND).complaint();
        (complaint, fs::read_to_string(&arguments).unwrap())
    };
    let (complaint, arguments) = says("Host key verification failed.", "qemu+ssh://me@hv1:2222/system?");
    assert!(complaint.contains("accept it once: `ssh -p 2222 me@hv1`"), "{complaint}");
    assert!(arguments.contains("BatchMode=yes"), "{arguments}");
    let (_, arguments) = says("x", "qemu+ssh://me@hv1/system?no_tty=0&");
    assert!(!arguments.contains("BatchMode"), "{arguments}");
    let (complaint, _) = says("me@hv1: Permission denied (publickey,password).", "qemu+ssh://me@hv1/system?");
    assert!(complaint.contains("ssh-copy-id me@hv1"), "{complaint}");
}

#[test]
fn what_is_left_in_the_environment_is_named() {
    let mut run = Run::new(&[]);
    run.command.env("LIBVIRT_DEFAULT_URI", "bogus:///x");
    let complaint = run.complaint();
    assert!(complaint.contains("bogus:///x"), "{complaint}");
    let mut run = Run::new(&["graph"]);
    run.command.env("LIBVIRT_DEFAULT_URI", "test:///default");
    assert!(run.answer().contains("test"));
}

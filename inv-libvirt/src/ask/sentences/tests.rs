//! What people read, over errors as libvirt 9.0 gave them.

use std::fmt::Write as _;

use super::super::uri;
use super::*;
use crate::options::Teller;

fn place(uri: &str) -> Place {
    Place { name: Some("hv1".into()), shown: uri.into(), dialled: uri::without_prompts(uri) }
}

fn wishes(tellers: &[Teller]) -> Wishes {
    let second = Duration::from_secs(1);
    Wishes { tellers: tellers.to_vec(), deadline: second, agent_timeout: second }
}

fn sentences(errors: &[(&str, u32, &str)]) -> String {
    let mut text = String::new();
    for (uri, code, words) in errors {
        let silence = not_open(&place(uri), &wishes(&[]), &Refusal::new(*code, words));
        assert!(!silence.why.contains('\n') && !silence.remedy.is_empty());
        writeln!(text, "{}\n  -> {}", silence.why, silence.remedy).unwrap();
    }
    text
}

#[test]
fn a_daemon_that_does_not_answer_has_a_way_out() {
    insta::assert_snapshot!(sentences(&[
        ("qemu:///system", 38, "Failed to connect socket to '/var/run/libvirt/libvirt-sock-ro': No such file or directory"),
        ("qemu:///system", 38, "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied"),
        ("qemu:///system", 38, "Failed to connect socket to '/var/run/libvirt/libvirt-sock': Connection refused"),
        ("qemu:///system", 1, "internal error: Unable to get system bus connection: Could not connect: No such file or directory"),
        ("qemu:///system", 94, "authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.monitor'"),
        ("qemu:///system", 38, "End of file while reading data: Input/output error"),
    ]), @"
    qemu:///system: libvirt's daemon does not run (libvirt: Failed to connect socket to '/var/run/libvirt/libvirt-sock-ro': No such file or directory)
      -> start it: `systemctl start libvirtd`, or `systemctl start virtqemud.socket virtnetworkd.socket` where each driver has a daemon
    qemu:///system: this user may not use libvirt's socket (libvirt: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied)
      -> join the group libvirt (`sudo usermod -aG libvirt $USER`, then log in again), or become root
    qemu:///system: libvirt's daemon does not run (libvirt: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Connection refused)
      -> start it: `systemctl start libvirtd`, or `systemctl start virtqemud.socket virtnetworkd.socket` where each driver has a daemon
    qemu:///system: polkit does not let this user in (libvirt: internal error: Unable to get system bus connection: Could not connect: No such file or directory)
      -> become root, or join the group libvirt (`sudo usermod -aG libvirt $USER`, then log in again), or give the user the action org.libvirt.unix.monitor (org.libvirt.unix.manage with `agent`)
    qemu:///system: polkit does not let this user in (libvirt: authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.monitor')
      -> become root, or join the group libvirt (`sudo usermod -aG libvirt $USER`, then log in again), or give the user the action org.libvirt.unix.monitor (org.libvirt.unix.manage with `agent`)
    qemu:///system: whoever answers hangs up before it has let anybody in (libvirt: End of file while reading data: Input/output error)
      -> is it libvirt that listens there? its log says why: `journalctl -u libvirtd`
    ");
}

#[test]
fn a_uri_that_is_wrong_says_how_it_is_written() {
    insta::assert_snapshot!(sentences(&[
        ("bogus:///x", 5, "no connection driver available for bogus:///x"),
        ("lxc:///system", 5, "no connection driver available for lxc:///system"),
        ("not a uri", 1, "internal error: Unable to parse URI not a uri"),
        ("test:///", 8, "invalid argument: testOpen: supply a path or use test:///default"),
        ("test:///n.xml", 35, "/n.xml:1: Start tag expected, '<' not found\n\u{1b}[31m\n^"),
        ("esx://127.0.0.1/", 1, "internal error: IP address lookup for host '127.0.0.1' failed: Name or service not known"),
    ]), @"
    bogus:///x: libvirt has no driver for it (libvirt: no connection driver available for bogus:///x)
      -> is the URI spelled right? qemu:///system, qemu+ssh://root@hv1/system; Debian packages drivers apart (libvirt-daemon-driver-lxc)
    lxc:///system: libvirt has no driver for it (libvirt: no connection driver available for lxc:///system)
      -> is the URI spelled right? qemu:///system, qemu+ssh://root@hv1/system; Debian packages drivers apart (libvirt-daemon-driver-lxc)
    not a uri: it is no connection URI (libvirt: internal error: Unable to parse URI not a uri)
      -> a URI is written qemu:///system or qemu+ssh://root@hv1/system
    test:///: the test driver has neither a file nor a default (libvirt: invalid argument: testOpen: supply a path or use test:///default)
      -> write test:///default, or test:// and a file's path from the root
    test:///n.xml: the test driver does not understand its file (libvirt: /n.xml:1: Start tag expected, '<' not found)
      -> correct it: <node> with <domain type='test'> and <network> elements
    esx://127.0.0.1/: nobody knows the name 127.0.0.1 (libvirt: internal error: IP address lookup for host '127.0.0.1' failed: Name or service not known)
      -> is it spelled right? `getent hosts` asks the same
    ");
}

#[test]
fn what_ssh_says_is_understood() {
    let reset = ": Connection reset by peer";
    let ssh = |words: &str| format!("Cannot recv data: {words}{reset}");
    let words = [
        ssh("ssh: connect to host 127.0.0.1 port 1: Connection refused"),
        ssh("ssh: Could not resolve hostname no-such-host.invalid: Temporary failure in name resolution"),
        ssh("ssh: connect to host 192.168.150.250 port 22: No route to host"),
        ssh("Host key verification failed."),
        ssh("root@hv1: Permission denied (publickey,password)."),
        ssh("sh: 1: virt-ssh-helper: not found"),
        ssh(
            "virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory",
        ),
    ];
    let errors: Vec<_> = words.iter().map(|words| ("qemu+ssh://root@hv1:2222/system", 38, words.as_str())).collect();
    insta::assert_snapshot!(sentences(&errors), @"
    qemu+ssh://root@hv1:2222/system: no SSH server listens on hv1 (libvirt: Cannot recv data: ssh: connect to host 127.0.0.1 port 1: Connection refused: Connection reset by peer)
      -> is the port right, and sshd running?
    qemu+ssh://root@hv1:2222/system: nobody knows the name hv1 (libvirt: Cannot recv data: ssh: Could not resolve hostname no-such-host.invalid: Temporary failure in name resolution: Connection reset by peer)
      -> is it spelled right? `getent hosts` asks the same
    qemu+ssh://root@hv1:2222/system: hv1 cannot be reached (libvirt: Cannot recv data: ssh: connect to host 192.168.150.250 port 22: No route to host: Connection reset by peer)
      -> is it up, and in a network that this machine can reach?
    qemu+ssh://root@hv1:2222/system: SSH does not know the host key of hv1, or there is another one now (libvirt: Cannot recv data: Host key verification failed.: Connection reset by peer)
      -> compare it and accept it once: `ssh -p 2222 root@hv1`
    qemu+ssh://root@hv1:2222/system: SSH is not let in on hv1 (libvirt: Cannot recv data: root@hv1: Permission denied (publickey,password).: Connection reset by peer)
      -> let it log in without a password: `ssh-copy-id -p 2222 root@hv1`, or `?keyfile=PATH` in the URI
    qemu+ssh://root@hv1:2222/system: libvirt's other half is missing on hv1 (libvirt: Cannot recv data: sh: 1: virt-ssh-helper: not found: Connection reset by peer)
      -> install libvirt's daemon there (virt-ssh-helper), or netcat; `?proxy=native` or `?proxy=netcat` chooses
    qemu+ssh://root@hv1:2222/system: libvirt's daemon does not run on hv1 (libvirt: Cannot recv data: virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock': Failed to connect socket to '/var/run/libvirt/libvirt-sock': No such file or directory: Connection reset by peer)
      -> start it: `systemctl start libvirtd`, or `systemctl start virtqemud.socket virtnetworkd.socket` where each driver has a daemon
    ");
}

#[test]
fn what_the_network_says_is_understood() {
    insta::assert_snapshot!(sentences(&[
        ("qemu+tcp://127.0.0.1:1/system", 38, "unable to connect to server at '127.0.0.1:1': Connection refused"),
        ("qemu+tcp://192.168.150.250/system", 38, "unable to connect to server at '192.168.150.250:16509': No route to host"),
        ("qemu+tls://127.0.0.1/system", 38, "Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory"),
        ("qemu+tcp://hv1/system", 45, "authentication failed: authentication failed"),
        ("qemu+tcp://hv1:22/system", 1, "packet 1397966893 bytes received from server too large, want 33554432"),
        ("qemu+ssh://me@hv1/system", 1, "packet 1416128879 bytes received from server too large, want 33554432"),
        ("qemu+tcp://hv1/system", 1, "something that nobody has seen yet"),
    ]), @"
    qemu+tcp://127.0.0.1:1/system: no libvirt daemon listens on 127.0.0.1 (libvirt: unable to connect to server at '127.0.0.1:1': Connection refused)
      -> a daemon listens only when it is told to (libvirtd-tcp.socket, libvirtd-tls.socket); qemu+ssh://127.0.0.1/system needs no such thing
    qemu+tcp://192.168.150.250/system: 192.168.150.250 cannot be reached (libvirt: unable to connect to server at '192.168.150.250:16509': No route to host)
      -> is it up, and in a network that this machine can reach?
    qemu+tls://127.0.0.1/system: TLS needs certificates on both sides, and one is missing or not right (libvirt: Cannot read CA certificate '/etc/pki/CA/cacert.pem': No such file or directory)
      -> see libvirt.org/kbase/tlscerts.html; qemu+ssh:// needs none
    qemu+tcp://hv1/system: libvirt wants to know who is asking on hv1 (libvirt: authentication failed: authentication failed)
      -> write an auth file (libvirt.org/auth.html), `?authfile=PATH` in the URI; or use qemu+ssh://
    qemu+tcp://hv1:22/system: something else than libvirt answers on hv1 (libvirt: packet 1397966893 bytes received from server too large, want 33554432)
      -> is it libvirt that listens there? its ports are 16509 for tcp and 16514 for tls
    qemu+ssh://me@hv1/system: something else than libvirt answers on hv1 (libvirt: packet 1416128879 bytes received from server too large, want 33554432)
      -> `ssh me@hv1 true` must print nothing: no greeting, and no shell that turns users away
    qemu+tcp://hv1/system: libvirt does not connect (libvirt: something that nobody has seen yet)
      -> see what `virsh -c 'qemu+tcp://hv1/system' list` says
    ");
}

#[test]
fn whoever_asks_agents_hears_that_they_need_a_connection_that_may_write() {
    let refusal = Refusal::new(38, "Failed to connect socket to '/run/libvirt/libvirt-sock': Permission denied");
    let silence = not_open(&place("qemu:///system"), &wishes(&[Teller::Agent]), &refusal);
    assert!(silence.remedy.ends_with("only agents need a connection that may write"), "{}", silence.remedy);
}

#[test]
fn a_question_without_an_answer_says_which() {
    let told = |question, code, words| not_told(&place("qemu:///system"), question, &Refusal::new(code, words)).why;
    insta::assert_snapshot!(told("its guests", 38, "End of file while reading data: Input/output error"), @"qemu:///system: the connection broke off while it was asked for its guests (libvirt: End of file while reading data: Input/output error)");
    insta::assert_snapshot!(told("its guest \"n1\"", 88, "access denied: 'QEMU' denied access"), @r#"qemu:///system: it does not tell its guest "n1" (libvirt: access denied: 'QEMU' denied access)"#);
}

#[test]
fn a_deadline_says_how_far_it_came() {
    let late = |stage, deadline| too_late(&place("qemu+ssh://hv1/system"), stage, deadline);
    let silence = late(Stage::Connecting, Duration::from_secs(15));
    insta::assert_snapshot!(format!("{}\n  -> {}", silence.why, silence.remedy), @"
    qemu+ssh://hv1/system: it did not let anybody in within 15 seconds
      -> see whether `virsh -c 'qemu+ssh://hv1/system' list` answers; a daemon that is stopped or overloaded, and a firewall that drops packets, look like this; --source-timeout waits longer
    ");
    insta::assert_snapshot!(late(Stage::Guests, Duration::from_millis(1500)).why, @"qemu+ssh://hv1/system: it let us in, was asked for its guests, and did not answer within 1500 ms");
}

#[test]
fn the_uri_in_libvirts_words_is_the_one_that_was_written() {
    let place = place("qemu+ssh://ho st/system");
    let refusal = Refusal::new(1, "internal error: Unable to parse URI qemu+ssh://ho st/system?no_tty=1");
    assert!(!not_open(&place, &wishes(&[]), &refusal).why.contains("no_tty"));
}

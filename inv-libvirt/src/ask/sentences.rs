//! Sentences for a person instead of libvirt's errors: what is wrong, and what to do about it.
//!
//! libvirt's own words are quoted, since somebody may want to search for them. They tell the cases apart; libvirt's
//! numbers do not: a refused connection, an unknown host key and a missing certificate are all a `system error`.

use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

use inventory_core::safe::terminal::one_line;

use super::Wishes;
use super::places::Place;
use super::stage::Stage;
use crate::answers::Silence;
use crate::calls::{Access, Refusal};

/// Checks that a file of the test driver can be opened, so that its reader is not the one to say so.
pub(super) fn check_test_file(place: &Place) -> Result<(), Silence> {
    let Some(path) = place.uri().and_then(|uri| uri.test_file()) else { return Ok(()) };
    // A directory opens and does not read.
    match File::open(&path).and_then(|mut file| file.read(&mut [0])) {
        Ok(_) => Ok(()),
        Err(error) => Err(silence(
            place,
            &format!("the file {} cannot be read: {error}", path.display()),
            None,
            "a URI of the test driver is test:///default, or test:// and the file's path from the root",
        )),
    }
}

/// A hypervisor that let nobody in.
pub(super) fn not_open(place: &Place, wishes: &Wishes, refusal: &Refusal) -> Silence {
    let (cause, remedy) = cause(place, refusal);
    let is_refused = matches!(
        refusal.code,
        virt_sys::VIR_ERR_AUTH_FAILED
            | virt_sys::VIR_ERR_AUTH_CANCELLED
            | virt_sys::VIR_ERR_AUTH_UNAVAILABLE
            | virt_sys::VIR_ERR_ACCESS_DENIED
            | virt_sys::VIR_ERR_OPERATION_DENIED
    ) || refusal.words.contains("Permission denied");
    if wishes.access() == Access::ReadWrite && is_refused {
        let remedy =
            format!("{remedy}; or take `agent` out of `addresses`: only agents need a connection that may write");
        return silence(place, &cause, Some(refusal), &remedy);
    }
    silence(place, &cause, Some(refusal), &remedy)
}

/// A hypervisor that let us in and then did not answer a question.
pub(super) fn not_told(place: &Place, question: &str, refusal: &Refusal) -> Silence {
    let broke_off = ["End of file while reading", "Connection reset by peer", "client socket is closed", "Broken pipe"];
    if broke_off.iter().any(|words| refusal.words.contains(words)) {
        let cause = format!("the connection broke off while it was asked for {question}");
        return silence(place, &cause, Some(refusal), "run it again; libvirt's daemon may have been restarted");
    }
    let remedy = match refusal.code {
        virt_sys::VIR_ERR_ACCESS_DENIED | virt_sys::VIR_ERR_OPERATION_DENIED => {
            "polkit's rules must let this user read domains and networks"
        }
        _ => "see what `virsh` says to the same question",
    };
    silence(place, &format!("it does not tell {question}"), Some(refusal), remedy)
}

/// A hypervisor that did not answer within the deadline.
pub(super) fn too_late(place: &Place, stage: Stage, deadline: Duration) -> Silence {
    let limit = limit(deadline);
    let shown = &place.shown;
    match stage.asked_for() {
        None => silence(
            place,
            &format!("it did not let anybody in within {limit}"),
            None,
            &format!(
                "see whether `virsh -c '{shown}' list` answers; a daemon that is stopped or overloaded, and a firewall that \
                 drops packets, look like this; --source-timeout waits longer"
            ),
        ),
        Some(question) => silence(
            place,
            &format!("it let us in, was asked for {question}, and did not answer within {limit}"),
            None,
            "see whether `virsh list` answers there; --source-timeout waits longer",
        ),
    }
}

/// A hypervisor whose thread died, which is our own mistake.
pub(super) fn broke_off(place: &Place) -> Silence {
    silence(
        place,
        "asking it broke off, which is a mistake in this program",
        None,
        "please report it, with `record` of another run",
    )
}

/// A hypervisor that there was no thread for.
pub(super) fn no_thread(place: &Place, error: &std::io::Error) -> Silence {
    silence(
        place,
        &format!("there is no thread to ask it on: {error}"),
        None,
        "raise the limit of processes (ulimit -u)",
    )
}

/// The sentence: which hypervisor, what is wrong, libvirt's words.
fn silence(place: &Place, cause: &str, refusal: Option<&Refusal>, remedy: &str) -> Silence {
    let words = refusal.map(|refusal| format!(" (libvirt: {})", refusal.words)).unwrap_or_default();
    // The URI we dialled is not quite the one that somebody wrote.
    let words = words.replace(&place.dialled, &place.shown);
    // A place without a name is called by its URI already.
    let which = place.name.as_ref().map(|_| format!("{}: ", place.shown)).unwrap_or_default();
    Silence { why: one_line(&format!("{which}{cause}{words}")), remedy: one_line(remedy) }
}

fn limit(deadline: Duration) -> String {
    if deadline.subsec_millis() == 0 {
        match deadline.as_secs() {
            1 => "a second".into(),
            seconds => format!("{seconds} seconds"),
        }
    } else {
        format!("{} ms", deadline.as_millis())
    }
}

/// What is wrong, and the remedy, by libvirt's words.
fn cause(place: &Place, refusal: &Refusal) -> (String, String) {
    let uri = place.uri();
    let host = uri.and_then(|uri| uri.host());
    let at = host.map_or(String::new(), |host| format!(" on {host}"));
    let is_ssh = uri.is_some_and(|uri| uri.is_ssh());
    let shown = &place.shown;
    let words = refusal.words.as_str();
    let says = |part: &str| words.contains(part);
    // For a driver that it does not have, the library asks a daemon, which may not run either.
    let is_unheard_of = uri.is_some_and(|uri| !uri.has_known_driver());
    let (cause, remedy): (String, String) = if refusal.code == virt_sys::VIR_ERR_NO_CONNECT || is_unheard_of {
        (
            "libvirt has no driver for it".into(),
            "is the URI spelled right? qemu:///system, qemu+ssh://root@hv1/system; Debian packages drivers apart \
             (libvirt-daemon-driver-lxc)"
                .into(),
        )
    } else if says("Unable to parse URI") {
        ("it is no connection URI".into(), "a URI is written qemu:///system or qemu+ssh://root@hv1/system".into())
    } else if says("supply a path") {
        (
            "the test driver has neither a file nor a default".into(),
            "write test:///default, or test:// and a file's path from the root".into(),
        )
    } else if uri.is_some_and(|uri| uri.is_test()) {
        let what = "the test driver does not understand its file";
        (what.into(), "correct it: <node> with <domain type='test'> and <network> elements".into())
    } else if says("polkit") || says("system bus connection") {
        (
            format!("polkit does not let this user in{at}"),
            "become root, or join the group libvirt (`sudo usermod -aG libvirt $USER`, then log in again), or give the user \
             the action org.libvirt.unix.monitor (org.libvirt.unix.manage with `agent`)"
                .into(),
        )
    } else if is_ssh && says("Host key verification failed") {
        let host = host.unwrap_or_default();
        (
            format!("SSH does not know the host key of {host}, or there is another one now"),
            format!("compare it and accept it once: `ssh {}`", ssh_destination(place, host)),
        )
    } else if is_ssh && says("Permission denied (") {
        let host = host.unwrap_or_default();
        (
            format!("SSH is not let in{at}"),
            format!(
                "let it log in without a password: `ssh-copy-id {}`, or `?keyfile=PATH` in the URI",
                ssh_destination(place, host)
            ),
        )
    } else if says("Could not resolve hostname")
        || says("Name or service not known")
        || says("unable to resolve")
        || says("failure in name resolution")
    {
        let host = host.unwrap_or("the host");
        (format!("nobody knows the name {host}"), "is it spelled right? `getent hosts` asks the same".into())
    } else if is_ssh && (says("command not found") || says("virt-ssh-helper: not found") || says("nc: not found")) {
        (
            format!("libvirt's other half is missing{at}"),
            "install libvirt's daemon there (virt-ssh-helper), or netcat; `?proxy=native` or `?proxy=netcat` chooses"
                .into(),
        )
    } else if says("certificate") {
        (
            "TLS needs certificates on both sides, and one is missing or not right".into(),
            "see libvirt.org/kbase/tlscerts.html; qemu+ssh:// needs none".into(),
        )
    } else if (says("Failed to connect socket") || says("unix connect failed") || says("cannot connect to '/"))
        && says("Permission denied")
    {
        (
            format!("this user may not use libvirt's socket{at}"),
            "join the group libvirt (`sudo usermod -aG libvirt $USER`, then log in again), or become root".into(),
        )
    } else if says("Failed to connect socket") || says("unix connect failed") || says("cannot connect to '/") {
        (
            format!("libvirt's daemon does not run{at}"),
            "start it: `systemctl start libvirtd`, or `systemctl start virtqemud.socket virtnetworkd.socket` where each \
             driver has a daemon"
                .into(),
        )
    } else if says("Connection refused") {
        let what = if is_ssh { "no SSH server" } else { "no libvirt daemon" };
        let remedy = if is_ssh {
            "is the port right, and sshd running?".into()
        } else {
            format!(
                "a daemon listens only when it is told to (libvirtd-tcp.socket, libvirtd-tls.socket); qemu+ssh://{}/system needs no such thing",
                host.unwrap_or("hv1")
            )
        };
        (format!("{what} listens{at}"), remedy)
    } else if says("No route to host") || says("Connection timed out") || says("Network is unreachable") {
        (
            format!("{} cannot be reached", host.unwrap_or("the host")),
            "is it up, and in a network that this machine can reach?".into(),
        )
    } else if matches!(
        refusal.code,
        virt_sys::VIR_ERR_AUTH_FAILED | virt_sys::VIR_ERR_AUTH_CANCELLED | virt_sys::VIR_ERR_AUTH_UNAVAILABLE
    ) {
        (
            format!("libvirt wants to know who is asking{at}"),
            "write an auth file (libvirt.org/auth.html), `?authfile=PATH` in the URI; or use qemu+ssh://".into(),
        )
    } else if says("bytes received from server too") {
        let remedy = if is_ssh {
            let destination = ssh_destination(place, host.unwrap_or_default());
            format!("`ssh {destination} true` must print nothing: no greeting, and no shell that turns users away")
        } else {
            "is it libvirt that listens there? its ports are 16509 for tcp and 16514 for tls".into()
        };
        (format!("something else than libvirt answers{at}"), remedy)
    } else if is_ssh && (says("Cannot recv data") || says("Cannot write data")) {
        let destination = ssh_destination(place, host.unwrap_or_default());
        (format!("SSH ends before libvirt is reached{at}"), format!("see what `ssh {destination} virsh list` says"))
    } else if says("End of file while reading") || says("Connection reset by peer") || says("Broken pipe") {
        (
            format!("whoever answers{at} hangs up before it has let anybody in"),
            "is it libvirt that listens there? its log says why: `journalctl -u libvirtd`".into(),
        )
    } else if refusal.code == virt_sys::VIR_ERR_ACCESS_DENIED || refusal.code == virt_sys::VIR_ERR_OPERATION_DENIED {
        (format!("libvirt does not let this user in{at}"), "become root, or change polkit's rules".into())
    } else {
        ("libvirt does not connect".into(), format!("see what `virsh -c '{shown}' list` says"))
    };
    (cause, remedy)
}

/// How `ssh` is told whom to reach.
fn ssh_destination(place: &Place, host: &str) -> String {
    let authority =
        place.shown.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
    let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
    let port = place.rsplit_once(']').map_or(place, |(_, port)| port).split_once(':').map(|(_, port)| port);
    let port = port.map(|port| format!("-p {port} ")).unwrap_or_default();
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    format!("{port}{user}{host}")
}

#[cfg(test)]
mod tests;

//! Which libvirt is asked, and over what: its local sockets, or `virsh` where only libvirt's own client gets there.

use std::path::{Path, PathBuf};

use crate::ask::surroundings::Surroundings;

/// Where libvirt listens on this machine; the second is what older systems call the first.
const SYSTEM: [&str; 2] = ["/run/libvirt", "/var/run/libvirt"];

/// A libvirt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hypervisor {
    /// As it is given to libvirt's own client.
    pub(super) uri: String,
    /// As it is shown: without a password.
    pub(super) shown: String,
    /// How to get there.
    pub(super) way: Way,
}

/// How to get to a libvirt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Over sockets on this machine.
    Sockets {
        /// Who knows the domains.
        domains: Endpoint,
        /// Who knows the networks.
        networks: Endpoint,
    },
    /// Through libvirt's own client.
    Virsh,
}

/// A socket, and what to ask for there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) socket: PathBuf,
    pub(super) uri: String,
}

impl Endpoint {
    fn new(socket: impl Into<PathBuf>, uri: &str) -> Self {
        Self { socket: socket.into(), uri: uri.to_owned() }
    }
}

impl Hypervisor {
    /// The libvirt that vagrant-libvirt takes where the Vagrantfile names none.
    pub(super) fn of(surroundings: &Surroundings) -> Self {
        let uri = surroundings.libvirt_uri.as_deref().unwrap_or("qemu:///system");
        Self { uri: unattended(uri), shown: shown(uri), way: way(uri, surroundings, &SYSTEM.map(Path::new)) }
    }
}

impl Hypervisor {
    /// The user's own libvirt, where nobody names another and it runs.
    pub(super) fn of_the_user(surroundings: &Surroundings) -> Option<Self> {
        let uri = "qemu:///session";
        let system = SYSTEM.map(Path::new);
        let way = way(uri, surroundings, &system);
        let is_there = matches!(&way, Way::Sockets { domains, .. } if domains.socket.exists());
        let nobody_names_one = surroundings.libvirt_uri.is_none();
        (nobody_names_one && is_there).then(|| Self { uri: uri.to_owned(), shown: uri.to_owned(), way })
    }
}

fn way(uri: &str, surroundings: &Surroundings, system: &[&Path]) -> Way {
    let parsed = Parsed::of(uri);
    // Only what is on this machine: no host, and no transport but the unix socket.
    let Some(parsed) = parsed.filter(|parsed| parsed.host.is_empty() && matches!(parsed.transport, "" | "unix")) else {
        return Way::Virsh;
    };
    let inner = format!("{}://{}", parsed.driver, parsed.path);
    if let Some(socket) = parsed.socket {
        let endpoint = Endpoint::new(socket, &inner);
        return Way::Sockets { domains: endpoint.clone(), networks: endpoint };
    }
    if parsed.driver != "qemu" {
        return Way::Virsh;
    }
    let networks = |fallback: &str| system_endpoint(system, "virtnetworkd-sock-ro", "network:///system", fallback);
    match (parsed.path, &surroundings.runtime_directory) {
        ("/system", _) => Way::Sockets {
            domains: system_endpoint(system, "virtqemud-sock-ro", "qemu:///system", "qemu:///system"),
            networks: networks("qemu:///system"),
        },
        ("/session", Some(directory)) => {
            let directory = directory.join("libvirt");
            let socket = first_there([directory.join("libvirt-sock"), directory.join("virtqemud-sock")]);
            Way::Sockets { domains: Endpoint::new(socket, "qemu:///session"), networks: networks("qemu:///system") }
        }
        _ => Way::Virsh,
    }
}

/// A socket of the system's libvirt: that of the one daemon for everything, else that of the one for this.
fn system_endpoint(system: &[&Path], single: &str, uri: &str, uri_of_all: &str) -> Endpoint {
    let of_all = system.iter().map(|directory| directory.join("libvirt-sock-ro"));
    let of_one = system.iter().map(|directory| directory.join(single));
    let socket = first_there(of_all.chain(of_one));
    let uri = if socket.ends_with("libvirt-sock-ro") { uri_of_all } else { uri };
    Endpoint::new(socket, uri)
}

/// The first that exists, else the first, for the message.
fn first_there(paths: impl IntoIterator<Item = PathBuf>) -> PathBuf {
    let mut paths = paths.into_iter();
    let first = paths.next().unwrap_or_default();
    if first.exists() { first } else { paths.find(|path| path.exists()).unwrap_or(first) }
}

/// A libvirt URI: `driver[+transport]://[user@][host]/path[?query]`.
struct Parsed<'a> {
    driver: &'a str,
    transport: &'a str,
    host: &'a str,
    path: &'a str,
    /// `socket` of the query, percent signs resolved.
    socket: Option<PathBuf>,
}

impl<'a> Parsed<'a> {
    fn of(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (driver, transport) = scheme.split_once('+').unwrap_or((scheme, ""));
        let socket = query.split('&').find_map(|pair| pair.strip_prefix("socket=")).map(|path| decoded(path).into());
        Some(Self { driver, transport, host, path, socket })
    }
}

/// A text without percent signs; one that means nothing stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = hex.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The URI with which SSH asks nobody for a password or a host key: it would ask on the terminal, and wait.
fn unattended(uri: &str) -> String {
    let is_ssh = uri.split_once("://").is_some_and(|(scheme, _)| scheme.ends_with("+ssh"));
    if !is_ssh || uri.contains("no_tty=") {
        return uri.to_owned();
    }
    format!("{uri}{}no_tty=1", if uri.contains('?') { '&' } else { '?' })
}

/// The URI without a password: `user:password@host`.
fn shown(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rsplit_once('@') {
        Some((user, _)) if user.contains(':') => {
            let name = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{name}@{}", &rest[user.len() + 1..])
        }
        _ => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(sockets: &[&str]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for socket in sockets {
            std::fs::write(directory.path().join(socket), "").unwrap();
        }
        directory
    }

    fn way_to(uri: &str, directory: &tempfile::TempDir) -> Way {
        way(uri, &Surroundings::default(), &[Path::new("/nowhere"), directory.path()])
    }

    #[test]
    fn one_daemon_is_asked_for_everything_and_two_for_what_each_knows() {
        let one = system(&["libvirt-sock-ro", "virtqemud-sock-ro"]);
        let endpoint = Endpoint::new(one.path().join("libvirt-sock-ro"), "qemu:///system");
        assert_eq!(way_to("qemu:///system", &one), Way::Sockets { domains: endpoint.clone(), networks: endpoint });
        let two = system(&["virtqemud-sock-ro", "virtnetworkd-sock-ro"]);
        let expected = Way::Sockets {
            domains: Endpoint::new(two.path().join("virtqemud-sock-ro"), "qemu:///system"),
            networks: Endpoint::new(two.path().join("virtnetworkd-sock-ro"), "network:///system"),
        };
        assert_eq!(way_to("qemu:///system", &two), expected);
        assert_eq!(way_to("qemu+unix:///system", &two), expected);
    }

    #[test]
    fn a_socket_in_the_uri_is_taken() {
        let endpoint = Endpoint::new("/a b/sock", "qemu:///system");
        let expected = Way::Sockets { domains: endpoint.clone(), networks: endpoint };
        assert_eq!(way_to("qemu+unix:///system?mode=legacy&socket=/a%20b/sock", &system(&[])), expected);
    }

    #[test]
    fn what_is_not_on_this_machine_is_left_to_virsh() {
        for uri in [
            "qemu+ssh://root@hv/system",
            "qemu+tcp:///system",
            "qemu://hv/system",
            "xen:///system",
            "nonsense",
            "qemu:///session",
        ] {
            assert_eq!(way_to(uri, &system(&[])), Way::Virsh, "{uri}");
        }
    }

    #[test]
    fn a_users_own_libvirt_knows_no_networks() {
        let system = system(&["libvirt-sock-ro"]);
        let user = tempfile::tempdir().unwrap();
        let surroundings = Surroundings { runtime_directory: Some(user.path().into()), ..Surroundings::default() };
        let Way::Sockets { domains, networks } = way("qemu:///session", &surroundings, &[system.path()]) else {
            panic!("sockets");
        };
        assert_eq!(domains, Endpoint::new(user.path().join("libvirt/libvirt-sock"), "qemu:///session"));
        assert_eq!(networks, Endpoint::new(system.path().join("libvirt-sock-ro"), "qemu:///system"));
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(shown("qemu+ssh://root:s3cret@hv/system"), "qemu+ssh://root@hv/system");
        assert_eq!(shown("qemu+ssh://root@hv/system"), "qemu+ssh://root@hv/system");
        assert_eq!(shown("esx://a:p@q@hv"), "esx://a@hv");
    }

    #[test]
    fn ssh_asks_nobody_unless_the_uri_says_so() {
        let uris = [
            "qemu+ssh://hv/system",
            "qemu+ssh://hv/system?keyfile=k",
            "qemu+ssh://hv/system?no_tty=0",
            "qemu:///system",
        ];
        let expected = ["qemu+ssh://hv/system?no_tty=1", "qemu+ssh://hv/system?keyfile=k&no_tty=1", uris[2], uris[3]];
        assert_eq!(uris.map(unattended), expected);
    }

    #[test]
    fn a_percent_sign_that_means_nothing_stays() {
        assert_eq!(["%41", "%zz", "%4", "%", "%e4"].map(decoded), ["A", "%zz", "%4", "%", "\u{fffd}"]);
    }
}

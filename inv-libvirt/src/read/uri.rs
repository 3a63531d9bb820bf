//! What a connection URI says of the hypervisor's machine.

use std::net::IpAddr;

use inventory_core::machine::Jump;
use inventory_core::safe::HostAddress;

/// The parts of a connection URI that are read: `driver+transport://user@host:port/path`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uri<'a> {
    transport: Option<&'a str>,
    user: Option<&'a str>,
    /// The machine; an IPv6 address without its brackets.
    host: Option<&'a str>,
    port: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Takes a URI apart. What is no URI, an alias in libvirt.conf perhaps, has no parts.
    pub(super) fn new(uri: &'a str) -> Self {
        let Some((scheme, rest)) = uri.split_once("://") else {
            return Self { transport: None, user: None, host: None, port: None };
        };
        let authority = authority(rest);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => place.rsplit_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
        };
        Self {
            transport: scheme.split_once('+').map(|(_, transport)| transport),
            user: user.map(|user| user.split_once(':').map_or(user, |(user, _)| user)).filter(|user| !user.is_empty()),
            host: Some(host).filter(|host| !host.is_empty()),
            port: port.filter(|port| !port.is_empty()),
        }
    }

    /// The machine to jump through; `None` where the URI is none of SSH, or names no machine.
    pub(super) fn jump(self) -> Option<Jump> {
        if !matches!(self.transport, Some("ssh" | "libssh" | "libssh2")) {
            return None;
        }
        let host = self.host?;
        let host = host.parse::<IpAddr>().map_or_else(|_| host.to_owned(), |ip| HostAddress::Ip(ip).to_string());
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let user = self.user.map(|user| format!("{user}@")).unwrap_or_default();
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{user}{host}{port}").parse().ok()
    }

    /// The hypervisor's machine, where it is another one.
    pub(super) fn host(self) -> Option<HostAddress> {
        self.host?.parse().ok()
    }

    /// Whether the hypervisor is on this machine, as far as the URI tells.
    pub(super) fn is_local(self) -> bool {
        self.host.is_none() && self.transport.is_none_or(|transport| transport == "unix")
    }
}

/// The part before the path, the query and the fragment.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The URI without a password, for messages and recordings.
pub(super) fn without_password(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let authority = authority(rest);
    match authority.rsplit_once('@').map(|(user, place)| (user.split_once(':'), place)) {
        Some((Some((user, _)), place)) => format!("{scheme}://{user}@{place}{}", &rest[authority.len()..]),
        _ => uri.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jump(uri: &str) -> String {
        Uri::new(uri).jump().map_or_else(|| "none".to_owned(), |jump| jump.to_string())
    }

    #[test]
    fn an_ssh_uri_names_the_machine_to_jump_through() {
        for (uri, expected) in [
            ("qemu+ssh://root@10.99.0.2/system", "root@10.99.0.2"),
            ("qemu+ssh://hv1.lan:2222/system?no_tty=1", "hv1.lan:2222"),
            ("qemu+libssh2://ops@[fd00::0:1]:22/system", "ops@[fd00::1]:22"),
            ("qemu+ssh://ops:secret@hv1/system", "ops@hv1"),
            ("qemu+ssh://hv1?socket=/run/x:y@z", "hv1"),
            ("qemu+ssh:///system", "none"),
            ("qemu+tls://hv1/system", "none"),
            ("qemu:///system", "none"),
            ("qemu+ssh://-oProxyCommand=x/system", "none"),
            ("qemu+ssh://a b@hv1/system", "none"),
            ("qemu+ssh://hv1:ssh/system", "none"),
            ("hail", "none"),
            ("", "none"),
        ] {
            assert_eq!(jump(uri), expected, "{uri}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (uri, expected) in [
            ("esx://root:s3cret@esx1/?no_verify=1", "esx://root@esx1/?no_verify=1"),
            ("esx://root:a@b@esx1/", "esx://root@esx1/"),
            ("qemu+ssh://root@hv1:22/system", "qemu+ssh://root@hv1:22/system"),
            ("qemu:///system?a=b:c@d", "qemu:///system?a=b:c@d"),
            ("test:///a@b:c", "test:///a@b:c"),
        ] {
            assert_eq!(without_password(uri), expected);
        }
    }
}

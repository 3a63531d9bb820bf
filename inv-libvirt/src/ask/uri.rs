//! What a connection URI says, as far as it matters before libvirt reads it.

use std::borrow::Cow;
use std::path::PathBuf;

/// The drivers of libvirt, libvirt.org/drivers.html.
const DRIVERS: [&str; 18] = [
    "bhyve",
    "ch",
    "esx",
    "gsx",
    "hyperv",
    "lxc",
    "openvz",
    "parallels",
    "qemu",
    "test",
    "vbox",
    "vmwarefusion",
    "vmwareplayer",
    "vmwarews",
    "vpx",
    "vz",
    "xen",
    "remote",
];

/// A connection URI: `DRIVER[+TRANSPORT]://[USER@][HOST][:PORT]/PATH[?PARAMETERS]`.
///
/// What is no URI is none of our business: libvirt knows aliases (`uri_aliases` in its configuration), and says what it
/// does not understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uri<'a> {
    scheme: &'a str,
    authority: &'a str,
    path: &'a str,
    query: &'a str,
    /// All that follows the authority.
    tail: &'a str,
}

impl<'a> Uri<'a> {
    /// Takes a text apart.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let named = tail.split('#').next().unwrap_or_default();
        let (path, query) = named.split_once('?').unwrap_or((named, ""));
        Some(Self { scheme, authority, path, query, tail })
    }

    /// The driver: `qemu`, `test`.
    pub(super) fn driver(&self) -> &'a str {
        self.scheme.split('+').next().unwrap_or_default()
    }

    /// Whether libvirt has such a driver anywhere.
    pub(super) fn has_known_driver(&self) -> bool {
        DRIVERS.contains(&self.driver())
    }

    /// How the driver is reached: `ssh`, `unix`; nothing where libvirt chooses.
    pub(super) fn transport(&self) -> Option<&'a str> {
        Some(self.scheme.split_once('+')?.1)
    }

    /// The host, without the brackets of an IPv6 address; nothing for this machine.
    pub(super) fn host(&self) -> Option<&'a str> {
        let place = self.authority.rsplit_once('@').map_or(self.authority, |(_, place)| place);
        let host = match place.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => place.split(':').next().unwrap_or_default(),
        };
        Some(host).filter(|host| !host.is_empty())
    }

    /// Whether there is a password in it, and where somebody may have meant one.
    fn has_password(&self) -> bool {
        match self.authority.rsplit_once('@') {
            Some((user, _)) => user.contains(':'),
            // A `/`, `?` or `#` in the password ends the authority too early.
            None => self.tail.contains('@') && self.port().is_some_and(|port| port.parse::<u16>().is_err()),
        }
    }

    fn port(&self) -> Option<&'a str> {
        if self.authority.starts_with('[') { None } else { Some(self.authority.split_once(':')?.1) }
    }

    /// A parameter's value.
    pub(super) fn parameter(&self, name: &str) -> Option<&'a str> {
        self.query.split(['&', ';']).find_map(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether it is libvirt's test driver, inside this process.
    pub(super) fn is_test(&self) -> bool {
        self.scheme == "test" && self.host().is_none()
    }

    /// The file of the test driver, where it is not the built-in one.
    pub(super) fn test_file(&self) -> Option<PathBuf> {
        let path = unescaped(self.path);
        let is_file = self.is_test() && !matches!(path.as_ref(), "" | "/" | "/default");
        is_file.then(|| PathBuf::from(path.into_owned()))
    }

    /// Whether a daemon answers for the driver, so that several questions can be on their way at once.
    pub(super) fn is_daemons(&self) -> bool {
        !self.is_test()
            && (self.transport().is_some() || matches!(self.driver(), "qemu" | "xen" | "lxc" | "ch" | "bhyve"))
    }

    /// Whether it leads to this machine as we see it. A socket may lead anywhere.
    pub(super) fn is_here(&self) -> bool {
        !self.is_test()
            && self.host().is_none()
            && matches!(self.transport(), None | Some("unix"))
            && self.parameter("socket").is_none()
    }

    /// Whether SSH carries the connection.
    pub(super) fn is_ssh(&self) -> bool {
        self.transport() == Some("ssh")
    }
}

/// Whether a text has a password in it that libvirt, or whoever reads a message, would see.
pub(super) fn has_password(text: &str) -> bool {
    match Uri::of(text) {
        Some(uri) => uri.has_password(),
        // What is no URI may have been meant to be one.
        None => text
            .rsplit_once('@')
            .is_some_and(|(user, _)| user.rsplit('/').next().is_some_and(|user| user.contains(':'))),
    }
}

/// The URI that libvirt gets: SSH asks nobody for a password or whether a host key is right, unless the user wants it
/// to. Nobody may be there to answer, and a question on the terminal is a hang.
pub(super) fn without_prompts(text: &str) -> String {
    if !Uri::of(text).is_some_and(|uri| uri.is_ssh() && uri.parameter("no_tty").is_none()) {
        return text.to_owned();
    }
    let (uri, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
    let separator = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}no_tty=1{fragment}")
}

/// A path of a URI with its `%20` read.
fn unescaped(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return path.into();
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let byte = match tail {
            [high, low, ..] if *first == b'%' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low)
            }
            _ => None,
        };
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_has_a_driver_a_transport_a_host_and_parameters() {
        let uri = Uri::of("qemu+ssh://root@[fd00::1]:2222/system?socket=/x&no_verify=1#f").unwrap();
        assert_eq!((uri.driver(), uri.transport(), uri.host()), ("qemu", Some("ssh"), Some("fd00::1")));
        assert_eq!(
            (uri.parameter("socket"), uri.parameter("no_verify"), uri.parameter("no")),
            (Some("/x"), Some("1"), None)
        );
        let uri = Uri::of("qemu:///system").unwrap();
        assert_eq!((uri.driver(), uri.transport(), uri.host(), uri.is_here()), ("qemu", None, None, true));
        assert_eq!(Uri::of("qemu+tcp://hv1:16509/system").unwrap().host(), Some("hv1"));
        assert!(!Uri::of("qemu+unix:///system?socket=/x").unwrap().is_here());
        assert_eq!(Uri::of("hail"), None);
    }

    #[test]
    fn ssh_asks_no_questions_unless_it_is_told_to() {
        assert_eq!(without_prompts("qemu+ssh://hv1/system"), "qemu+ssh://hv1/system?no_tty=1");
        assert_eq!(
            without_prompts("qemu+ssh://hv1/system?keyfile=/k#f"),
            "qemu+ssh://hv1/system?keyfile=/k&no_tty=1#f"
        );
        for same in ["qemu+ssh://hv1/system?no_tty=0", "qemu:///system", "qemu+libssh2://hv1/system", "hail", ""] {
            assert_eq!(without_prompts(same), same);
        }
    }

    #[test]
    fn a_password_is_seen_where_it_stands_and_where_it_was_meant_to() {
        let has = has_password;
        assert!(has("qemu+ssh://root:secret@hv1/system"));
        for separator in ['/', '?', '#'] {
            assert!(has(&format!("qemu+ssh://root:sec{separator}ret@hv1/system")), "{separator}");
        }
        assert!(has("qemu+ssh:/root:secret@hv1/system"));
        assert!(!has("hail"));
        for none in [
            "qemu+ssh://root@hv1:22/system",
            "qemu+ssh://hv1:22/a@b",
            "qemu+ssh://hv1:22/system?command=a@b",
            "qemu+ssh://root@[fd00::1]:22/system",
        ] {
            assert!(!has(none), "{none}");
        }
    }

    #[test]
    fn a_file_of_the_test_driver_is_a_path() {
        let file = |text| Uri::of(text).unwrap().test_file().map(|path| path.display().to_string());
        assert_eq!(file("test:///tmp/a%20b.xml?x=y").as_deref(), Some("/tmp/a b.xml"));
        assert_eq!(file("test:////tmp/n.xml").as_deref(), Some("//tmp/n.xml"));
        assert_eq!(file("test:///100%").as_deref(), Some("/100%"));
        for none in
            ["test:///default", "test:///", "test+unix:///tmp/n.xml", "test+tcp://hv1/tmp/n.xml", "qemu:///system"]
        {
            assert_eq!(file(none), None, "{none}");
        }
    }
}

//! What `vagrant ssh-config` prints, plain or for machines, and what `export --format ssh-config` does.

use std::borrow::Cow;

/// How a host of an SSH configuration is reached. The first value of an option counts, of keys all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SshHost {
    /// What it is called there.
    pub(super) name: String,
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    /// As OpenSSH reads them, `%` and all.
    pub(super) keys: Vec<String>,
    pub(super) identities_only: bool,
    pub(super) proxy_command: Option<String>,
    pub(super) proxy_jump: Option<String>,
}

/// The options that are read.
const READ: [&str; 9] =
    ["host", "hostname", "identitiesonly", "identityfile", "match", "port", "proxycommand", "proxyjump", "user"];

/// A configuration with nothing in it but what is read: whatever else a file holds is not recorded.
pub(crate) fn reduced(text: &str) -> String {
    let is_read =
        |line: &&str| option(line).is_some_and(|(keyword, _)| READ.contains(&keyword.to_ascii_lowercase().as_str()));
    plain(text).split_inclusive('\n').filter(is_read).collect()
}

/// The hosts of a configuration, in its order. Patterns and conditions are for whoever opens a connection, and say
/// nothing about a machine; lines that are no option's are passed over as OpenSSH would refuse them.
pub(super) fn read(text: &str) -> Vec<SshHost> {
    let mut hosts: Vec<SshHost> = Vec::new();
    // Positions of the hosts that the lines are about.
    let mut about: Vec<usize> = Vec::new();
    for line in plain(text).lines() {
        let Some((keyword, value)) = option(line) else { continue };
        match keyword.to_ascii_lowercase().as_str() {
            "host" => {
                about = words(value)
                    .filter(|name| !name.contains(['*', '?', '!']))
                    .map(|name| {
                        hosts.iter().position(|host| host.name == name).unwrap_or_else(|| {
                            hosts.push(SshHost { name: name.to_owned(), ..SshHost::default() });
                            hosts.len() - 1
                        })
                    })
                    .collect();
            }
            "match" => about.clear(),
            keyword => {
                for &position in &about {
                    hosts[position].set(keyword, value);
                }
            }
        }
    }
    hosts
}

impl SshHost {
    fn set(&mut self, keyword: &str, value: &str) {
        fn first<T>(slot: &mut Option<T>, value: Option<T>) {
            *slot = slot.take().or(value);
        }
        let word = || Some(unquoted(value).to_owned()).filter(|word| !word.is_empty());
        match keyword {
            "hostname" => first(&mut self.address, word()),
            "port" => first(&mut self.port, unquoted(value).parse().ok().filter(|port| *port > 0)),
            "user" => first(&mut self.user, word()),
            // The rest of the line, quotes and all: a shell reads it.
            "proxycommand" => first(&mut self.proxy_command, Some(value.to_owned()).filter(|value| value != "none")),
            "proxyjump" => first(&mut self.proxy_jump, word().filter(|word| word != "none")),
            "identitiesonly" => self.identities_only |= unquoted(value).eq_ignore_ascii_case("yes"),
            "identityfile" => {
                // Both records of `--machine-readable` say it.
                let key = word().filter(|key| key != "none" && !self.keys.contains(key));
                self.keys.extend(key);
            }
            _ => {}
        }
    }
}

/// `Keyword value` or `Keyword=value`; comments and blank lines are none.
fn option(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let end = line.find(|c: char| !c.is_ascii_alphanumeric()).filter(|end| *end > 0)?;
    let (keyword, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let value = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    (!value.is_empty()).then_some((keyword, value))
}

/// Vagrant puts quotes around a path that has a space in it and escapes nothing.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// The names behind `Host`.
fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split_whitespace().map(unquoted)
}

/// The configuration that is in a text. `vagrant ssh-config --machine-readable` prints it twice, in records and plain;
/// in a record, the `\n` of `C:\new` cannot be told from a line's end.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| record(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let lines = |of_records: bool| {
        text.lines().filter_map(move |line| match (record(line), of_records) {
            (None, false) => Some(format!("{line}\n")),
            (Some(("ssh-config", data)), true) => {
                Some(data.replace("\\r", "").replace("\\n", "\n").replace("%!(VAGRANT_COMMA)", ",") + "\n")
            }
            _ => None,
        })
    };
    let beside: String = lines(false).collect();
    let is_there = |line: &str| option(line).is_some_and(|(keyword, _)| keyword.eq_ignore_ascii_case("host"));
    Cow::Owned(if beside.lines().any(is_there) { beside } else { lines(true).collect() })
}

/// The type and the data of a line `time,target,type,data`.
fn record(line: &str) -> Option<(&str, &str)> {
    let mut fields = line.splitn(4, ',');
    let (time, _, kind, data) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let is_time = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
    is_time.then_some((kind, data))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use insta::assert_debug_snapshot;
    use inventory_core::cluster::{Cluster, Loaded};
    use inventory_core::discovery::Discovery;
    use inventory_core::inventory::assemble::assemble;
    use inventory_core::inventory::render::ssh_config;
    use inventory_core::machine::{Machine, NamedBy, Reach};
    use inventory_core::yaml::Source;
    use proptest::prelude::*;

    use super::*;
    use crate::options::VagrantOptions;

    const CAPTURED: &str = include_str!("../../tests/recordings/1-up/ssh-config.txt");
    const FOR_MACHINES: &str = include_str!("../../tests/recordings/1-up/ssh-config-mr.txt");

    #[test]
    fn what_vagrant_printed_is_read() {
        let hosts = read(CAPTURED);
        assert_eq!(hosts.len(), 3);
        assert_debug_snapshot!(hosts[0], @r#"
        SshHost {
            name: "master",
            address: Some(
                "192.168.121.168",
            ),
            port: Some(
                22,
            ),
            user: Some(
                "vagrant",
            ),
            keys: [
                "/home/user/lab/vproj/.vagrant/machines/master/libvirt/private_key",
            ],
            identities_only: true,
            proxy_command: None,
            proxy_jump: None,
        }
        "#);
    }

    #[test]
    fn what_is_not_read_is_not_kept() {
        let text = "# s3cret\nroot:s3cret:0:0\nHost m\r\n  SetEnv TOKEN=s3cret\n  Port 2222\n  hostname=10.0.0.1";
        assert_eq!(reduced(text), "Host m\r\n  Port 2222\n  hostname=10.0.0.1");
        assert_eq!(read(&reduced(CAPTURED)), read(CAPTURED));
        assert_eq!(read(&reduced(FOR_MACHINES)), read(CAPTURED));
    }

    #[test]
    fn what_vagrant_prints_for_machines_says_the_same() {
        assert_eq!(read(FOR_MACHINES), read(CAPTURED));
    }

    #[test]
    fn paths_of_every_kind_survive() {
        // Vagrant on Windows, with two insecure keys; `,` as its machine-readable output writes it.
        let windows = "Host win\r\n  HostName 127.0.0.1\r\n  User vagrant\r\n  Port 2222\r\n  \
                       IdentityFile \"C:/Program Files/my lab/key\"\r\n  IdentityFile C:/Users/me/.vagrant.d/key\r\n  \
                       IdentitiesOnly yes\r\n";
        let keys = ["C:/Program Files/my lab/key", "C:/Users/me/.vagrant.d/key"];
        assert_eq!(read(windows)[0].keys, keys);
        assert_eq!(read(windows)[0].user.as_deref(), Some("vagrant"));
        let escaped = r"1795161564,m,ssh-config,Host m\n  IdentityFile /a%!(VAGRANT_COMMA)b/key\r\n  Port 2200\n";
        assert_eq!(
            (read(escaped)[0].keys.as_slice(), read(escaped)[0].port),
            (&["/a,b/key".to_owned()][..], Some(2200))
        );
    }

    #[test]
    fn a_command_is_the_rest_of_its_line() {
        let text =
            "Host m\n  ProxyCommand ssh 'hv 1' -W \"%h\":%p\nHost n\n  ProxyCommand none\n  ProxyJump root@hv1\n";
        assert_eq!(read(text)[0].proxy_command.as_deref(), Some("ssh 'hv 1' -W \"%h\":%p"));
        assert_eq!(
            (read(text)[1].proxy_command.as_deref(), read(text)[1].proxy_jump.as_deref()),
            (None, Some("root@hv1"))
        );
    }

    #[test]
    fn patterns_and_conditions_are_about_no_machine() {
        let text = "User nobody\nHost *\n  User x\nHost m\n  User vagrant\n  User later\nMatch all\n  Port 1\n";
        let hosts = read(text);
        assert_eq!((hosts.len(), hosts[0].user.as_deref(), hosts[0].port), (1, Some("vagrant"), None));
    }

    fn cluster() -> Cluster {
        let text = "plugin: kube_inventory.vms.vagrant\ncluster: c1\nlayout: none\n";
        let source = Source::new("c.yml", text);
        Loaded::<VagrantOptions>::parse(source, Path::new("c.yml"), "vagrant", &|_| None).unwrap().cluster
    }

    fn reach() -> impl Strategy<Value = Reach> {
        let key = "/[ -~]{0,12}";
        (
            prop::option::of(1_u16..),
            prop::option::of("[a-z][a-z0-9_-]{0,8}"),
            prop::collection::vec(key, 0..4),
            any::<bool>(),
            prop::option::of("[!-~]([ -~]{0,20}[!-~])?"),
        )
            .prop_map(|(port, user, mut keys, identities_only, proxy_command)| {
                let mut seen = std::collections::HashSet::new();
                // The reader takes blanks at a line's end for no part of it, and so does OpenSSH without quotes.
                keys.retain(|key: &String| seen.insert(key.clone()));
                let proxy_command = proxy_command.filter(|command| command != "none" && !command.starts_with('='));
                let address = Some("10.0.0.1".parse().unwrap());
                Reach { address, port, user, keys, identities_only, proxy_command, ..Reach::default() }
            })
    }

    proptest! {
        #[test]
        fn what_we_export_we_read_back(reach in reach()) {
            let machine = Machine { reach: reach.clone(), ..Machine::new("n1", NamedBy::Outside, "a test") };
            let discovery = Discovery { machines: vec![machine], ..Discovery::default() };
            // What has no form is refused before it could be read otherwise.
            let Ok(assembly) = assemble(&cluster(), &discovery) else { return Ok(()) };
            let text = ssh_config::render(&assembly.inventory, None);
            let hosts = read(&text);
            if text.starts_with('#') {
                prop_assert!(hosts.is_empty());
                return Ok(());
            }
            let wanted = SshHost {
                name: "n1".to_owned(),
                address: Some("10.0.0.1".to_owned()),
                port: reach.port,
                user: reach.user,
                keys: reach.keys,
                identities_only: reach.identities_only,
                proxy_command: reach.proxy_command,
                proxy_jump: None,
            };
            prop_assert_eq!(&hosts[..], &[wanted][..], "{}", text);
        }

        #[test]
        fn nothing_that_is_read_panics(text in "[\\PC\n\r,=\"]{0,200}") {
            read(&text);
        }
    }
}

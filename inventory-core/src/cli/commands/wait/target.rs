//! How `ssh` is told to reach a host: what Ansible would tell it.

use std::process::Command;

use crate::ansible::shlex;
use crate::inventory::{Author, Inventory, Text, Value};
use crate::safe::{HostAddress, HostName, looks_like_template};

/// A variable under its names. Of those that are set the first counts: Ansible still knows the old ones, and they win.
struct Names(&'static [&'static str]);

const CONNECTION: Names = Names(&["ansible_connection"]);
const ADDRESS: Names = Names(&["ansible_ssh_host", "ansible_host"]);
const PORT: Names = Names(&["ansible_ssh_port", "ansible_port"]);
const USER: Names = Names(&["ansible_ssh_user", "ansible_user"]);
const KEY_FILE: Names = Names(&["ansible_ssh_private_key_file", "ansible_private_key_file"]);
const PASSWORD: Names = Names(&["ansible_ssh_password", "ansible_ssh_pass", "ansible_password"]);
const EXECUTABLE: Names = Names(&["ansible_ssh_executable"]);
const SSH_ARGS: Names = Names(&["ansible_ssh_args"]);
const COMMON_ARGS: Names = Names(&["ansible_ssh_common_args"]);
const EXTRA_ARGS: Names = Names(&["ansible_ssh_extra_args"]);

/// Seconds that `ssh` may take for the connection and the handshake.
const CONNECT_SECONDS: u32 = 5;

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// It is the controller itself.
    Local,
    /// Through SSH.
    Ssh(Ssh),
}

/// What `ssh` needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ssh {
    program: String,
    /// Where the host is.
    pub(super) address: HostAddress,
    /// Its port, where the inventory says one.
    pub(super) port: Option<u16>,
    /// Who logs in, where the inventory says so.
    pub(super) user: Option<String>,
    key_file: Option<String>,
    arguments: Vec<String>,
    /// The variable with a password, if there is one: it is Ansible's, and not handed to `ssh` here.
    pub(super) password: Option<&'static str>,
}

impl Target {
    /// How a host is reached, or which variable keeps that from being told.
    ///
    /// `directory` stands for `{{ inventory_dir }}`; every other template is Ansible's alone to fill in.
    pub(super) fn of(inventory: &Inventory, host: &HostName, directory: &str) -> Result<Self, String> {
        let lookup = Lookup { inventory, host, directory };
        match lookup.text(&CONNECTION)? {
            None => {}
            Some(connection) => match connection.rsplit('.').next() {
                Some("local") => return Ok(Self::Local),
                Some("ssh" | "smart" | "paramiko" | "paramiko_ssh") => {}
                _ => return Err(format!("`ansible_connection` is {connection:?}, which does not use SSH")),
            },
        }
        let address = lookup.text(&ADDRESS)?.unwrap_or_else(|| host.to_string());
        let port = lookup.text(&PORT)?.map(|text| {
            let port = text.trim().parse().ok().filter(|port| *port > 0);
            port.ok_or_else(|| format!("`ansible_port` is {text:?}, which is no port"))
        });
        let mut arguments = Vec::new();
        for names in [&SSH_ARGS, &COMMON_ARGS, &EXTRA_ARGS] {
            if let Some(line) = lookup.text(names)? {
                let words =
                    shlex::split(&line).map_err(|_| format!("a quote or backslash in `{}` has no end", names.0[0]))?;
                arguments.extend(
                    words.into_iter().map(|word| word.text.into_owned()).filter(|word| !word.trim().is_empty()),
                );
            }
        }
        Ok(Self::Ssh(Ssh {
            program: lookup.text(&EXECUTABLE)?.unwrap_or_else(|| "ssh".to_owned()),
            address: address.parse().map_err(|error| format!("its address cannot be used: {error}"))?,
            port: port.transpose()?,
            user: lookup.text(&USER)?,
            key_file: lookup.text(&KEY_FILE)?,
            arguments,
            password: PASSWORD.0.iter().copied().find(|name| lookup.value(name).is_some()),
        }))
    }
}

impl Ssh {
    /// Whether only `ssh` itself can tell how to get there: a name may be one of its configuration's, and an option
    /// may lead through another machine.
    pub(super) fn needs_ssh(&self) -> bool {
        let leads_elsewhere = |word: &String| {
            let word = word.to_ascii_lowercase();
            word.contains("proxyjump") || word.contains("proxycommand") || word.starts_with("-j")
        };
        matches!(self.address, HostAddress::Name(_)) || self.arguments.iter().any(leads_elsewhere)
    }

    /// `ssh` with this command, never asking anybody anything. How host keys are checked stays as it is.
    pub(super) fn command(&self, remote: &str) -> Command {
        let mut command = Command::new(&self.program);
        // The first value of an option counts. A shared connection would outlive us, and an old one proves nothing.
        for option in ["BatchMode=yes", "ControlMaster=no", "ControlPath=none"] {
            command.args(["-o", option]);
        }
        command.arg("-o").arg(format!("ConnectTimeout={CONNECT_SECONDS}"));
        if let Some(port) = self.port {
            command.args(["-p", &port.to_string()]);
        }
        if let Some(key_file) = &self.key_file {
            command.args(["-i", key_file]);
        }
        if let Some(user) = &self.user {
            command.args(["-l", user]);
        }
        command.args(&self.arguments).args(["-T", &self.address.to_string(), remote]);
        command
    }
}

/// A host's variables, as far as they can be told without Ansible.
struct Lookup<'a> {
    inventory: &'a Inventory,
    host: &'a HostName,
    directory: &'a str,
}

impl Lookup<'_> {
    /// The host's own value, or that of the group of all members, or that of `all`.
    fn value(&self, name: &str) -> Option<&Value> {
        let own = self.inventory.hosts().get(self.host).and_then(|vars| vars.get(name));
        let of_top = || self.inventory.groups().get(self.inventory.top()).and_then(|group| group.vars.get(name));
        own.or_else(of_top).or_else(|| self.inventory.vars().get(name)).filter(|value| **value != Value::Null)
    }

    /// The text or number of a variable, or why it cannot be used.
    fn text(&self, names: &Names) -> Result<Option<String>, String> {
        let Some((name, value)) = names.0.iter().find_map(|name| Some((name, self.value(name)?))) else {
            return Ok(None);
        };
        match value {
            Value::Text(Text { author: Author::Vault, .. }) => Err(format!("`{name}` is encrypted with ansible-vault")),
            Value::List(_) | Value::Map(_) => Err(format!("`{name}` is no text")),
            value if value.is_template() => {
                let template = value.to_plain_text();
                self.filled(&template)
                    .map(Some)
                    .ok_or_else(|| format!("`{name}` is {template:?}, a template that only Ansible can fill in"))
            }
            value => Ok(Some(value.to_plain_text())),
        }
    }

    /// A template that needs nothing but the inventory's directory, as `host_keys: accept-new` writes it.
    fn filled(&self, template: &str) -> Option<String> {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}")?;
            if name.trim() != "inventory_dir" {
                return None;
            }
            filled += before;
            filled += self.directory;
            rest = after;
        }
        filled += rest;
        (!looks_like_template(&filled)).then_some(filled)
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use serde_json::json;

    use super::*;
    use crate::inventory::{Group, Variables};
    use crate::safe::GroupName;

    fn target(own: serde_json::Value, of_top: serde_json::Value, of_all: serde_json::Value) -> Result<Target, String> {
        let vars = |json| serde_json::from_value::<Variables>(json).unwrap();
        let host = HostName::written("node-1").unwrap();
        let top = GroupName::parse("lab").unwrap();
        let group = Group { hosts: vec![host.clone()], children: Vec::new(), vars: vars(of_top) };
        let inventory = Inventory::new(
            top.clone(),
            IndexMap::from([(host.clone(), vars(own))]),
            IndexMap::from([(top, group)]),
            vars(of_all),
        );
        Target::of(&inventory.unwrap(), &host, "/srv/my lab")
    }

    fn ssh(own: serde_json::Value) -> Ssh {
        match target(own, json!({}), json!({})) {
            Ok(Target::Ssh(ssh)) => ssh,
            other => panic!("{other:?}"),
        }
    }

    fn words(ssh: &Ssh) -> Vec<String> {
        ssh.command("true").get_args().map(|word| word.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn the_host_goes_before_the_cluster_and_that_before_all() {
        let Ok(Target::Ssh(ssh)) = target(
            json!({"ansible_host": "10.0.0.1"}),
            json!({"ansible_user": "top", "ansible_host": "10.0.0.2"}),
            json!({"ansible_user": "all", "ansible_port": "2222"}),
        ) else {
            panic!()
        };
        assert_eq!(
            (ssh.address.to_string().as_str(), ssh.user.as_deref(), ssh.port),
            ("10.0.0.1", Some("top"), Some(2222))
        );
    }

    #[test]
    fn the_words_for_ssh_never_touch_how_host_keys_are_checked() {
        let ssh = ssh(json!({
            "ansible_host": "10.0.0.1", "ansible_port": 2222, "ansible_user": "ubuntu",
            "ansible_ssh_private_key_file": "/k", "ansible_ssh_common_args": "-o ProxyJump=hv1 -o 'A=b c'",
        }));
        let words = words(&ssh);
        assert_eq!(
            words[8..],
            ["-p", "2222", "-i", "/k", "-l", "ubuntu", "-o", "ProxyJump=hv1", "-o", "A=b c", "-T", "10.0.0.1", "true"]
        );
        assert!(!words.join(" ").contains("StrictHostKeyChecking"));
        assert!(ssh.needs_ssh());
    }

    #[test]
    fn the_inventorys_directory_is_filled_in_and_every_other_template_is_named() {
        let args = "-o 'UserKnownHostsFile=\"{{ inventory_dir }}/.inv/known_hosts\"'";
        let ssh = ssh(json!({"ansible_host": "10.0.0.1", "ansible_ssh_common_args": args}));
        assert!(words(&ssh).contains(&"UserKnownHostsFile=\"/srv/my lab/.inv/known_hosts\"".to_owned()));
        assert!(!ssh.needs_ssh());
        for variable in
            ["ansible_host", "ansible_user", "ansible_port", "ansible_ssh_common_args", "ansible_connection"]
        {
            let why = target(json!({variable: "{{ mine }}"}), json!({}), json!({})).unwrap_err();
            assert!(why.contains(variable) && why.contains("only Ansible can"), "{why}");
        }
    }

    #[test]
    fn the_controller_is_not_reached_through_ssh_and_windows_cannot_be() {
        assert_eq!(target(json!({"ansible_connection": "local"}), json!({}), json!({})), Ok(Target::Local));
        assert!(target(json!({"ansible_connection": "winrm"}), json!({}), json!({})).unwrap_err().contains("winrm"));
    }

    #[test]
    fn an_address_is_never_an_option() {
        assert!(target(json!({"ansible_host": "-oProxyCommand=touch x"}), json!({}), json!({})).is_err());
    }
}

//! How `ssh` is told to reach a host: what Ansible would tell it, and what it says when it cannot.

use std::process::Command;

use super::child::Ended;
use crate::ansible::shlex;
use crate::inventory::reach::{COMMON_ARGS, CONNECTION, EXTRA_ARGS, KEY_FILE, Names, Reach, USER};
use crate::safe::{HostAddress, HostName};

const PASSWORD: Names = Names(&["ansible_ssh_password", "ansible_ssh_pass", "ansible_password"]);
const EXECUTABLE: Names = Names(&["ansible_ssh_executable"]);
const SSH_ARGS: Names = Names(&["ansible_ssh_args"]);

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
    /// Whether the inventory has a password: it is Ansible's, and not handed to `ssh` here.
    pub(super) has_password: bool,
}

impl Target {
    /// How a host is reached, or which variable keeps that from being told.
    pub(super) fn of(reach: &Reach<'_>, host: &HostName) -> Result<Self, String> {
        let text = |names: &Names| reach.text(host, names).transpose();
        if let Some(connection) = text(&CONNECTION)? {
            match connection.rsplit('.').next() {
                Some("local") => return Ok(Self::Local),
                Some("ssh" | "smart" | "paramiko" | "paramiko_ssh") => {}
                _ => return Err(format!("`ansible_connection` is {connection:?}, which does not use SSH")),
            }
        }
        let mut arguments = Vec::new();
        // In Ansible's order: of an option that is given twice the first counts.
        for names in [&SSH_ARGS, &COMMON_ARGS, &EXTRA_ARGS] {
            if let Some(line) = text(names)? {
                let words = shlex::split(&line).map_err(|_| "a quote in its SSH arguments is never closed")?;
                let words = words.into_iter().map(|word| word.text.into_owned());
                arguments.extend(words.filter(|word| !word.trim().is_empty()));
            }
        }
        Ok(Self::Ssh(Ssh {
            program: text(&EXECUTABLE)?.unwrap_or_else(|| "ssh".to_owned()),
            address: reach.address(host)?,
            port: reach.port(host).transpose()?,
            user: text(&USER)?,
            key_file: text(&KEY_FILE)?,
            arguments,
            has_password: reach.text(host, &PASSWORD).is_some(),
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

/// The status `ssh` itself ends with when there was no session.
const NO_SESSION: i32 = 255;

/// Why there was no session, in `ssh`'s own last words; `None` if there was one.
pub(super) fn trouble(ended: &Ended) -> Option<String> {
    if ended.status.code().is_some_and(|code| code != NO_SESSION) {
        return None;
    }
    let last = ended.stderr.lines().map(str::trim).rfind(|line| !line.is_empty());
    Some(last.unwrap_or("`ssh` gave up without a word").to_owned())
}

/// As [`trouble`], with what a person can do about it.
pub(super) fn refusal(ssh: &Ssh, ended: &Ended) -> Option<String> {
    let why = trouble(ended)?;
    Some(if why.contains("Host key verification failed") {
        format!("{why} Log in once by hand, or write `host_keys: accept-new` under `hosts`")
    } else if why.contains("Permission denied") && ssh.user.is_none() {
        format!("{why} No `ansible_user` is set here; group_vars are not read")
    } else {
        why
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use indexmap::IndexMap;
    use serde_json::json;

    use super::*;
    use crate::inventory::effective::Effective;
    use crate::inventory::{Group, Inventory, Variables};
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
        let inventory = inventory.unwrap();
        Target::of(&Reach::new(Effective::of(&inventory), Some(Path::new("/srv/my lab"))), &host)
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

//! How a host is reached, as far as it can be told without Ansible.

use std::net::IpAddr;
use std::path::Path;

use super::effective::Effective;
use crate::inventory::{Author, Text, Value};
use crate::safe::{HostAddress, HostName, looks_like_template};

/// What is said where a connection variable is and cannot be used. `None` from a lookup means that it is not set.
pub(crate) type Told<T> = Result<T, String>;

/// A variable under its names, the strongest first: Ansible still knows the old ones, and they win.
pub(crate) struct Names(pub(crate) &'static [&'static str]);

pub(crate) const ADDRESS: Names = Names(&["ansible_ssh_host", "ansible_host"]);
pub(crate) const PORT: Names = Names(&["ansible_ssh_port", "ansible_port"]);
pub(crate) const USER: Names = Names(&["ansible_ssh_user", "ansible_user"]);
pub(crate) const KEY_FILE: Names = Names(&["ansible_ssh_private_key_file", "ansible_private_key_file"]);
pub(crate) const COMMON_ARGS: Names = Names(&["ansible_ssh_common_args"]);
pub(crate) const EXTRA_ARGS: Names = Names(&["ansible_ssh_extra_args"]);
pub(crate) const CONNECTION: Names = Names(&["ansible_connection"]);
pub(crate) const IP: Names = Names(&["ip"]);

/// A set of hosts that can be asked how they are reached.
pub(crate) struct Reach<'a> {
    effective: Effective<'a>,
    directory: Option<&'a Path>,
}

impl<'a> Reach<'a> {
    /// `directory` stands for `{{ inventory_dir }}`.
    pub(crate) fn new(effective: Effective<'a>, directory: Option<&'a Path>) -> Self {
        Self { effective, directory }
    }

    /// The text or number that a variable holds, or why it cannot be used.
    pub(crate) fn text(&self, host: &HostName, names: &Names) -> Option<Told<String>> {
        let (name, value) = names.0.iter().find_map(|name| Some((name, self.effective.get(host, name)?)))?;
        Some(match value {
            Value::Null => return None,
            Value::Text(Text { author: Author::Vault, .. }) => Err(format!("`{name}` is encrypted with ansible-vault")),
            value if value.is_template() => self
                .fill(&value.to_plain_text())
                .ok_or_else(|| format!("`{name}` is a template, which only Ansible can fill in")),
            Value::List(_) | Value::Map(_) => Err(format!("`{name}` is no text")),
            value => Ok(value.to_plain_text()),
        })
    }

    /// A variable as it is written, template or not, for a person to read: nothing in it moves the cursor.
    pub(crate) fn written(&self, host: &HostName, names: &Names) -> Option<String> {
        let value = names.0.iter().find_map(|name| self.effective.get(host, name))?;
        let text = value.to_plain_text();
        let shown = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
        (*value != Value::Null).then(|| text.chars().map(shown).collect())
    }

    /// The address of a host; its own name where there is no `ansible_host`.
    pub(crate) fn address(&self, host: &HostName) -> Told<HostAddress> {
        let text = self.text(host, &ADDRESS).unwrap_or_else(|| Ok(host.to_string()))?;
        text.parse().map_err(|error| format!("its address cannot be used: {error}"))
    }

    /// The host's own address, `ip`; `None` where it has none.
    pub(crate) fn own_ip(&self, host: &HostName) -> Option<Told<IpAddr>> {
        let told = self.text(host, &IP)?;
        Some(told.and_then(|text| text.parse().map_err(|_| format!("`ip` is {text:?}, which is no IP address"))))
    }

    /// The port of a host, where one is set.
    pub(crate) fn port(&self, host: &HostName) -> Option<Told<u16>> {
        let told = self.text(host, &PORT)?;
        let number = |text: String| {
            text.parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(|| format!("`ansible_port` is {text:?}, which is no port"))
        };
        Some(told.and_then(number))
    }

    /// A template that needs nothing but the inventory's directory.
    fn fill(&self, template: &str) -> Option<String> {
        // In SSH's arguments it stands between quotes, of the shell's kind and of its configuration's.
        let is_plain =
            |directory: &&str| !directory.contains(|c: char| matches!(c, '"' | '\'' | '\\') || c.is_control());
        let directory = self.directory?.to_str().filter(is_plain)?;
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}")?;
            if name.trim() != "inventory_dir" {
                return None;
            }
            filled += before;
            filled += directory;
            rest = after;
        }
        filled += rest;
        // Anything else that Jinja would see is beyond us, the directory's own name included.
        (!looks_like_template(&filled)).then_some(filled)
    }
}

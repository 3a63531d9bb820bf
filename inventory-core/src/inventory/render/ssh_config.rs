//! Hosts for `ssh -F FILE`, so that a person reaches a host the way Ansible does.
//!
//! What cannot be said stands there as a comment, with the reason: a host that is half described would be another
//! machine that happens to have the same address.

use std::path::Path;

use crate::ansible::shlex;
use crate::inventory::Inventory;
use crate::inventory::effective::Effective;
use crate::inventory::reach::{COMMON_ARGS, CONNECTION, EXTRA_ARGS, KEY_FILE, Reach, Told, USER};
use crate::inventory::ssh_words::configuration_word;
use crate::safe::HostName;

/// Options that would begin another block, or mean something only in a file.
const NOT_FOR_A_HOST: [&str; 3] = ["host", "match", "include"];

/// One `Host` block for each host. `directory` is where the inventory lies, for templates with `inventory_dir`.
pub fn render(inventory: &Inventory, directory: Option<&Path>) -> String {
    let reach = Reach::new(Effective::of(inventory), directory);
    let mut blocks = Vec::with_capacity(inventory.hosts().len());
    for host in inventory.hosts().keys() {
        blocks.push(match block(&reach, host) {
            Ok(lines) => {
                let lines: Vec<String> = lines.into_iter().map(|line| format!("  {line}\n")).collect();
                format!("Host {host}\n{}", lines.concat())
            }
            Err(why) => format!("# {host} is left out: {why}\n"),
        });
    }
    blocks.join("\n")
}

/// The lines of a host, or why it has none.
fn block(reach: &Reach<'_>, host: &HostName) -> Told<Vec<String>> {
    if let Some(connection) = reach.text(host, &CONNECTION).transpose()?
        && !matches!(connection.rsplit('.').next(), Some("ssh" | "smart" | "paramiko" | "paramiko_ssh"))
    {
        return Err(format!("`ansible_connection` is {connection:?}, which does not use SSH"));
    }
    let mut lines = vec![format!("HostName {}", reach.address(host)?)];
    if let Some(port) = reach.port(host).transpose()? {
        lines.push(format!("Port {port}"));
    }
    for (option, names) in [("IdentityFile", KEY_FILE), ("User", USER)] {
        if let Some(text) = reach.text(host, &names).transpose()? {
            lines.push(format!("{option} {}", configuration_word(&text).ok_or_else(|| unsayable(option, &text))?));
        }
    }
    for names in [COMMON_ARGS, EXTRA_ARGS] {
        if let Some(args) = reach.text(host, &names).transpose()? {
            options(&args, &mut lines)?;
        }
    }
    Ok(lines)
}

fn unsayable(option: &str, text: &str) -> String {
    format!("{text:?} cannot be written as `{option}` in an SSH configuration")
}

/// SSH's arguments as lines. The text behind `-o` is a line of its configuration already.
fn options(args: &str, lines: &mut Vec<String>) -> Told<()> {
    let words = shlex::split(args).map_err(|_| "a quote in its SSH arguments is never closed".to_owned())?;
    // To this reader a `#` outside quotes begins a comment, to Ansible it does not here.
    let ends = std::iter::once(0).chain(words.iter().map(|word| word.place.end));
    let starts = words.iter().map(|word| word.place.start).chain(std::iter::once(args.len()));
    if ends.zip(starts).any(|(end, start)| args[end..start].contains('#')) {
        return Err("a `#` stands outside quotes in its SSH arguments".to_owned());
    }
    let mut words = words.into_iter().map(|word| word.text.into_owned());
    while let Some(word) = words.next() {
        let with_value = |flag: &str, words: &mut dyn Iterator<Item = String>| {
            let attached = word.strip_prefix(flag)?;
            if attached.is_empty() { words.next() } else { Some(attached.to_owned()) }
        };
        let line = with_value("-o", &mut words).map(|option| configuration(&option)).or_else(|| {
            with_value("-J", &mut words).map(|jump| configuration_word(&jump).map(|jump| format!("ProxyJump {jump}")))
        });
        lines.push(
            line.flatten().ok_or_else(|| format!("{word:?} in its SSH arguments has no form in a configuration"))?,
        );
    }
    Ok(())
}

/// `Option=value` or `Option value` as a line.
fn configuration(option: &str) -> Option<String> {
    let option = option.trim();
    let end = option.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (name, value) = option.split_at(end);
    let value = value.trim_start();
    let value = value.strip_prefix('=').unwrap_or(value).trim_start();
    let fits = !name.is_empty()
        && !value.is_empty()
        && !value.contains(char::is_control)
        && !NOT_FOR_A_HOST.iter().any(|not| name.eq_ignore_ascii_case(not));
    fits.then(|| format!("{name} {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_ssh_are_lines_of_its_configuration() {
        let mut lines = Vec::new();
        options(
            r#"-o ProxyJump=root@hv1 -oPort=22 -o 'UserKnownHostsFile="/a b/known_hosts"' -J hv2 -o "User x""#,
            &mut lines,
        )
        .unwrap();
        assert_eq!(
            lines,
            ["ProxyJump root@hv1", "Port 22", "UserKnownHostsFile \"/a b/known_hosts\"", "ProxyJump hv2", "User x"]
        );
    }

    #[test]
    fn an_argument_without_a_form_leaves_the_host_out() {
        for args in ["-v", "-o", "-o Host=x", "-o 'A=b\nHost c'", "-o Broken", "'", "-o User=a#b -o Port=1", "# a"] {
            assert!(options(args, &mut Vec::new()).is_err(), "{args:?}");
        }
    }
}

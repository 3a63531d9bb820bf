//! The arguments for SSH: keys, and the way there.
//!
//! Ansible cuts them with `shlex.split`, and OpenSSH reads what stands behind each `-o` as a line of its
//! configuration. Of an option that is given twice the first counts, of `IdentityFile` all.

use super::Member;
use super::error::AssembleError;
use crate::cluster::{Cluster, HostKeys};
use crate::inventory::Value;
use crate::inventory::ssh_words::{configuration_word, has_a_form, shell_word};
use crate::machine::Reach;
use crate::safe::{fits_ssh, looks_like_template};

/// The variable.
pub(super) const NAME: &str = "ansible_ssh_common_args";

const KEY: &str = "the private key";

/// The key for `ansible_ssh_private_key_file`: the best one. Ansible itself puts it between quotes.
pub(super) fn first_key(member: &Member<'_>) -> Result<Option<Value>, AssembleError> {
    let Some(key) = member.machine.reach.keys.first() else { return Ok(None) };
    if !has_a_form(key) {
        return Err(no_form(member, KEY, key));
    }
    Ok(Some(Value::outside(key)))
}

/// The arguments of a host where they differ from the others'; otherwise they are the top group's.
pub(super) fn of_host(cluster: &Cluster, member: &Member<'_>) -> Result<Option<Value>, AssembleError> {
    let reach = &member.machine.reach;
    let leads_elsewhere = reach.jump.is_some() || reach.proxy_command.is_some();
    let has_keys = reach.identities_only || reach.keys.len() > 1;
    if !leads_elsewhere && !has_keys && cluster.hosts.host_keys.is_none() {
        return Ok(None);
    }
    let of_source = of_source(member)?;
    let mut own = Vec::from_iter(written(cluster));
    own.extend(of_source.iter().cloned());
    if let Some(jump) = reach.jump.as_ref().or(cluster.hosts.jump.as_ref()).filter(|_| reach.proxy_command.is_none()) {
        own.push(format!("-o ProxyJump={jump}"));
    }
    if let Some(HostKeys::AcceptNew) = cluster.hosts.host_keys {
        own.push(accept_new(member)?);
    }
    let text = own.join(" ");
    if of_source.is_empty() {
        return Ok(Some(Value::user(text)));
    }
    // A path is no template of the user's, whatever its directories are called. Where the user's own words are one,
    // the two cannot be told apart any more.
    if !looks_like_template(&text) {
        return Ok(Some(Value::outside(text)));
    }
    match of_source.iter().find(|argument| looks_like_template(argument)) {
        None => Ok(Some(Value::user(text))),
        Some(_) if of_source.len() == own.len() => Ok(Some(Value::outside(text))),
        Some(argument) => Err(no_form(member, "an argument for SSH", argument)),
    }
}

/// The arguments of all hosts that have none of their own.
pub(super) fn of_all(cluster: &Cluster) -> Option<Value> {
    let jump = cluster.hosts.jump.as_ref().filter(|_| cluster.hosts.host_keys.is_none())?;
    let mut args = Vec::from_iter(written(cluster));
    args.push(format!("-o ProxyJump={jump}"));
    Some(Value::user(args.join(" ")))
}

/// What the source says: the way there, the keys behind the first, and whether any other is offered.
fn of_source(member: &Member<'_>) -> Result<Vec<String>, AssembleError> {
    let Reach { keys, identities_only, proxy_command, .. } = &member.machine.reach;
    let option = |line: String| format!("-o {}", shell_word(&line));
    let mut arguments = Vec::new();
    if let Some(command) = proxy_command {
        // OpenSSH takes the rest of the line as it is, and hands it to a shell.
        if command.trim().is_empty() || command.contains(char::is_control) {
            return Err(no_form(member, "the command that leads there", command));
        }
        arguments.push(option(format!("ProxyCommand={command}")));
    }
    for key in keys.iter().skip(1) {
        let word = configuration_word(key).ok_or_else(|| no_form(member, KEY, key))?;
        arguments.push(option(format!("IdentityFile={word}")));
    }
    if *identities_only {
        arguments.push(option("IdentitiesOnly=yes".to_owned()));
    }
    Ok(arguments)
}

/// A `known_hosts` of the cluster's own, in which a host is what dies with its disk.
fn accept_new(member: &Member<'_>) -> Result<String, AssembleError> {
    let alias = member.machine.id.as_deref().unwrap_or(member.host.as_str());
    if !fits_ssh(alias) {
        return Err(AssembleError::NotForSsh {
            what: "the id",
            machine: member.machine.name.clone(),
            value: alias.to_owned(),
        });
    }
    Ok(format!(
        "-o HostKeyAlias={alias} -o 'UserKnownHostsFile=\"{{{{ inventory_dir }}}}/.inv/known_hosts\"' \
         -o StrictHostKeyChecking=accept-new"
    ))
}

/// The arguments that the user wants for all.
fn written(cluster: &Cluster) -> Option<String> {
    let template = cluster.hosts.vars.0.iter().find(|(name, _)| name.as_str() == NAME)?.1;
    template.constant().and_then(Value::as_str).map(str::to_owned)
}

fn no_form(member: &Member<'_>, what: &'static str, value: &str) -> AssembleError {
    AssembleError::NoFormForSsh { what, machine: member.machine.name.clone(), value: value.to_owned() }
}

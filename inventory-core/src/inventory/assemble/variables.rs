//! What hosts and the group of all members know.

use indexmap::IndexSet;

use super::Member;
use super::error::AssembleError;
use super::etcd;
use super::groups::Built;
use super::ssh_args;
use crate::cluster::{Cluster, Filling, VarsTemplates};
use crate::discovery::Discovery;
use crate::inventory::{Value, Variables};
use crate::machine::{Connection, NamedBy};
use crate::safe::{HostName, fits_ssh};

/// The variables of a member. Later ones win: identity, then the file's for all, for its groups, then its own.
pub(super) fn of_host(
    cluster: &Cluster,
    built: &Built<'_>,
    member: &Member<'_>,
    etcd_member_name: Option<&str>,
) -> Result<Variables, AssembleError> {
    let mut vars = Variables::new();
    identity(cluster, member, &mut vars)?;
    if let Some(name) = etcd_member_name {
        vars.insert(etcd::NAME.to_owned(), Value::user(name));
    }
    facts(member, &mut vars);
    let filling = Filling {
        name: &member.machine.name,
        cluster: &cluster.name,
        index: member.position + 1,
        namespace: member.machine.namespace.as_deref(),
        place: member.machine.place.as_deref(),
        tags: &member.machine.tags,
        star: member.star.as_deref(),
        address: member.reached.address.as_ref(),
        ip: member.reached.ip.or(member.reached.ip6),
    };
    let mut fill = |templates: &VarsTemplates, place: String, with_constants: bool| {
        for (name, template) in &templates.0 {
            // What no machine has a say in is the top group's, where group_vars can override it.
            if template.constant().is_some() && !with_constants {
                continue;
            }
            let value = template
                .fill(&filling)
                .map_err(|unfilled| AssembleError::Unfilled { unfilled, place: format!("`{place}.{name}`") })?;
            vars.insert(name.as_str().to_owned(), value);
        }
        Ok::<_, AssembleError>(())
    };
    fill(&cluster.hosts.vars, "hosts.vars".to_owned(), false)?;
    for (group, templates) in &built.host_vars[member.position] {
        fill(templates, format!("groups.{group}.host_vars"), true)?;
    }
    vars.extend(member.machine.vars.clone());
    Ok(vars)
}

/// How the host is reached, by the controller and by other nodes.
fn identity(cluster: &Cluster, member: &Member<'_>, vars: &mut Variables) -> Result<(), AssembleError> {
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            vars.insert(name.to_owned(), value);
        }
    };
    let reached = &member.reached;
    let address = reached.address.as_ref().filter(|_| reached.is_told);
    put("ansible_host", address.map(|address| Value::user(address.to_string())));
    let port = match member.machine.reach.connection {
        _ if !reached.is_past_port => member.machine.reach.port,
        // Where Ansible's own default would be the encrypted one.
        Connection::WinrmHttp => Some(5985),
        Connection::WinrmHttps => Some(5986),
        Connection::Ssh => None,
    };
    put("ansible_port", port.map(|port| Value::Int(port.into())));
    if let Some(user) = &member.machine.reach.user {
        put("ansible_user", Some(ssh_user(member, user)?));
    }
    match member.machine.reach.connection {
        Connection::Ssh => {
            put("ansible_ssh_private_key_file", ssh_args::first_key(member)?);
            put(ssh_args::NAME, ssh_args::of_host(cluster, member)?);
        }
        // On a forwarded port Ansible would take HTTP for HTTPS.
        winrm => {
            put("ansible_connection", Some(Value::user("winrm")));
            let scheme = if winrm == Connection::WinrmHttps { "https" } else { "http" };
            put("ansible_winrm_scheme", Some(Value::user(scheme)));
        }
    }
    let text = |ip: Option<std::net::IpAddr>| ip.map(|ip| Value::user(ip.to_string()));
    put("ip", text(reached.ip));
    put("ip6", text(reached.ip6));
    put("access_ip", text(reached.access_ip));
    put("access_ip6", text(reached.access_ip6));
    Ok(())
}

/// What the user wrote may be a template; what somebody else wrote may only be a name where it reaches a command line,
/// as it does not with `WinRM`: a Windows user may be `DOMAIN\name`.
fn ssh_user(member: &Member<'_>, user: &str) -> Result<Value, AssembleError> {
    match member.machine.named_by {
        NamedBy::User => Ok(Value::user(user)),
        NamedBy::Outside if fits_ssh(user) || member.machine.reach.connection != Connection::Ssh => {
            Ok(Value::outside(user))
        }
        NamedBy::Outside => Err(AssembleError::NotForSsh {
            what: "the user",
            machine: member.machine.name.clone(),
            value: user.to_owned(),
        }),
    }
}

/// What the source says of the machine, none of it ever a template.
fn facts(member: &Member<'_>, vars: &mut Variables) {
    let machine = &member.machine;
    vars.insert("inv_name".to_owned(), Value::outside(&machine.name));
    if let Some(id) = &machine.id {
        vars.insert("inv_id".to_owned(), Value::outside(id));
    }
    vars.insert("inv_state".to_owned(), Value::user(member.state.to_string()));
    if let Some(place) = &machine.place {
        vars.insert("inv_place".to_owned(), Value::outside(place));
    }
    if let Some(namespace) = &machine.namespace {
        vars.insert("inv_namespace".to_owned(), Value::outside(namespace));
    }
    if !machine.tags.is_empty() {
        let tags = machine.tags.iter().map(|(key, value)| (key.clone(), Value::outside(value))).collect();
        vars.insert("inv_tags".to_owned(), Value::Map(tags));
    }
}

/// The variables of the group of all members.
pub(super) fn of_cluster(cluster: &Cluster, skipped: &IndexSet<HostName>, discovery: &Discovery) -> Variables {
    let mut vars = Variables::new();
    // The weakest of all: what the file or a host says wins, and so do group_vars.
    if let Some(user) = discovery.default_user.as_ref().filter(|user| fits_ssh(user)) {
        vars.insert("ansible_user".to_owned(), Value::user(user));
    }
    for (name, template) in &cluster.hosts.vars.0 {
        if let Some(value) = template.constant() {
            vars.insert(name.as_str().to_owned(), value.clone());
        }
    }
    if let Some(args) = ssh_args::of_all(cluster) {
        vars.insert(ssh_args::NAME.to_owned(), args);
    }
    if cluster.is_declared {
        vars.insert("inv_cluster".to_owned(), Value::user(&cluster.name));
    }
    let list = |names: Vec<Value>| (!names.is_empty()).then_some(Value::List(names));
    if let Some(skipped) = list(skipped.iter().map(|host| Value::user(host.as_str())).collect()) {
        vars.insert("inv_skipped".to_owned(), skipped);
    }
    if let Some(missing) = list(discovery.unreadable.iter().map(|silent| Value::outside(&silent.place)).collect()) {
        vars.insert("inv_missing_places".to_owned(), missing);
    }
    vars
}

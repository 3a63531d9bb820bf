//! `explain`: why this name, this address, these groups; what was left out, and why.

use std::fmt::Write as _;

use clap::Args;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, terminal};
use crate::inventory::assemble::{HostReport, LeftOut, Report};
use crate::yaml::nearest;

/// Say why each host has its name, address and groups, and what was left out
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// Only this host
    #[arg(value_name = "HOST")]
    host: Option<String>,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let report = session.assemble()?.report;
    let text = match &arguments.host {
        None => whole(session, &report),
        Some(name) => one(&report, name)?,
    };
    Ok(Answer::yes(text))
}

fn whole(session: &Session, report: &Report) -> String {
    let mut text = String::new();
    let pinned = match (report.is_pinned, &session.file) {
        (true, _) => "who is who is pinned in `members`",
        (false, Some(_)) => "nothing is pinned: names decide who is who, and `pin` writes it down",
        (false, None) => "there is no cluster file: everything that can be played, and no roles",
    };
    let count = report.hosts.len();
    let _ = writeln!(text, "{}: {count} {}, {pinned}", session.cluster.name, if count == 1 { "host" } else { "hosts" });
    for host in &report.hosts {
        text.push('\n');
        text.push_str(&host_text(host));
    }
    if !report.left_out.is_empty() {
        text.push_str("\nleft out\n");
        for machine in &report.left_out {
            let _ = writeln!(text, "  {}", left_out(machine, ":"));
        }
    }
    if !report.notes.is_empty() {
        text.push_str("\nalso\n");
        for note in &report.notes {
            let _ = writeln!(text, "  {}", terminal::one_line(note));
        }
    }
    if !report.unreadable.is_empty() {
        text.push_str("\nnot read, and accepted because `partial` says so\n");
        for place in &report.unreadable {
            let _ = writeln!(text, "  {}", terminal::one_line(&format!("{}: {}", place.place, place.why)));
        }
    }
    text
}

/// One host, by its name or its machine's; or why a machine is none.
fn one(report: &Report, name: &str) -> Result<String, Failure> {
    if let Some(host) = report.hosts.iter().find(|host| host.host.as_str() == name || host.machine == name) {
        return Ok(host_text(host));
    }
    if let Some(machine) = report.left_out.iter().find(|machine| machine.machine == name) {
        return Ok(left_out(machine, " is left out:") + "\n");
    }
    let known: Vec<&str> = report.hosts.iter().map(|host| host.host.as_str()).collect();
    let remedy = match nearest(name, &known) {
        Some(near) => format!("did you mean {near}?"),
        None => "`graph` lists the hosts".to_owned(),
    };
    Err(Failure::usage(format!("no host or machine is called {name}"), remedy))
}

/// A machine that is none of the hosts. Like every field from outside, it stays one line whatever is in it.
fn left_out(machine: &LeftOut, is_left_out: &str) -> String {
    terminal::one_line(&format!("{} ({}){is_left_out} {}", machine.machine, machine.origin, machine.why))
}

fn host_text(host: &HostReport) -> String {
    let mut text = format!("{}\n", host.host);
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<9} {}", terminal::one_line(value));
    };
    let state_why = host.state_why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    field("machine", &format!("{} ({}), {}{state_why}", host.machine, host.origin, host.state));
    if let Some(id) = &host.id {
        field("id", id);
    }
    field("name", &format!("from {}", host.name_why));
    let address = host.address.as_deref().unwrap_or("a template of your inventory's");
    let through = host.jump.as_ref().map_or_else(String::new, |jump| format!(", through {jump}"));
    field("address", &format!("{address}{through}"));
    for candidate in &host.candidates {
        let on = [("on", &candidate.interface), ("in", &candidate.network)];
        let on: String =
            on.iter().filter_map(|(word, what)| what.as_ref().map(|what| format!(" {word} {what}"))).collect();
        field("", &format!("{} ({}{on}) {}", candidate.address, candidate.from, candidate.verdict));
    }
    field("ip", &format!("{}: {}", host.ip.as_deref().unwrap_or("left out"), host.ip_why));
    for note in &host.notes {
        field("note", note);
    }
    for (position, (group, why)) in host.groups.iter().enumerate() {
        field(if position == 0 { "groups" } else { "" }, &format!("{group}: {why}"));
    }
    text
}

//! `diff`: what is written against what is true.

use std::path::PathBuf;

use clap::Args;

use super::Session;
use super::pin::{self, of_assembly};
use crate::ansible;
use crate::cli::failure::Answer;
use crate::cli::{Failure, terminal};
use crate::cluster::{Cluster, Layout, Member, WithoutAddress};
use crate::discovery::Discovery;
use crate::inventory::assemble::AssembleError;
use crate::inventory::{Inventory, Value, Variables};
use crate::machine::State;
use crate::safe::{GroupName, HostName};
use crate::yaml::Source;

/// The variables that say who a host is and how it is reached.
const IDENTITY: [&str; 8] =
    ["ansible_host", "ansible_port", "ansible_user", "ip", "ip6", "access_ip", "access_ip6", "etcd_member_name"];

/// Compare what the file pins, or an old inventory, with what is true; exit 1 if they differ
///
/// A line for each difference: `-` is written and not there, `+` is there and not written, `!` is another than written,
/// `?` cannot be told because a place does not answer. Nothing is printed where all is as written.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// An inventory (INI, YAML or JSON) to compare with instead of `members`
    #[arg(value_name = "INVENTORY")]
    inventory: Option<PathBuf>,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let lines = match (&arguments.inventory, &session.cluster.members) {
        (Some(path), _) => {
            let source = Source::read(path).map_err(Failure::from).map_err(Failure::could_not_find_out)?;
            let old = ansible::read(&source).map_err(Failure::from).map_err(Failure::could_not_find_out)?;
            let new = session.assemble().map_err(Failure::could_not_find_out)?.inventory;
            of_inventories(&old, &new, &session.cluster.role_groups().whole)
        }
        (None, Some(members)) => {
            session.needs_file("diff")?;
            let discovery = session.discover().map_err(Failure::could_not_find_out)?;
            of_members(&session.cluster, members, &discovery)
                .map_err(|error| Failure::from(error).could_not_find_out())?
        }
        (None, None) => {
            return Err(Failure::usage(
                "nothing is pinned, so there is nothing to compare with",
                "name an inventory (`diff INVENTORY`), or write `members` with `pin`",
            ));
        }
    };
    if lines.is_empty() {
        return Ok(Answer::yes(""));
    }
    // "No" would mean that something is different, and "yes" that nothing is.
    if lines.iter().all(|line| line.starts_with('?')) {
        let unknown: Vec<&str> = lines.iter().map(|line| line.trim_start_matches("? ")).collect();
        return Err(Failure::new(
            format!("no difference is seen, but not everything: {}", unknown.join("; ")),
            "ask again when it answers",
        )
        .could_not_find_out());
    }
    Ok(Answer::no(lines.iter().map(|line| terminal::one_line(line) + "\n").collect::<String>()))
}

/// What became of the pinned members, and who is new.
fn of_members(cluster: &Cluster, pinned: &[Member], discovery: &Discovery) -> Result<Vec<String>, AssembleError> {
    // Everything that would stop an inventory is what is being asked for: none of it may stop this.
    let mut open = cluster.clone();
    open.partial = true;
    open.layout = Layout::None;
    open.machines.expect = None;
    open.machines.states = Some(State::ALL.to_vec());
    open.machines.without_address = Some(WithoutAddress::Skip);
    for member in open.members.iter_mut().flatten() {
        member.id = None;
        member.address = None;
        member.offline = true;
    }
    let mut lines = Vec::new();
    let mut left_out = Vec::new();
    let now = loop {
        match pin::with_strangers(open.clone(), discovery) {
            Err(AssembleError::ListedAndLeftOut { machine, why }) => {
                open.members.iter_mut().for_each(|members| members.retain(|member| member.machine != machine));
                lines.push(format!("! {machine}: is listed, and `machines` leaves it out: {why}"));
                left_out.push(machine);
            }
            other => break of_assembly(&other?),
        }
    };
    let others = pinned.iter().filter(|member| !left_out.contains(&member.machine));
    lines.extend(others.flat_map(|member| of_member(cluster, member, discovery, &now)));
    let is_new = |now: &&Member| !pinned.iter().any(|member| is_same(member, now));
    lines.extend(now.iter().filter(is_new).map(|new| format!("+ {}: belongs and is not listed", new.machine)));
    lines.extend(discovery.unreadable.iter().map(|place| format!("? {}: {}", place.place, place.why)));
    Ok(lines)
}

fn is_same(a: &Member, b: &Member) -> bool {
    a.machine == b.machine
        && (a.place.is_none() || a.place == b.place)
        && (a.namespace.is_none() || a.namespace == b.namespace)
}

/// What became of one pinned member.
fn of_member(cluster: &Cluster, member: &Member, discovery: &Discovery, now: &[Member]) -> Vec<String> {
    let name = &member.machine;
    let Some(machine) = discovery.machines.iter().find(|machine| member.means(machine)) else {
        return match (member.offline, discovery.unreadable.is_empty()) {
            (true, _) => vec![],
            (false, true) => {
                let passed_over = discovery.passed_over.iter().find(|passed_over| passed_over.name == *name);
                let why = passed_over.map_or_else(String::new, |passed_over| format!(" ({})", passed_over.why));
                vec![format!("- {name}: does not exist{why}")]
            }
            (false, false) => vec![format!("? {name}: not found, and a place cannot be read")],
        };
    };
    let mut lines = Vec::new();
    if let (Some(old), Some(new)) = (&member.id, &machine.id)
        && old != new
    {
        lines.push(format!("! {name}: re-created; its id was {old} and is {new}"));
    }
    let is_playable = cluster
        .machines
        .states
        .as_ref()
        .map_or(machine.state == State::Running, |states| states.contains(&machine.state));
    if !is_playable && !member.offline {
        let why = machine.state_why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        lines.push(format!("! {name}: is {}{why}", machine.state));
    }
    if is_playable && member.offline {
        lines.push(format!("! {name}: is {}, and `members` says offline", machine.state));
    }
    let address = now.iter().find(|now| is_same(member, now)).and_then(|now| now.address.as_ref());
    match (&member.address, address) {
        (Some(old), Some(new)) if old != new => lines.push(format!("! {name}: had the address {old}, has {new}")),
        (Some(old), None) if is_playable => lines.push(format!("! {name}: had the address {old}, has none")),
        _ => {}
    }
    lines
}

/// What an old inventory says that is not so, and what is so that it does not say.
///
/// `whole` is the group of all nodes, which is always ours to add: kubespray would make it at run time.
fn of_inventories(old: &ansible::Inventory, new: &Inventory, whole: &GroupName) -> Vec<String> {
    let mut lines = Vec::new();
    for name in old.hosts.keys() {
        if !new.hosts().keys().any(|host| host.as_str() == name) {
            lines.push(format!("- host {name}"));
        }
    }
    for (name, vars) in new.hosts() {
        match old.hosts.get(name.as_str()) {
            None => lines.push(format!("+ host {name}")),
            Some(host) => lines.extend(of_host(name.as_str(), old, host, vars, new)),
        }
    }
    for (name, group) in &old.groups {
        if matches!(name.as_str(), "all" | "ungrouped") {
            continue;
        }
        let Some((_, now)) = new.groups().iter().find(|(group, _)| group.as_str() == name) else {
            lines.push(format!("- group {name}"));
            continue;
        };
        let before: Vec<&str> = group.hosts.keys().map(String::as_str).collect();
        let after: Vec<&str> = now.hosts.iter().map(HostName::as_str).collect();
        if before != after {
            lines.push(format!("! group {name}: was {}; is {}", listed(&before), listed(&after)));
        }
    }
    let is_new = |name: &&GroupName| !old.groups.contains_key(name.as_str()) && *name != new.top() && *name != whole;
    lines.extend(new.groups().keys().filter(is_new).map(|name| format!("+ group {name}")));
    lines
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

/// The variables in which a host differs.
fn of_host(
    name: &str,
    old: &ansible::Inventory,
    host: &ansible::Host,
    vars: &Variables,
    new: &Inventory,
) -> Vec<String> {
    let text = |value: Option<&Value>| value.map(Value::to_plain_text);
    IDENTITY
        .iter()
        .filter_map(|key| {
            let all = old.groups.get("all").and_then(|all| all.vars.get(*key));
            let before = text(host.vars.get(*key).or(all).map(|variable| &variable.value));
            let top = new.groups().get(new.top()).and_then(|top| top.vars.get(*key));
            let after = text(vars.get(*key).or(top).or(new.vars().get(*key)));
            let say = |value: Option<String>| value.unwrap_or_else(|| "not set".to_owned());
            // Variables of other groups would need Ansible's whole precedence; a host that says nothing says nothing.
            (before.is_some() && before != after)
                .then(|| format!("! {name}: {key} was {}, is {}", say(before), say(after)))
        })
        .collect()
}

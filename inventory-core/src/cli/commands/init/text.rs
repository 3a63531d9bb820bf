//! The text of the files that `init` writes, and what it says about them.

use std::fmt::Write as _;
use std::path::Path;

use super::Plan;
use super::pin;
use super::takeover::Takeover;
use crate::cluster::{Layout, Machines, NameGlob};
use crate::inventory::Variables;
use crate::inventory::assemble::{Assembly, HostReport};
use crate::inventory::render::yaml as inventory_yaml;
use crate::yaml::{self, Entry, Plain};

/// The cluster file.
pub(super) fn cluster_file(plan: &Plan<'_>) -> String {
    let mut text = format!(
        "#!/usr/bin/env {binary}\n\
         # {cluster}: Ansible runs this file as its inventory; you run it too: ./FILE graph, explain, diff, doctor.\n\
         # Before Ansible: eval \"$(./FILE env)\"\n\
         plugin: {plugin}\n\
         cluster: {cluster}\n",
        binary = plan.binary,
        plugin = plan.plugin,
        cluster = plan.cluster,
    );
    match plan.layout {
        Layout::Kubespray => {}
        Layout::HardWay => text.push_str("layout: hard-way\n"),
        Layout::None => text.push_str("layout: none\n"),
    }
    if let Some(version) = plan.kubespray_version {
        let _ = writeln!(text, "kubespray_version: \"{version}\"");
    }
    if let serde_json::Value::Object(source) = &plan.source
        && !source.is_empty()
    {
        text.push('\n');
        section(&mut text, "source", plain(&plan.source));
    }
    text.push_str("\n# Another number of machines is an error, not another cluster.\n");
    section(&mut text, "machines", Plain::Map(machines(plan.machines, plan.count)));
    if let Some(takeover) = plan.takeover {
        hosts_taken_over(&mut text, takeover);
    } else if !plan.is_adopted {
        text.push_str("\nhosts:\n  vars:\n    ansible_become: true\n");
    }
    if !plan.roles.is_empty() {
        let roles = plan.roles.iter().map(|(role, group)| Entry::new(*role, Plain::text(group.as_str()))).collect();
        text.push('\n');
        section(&mut text, "network", Plain::Map(vec![Entry::new("roles", Plain::Map(roles))]));
    }
    if let Some(takeover) = plan.takeover {
        groups_taken_over(&mut text, takeover);
    }
    if !plan.groups.is_empty() {
        if plan.takeover.is_none() {
            text.push_str("\n# Decided once, by `init`; from now on this file says who is what.\ngroups:\n");
        }
        for (group, chosen) in &plan.groups {
            let _ = writeln!(text, "  {group}: {}", chosen.text());
        }
    }
    match &plan.members {
        Some(members) => {
            text.push_str(
                "\n# Who is who, in the order kubespray sees. `pin --add` appends; to remove the first control plane, move its\n\
                 # line down first.\nmembers:\n",
            );
            text.push_str(&pin::render(members));
        }
        None => text.push_str(
            "\n# The groups of the inventory have different orders, which `members` cannot say: each keeps its own. Once they\n\
             # agree, `pin` writes down who is who.\n",
        ),
    }
    text
}

/// What the hosts of an inventory are called, and what all of them know.
fn hosts_taken_over(text: &mut String, takeover: &Takeover) {
    let mut hosts = Vec::new();
    if !takeover.names.is_empty() {
        let names =
            takeover.names.iter().map(|(machine, host)| Entry::new(machine.as_str(), Plain::text(host.as_str())));
        hosts.push(Entry::new("names", Plain::Map(names.collect())));
    }
    for (key, network) in &takeover.networks {
        let rule = Plain::Map(vec![Entry::new("network", Plain::text(network.as_str()))]);
        hosts.push(Entry::new(*key, Plain::List(vec![rule])));
    }
    if !takeover.vars.is_empty() {
        hosts.push(Entry::new("vars", variables(&takeover.vars)));
    }
    if !hosts.is_empty() {
        text.push('\n');
        section(text, "hosts", Plain::Map(hosts));
    }
}

/// The groups of an inventory.
fn groups_taken_over(text: &mut String, takeover: &Takeover) {
    text.push_str("\n# As the inventory had them; `names` are machines.\ngroups:\n");
    for (name, spec) in &takeover.groups {
        let mut entries = Vec::new();
        let mut list = |key: &'static str, items: Vec<Plain<'static>>| {
            if !items.is_empty() {
                entries.push(Entry::new(key, Plain::List(items)));
            }
        };
        let names = spec.names.iter().flatten().map(|glob| Plain::text(glob.as_str().to_owned()));
        list("names", names.collect());
        list("children", spec.children.iter().map(|child| Plain::text(child.to_string())).collect());
        if !spec.vars.is_empty() {
            entries.push(Entry::new("vars", variables(&spec.vars)));
        }
        if !spec.hosts.is_empty() {
            let hosts = spec.hosts.iter().map(|(host, vars)| Entry::new(host.to_string(), variables(&vars.0)));
            entries.push(Entry::new("hosts", Plain::Map(hosts.collect())));
        }
        let group = yaml::emit(&Plain::Map(vec![Entry::new(name.to_string(), Plain::Map(entries))]));
        text.extend(group.lines().flat_map(|line| ["  ", line, "\n"]));
    }
}

fn variables(vars: &Variables) -> Plain<'static> {
    Plain::Map(
        vars.iter().map(|(name, value)| Entry::new(name.clone(), inventory_yaml::plain(value.clone()))).collect(),
    )
}

/// What became of addresses that the inventory had.
pub(super) fn moved(sentences: &[String]) -> String {
    sentences.iter().flat_map(|sentence| ["  not as in the inventory: ", sentence, "\n"]).collect()
}

fn section(text: &mut String, key: &str, value: Plain<'_>) {
    text.push_str(&yaml::emit(&Plain::Map(vec![Entry::new(key, value)])));
}

/// The selection that was on the command line, and how many it gave.
fn machines(wishes: &Machines, count: usize) -> Vec<Entry<'static>> {
    let mut entries = Vec::new();
    let mut list = |key: &'static str, texts: Option<Vec<String>>| {
        if let Some(texts) = texts {
            entries.push(Entry::new(key, Plain::List(texts.into_iter().map(Plain::text).collect())));
        }
    };
    let globs = |globs: &Option<Vec<NameGlob>>| {
        globs.as_ref().map(|globs| globs.iter().map(|glob| glob.as_str().to_owned()).collect())
    };
    list("names", globs(&wishes.names));
    list("except", globs(&wishes.except));
    list("places", wishes.places.clone());
    list("namespaces", wishes.namespaces.clone());
    list("states", wishes.states.as_ref().map(|states| states.iter().map(ToString::to_string).collect()));
    entries.push(Entry::new("expect", Plain::Int(count as i128)));
    entries
}

/// A source's options, as they are.
fn plain(value: &serde_json::Value) -> Plain<'_> {
    match value {
        serde_json::Value::Null => Plain::Null,
        serde_json::Value::Bool(value) => Plain::Bool(*value),
        serde_json::Value::Number(number) => match (number.as_i128(), number.as_f64()) {
            (Some(number), _) => Plain::Int(number),
            (None, number) => Plain::Float(number.unwrap_or_default()),
        },
        serde_json::Value::String(text) => Plain::text(text.as_str()),
        serde_json::Value::Array(items) => Plain::List(items.iter().map(plain).collect()),
        serde_json::Value::Object(map) => {
            Plain::Map(map.iter().map(|(key, value)| Entry::new(key.as_str(), plain(value))).collect())
        }
    }
}

/// What the file will say, for the person who is asked.
pub(super) fn summary(plan: &Plan<'_>, path: &Path, assembly: &Assembly) -> String {
    let count = plan.count;
    let hosts = if count == 1 { "one host".to_owned() } else { format!("{count} hosts") };
    let mut text = format!("{}: the cluster {} of {hosts}\n", path.display(), plan.cluster);
    let address = |host: &HostReport| host.address.clone().unwrap_or_else(|| "(as the inventory says)".to_owned());
    let hosts = &assembly.report.hosts;
    let names = hosts.iter().map(|host| host.host.as_str().len()).max().unwrap_or_default();
    let addresses = hosts.iter().map(|host| address(host).len()).max().unwrap_or_default();
    for host in hosts {
        let groups: Vec<&str> = host.groups.iter().map(|(group, _)| group.as_str()).collect();
        let row = format!("  {:names$}  {:addresses$}  {}", host.host.as_str(), address(host), groups.join(", "));
        let _ = writeln!(text, "{}", row.trim_end());
    }
    for left_out in &assembly.report.left_out {
        let _ = writeln!(text, "  left out: {}: {}", left_out.machine, left_out.why);
    }
    text
}

/// The summary, and how to go on.
pub(super) fn next_steps(path: &Path, summary: &str) -> String {
    let file = match path.parent() {
        Some(parent) if parent == Path::new("") || parent == Path::new(".") => {
            format!("./{}", path.file_name().unwrap_or_default().to_string_lossy())
        }
        _ => path.display().to_string(),
    };
    let steps = [
        (format!("eval \"$({file} env)\""), "Ansible fails when this inventory fails"),
        (format!("{file} graph"), "look at it"),
        ("ansible all -m ping".to_owned(), "reach it"),
    ];
    let width = steps.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
    let mut text = format!("{summary}{}Next:\n", if summary.is_empty() { "" } else { "\n" });
    for (command, why) in steps {
        let _ = writeln!(text, "  {command:<width$}   # {why}");
    }
    text
}

/// What direnv, or a person, sources.
pub(super) fn envrc(name: &str) -> String {
    format!(
        "# Ansible fails when this inventory fails, wherever it is run. For direnv, or: . ./.envrc\neval \"$(./{name} env)\"\n"
    )
}

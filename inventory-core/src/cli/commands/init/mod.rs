//! `init`: writes a cluster file that runs.
//!
//! What is decided by counting is decided here, once, and written down; from then on the file says it.

mod adopt;
mod chosen;
mod recognise;
mod takeover;
mod text;

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::pin;
use crate::ansible;
use crate::cli::arguments::Arguments as AllArguments;
use crate::cli::failure::Answer;
use crate::cli::{At, Binary, Failure, Options, files, terminal};
use crate::cluster::{Cluster, KubesprayVersion, Layout, Loaded, Machines, Member, PLUGIN_PREFIX};
use crate::discovery::Discovery;
use crate::inventory::assemble::{AssembleError, Assembly, assemble, by_count};
use crate::safe::GroupName;
use crate::yaml::Source;

use chosen::Chosen;
use takeover::Takeover;

/// Write a cluster file that runs: roles, members and all
///
/// It lists what it sees, asks, and never overwrites. The first three machines become control plane and etcd (one
/// below three; spread over places), the others workers, unless tags, names or an inventory say otherwise. A .envrc is
/// written beside it unless there is one.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// The directory to write into [default: the current one, or that of the inventory]
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Adopt an inventory: its names, order, groups, variables and etcd names
    #[arg(long, value_name = "INVENTORY")]
    from: Option<PathBuf>,

    /// What to call the file [default: hosts.SOURCE.yml]
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,

    /// What to call the cluster [default: like its directory]
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,

    /// A kubespray checkout, to write down its version
    #[arg(long, value_name = "DIR")]
    kubespray: Option<PathBuf>,

    /// Write without asking
    #[arg(long, short)]
    yes: bool,
}

/// Roles to be written.
type WrittenRoles = Vec<(GroupName, Chosen)>;

/// Everything that goes into the new file.
struct Plan<'a> {
    binary: &'static str,
    plugin: String,
    cluster: String,
    kubespray_version: Option<KubesprayVersion>,
    layout: Layout,
    source: serde_json::Value,
    machines: &'a Machines,
    /// Whether the source itself reads the inventory, with everything it says.
    is_adopted: bool,
    /// What was taken over from an inventory that the source does not read.
    takeover: Option<&'a Takeover>,
    /// The roles that nothing else gives: group to names of machines.
    groups: WrittenRoles,
    /// The roles of an adopted inventory, where they are not called as the layout calls them.
    roles: Vec<(&'static str, GroupName)>,
    /// How many hosts there are.
    count: usize,
    /// Who is who; `None` where groups of an adopted inventory have orders that one list cannot say.
    members: Option<Vec<Member>>,
}

pub(super) fn run<O: Options>(
    binary: &'static Binary<O>,
    all: &AllArguments<O>,
    arguments: &Arguments,
) -> Result<Answer, Failure> {
    if let Some(file) = &all.file {
        return Err(Failure::usage(
            format!("`init` writes a new file and does not read {}", file.display()),
            format!("use `{} init [DIR]`", binary.name),
        ));
    }
    let directory = match (&arguments.directory, &arguments.from) {
        (Some(directory), _) => directory.clone(),
        (None, Some(inventory)) => crate::cli::session::directory_of(inventory),
        (None, None) => PathBuf::from("."),
    };
    if directory.to_str().is_some_and(|name| name.parse::<std::net::IpAddr>().is_ok()) {
        return Err(Failure::usage(
            format!("{} stands where `init` takes a directory, and is an address", directory.display()),
            "write several machines as one argument, in quotes: --machines \"10.10.1.3 10.10.1.4\"",
        ));
    }
    let path = new_path(binary, &directory, arguments.name.as_deref())?;
    let kubespray_version = arguments.kubespray.as_deref().map(version_of).transpose()?;

    let mut options = (binary.overlay)(O::default(), all.source.clone());
    let mut looked_at = options.clone();
    let mut to_take_over = None;
    if let Some(inventory) = &arguments.from {
        if let Some(adopt) = binary.adopt {
            let seen = seen_from(&directory, inventory)?;
            adopt(&mut options, &seen);
            // Nothing leads up from a directory that is not there yet.
            let absolute = std::path::absolute(inventory).unwrap_or_else(|_| inventory.clone());
            adopt(&mut looked_at, if directory.is_dir() { &seen } else { &absolute });
        } else {
            let source = Source::read(inventory).map_err(Failure::from)?;
            to_take_over = Some(ansible::read(&source).map_err(Failure::from)?);
        }
    }
    let mut cluster = Cluster::undeclared(binary.name);
    cluster.is_declared = true;
    cluster.layout = Layout::Kubespray;
    cluster.kubespray_version = kubespray_version;
    cluster.machines = all.machines.clone();
    cluster.name = match &arguments.cluster {
        Some(name) => name.clone(),
        None => crate::cluster::name_from_path(&path)
            .map_err(|why| Failure::usage(why, "name the cluster with `--cluster NAME`"))?,
    };
    let source = serde_json::to_value(&options).unwrap_or_default();
    if all.replay.is_some() && source.as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(Failure::usage(
            "`--replay` shows `init` what there was, and the file would not say where to look from now on",
            "name the source as well; see `init --help`",
        ));
    }
    let at = At { directory: &directory, cluster: &cluster.name };
    let discovery = binary.look(&looked_at, &at, all.replay.as_deref())?;

    let mut roles = Vec::new();
    let mut takeover = None;
    if let Some(inventory) = &to_take_over {
        takeover = Some(takeover::settle(&mut cluster, inventory, &discovery)?);
        leave_out_strangers(&mut cluster, &discovery)?;
    } else if arguments.from.is_some() {
        roles = adopt::settle(&mut cluster, &discovery);
    }
    let (assembly, groups) = decide(&mut cluster, &discovery)?;
    let is_adopted = arguments.from.is_some() && takeover.is_none();
    let plan = Plan {
        binary: binary.name,
        plugin: format!("{PLUGIN_PREFIX}{}", binary.source),
        cluster: cluster.name.clone(),
        kubespray_version,
        layout: cluster.layout,
        source,
        machines: &cluster.machines,
        is_adopted,
        takeover: takeover.as_ref(),
        groups,
        roles: takeover.as_ref().map_or(roles, |takeover| takeover.roles.clone()),
        count: assembly.report.hosts.len(),
        members: (arguments.from.is_none() || cluster.members.is_some()).then(|| pin::of_assembly(&assembly)),
    };
    let text = text::cluster_file(&plan);
    let written = check::<O>(&path, &text, binary.source, &discovery)?;
    let mut summary = text::summary(&plan, &path, &assembly);
    if let (Some(takeover), Some(inventory)) = (&takeover, &to_take_over) {
        takeover.check(&written.inventory)?;
        summary += &text::moved(&takeover::moved(inventory, &written.inventory));
    }
    // Whoever was asked has seen it.
    let summary = if confirm(&summary, arguments.yes)? { "" } else { &summary };
    write(&path, &text, &directory)?;
    Ok(Answer::yes(terminal::harmless(&text::next_steps(&path, summary)).into_owned()))
}

/// The new file's path, which must not be one that starts itself for ever.
fn new_path<O>(binary: &'static Binary<O>, directory: &Path, name: Option<&str>) -> Result<PathBuf, Failure> {
    let name = name.map_or_else(|| format!("hosts.{}.yml", binary.source), str::to_owned);
    if name.is_empty() || name.contains('/') || name.starts_with('.') || name.starts_with('-') {
        return Err(Failure::usage(
            format!("{name:?} cannot name a cluster file"),
            "use a plain file name; Ansible skips those that begin with a dot",
        ));
    }
    let canonical = std::fs::canonicalize(directory).ok();
    let is_searched = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|entry| canonical.is_some() && std::fs::canonicalize(entry).ok() == canonical)
    });
    if name == binary.name && is_searched {
        return Err(Failure::usage(
            format!("{} is on PATH, so a file called {name} there would start itself for ever", directory.display()),
            "write it into another directory, or give it another name",
        ));
    }
    let path = directory.join(name);
    if path.symlink_metadata().is_ok() {
        return Err(Failure::new(
            format!("{} exists already", path.display()),
            "`init` never overwrites: use another directory, or another name with `--as`",
        ));
    }
    Ok(path)
}

/// An inventory's path as the new file's directory sees it: relative, so that both can move together.
fn seen_from(directory: &Path, inventory: &Path) -> Result<PathBuf, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("{} cannot be read: {error}", inventory.display()), "check the path")
    };
    let to = std::fs::canonicalize(inventory).map_err(cannot)?;
    let from = resolved(directory).map_err(cannot)?;
    let common = from.components().zip(to.components()).take_while(|(from, to)| from == to).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    Ok(up.chain(to.components().skip(common)).collect())
}

/// A directory's real path, though it may not be there yet: links are followed as far as it is.
fn resolved(directory: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(directory)?;
    for there in absolute.ancestors() {
        if let Ok(real) = std::fs::canonicalize(there) {
            return Ok(absolute.strip_prefix(there).map_or_else(|_| real.clone(), |rest| real.join(rest)));
        }
    }
    Ok(absolute)
}

/// The version of a kubespray checkout, from its `galaxy.yml`.
fn version_of(checkout: &Path) -> Result<KubesprayVersion, Failure> {
    let galaxy = checkout.join("galaxy.yml");
    let unknown = |why: String| {
        Failure::new(
            format!("the version of kubespray in {} cannot be told: {why}", checkout.display()),
            "leave `--kubespray` out and write `kubespray_version: \"v2.31.0\"` into the file",
        )
    };
    let source = Source::read(&galaxy).map_err(|error| unknown(format!("galaxy.yml {error}")))?;
    let document = crate::yaml::parse_one(&source).map_err(|error| unknown(error.to_string()))?;
    let version = document.root.as_ref().and_then(|root| root.get("version", &source)).and_then(|node| node.raw());
    version.ok_or_else(|| unknown("galaxy.yml has no version".to_owned()))?.parse().map_err(unknown)
}

/// Leaves out the machines that an inventory does not have: from now on they are strangers, and a new one is named.
fn leave_out_strangers(cluster: &mut Cluster, discovery: &Discovery) -> Result<(), Failure> {
    while let Err(AssembleError::NotListed { machine, origin, .. }) = assemble(cluster, discovery) {
        let is_member = cluster.members.iter().flatten().any(|member| member.machine == machine);
        let Some(glob) = takeover::escaped(&machine).filter(|_| !is_member) else {
            return Err(Failure::new(
                format!("{machine} ({origin}) is not in the inventory, and a machine of the same name is"),
                "select the places of the inventory's machines with `--places`",
            ));
        };
        cluster.machines.except.get_or_insert_default().push(glob);
    }
    Ok(())
}

/// Assembles the cluster, with roles by count where nothing says them. Those are given back, to be written.
fn decide(cluster: &mut Cluster, discovery: &Discovery) -> Result<(Assembly, WrittenRoles), Failure> {
    match assemble(cluster, discovery) {
        Err(AssembleError::NoRoles { .. }) => {}
        other => {
            let assembly = other?;
            let groups = told_roles(cluster, discovery, &assembly);
            return Ok((assembly, groups));
        }
    }
    let mut without = cluster.clone();
    without.layout = Layout::None;
    let hosts = assemble(&without, discovery)?.report.hosts;
    let places: Vec<Option<&str>> = hosts.iter().map(|host| host.place.as_deref()).collect();
    let counted = by_count(&places);
    let machines = |positions: &[usize]| -> Vec<String> {
        positions.iter().map(|&position| hosts[position].machine.clone()).collect()
    };
    let roles = cluster.role_groups();
    let everybody: Vec<String> = hosts.iter().map(|host| host.machine.clone()).collect();
    let control_plane = machines(&counted.control_plane);
    let workers = Chosen::workers(machines(&counted.workers), &control_plane, &everybody);
    let groups = vec![
        (roles.control_plane, Chosen::Only(control_plane.clone())),
        (roles.etcd, Chosen::Only(control_plane)),
        (roles.workers, workers),
    ];
    cluster.groups.by_name.extend(groups.iter().map(|(name, chosen)| (name.clone(), chosen.selector())));
    Ok((assemble(cluster, discovery)?, groups))
}

/// The roles that tags or names gave, to be written down: from now on the file says them.
fn told_roles(cluster: &Cluster, discovery: &Discovery, assembly: &Assembly) -> WrittenRoles {
    if cluster.layout == Layout::None {
        return Vec::new();
    }
    let machines_of = |name: &GroupName| -> Vec<String> {
        let within = assembly.inventory.hosts_within(name);
        let hosts = assembly.report.hosts.iter().filter(|host| within.contains(&&host.host));
        hosts.map(|host| host.machine.clone()).collect()
    };
    let roles = cluster.role_groups();
    let control_plane = machines_of(&roles.control_plane);
    let everybody = machines_of(assembly.inventory.top());
    let workers = Chosen::workers(machines_of(&roles.workers), &control_plane, &everybody);
    let etcd = Chosen::Only(machines_of(&roles.etcd));
    [(roles.control_plane, Chosen::Only(control_plane)), (roles.etcd, etcd), (roles.workers, workers)]
        .into_iter()
        .filter(|(name, _)| !discovery.groups.contains_key(name) && !cluster.groups.by_name.contains_key(name))
        .collect()
}

/// A file that does not run is not written.
fn check<O: Options>(path: &Path, text: &str, source: &str, discovery: &Discovery) -> Result<Assembly, Failure> {
    let loaded = Loaded::<O>::parse(Source::new(path, text), path, source, &|name| std::env::var(name).ok())?;
    Ok(assemble(&loaded.cluster, discovery)?)
}

/// Asks the person at the terminal, unless they said yes before. Tells whether it asked.
fn confirm(summary: &str, yes: bool) -> Result<bool, Failure> {
    if yes {
        return Ok(false);
    }
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::usage("`init` asks before it writes, and nobody is there to answer", "add `--yes`"));
    }
    let mut answer = String::new();
    // The question is no part of the answer, which is what stdout is for.
    let asked = write!(std::io::stderr(), "{}\nWrite it? [y/N] ", terminal::harmless(summary));
    let read = asked.and_then(|()| stdin.lock().read_line(&mut answer));
    match (read, answer.trim().to_ascii_lowercase().as_str()) {
        (Ok(_), "y" | "yes") => Ok(true),
        _ => Err(Failure::new("nothing was written", "")),
    }
}

fn write(path: &Path, text: &str, directory: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(directory)
        .map_err(|error| Failure::new(format!("{} cannot be made: {error}", directory.display()), "check the path"))?;
    files::create(path, text, true)?;
    let envrc = directory.join(".envrc");
    // Somebody else's .envrc stays; `doctor` says what is missing from it.
    if envrc.symlink_metadata().is_err() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files::create(&envrc, &text::envrc(&name), false)?;
    }
    Ok(())
}

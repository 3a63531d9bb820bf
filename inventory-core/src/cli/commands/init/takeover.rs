//! Taking over an inventory for machines that a source discovers: its names, order, groups and etcd names go into the
//! cluster file, since the source does not know them; its addresses are the source's to tell.
//!
//! A cluster file has no place for some of what an inventory may say. Then nothing is written, and the sentence says
//! where it belongs.

use std::net::IpAddr;

use indexmap::IndexMap;

use super::adopt;
use super::recognise::Machines;
use crate::ansible::Inventory;
use crate::cli::Failure;
use crate::cluster::{AddressRule, Cluster, GroupSpec, NameGlob, OtherHost, Selector, VarsTemplate};
use crate::discovery::{Discovery, OwnGroup};
use crate::inventory::secrets::LeftOut;
use crate::inventory::{Value, Variables};
use crate::machine::Machine;
use crate::safe::{GroupName, HostName};

/// What the source tells, or `members` has.
const TOLD: [&str; 8] =
    ["ansible_host", "ansible_ssh_host", "ip", "ip6", "access_ip", "access_ip6", "etcd_member_name", "main_ip"];

/// What kubespray's only host in front of the others is called, and its group.
const BASTION: &str = "bastion";

/// What goes into the file beyond the members.
pub(super) struct Takeover {
    /// Machine to host, where they are not called the same.
    pub(super) names: IndexMap<String, HostName>,
    /// The variables of all hosts.
    pub(super) vars: Variables,
    /// The networks that addresses are taken in, by the key of `hosts` that says so.
    pub(super) networks: Vec<(&'static str, String)>,
    /// The groups.
    pub(super) groups: IndexMap<GroupName, GroupSpec>,
    /// Roles under other names than the layout's.
    pub(super) roles: Vec<(&'static str, GroupName)>,
    /// Each group's hosts in the inventory's order, which the new file must give again.
    hosts: IndexMap<GroupName, Vec<HostName>>,
}

/// Sets names, members and groups of the cluster to what the inventory shows.
pub(super) fn settle(cluster: &mut Cluster, inventory: &Inventory, discovery: &Discovery) -> Result<Takeover, Failure> {
    let others = other_hosts(inventory);
    let found = Machines::of(discovery).of_hosts(inventory, |name| !others.contains_key(name))?;
    let mut hosts = IndexMap::with_capacity(found.len());
    for (name, _) in &found {
        let host =
            HostName::written(name).map_err(|error| Failure::new(error.to_string(), "rename it in the inventory"))?;
        hosts.insert(*name, host);
    }
    let position_of: IndexMap<&str, usize> = found.iter().zip(0..).map(|((name, _), at)| (*name, at)).collect();
    let machines: Vec<Machine> = found
        .iter()
        .map(|(name, position)| {
            let etcd = inventory.hosts[*name].vars.get("etcd_member_name").map(|variable| variable.value.clone());
            let vars = etcd.map(|name| ("etcd_member_name".to_owned(), name)).into_iter().collect();
            Machine { vars, ..discovery.machines[*position].clone() }
        })
        .collect();

    let mut own = IndexMap::new();
    let mut groups = IndexMap::new();
    let mut wanted = IndexMap::new();
    for (name, group) in inventory.groups.iter().filter(|(name, _)| !matches!(name.as_str(), "all" | "ungrouped")) {
        let parsed = GroupName::parse(name)
            .map_err(|error| Failure::new(error.to_string(), "rename the group in the inventory"))?;
        let parse = |child: &String| GroupName::parse(child).ok();
        let positions: Vec<usize> =
            group.hosts.keys().filter_map(|host| position_of.get(host.as_str())).copied().collect();
        let names: Vec<NameGlob> = positions.iter().filter_map(|&at| escaped(&machines[at].name)).collect();
        let children: Vec<GroupName> = group.children.keys().filter_map(parse).collect();
        let strangers = group.hosts.keys().filter_map(|host| others.get(host.as_str()));
        groups.insert(
            parsed.clone(),
            GroupSpec {
                names: (!names.is_empty()).then_some(names),
                children: children.clone(),
                vars: without_secrets(&format!("the group {name}"), values(&group.vars))?,
                hosts: strangers.cloned().collect(),
                ..GroupSpec::default()
            },
        );
        let listed = group.hosts.keys().filter_map(|host| HostName::written(host).ok()).collect();
        wanted.insert(parsed.clone(), listed);
        own.insert(parsed, OwnGroup { hosts: positions, children, vars: Variables::new() });
    }
    let vars = shared_variables(inventory, &found)?;
    let networks = networks(inventory, &found, discovery);
    for (key, network) in &networks {
        let rule = AddressRule { network: Some(network.clone()), ..AddressRule::default() };
        let rules = if *key == "ip" { &mut cluster.hosts.ip } else { &mut cluster.hosts.address };
        *rules = Some(vec![rule]);
    }

    let seen = Discovery { machines, groups: own, ..Discovery::default() };
    let roles = adopt::settle(cluster, &seen);
    let Some(members) = &mut cluster.members else {
        return Err(Failure::new(
            "the groups of the inventory have their hosts in different orders, and a cluster file has one, that of `members`",
            "bring the hosts of its groups into one order; kubespray begins with the first of `etcd` and of the control plane",
        ));
    };
    let mut names = IndexMap::new();
    for member in members {
        let is_it = |machine: &Machine| member.means(machine);
        let Some(at) = seen.machines.iter().position(is_it) else { continue };
        let host = hosts[at].clone();
        if host.as_str() != member.machine {
            names.insert(member.machine.clone(), host.clone());
        }
        member.host = Some(host);
    }
    cluster.hosts.names.clone_from(&names);
    let selectors = groups.iter().map(|(name, spec)| (name.clone(), Selector::Some(Box::new(spec.clone()))));
    cluster.groups.by_name.extend(selectors);
    Ok(Takeover { names, vars, networks, groups, roles, hosts: wanted })
}

impl Takeover {
    /// Whether the new file gives the same groups again.
    pub(super) fn check(&self, inventory: &crate::inventory::Inventory) -> Result<(), Failure> {
        for (name, wanted) in &self.hosts {
            let now = inventory.groups().get(name).map(|group| group.hosts.as_slice()).unwrap_or_default();
            if now != wanted.as_slice() {
                let list = |hosts: &[HostName]| hosts.iter().map(HostName::as_str).collect::<Vec<_>>().join(", ");
                return Err(Failure::new(
                    format!("the group {name} would be {}, and the inventory has {}", list(now), list(wanted)),
                    "give machines of different places different names, and bring the hosts of all groups into one order",
                ));
            }
        }
        Ok(())
    }
}

/// A machine's name as a glob that matches nothing else.
pub(super) fn escaped(name: &str) -> Option<NameGlob> {
    glob::Pattern::escape(name).parse().ok()
}

/// The hosts that no source knows: kubespray's bastion, alone in its group.
fn other_hosts(inventory: &Inventory) -> IndexMap<&str, (HostName, OtherHost)> {
    let is_alone = inventory.groups.get(BASTION).is_some_and(|group| group.hosts.keys().eq([BASTION]));
    let host = inventory.hosts.get(BASTION).filter(|_| is_alone);
    let other = host.and_then(|host| Some((HostName::written(BASTION).ok()?, OtherHost(values(&host.vars)))));
    other.map(|other| (BASTION, other)).into_iter().collect()
}

fn values(vars: &IndexMap<String, crate::ansible::Variable>) -> Variables {
    vars.iter().map(|(name, variable)| (name.clone(), variable.value.clone())).collect()
}

/// The networks in which the inventory has all its addresses, where the source would choose others.
fn networks(inventory: &Inventory, found: &[(&str, usize)], discovery: &Discovery) -> Vec<(&'static str, String)> {
    let said = |host: &str, variable: &str| -> Option<IpAddr> {
        inventory.hosts[host].vars.get(variable)?.value.to_plain_text().parse().ok()
    };
    // The first address of a machine is the source's choice, and `ip` is the address by default.
    let first = |at: usize| {
        let mut addresses = discovery.machines[at].interfaces.iter().flat_map(|interface| &interface.addresses);
        addresses.find(|address| address.unfit.is_none()).map(|address| address.ip)
    };
    let network_of = |at: usize, ip: IpAddr| {
        let mut interfaces = discovery.machines[at].interfaces.iter();
        interfaces.find(|card| card.addresses.iter().any(|address| address.ip == ip))?.network.clone()
    };
    let mut rules = Vec::new();
    for (key, variable) in [("address", "ansible_host"), ("ip", "ip")] {
        let all: Option<Vec<(&str, usize, IpAddr)>> =
            found.iter().map(|(host, at)| Some((*host, *at, said(host, variable)?))).collect();
        let Some(all) = all else { continue };
        let is_default = |(host, at, ip): &(&str, usize, IpAddr)| {
            let default = if key == "ip" { said(host, "ansible_host") } else { first(*at) };
            default == Some(*ip)
        };
        let mut networks = all.iter().map(|(_, at, ip)| network_of(*at, *ip));
        let Some(Some(network)) = networks.next() else { continue };
        if !all.iter().all(is_default) && networks.all(|other| other.as_ref() == Some(&network)) {
            rules.push((key, network));
        }
    }
    rules
}

/// The variables that all hosts share: those of `all`, and those that every host has alike.
fn shared_variables(inventory: &Inventory, found: &[(&str, usize)]) -> Result<Variables, Failure> {
    let of_all = inventory.groups.get("all").map(|all| values(&all.vars)).unwrap_or_default();
    let mut shared = of_all.clone();
    for (name, _) in found {
        let own = values(&inventory.hosts[*name].vars);
        for (variable, value) in own.into_iter().filter(|(variable, _)| !TOLD.contains(&variable.as_str())) {
            let is_same = |(host, _): &(&str, usize)| {
                inventory.hosts[*host].vars.get(&variable).is_some_and(|other| other.value == value)
            };
            if !found.iter().all(is_same) {
                return Err(elsewhere(
                    &format!("the host {name} has the variable {variable}, and not every host has it alike"),
                    &format!("host_vars/{name}.yml"),
                ));
            }
            shared.insert(variable, value);
        }
    }
    // To Ansible the variables of the host `bastion` are those of its group, in which nobody else is.
    let others = ["all", "ungrouped", BASTION];
    for (variable, value) in &shared {
        let groups = inventory.groups.iter().filter(|(name, _)| !others.contains(&name.as_str()));
        if let Some((group, _)) = groups.into_iter().find(|(_, group)| group.vars.contains_key(variable)) {
            return Err(elsewhere(
                &format!(
                    "{variable} is a variable of all hosts and of the group {group}, and which one counts would change"
                ),
                "group_vars/all.yml",
            ));
        }
        if VarsTemplate::parse(value.clone()).ok().and_then(|template| template.constant().cloned()).as_ref()
            != Some(value)
        {
            return Err(elsewhere(
                &format!("{variable} has a {{word}}, which a cluster file would fill in"),
                "group_vars/all.yml",
            ));
        }
    }
    without_secrets("all hosts", shared)
}

/// The variables, none of which is a secret: a cluster file is no place for one.
fn without_secrets(whose: &str, vars: Variables) -> Result<Variables, Failure> {
    let kept = LeftOut::default().without_secrets(&vars);
    match vars.iter().find(|(name, value)| kept.get(*name) != Some(*value)) {
        None => Ok(vars),
        Some((secret, _)) => Err(Failure::new(
            format!("the inventory has a secret in {secret} of {whose}, and a cluster file is no place for one"),
            "move it into group_vars beside the new file, and encrypt it with ansible-vault",
        )),
    }
}

fn elsewhere(what: &str, file: &str) -> Failure {
    Failure::new(what, format!("move it into {file} beside the new file, where Ansible reads it for both inventories"))
}

/// What the inventory says of a host's address and is not so any more, a sentence each.
pub(super) fn moved(inventory: &Inventory, assembled: &crate::inventory::Inventory) -> Vec<String> {
    let mut sentences = Vec::new();
    for (host, vars) in assembled.hosts() {
        let Some(before) = inventory.hosts.get(host.as_str()) else { continue };
        for variable in ["ansible_host", "ip"] {
            let was = before.vars.get(variable).map(|variable| variable.value.to_plain_text());
            let is = vars.get(variable).map(Value::to_plain_text);
            if let Some(was) = was
                && is.as_deref() != Some(was.as_str())
            {
                let is = is.unwrap_or_else(|| "not set".to_owned());
                sentences.push(format!("{host}: {variable} was {was}, is {is}"));
            }
        }
    }
    sentences
}

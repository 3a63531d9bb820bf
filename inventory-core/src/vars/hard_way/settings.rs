//! A plan as variables.

use std::net::IpAddr;
use std::path::Path;

use indexmap::IndexMap;

use super::values;
use crate::cluster::HardWayNames;
use crate::inventory::Value;
use crate::network::address::Family;
use crate::network::layer::Cni;
use crate::plan::{Choice, Finding, NetworkPlan, NoWay, PlannedHost, Severity, routes};
use crate::safe::{HostName, VariableName};
use crate::vars::merge::{Absent, Setting};
use crate::vars::reason;
use crate::vars::tree::Owner;

/// Where kube-apiserver listens when nobody says otherwise.
const API_PORT: u16 = 6443;

/// What a plan needs to have written.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The variables, those of the cluster first.
    pub settings: Vec<Setting>,
    /// What cannot be written, or does not stand in them.
    pub notes: Vec<Finding>,
}

/// Why a variable has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotKnown {
    /// A host that others call by its address.
    #[error("{host} {part} and has no IP address that is known")]
    Address {
        /// The host.
        host: HostName,
        /// What it does: `runs etcd`.
        part: &'static str,
    },
    /// A worker whose pods nobody can be led to.
    #[error(transparent)]
    Route(#[from] NoWay),
}

impl NotKnown {
    /// The smallest change that would help.
    pub fn remedy(&self) -> String {
        match self {
            Self::Address { .. } => {
                "write its `address` as an IP address, or let `hosts.address` choose one".to_owned()
            }
            Self::Route(error) => error.remedy(),
        }
    }
}

/// The variables of a plan for the hard way, under the names that the playbooks have for them.
pub fn settings(plan: &NetworkPlan, names: &HardWayNames) -> Result<Settings, NotKnown> {
    let mut written = Written { names, settings: Vec::new(), notes: Vec::new() };
    written.networks(plan);
    written.api(plan)?;
    written.etcd(plan)?;
    written.hosts(plan)?;
    Ok(Settings { settings: written.settings, notes: written.notes })
}

struct Written<'a> {
    names: &'a HardWayNames,
    settings: Vec<Setting>,
    notes: Vec<Finding>,
}

impl Written<'_> {
    fn of_all(&mut self, name: &VariableName, value: Value, reason: &str) {
        self.put(Owner::Group("all".to_owned()), name, value, reason, Absent::Write);
    }

    fn put(&mut self, owner: Owner, name: &VariableName, value: Value, reason: &str, absent: Absent) {
        self.settings.push(Setting {
            file: Path::new(owner.directory()).join(format!("{}.yml", owner.name())),
            owner,
            path: vec![name.to_string()],
            value,
            reason: reason::one_line(reason),
            absent,
        });
    }

    fn note(&mut self, severity: Severity, code: &'static str, what: String, remedy: &str) {
        self.notes.push(Finding { severity, code, what, remedy: remedy.to_owned() });
    }

    fn networks(&mut self, plan: &NetworkPlan) {
        let names = self.names;
        self.of_all(&names.cluster_cidr, of(&plan.pods), &reasons(&plan.pods, &plan.levels));
        self.of_all(&names.service_cidr, of(&plan.services), &reasons(&plan.services, &plan.levels));
        let services: Vec<_> = plan.services.iter().map(|services| services.value.to_string()).collect();
        let reason = format!("an address of the services, {}", services.join(" and "));
        self.of_all(&names.cluster_dns, values::joined(&plan.cluster_dns), &reason);
    }

    fn api(&mut self, plan: &NetworkPlan) -> Result<(), NotKnown> {
        let names = self.names;
        let control_planes: Vec<_> = plan.hosts.iter().filter(|host| host.is_control_plane).collect();
        let addresses = addresses(plan, &control_planes, "runs the API server")?;
        match (&plan.api, &addresses[..]) {
            (Some(api), _) => {
                self.of_all(&names.api_address, values::joined([api.value.address]), &reason::of(api, &plan.levels));
                if api.value.port != API_PORT {
                    let what = format!(
                        "the API is at port {}, which no variable has: `{}` is an address alone",
                        api.value.port, names.api_address
                    );
                    self.note(Severity::Info, "api-port", what, "");
                }
            }
            (None, [(host, address)]) => {
                let reason = format!("{}, the only control plane", host.name);
                self.of_all(&names.api_address, values::joined([address]), &reason);
            }
            (None, several) => {
                let what = format!(
                    "`{}` is not written: {} control planes have no address in common that is known",
                    names.api_address,
                    several.len()
                );
                let remedy = "write the load balancer's: `api_address: ADDRESS` under `network`";
                self.note(Severity::Warning, "api-address", what, remedy);
            }
        }
        let reason = "what clients call the API server by, for its certificate";
        self.of_all(&names.apiserver_sans, values::subject_names(plan, &control_planes), reason);
        Ok(())
    }

    fn etcd(&mut self, plan: &NetworkPlan) -> Result<(), NotKnown> {
        let names = self.names;
        let members: Vec<_> = plan.hosts.iter().filter(|host| host.is_etcd).collect();
        let members = addresses(plan, &members, "runs etcd")?;
        if members.is_empty() {
            let what = format!("`{}` is not written: no host runs etcd", names.etcd_initial_cluster);
            self.note(Severity::Warning, "no-etcd", what, "write a group `etcd`, or name yours in `roles.etcd`");
            return Ok(());
        }
        let reason = match members.len() {
            1 => "the only member of etcd".to_owned(),
            many => format!("the {many} members of etcd, in the inventory's order"),
        };
        self.of_all(&names.etcd_initial_cluster, values::initial_cluster(&members), &reason);
        Ok(())
    }

    fn hosts(&mut self, plan: &NetworkPlan) -> Result<(), NotKnown> {
        let names = self.names;
        let is_bare = plan.overlay.cni.value == Cni::None;
        let mut routes = if is_bare { routes(&plan.hosts)? } else { IndexMap::new() };
        for host in &plan.hosts {
            let owner = || Owner::Host(host.name.to_string());
            if !host.pod_cidrs.is_empty() {
                let (value, reason) = (of(&host.pod_cidrs), reasons(&host.pod_cidrs, &plan.levels));
                self.put(owner(), &names.pod_cidr, value, &reason, Absent::Write);
            }
            if let Some(routes) = routes.swap_remove(&host.name) {
                let whose = if host.is_worker { "every other worker" } else { "every worker" };
                let reason = format!("the pods of {whose}, since without a CNI nobody else lays routes to them");
                self.put(owner(), &names.pod_routes, values::routes(&routes), &reason, Absent::Write);
            } else if !is_bare && (host.is_worker || host.is_control_plane) {
                // Those of a plan without a CNI would lead packets past this one.
                let reason = format!("{} lays the routes to pods", plan.overlay.cni.value);
                self.put(owner(), &names.pod_routes, values::routes(&[]), &reason, Absent::Leave);
            }
        }
        Ok(())
    }
}

fn of<T: ToString>(choices: &[Choice<T>]) -> Value {
    values::joined(choices.iter().map(|choice| choice.value.to_string()))
}

fn reasons<T>(choices: &[Choice<T>], levels: &[String]) -> String {
    let mut reasons: Vec<_> = choices.iter().map(|choice| reason::of(choice, levels)).collect();
    reasons.dedup();
    reasons.join("; ")
}

/// Hosts with the address of each: of the first family that the cluster has and the host too, else any.
fn addresses<'a>(
    plan: &NetworkPlan,
    hosts: &[&'a PlannedHost],
    part: &'static str,
) -> Result<Vec<(&'a PlannedHost, IpAddr)>, NotKnown> {
    let with_address = |host: &&'a PlannedHost| {
        let of = |family: &Family| host.addresses.iter().find(|address| Family::of(**address) == *family);
        let address = plan.families.iter().find_map(of).or_else(|| host.addresses.first());
        let address = address.ok_or_else(|| NotKnown::Address { host: host.name.clone(), part })?;
        Ok((*host, *address))
    };
    hosts.iter().map(with_address).collect()
}

//! A cluster file, hosts and variables, and the plan that comes of them.

use std::path::Path;

use inventory_core::cluster::{Cluster, Loaded, Site};
use inventory_core::environment::{Environment, Sourced};
use inventory_core::network::space::Origin;
use inventory_core::plan::{Current, Input, NetworkPlan, PlanError, PlannedHost, Replan, Sibling, plan};
use inventory_core::safe::HostName;
use inventory_core::yaml::{Source, from_source};
use serde::Deserialize;

/// A `source` section of which nothing is asked.
#[derive(Debug, Clone, Default, Deserialize)]
struct AnySource {}

/// Everything a plan is made from.
pub(crate) struct Situation {
    pub(crate) cluster: Cluster,
    pub(crate) hosts: Vec<PlannedHost>,
    pub(crate) environment: Environment,
    pub(crate) current: Current,
    pub(crate) siblings: Vec<Sibling>,
    pub(crate) replan: Vec<Replan>,
}

impl Situation {
    /// A kubespray cluster whose file has this under `network`, with as many hosts as there are addresses.
    pub(crate) fn new(network: &str, addresses: &[&str]) -> Self {
        Self::of_file(&format!("kubespray_version: v2.31.0\nnetwork:\n{}", indented(network)), addresses)
    }

    /// A cluster whose file has this text after `plugin:`.
    pub(crate) fn of_file(text: &str, addresses: &[&str]) -> Self {
        Self { hosts: hosts(addresses), ..Self::read(text).unwrap_or_else(|error| panic!("{error}")) }
    }

    /// The same, or why the file cannot be read.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = format!("plugin: kube_inventory.vms.static\n{text}");
        let source = Source::new("ci-kube.static.yml", &text);
        let loaded = Loaded::<AnySource>::parse(source, Path::new("ci-kube.static.yml"), "static", &|_| None)
            .map_err(|error| format!("{error}; {}", error.remedy()))?;
        Ok(Self {
            cluster: loaded.cluster,
            hosts: Vec::new(),
            environment: Environment::default(),
            current: Current::default(),
            siblings: Vec::new(),
            replan: Vec::new(),
        })
    }

    /// What is around many clusters.
    pub(crate) fn on_site(mut self, text: &str) -> Self {
        let site: Site = from_source(&Source::new("site.yml", text)).unwrap();
        self.cluster.network = self.cluster.network.on(site);
        self
    }

    /// With these networks in the variables already.
    pub(crate) fn having(mut self, services: &str, pods: &str) -> Self {
        self.current.services = kept(services);
        self.current.pods = kept(pods);
        self
    }

    pub(crate) fn replanning(mut self, what: Replan) -> Self {
        self.replan.push(what);
        self
    }

    pub(crate) fn try_plan(&self) -> Result<NetworkPlan, PlanError> {
        plan(&Input {
            cluster: &self.cluster,
            hosts: &self.hosts,
            environment: &self.environment,
            current: &self.current,
            siblings: &self.siblings,
            replan: &self.replan,
        })
    }

    pub(crate) fn plan(&self) -> NetworkPlan {
        self.try_plan().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Why there is no plan, with the remedy.
    pub(crate) fn refusal(&self) -> String {
        let error = self.try_plan().expect_err("no plan");
        format!("{error}; {}", error.remedy())
    }
}

fn kept(networks: &str) -> Vec<Sourced<inventory_core::network::address::Network>> {
    let origin = Origin::Written { file: "group_vars/k8s_cluster/k8s-cluster.yml".into(), line: 77, column: 1 };
    networks.split(',').map(|network| Sourced::new(network.parse().unwrap(), origin.clone())).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// Hosts of these addresses; the first three are the control plane.
pub(crate) fn hosts(addresses: &[&str]) -> Vec<PlannedHost> {
    let host = |(at, address): (usize, &&str)| PlannedHost {
        name: HostName::written(&format!("node{}", at + 1)).unwrap(),
        addresses: address.split(',').map(|address| address.parse().unwrap()).collect(),
        is_control_plane: at < 3,
        is_etcd: at < 3,
        is_worker: true,
        etcd_name: None,
        pod_cidrs: Vec::new(),
    };
    addresses.iter().enumerate().map(host).collect()
}

/// The chosen networks, services first.
pub(crate) fn ranges(plan: &NetworkPlan) -> Vec<String> {
    plan.ranges().map(|(_, choice)| choice.value.to_string()).collect()
}

/// What is said, with its code, the worst first.
pub(crate) fn said(plan: &NetworkPlan) -> Vec<String> {
    plan.findings.iter().map(|finding| format!("{:?} {}: {finding}", finding.severity, finding.code)).collect()
}

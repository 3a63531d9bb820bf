//! A cluster file, hosts and variables, and the plan that comes of them.

use std::path::Path;

use inventory_core::cluster::{Cluster, Loaded, Site};
use inventory_core::environment::{Environment, Sourced};
use inventory_core::network::address::AddressRange;
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};
use inventory_core::plan::{
    Choice, Current, Input, NetworkPlan, PlanError, PlannedHost, Record, Replan, Sibling, Why, plan,
};
use inventory_core::safe::HostName;
use inventory_core::yaml::{Source, from_source};
use serde::Deserialize;

/// Five VMs on the pod network of a cluster that has kubespray's own ranges.
pub(crate) const SEED_NODES: [&str; 5] =
    ["10.233.67.80", "10.233.67.76", "10.233.67.82", "10.233.67.81", "10.233.67.79"];
pub(crate) const KUBE_TEST: &str = "\
hosting:
  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}
";

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

    /// With this line of the variables as well.
    pub(crate) fn with_current(mut self, change: impl FnOnce(&mut Current)) -> Self {
        change(&mut self.current);
        self
    }

    /// With what was in effect when the variables were last written.
    pub(crate) fn recorded(self, json: &str) -> Self {
        let record = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
        self.with_current(|current| current.record = Some(record))
    }

    /// With what was in effect after this plan was written.
    pub(crate) fn recorded_after(self, plan: &NetworkPlan) -> Self {
        let record = record_of(plan);
        self.with_current(|current| current.record = Some(record))
    }

    /// Beside a cluster that has these ranges.
    pub(crate) fn beside(mut self, name: &str, spaces: &[(Role, &str)]) -> Self {
        let space = |(role, range): &(Role, &str)| {
            let origin = Origin::Written { file: format!("../{name}/{name}.static.yml"), line: 9, column: 9 };
            let range: AddressRange = range.parse().unwrap();
            AddressSpace::new(range, *role, Owner::Sibling(name.to_owned()), origin)
        };
        self.siblings.push(Sibling { name: name.to_owned(), spaces: spaces.iter().map(space).collect() });
        self
    }

    /// Where a source found this.
    pub(crate) fn finding(mut self, discover: impl FnOnce(&mut Environment)) -> Self {
        discover(&mut self.environment);
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

/// What `vars --write` writes down of a plan.
pub(crate) fn record_of(plan: &NetworkPlan) -> Record {
    Record::of(plan)
}

/// A place in the variables.
pub(crate) fn in_vars<T>(line: usize, value: T) -> Sourced<T> {
    let file = "group_vars/k8s_cluster/k8s-cluster.yml".to_owned();
    Sourced::new(value, Origin::Written { file, line, column: 1 })
}

fn kept(networks: &str) -> Vec<Sourced<inventory_core::network::address::Network>> {
    networks.split(',').map(|network| in_vars(77, network.parse().unwrap())).collect()
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["  ", line, "\n"]).collect()
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

/// The codes of what is said.
pub(crate) fn codes(plan: &NetworkPlan) -> Vec<&'static str> {
    plan.findings.iter().map(|finding| finding.code).collect()
}

/// What is said, a line each.
pub(crate) fn told(plan: &NetworkPlan) -> String {
    said(plan).join("\n")
}

/// The chosen networks with why they are that, services first, a star where they are written; then what is said.
pub(crate) fn story(plan: &NetworkPlan) -> String {
    let mut lines: Vec<String> =
        plan.ranges().map(|(role, choice)| format!("{role} {}", because(plan, choice))).collect();
    lines.extend(said(plan));
    lines.join("\n")
}

/// A value with why it is that, a star where it is written.
pub(crate) fn because<T: std::fmt::Display>(plan: &NetworkPlan, choice: &Choice<T>) -> String {
    let star = if choice.is_written { "*" } else { "" };
    let why = match &choice.why {
        Why::Free { instead_of, in_the_way } => {
            let first = in_the_way.first().map_or_else(|| "nothing".to_owned(), |space| plan.tell(space));
            format!("instead of {instead_of}: {first}, {} in all", in_the_way.len())
        }
        why => why.to_string(),
    };
    format!("{}{star} [{}; {why}]", choice.value, choice.fixity)
}

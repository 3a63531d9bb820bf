//! What the commands about the network share: everything that a plan is made from, and the plan.

mod files;
pub(super) mod record;
pub(super) mod siblings;
pub(super) mod variables;

use std::path::{Path, PathBuf};

use super::Failure;
use super::session::Session;
use crate::cluster::{Cluster, Site};
use crate::discovery::Discovery;
use crate::environment::{Environment, SilentPlace};
use crate::inventory::Inventory;
use crate::inventory::assemble::assemble;
use crate::plan::{Input, NetworkPlan, PlanError, PlannedHost, Replan, plan};
use crate::vars::tree::Unreadable;

use variables::{Variables, Wanted};

/// A cluster's plan, and the variables it is for.
pub(super) struct Planned {
    /// The plan.
    pub(super) plan: NetworkPlan,
    /// The directory of the variables.
    pub(super) directory: PathBuf,
    /// What stands there.
    pub(super) variables: Variables,
    /// The cluster's settings, its site's laid under them.
    pub(super) cluster: Cluster,
    /// Its hosts and groups.
    inventory: Inventory,
}

impl Planned {
    /// What the plan changes in the variables.
    pub(super) fn wanted(&self) -> Result<Wanted, Failure> {
        let mut wanted = variables::wanted(&self.cluster, &self.plan, &self.variables.tree)?;
        // The files of a group that nobody is in override nothing, and hide nothing.
        wanted.merged.overrides.retain(|other| files::exists(&other.owner, &self.inventory));
        let is_somebodys = |file: &Unreadable| {
            let mut unreadable = self.variables.tree.unreadable();
            unreadable.any(|(owner, other)| other == file && files::exists(owner, &self.inventory))
        };
        wanted.merged.unreadable.retain(is_somebodys);
        Ok(wanted)
    }
}

/// Plans the network of a cluster whose variables are in a directory, by default the cluster file's own.
pub(super) fn of(session: &Session, directory: Option<&Path>, replan: &[Replan]) -> Result<Planned, Failure> {
    from(session, &session.discover()?, directory, replan)
}

/// The same, from a look at the source that somebody had.
pub(super) fn from(
    session: &Session,
    discovery: &Discovery,
    directory: Option<&Path>,
    replan: &[Replan],
) -> Result<Planned, Failure> {
    let directory = match directory {
        Some(directory) if !directory.is_dir() => {
            return Err(Failure::usage(
                format!("{} is no directory", directory.display()),
                "name the one that has `group_vars`, or leave it out: the cluster file's",
            ));
        }
        Some(directory) => without_dot(directory),
        None => without_dot(&session.directory),
    };
    let cluster = with_site(session)?;
    let assembly = assemble(&cluster, discovery)?;
    let hosts = PlannedHost::of(&cluster, &assembly.inventory);
    let variables = variables::read(&cluster, &assembly.inventory, &hosts, &directory)?;
    let own = session.file.as_ref().map(|file| file.path.as_path());
    let siblings = siblings::read(cluster.network.siblings.as_ref(), own)?;
    let environment = with_silent_places(assembly.environment(discovery), discovery);
    let input = Input {
        cluster: &cluster,
        hosts: &hosts,
        environment: &environment,
        current: &variables.current,
        siblings: &siblings,
        replan,
    };
    let mut plan = plan(&input)?;
    plan.findings.extend(files::remarks(&variables.tree, &assembly.inventory));
    plan.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(Planned { plan, directory, variables, cluster, inventory: assembly.inventory })
}

/// What is around, and which places could not tell what is around their machines.
fn with_silent_places(mut environment: Environment, discovery: &Discovery) -> Environment {
    environment.silent.extend(discovery.unreadable.iter().map(|silent| SilentPlace {
        place: silent.place.clone(),
        why: silent.why.clone(),
        would_tell: "its networks, and the MTU of its machines".to_owned(),
    }));
    environment
}

/// The cluster's settings on its site's.
pub(super) fn with_site(session: &Session) -> Result<Cluster, Failure> {
    let mut cluster = session.cluster.clone();
    if let Some(site) = &cluster.site {
        let site = Site::read(&without_dot(&session.directory).join(&site.value)).map_err(Failure::from)?;
        cluster.network = cluster.network.on(site);
    }
    Ok(cluster)
}

/// The directory as it stands in front of its files' names: nothing, where it is the current one.
fn without_dot(directory: &Path) -> PathBuf {
    directory.strip_prefix(".").unwrap_or(directory).to_owned()
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Self::new(error.to_string(), error.remedy())
    }
}

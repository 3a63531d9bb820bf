//! The plan for programs: JSON of a published shape.
//!
//! The types below are the shape: the published schema is generated from them, and `docs/plan-json.md` tells what they
//! mean. A field that is added keeps [`FORMAT`]; one that goes or changes its meaning does not.

mod mtu;
mod settings;
mod value;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::Value;

use crate::cluster::Layout;
use crate::environment::SilentPlace;
use crate::network::address::Family;
use crate::network::relations;
use crate::network::space::{AddressSpace, Role};
use crate::plan::{NetworkPlan, Severity};

use super::{Drift, words};
use mtu::Mtus;
use settings::Settings;
use value::{Chosen, Place, capped};

/// The version of the shape.
pub const FORMAT: u8 = 1;

/// The plan as JSON. `drift` is what the variables of a directory would change; `None`: none was looked at.
pub fn json(plan: &NetworkPlan, drift: Option<&[Drift]>) -> Value {
    serde_json::json!(Document::new(plan, drift))
}

/// The JSON Schema of [`json`].
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document>()
}

/// A cluster's network plan.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Network plan", deny_unknown_fields)]
struct Document {
    /// The version of this shape.
    #[schemars(extend("const" = FORMAT))]
    format: u8,
    /// The cluster's name.
    cluster: String,
    /// Whose playbooks will run.
    layout: Layout,
    /// kubespray's version, where it is told.
    kubespray_version: Option<String>,
    /// Whether nothing in the plan would break the cluster. Nothing is written otherwise.
    sound: bool,
    /// The service and pod networks, services first, family by family.
    ranges: Vec<Range>,
    /// What there is room for, family by family.
    room: Vec<Room>,
    /// How many nodes there are today.
    nodes_today: u32,
    /// What was decided besides ranges and the MTU.
    settings: Settings,
    /// What fits through.
    mtu: Mtus,
    /// The cluster's hosts, in order.
    hosts: Vec<Host>,
    /// The names of the levels around the cluster, the site first.
    levels: Vec<String>,
    /// What the ranges were kept apart from.
    around: Vec<Space>,
    /// Places that could have told more and did not.
    silent: Vec<Silent>,
    /// What is wrong, or worth knowing, the worst first.
    findings: Vec<Finding>,
    /// What the variables of a directory would change; null where none was looked at.
    drift: Option<Vec<Change>>,
}

/// A network that was decided.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Range {
    /// What for: services or pods.
    role: Role,
    /// Its address family.
    family: Family,
    /// How many addresses it has.
    addresses: u64,
    /// The network.
    #[serde(flatten)]
    chosen: Chosen<String>,
}

/// What there is room for in the networks of a family.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Room {
    /// Its address family.
    family: Family,
    /// How many nodes find a share, or a block, in the pod network.
    nodes: u64,
    /// How many pods have room on a node.
    pods_per_node: u64,
    /// How many Services have room.
    services: u64,
}

/// A host.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Host {
    /// Its name.
    name: String,
    /// The addresses on its own interface, one a family.
    addresses: Vec<String>,
    /// Whether it runs the API server.
    control_plane: bool,
    /// Whether it runs etcd.
    etcd: bool,
    /// Whether it runs the cluster's pods.
    worker: bool,
    /// Its share of the pod network, one a family, where the plan gives it one.
    pod_cidrs: Vec<Chosen<String>>,
}

/// Addresses that something around the cluster takes.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Space {
    /// A network, an address, or first-last.
    range: String,
    /// What takes them.
    role: Role,
    /// Whose they are.
    owner: Whose,
    /// The owner's name.
    name: String,
    /// Where this was learned.
    origin: Place,
}

/// Whose addresses are.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Whose {
    /// The cluster's, its machines included.
    Cluster,
    /// A level's around it.
    Level,
    /// Another cluster's on the same level.
    Sibling,
}

/// A place that was asked and did not tell.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Silent {
    /// Which.
    place: String,
    /// Why.
    why: String,
    /// What it would have told.
    would_tell: String,
}

/// Something that is wrong, or worth knowing.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Finding {
    /// How bad it is. An error keeps the variables from being written.
    severity: Severity,
    /// A stable name: a rule of the table of relations (A01), or a word (growth).
    code: &'static str,
    /// What the rule of that name says and where that is known from; null where the code is no rule.
    rule: Option<Rule>,
    /// What it is.
    what: String,
    /// The smallest change that would help; may be empty.
    remedy: String,
}

/// A rule of the table of relations.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rule {
    /// What it says.
    says: &'static str,
    /// Where that is known from.
    source: &'static str,
}

/// A variable that the plan would write otherwise than it stands there.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Change {
    /// Which.
    variable: String,
    /// The file where it stands, or would stand.
    file: String,
    /// The line, from 1; null where it does not stand there.
    line: Option<usize>,
    /// What it is, as YAML writes it; null: it does not stand there.
    has: Option<String>,
    /// What the plan wants; null: it should not stand there.
    wants: Option<String>,
    /// Why.
    reason: String,
}

impl Document {
    fn new(plan: &NetworkPlan, drift: Option<&[Drift]>) -> Self {
        Self {
            format: FORMAT,
            cluster: plan.cluster.clone(),
            layout: plan.layout,
            kubespray_version: plan.kubespray_version.as_ref().map(ToString::to_string),
            sound: plan.is_sound(),
            ranges: plan
                .ranges()
                .map(|(role, range)| Range {
                    role,
                    family: range.value.family(),
                    addresses: capped(range.value.range().size()),
                    chosen: Chosen::text(plan, range),
                })
                .collect(),
            room: plan
                .room
                .iter()
                .map(|room| Room {
                    family: room.family,
                    nodes: capped(room.nodes),
                    pods_per_node: capped(room.pods_per_node),
                    services: capped(room.services),
                })
                .collect(),
            nodes_today: plan.nodes_today,
            settings: Settings::new(plan),
            mtu: Mtus::new(plan),
            hosts: plan
                .hosts
                .iter()
                .map(|host| Host {
                    name: host.name.to_string(),
                    addresses: texts(&host.addresses),
                    control_plane: host.is_control_plane,
                    etcd: host.is_etcd,
                    worker: host.is_worker,
                    pod_cidrs: host.pod_cidrs.iter().map(|share| Chosen::text(plan, share)).collect(),
                })
                .collect(),
            levels: plan.levels.clone(),
            around: plan.around.iter().map(|space| Space::new(plan, space)).collect(),
            silent: plan
                .silent
                .iter()
                .map(|SilentPlace { place, why, would_tell }| Silent {
                    place: place.clone(),
                    why: why.clone(),
                    would_tell: would_tell.clone(),
                })
                .collect(),
            findings: plan.findings.iter().map(Finding::new).collect(),
            drift: drift.map(|drift| drift.iter().map(Change::new).collect()),
        }
    }
}

impl Space {
    fn new(plan: &NetworkPlan, space: &AddressSpace) -> Self {
        use crate::network::space::Owner;
        Self {
            range: space.range.to_string(),
            role: space.role,
            owner: match space.owner {
                Owner::Cluster => Whose::Cluster,
                Owner::Level(_) => Whose::Level,
                Owner::Sibling(_) => Whose::Sibling,
            },
            name: words::owner(plan, &space.owner).into_owned(),
            origin: Place::new(&space.origin),
        }
    }
}

impl Finding {
    fn new(finding: &crate::plan::Finding) -> Self {
        let rule = relations::rule(finding.code);
        Self {
            severity: finding.severity,
            code: finding.code,
            rule: rule.map(|rule| Rule { says: rule.says, source: rule.source }),
            what: finding.what.clone(),
            remedy: finding.remedy.clone(),
        }
    }
}

impl Change {
    fn new(drift: &Drift) -> Self {
        let Drift { variable, file, line, has, wants, reason } = drift.clone();
        Self { variable, file, line, has, wants, reason }
    }
}

fn texts(things: &[impl ToString]) -> Vec<String> {
    things.iter().map(ToString::to_string).collect()
}

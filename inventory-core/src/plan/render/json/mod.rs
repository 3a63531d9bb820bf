//! The plan for programs: JSON of a published shape.
//!
//! The types below are the shape: the published schema is generated from them, and `docs/plan-json.md` tells what they
//! mean. A field that is added keeps [`FORMAT`]; one that goes or changes its meaning does not.

mod mtu;
mod value;

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde_json::Value;

use crate::cluster::{ApiBy, Layout};
use crate::environment::SilentPlace;
use crate::network::relations;
use crate::network::space::AddressSpace;
use crate::plan::{NetworkPlan, Severity};

use super::{Drift, words};
use mtu::Mtus;
use value::{Chosen, Place, capped};

/// The version of the shape.
pub const FORMAT: u8 = 1;

/// The plan as JSON. `drift` is what the variables of a directory would change; `None`: none was looked at.
pub fn json(plan: &NetworkPlan, drift: Option<&[Drift]>) -> Value {
    serde_json::json!(Document::new(plan, drift))
}

/// The JSON Schema of [`json`].
pub fn schema() -> Schema {
    schema_for!(Document)
}

/// A cluster's network plan.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Network plan", deny_unknown_fields)]
struct Document {
    /// The version of this shape: 1.
    format: u8,
    /// The cluster's name.
    cluster: String,
    /// Whose playbooks will run: kubespray, hard-way or none.
    layout: &'static str,
    /// kubespray's version, where it is told.
    kubespray_version: Option<String>,
    /// Whether nothing in the plan would break the cluster. Nothing is written otherwise.
    is_sound: bool,
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
    role: String,
    /// ipv4 or ipv6.
    family: String,
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
    /// ipv4 or ipv6.
    family: String,
    /// How many nodes find a share, or a block, in the pod network.
    nodes: u64,
    /// How many pods have room on a node.
    pods_per_node: u64,
    /// How many Services have room.
    services: u64,
}

/// What was decided besides ranges and the MTU.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Settings {
    /// The CNI.
    cni: Chosen<String>,
    /// Its version, where it is known.
    cni_version: Option<String>,
    /// Its tunnels; none: packets travel bare.
    encapsulation: Chosen<Vec<Tunnel>>,
    /// What encrypts: wireguard, ipsec, or null.
    encryption: Chosen<Option<String>>,
    /// The UDP port of its VXLAN, where that must not be the CNI's own.
    vxlan_port: Option<Chosen<u16>>,
    /// The prefix length of a node's share of the pod network, of each family.
    node_prefix: Vec<Chosen<u8>>,
    /// The prefix length of Calico's blocks, of each family; empty with another CNI.
    block_prefix: Vec<Chosen<u8>>,
    /// The most pods on a node.
    max_pods: Chosen<u32>,
    /// How many nodes there will be at most.
    max_nodes: Chosen<u32>,
    /// The container runtime.
    container_manager: Chosen<String>,
    /// Docker's bridge: its address, with the prefix length of its network.
    docker_bip: Option<Chosen<String>>,
    /// The domain of the cluster's own names.
    dns_domain: Chosen<String>,
    /// The addresses of the cluster's DNS Service, one a family.
    cluster_dns: Vec<String>,
    /// Where the API is found, when that is no single node's business.
    api_address: Option<Chosen<Api>>,
    /// Addresses for Services of type LoadBalancer.
    load_balancer: Vec<Pool>,
    /// Whether `MetalLB` gives those away.
    metallb: bool,
}

/// A tunnel between nodes.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Tunnel {
    /// vxlan, ipip, geneve, wireguard, …
    encapsulation: String,
    /// Whether only packets between subnets take it.
    cross_subnet: bool,
}

/// Where the API is found.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Api {
    /// The address.
    address: String,
    /// The port.
    port: u16,
    /// Who has it: kube-vip, load-balancer or node.
    by: &'static str,
}

/// Addresses for Services of type LoadBalancer.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Pool {
    /// A network, an address, or first-last.
    range: String,
    /// Where it is written.
    origin: Place,
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
    is_control_plane: bool,
    /// Whether it runs etcd.
    is_etcd: bool,
    /// Whether it runs the cluster's pods.
    is_worker: bool,
    /// Its share of the pod network, one a family, where the plan gives it one.
    pod_cidrs: Vec<Chosen<String>>,
}

/// Addresses that something around the cluster takes.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Space {
    /// A network, an address, or first-last.
    range: String,
    /// What takes them, in words: pods, services, node, …
    role: String,
    /// Whose they are: cluster, level or sibling.
    owner: &'static str,
    /// The owner's name.
    name: String,
    /// Where this was learned.
    origin: Place,
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
    /// error, warning or info.
    severity: &'static str,
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
    /// Where it stands, or would stand.
    origin: Place,
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
            layout: match plan.layout {
                Layout::Kubespray => "kubespray",
                Layout::HardWay => "hard-way",
                Layout::None => "none",
            },
            kubespray_version: plan.kubespray_version.as_ref().map(ToString::to_string),
            is_sound: plan.is_sound(),
            ranges: plan
                .ranges()
                .map(|(role, range)| Range {
                    role: role.to_string(),
                    family: value::family(range.value.family()),
                    addresses: capped(range.value.range().size()),
                    chosen: Chosen::text(plan, range),
                })
                .collect(),
            room: plan
                .room
                .iter()
                .map(|room| Room {
                    family: value::family(room.family),
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
                    is_control_plane: host.is_control_plane,
                    is_etcd: host.is_etcd,
                    is_worker: host.is_worker,
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

impl Settings {
    fn new(plan: &NetworkPlan) -> Self {
        use crate::network::layer::When;
        let overlay = &plan.overlay;
        let tunnels = |tunnels: &Vec<crate::network::layer::Tunnel>| -> Vec<Tunnel> {
            let tunnel = |tunnel: &crate::network::layer::Tunnel| Tunnel {
                encapsulation: tunnel.encapsulation.to_string(),
                cross_subnet: tunnel.when == When::CrossSubnet,
            };
            tunnels.iter().map(tunnel).collect()
        };
        Self {
            cni: Chosen::text(plan, &overlay.cni),
            cni_version: overlay.version.map(|version| version.to_string()),
            encapsulation: Chosen::new(plan, &overlay.tunnels, tunnels),
            encryption: Chosen::new(plan, &overlay.encryption, |what| what.map(|what| what.to_string())),
            vxlan_port: overlay.vxlan_port.as_ref().map(|port| Chosen::new(plan, port, |port| *port)),
            node_prefix: plan.node_prefix.iter().map(|prefix| Chosen::new(plan, prefix, |prefix| *prefix)).collect(),
            block_prefix: plan.block_prefix.iter().map(|prefix| Chosen::new(plan, prefix, |prefix| *prefix)).collect(),
            max_pods: Chosen::new(plan, &plan.max_pods, |pods| *pods),
            max_nodes: Chosen::new(plan, &plan.max_nodes, |nodes| *nodes),
            container_manager: Chosen::text(plan, &plan.container_manager),
            docker_bip: plan.docker_bip.as_ref().map(|bip| Chosen::text(plan, bip)),
            dns_domain: Chosen::text(plan, &plan.dns_domain),
            cluster_dns: texts(&plan.cluster_dns),
            api_address: plan.api.as_ref().map(|api| {
                Chosen::new(plan, api, |api| Api {
                    address: api.address.to_string(),
                    port: api.port,
                    by: match api.by {
                        ApiBy::KubeVip => "kube-vip",
                        ApiBy::LoadBalancer => "load-balancer",
                        ApiBy::Node => "node",
                    },
                })
            }),
            load_balancer: plan
                .load_balancer
                .iter()
                .map(|pool| Pool { range: pool.value.to_string(), origin: Place::new(&pool.origin) })
                .collect(),
            metallb: plan.metallb,
        }
    }
}

impl Space {
    fn new(plan: &NetworkPlan, space: &AddressSpace) -> Self {
        use crate::network::space::Owner;
        Self {
            range: space.range.to_string(),
            role: space.role.to_string(),
            owner: match space.owner {
                Owner::Cluster => "cluster",
                Owner::Level(_) => "level",
                Owner::Sibling(_) => "sibling",
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
            severity: match finding.severity {
                Severity::Info => "info",
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            code: finding.code,
            rule: rule.map(|rule| Rule { says: rule.says, source: rule.source }),
            what: finding.what.clone(),
            remedy: finding.remedy.clone(),
        }
    }
}

impl Change {
    fn new(drift: &Drift) -> Self {
        let Drift { variable, origin, has, wants, reason } = drift.clone();
        Self { variable, origin: Place::new(&origin), has, wants, reason }
    }
}

fn texts(things: &[impl ToString]) -> Vec<String> {
    things.iter().map(ToString::to_string).collect()
}

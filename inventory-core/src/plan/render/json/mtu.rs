//! The MTU chain.

use schemars::JsonSchema;
use serde::Serialize;

use crate::network::layer::Cni;
use crate::network::mtu::{Level, PodMtu, Setting};
use crate::plan::NetworkPlan;

use super::value::Chosen;

/// What fits through.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Mtus {
    /// What is written, in the CNI's own terms; null: the CNI finds the right one, or has no variable for it.
    written: Option<Chosen<u16>>,
    /// The network below every level.
    site: Site,
    /// Every level, outermost first, the cluster itself last.
    chain: Vec<Step>,
}

/// The network below every level. All sizes are bytes.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Site {
    /// What the sums call it.
    name: String,
    /// What its NICs show.
    link: u16,
    /// The largest packet between any two of its nodes.
    path: u16,
}

/// What a level gets and gives.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Step {
    /// The level's name.
    name: String,
    /// Its CNI.
    cni: Cni,
    /// What its machines' NIC shows.
    node_link: u16,
    /// The largest packet from one of its machines to another.
    node_path: u16,
    /// What its pods have.
    pods: Pods,
    /// What its pods would have with nothing written.
    auto: Pods,
    /// The largest packet of a pod that fits: the sum's total.
    safe: u16,
    /// Why it is that.
    sum: Sum,
    /// Whether a value must be written, because what the CNI finds cannot be relied upon.
    must_write: bool,
    /// What to write, if anything is.
    setting: Write,
}

/// A value to write.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Write {
    /// The value.
    value: u16,
    /// Whose MTU it is in the CNI's own terms.
    of: Whose,
}

/// Whose MTU a CNI wants to be told.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Whose {
    /// The pods'.
    Pods,
    /// The nodes', from which it deducts.
    Nodes,
}

/// The sizes of pods.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Pods {
    /// Of their NIC.
    link: u16,
    /// Of their routes.
    route: u16,
    /// What the tunnels take of that.
    usable: u16,
}

/// A size, as what it started from and what was taken away.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Sum {
    /// For a person.
    text: String,
    /// Where it starts.
    from: String,
    /// What it starts with.
    start: u16,
    /// What was taken away, outermost first.
    terms: Vec<Term>,
    /// What is left.
    total: i32,
}

/// A deduction.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Term {
    /// How many bytes.
    bytes: u16,
    /// What for: vxlan, wireguard, left free, …
    why: String,
    /// The level that takes them.
    level: String,
}

impl Mtus {
    pub(super) fn new(plan: &NetworkPlan) -> Self {
        let chain = &plan.mtu.chain;
        let (link, path) = (chain.underlay.link.bytes(), chain.underlay.path().bytes());
        Self {
            written: plan.mtu.written.as_ref().map(|mtu| Chosen::new(plan, mtu, |mtu| mtu.bytes())),
            site: Site { name: chain.underlay.name.clone(), link, path },
            chain: chain.levels.iter().map(Step::new).collect(),
        }
    }
}

impl Step {
    fn new(level: &Level) -> Self {
        Self {
            name: level.name.clone(),
            cni: level.cni,
            node_link: level.node_link.bytes(),
            node_path: level.node_path.bytes(),
            pods: Pods::new(level.pods),
            auto: Pods::new(level.auto),
            safe: level.safe.bytes(),
            sum: Sum::new(&level.sum),
            must_write: level.must_write,
            setting: Write {
                value: level.setting.value().bytes(),
                of: match level.setting {
                    Setting::Pods(_) => Whose::Pods,
                    Setting::Nodes(_) => Whose::Nodes,
                },
            },
        }
    }
}

impl Pods {
    fn new(PodMtu { link, route, usable }: PodMtu) -> Self {
        Self { link: link.bytes(), route: route.bytes(), usable: usable.bytes() }
    }
}

impl Sum {
    pub(super) fn new(sum: &crate::network::mtu::Sum) -> Self {
        let terms = sum.terms.iter().map(|term| Term {
            bytes: term.bytes,
            why: term.why.to_string(),
            level: term.level.clone(),
        });
        Self {
            text: sum.to_string(),
            from: sum.from.clone(),
            start: sum.start.bytes(),
            terms: terms.collect(),
            total: sum.total(),
        }
    }
}

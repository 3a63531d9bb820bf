//! How many there are of what: nodes, pods on a node, blocks.

use super::error::PlanError;
use super::{Choice, Fixity, Input, Record, Replan, Room, Why};
use crate::cluster::Layout;
use crate::kubespray::{self, Release};
use crate::network::address::{Family, Network};
use crate::network::allocate::headroom;
use crate::network::layer::Cni;

/// The sizes that do not depend on which networks are chosen.
pub(super) struct Sizes {
    pub(super) node_prefix: Vec<Choice<u8>>,
    pub(super) block_prefix: Vec<Choice<u8>>,
    pub(super) max_pods: Choice<u32>,
    pub(super) nodes_today: u32,
    pub(super) max_nodes: Choice<u32>,
}

impl Sizes {
    pub(super) fn of(input: &Input<'_>, families: &[Family], release: Release, cni: Cni) -> Result<Self, PlanError> {
        let nodes_today = input.hosts.iter().filter(|host| host.is_worker || host.is_control_plane).count();
        let nodes_today = u32::try_from(nodes_today).unwrap_or(u32::MAX);
        let node_prefix = node_prefix(input, families)?;
        let blocks = families.iter().zip(&node_prefix);
        let block_prefix = match cni {
            Cni::Calico => blocks.map(|(family, share)| block_prefix(input, *family, release, share.value)).collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            node_prefix,
            block_prefix,
            max_pods: max_pods(input)?,
            nodes_today,
            max_nodes: max_nodes(input, nodes_today)?,
        })
    }

    /// The shortest prefix that a pod network may have to hold all nodes there will be, of each family.
    pub(super) fn pods_at_most(&self) -> Vec<Option<u8>> {
        let nodes = self.max_nodes.value;
        if self.block_prefix.is_empty() {
            return self.node_prefix.iter().map(|share| headroom::pods_for(nodes, share.value)).collect();
        }
        self.block_prefix.iter().map(|block| headroom::pods_for(self.blocks(nodes, block.value), block.value)).collect()
    }

    /// How many blocks so many full nodes take.
    fn blocks(&self, nodes: u32, block: u8) -> u32 {
        let bits = if block > 32 { 128_u8.saturating_sub(block) } else { 32 - block };
        let pods = 1_u32.checked_shl(bits.into()).unwrap_or(u32::MAX);
        nodes.saturating_mul(self.max_pods.value.div_ceil(pods))
    }

    /// What the chosen networks have room for.
    pub(super) fn room(
        &self,
        families: &[Family],
        services: &[Choice<Network>],
        pods: &[Choice<Network>],
    ) -> Vec<Room> {
        let of = |(at, family): (usize, &Family)| {
            let (services, pods) = (services.get(at)?.value, pods.get(at)?.value);
            let most = u128::from(self.max_pods.value);
            let (nodes, pods_per_node) = if let Some(block) = self.block_prefix.get(at) {
                let blocks = headroom::parts(pods, block.value);
                (blocks / u128::from(self.blocks(1, block.value).max(1)), most)
            } else {
                let share = self.node_prefix.get(at)?.value;
                (headroom::parts(pods, share), headroom::pods_in_share(*family, share).min(most))
            };
            Some(Room { family: *family, nodes, pods_per_node, services: services.range().size() })
        };
        families.iter().enumerate().filter_map(of).collect()
    }
}

fn node_prefix(input: &Input<'_>, families: &[Family]) -> Result<Vec<Choice<u8>>, PlanError> {
    let wish = input.cluster.network.node_prefix.as_ref();
    if let Some(wish) = wish.filter(|wish| wish.value.len() != families.len()) {
        return Err(PlanError::wish(
            &wish.origin,
            format!(
                "`node_prefix` has {} and the cluster has {}",
                count(wish.value.len(), "number"),
                count(families.len(), "address family")
            ),
            if families.len() == 2 { "write a pair, IPv4's first: [24, 120]" } else { "write one number" },
        ));
    }
    let stays = !input.replan.contains(&Replan::NodePrefix);
    let of = |(at, family): (usize, &Family)| {
        if let Some(wish) = wish {
            let len = wish.value[at];
            if len > family.bits() {
                return Err(PlanError::wish(
                    &wish.origin,
                    format!("`node_prefix` is {len}, and an {family} address has {} bits", family.bits()),
                    format!("write {}, which is the usual one", kubespray::node_prefix(*family)),
                ));
            }
            return Ok(Choice::written(len, Why::Written(wish.origin.clone()), Fixity::Fixed));
        }
        let default = kubespray::node_prefix(*family);
        let kept = input.current.node_prefix.iter().find(|kept| kept.value.family == *family).filter(|_| stays);
        if let Some(kept) = kept {
            return Ok(Choice::kept(kept.value.value, kept.origin.clone(), &default, Fixity::Fixed));
        }
        let record = input.current.record.as_ref().filter(|_| stays);
        let recorded = record.and_then(|record| recorded(record, &record.node_prefix, *family));
        if let Some(len) = recorded.filter(|len| *len != default) {
            return Ok(Choice::written(len, Why::WasInEffect(format!("node_prefix was {len}")), Fixity::Fixed));
        }
        let whose = match input.cluster.layout {
            Layout::HardWay => "kubernetes-the-hard-way",
            Layout::Kubespray => "kubespray",
            Layout::None => "Kubernetes",
        };
        Ok(Choice::by_default(default, whose.to_owned(), Fixity::Fixed))
    };
    families.iter().enumerate().map(of).collect()
}

fn block_prefix(input: &Input<'_>, family: Family, release: Release, share: u8) -> Choice<u8> {
    let default = release.block_prefix(family, share);
    let stays = !input.replan.contains(&Replan::BlockSize);
    let kept = input.current.block_prefix.iter().find(|kept| kept.value.family == family).filter(|_| stays);
    if let Some(kept) = kept {
        return Choice::kept(kept.value.value, kept.origin.clone(), &default, Fixity::Fixed);
    }
    let record = input.current.record.as_ref().filter(|_| stays);
    let was = record.and_then(|record| recorded(record, &record.block_prefix, family));
    match (record, was.filter(|len| *len != default)) {
        (Some(record), Some(len)) => {
            let now = format!("/{default}");
            let why = super::overlay::kept_from(record, release, &now, "a live pool cannot change");
            Choice::written(len, why, Fixity::Fixed)
        }
        _ => Choice::by_default(default, super::overlay::whose_cni(input, release, Cni::Calico), Fixity::Fixed),
    }
}

/// What a record has for a family: its lists are in the order of its pod networks.
pub(super) fn recorded(record: &Record, lengths: &[u8], family: Family) -> Option<u8> {
    let at = record.pods.iter().position(|pods| pods.family() == family)?;
    lengths.get(at).copied().filter(|len| *len <= family.bits())
}

fn max_pods(input: &Input<'_>) -> Result<Choice<u32>, PlanError> {
    if let Some(wish) = &input.cluster.network.max_pods {
        if wish.value == 0 {
            return Err(PlanError::wish(
                &wish.origin,
                "`max_pods` is 0, and a node without pods is none",
                "leave it out: 110",
            ));
        }
        return Ok(Choice::written(wish.value, Why::Written(wish.origin.clone()), Fixity::Changeable));
    }
    Ok(match &input.current.max_pods {
        Some(kept) => Choice::kept(kept.value, kept.origin.clone(), &kubespray::MAX_PODS, Fixity::Changeable),
        None => Choice::by_default(kubespray::MAX_PODS, "the kubelet".to_owned(), Fixity::Changeable),
    })
}

fn max_nodes(input: &Input<'_>, today: u32) -> Result<Choice<u32>, PlanError> {
    let Some(wish) = &input.cluster.network.max_nodes else {
        let twice = today.saturating_mul(2).max(1);
        let why = Why::Because("twice today's".to_owned());
        return Ok(Choice { is_written: false, ..Choice::written(twice, why, Fixity::Changeable) });
    };
    if wish.value < today {
        return Err(PlanError::wish(
            &wish.origin,
            format!("`max_nodes` is {}, and there are {today} nodes today", wish.value),
            format!("write {today} or more, or leave it out"),
        ));
    }
    Ok(Choice::written(wish.value, Why::Written(wish.origin.clone()), Fixity::Changeable))
}

/// A number with its word: `1 number`, `2 address families`.
pub(crate) fn count(number: impl std::fmt::Display, word: &str) -> String {
    let number = number.to_string();
    match word.strip_suffix('y') {
        _ if number == "1" => format!("1 {word}"),
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {word}s"),
    }
}

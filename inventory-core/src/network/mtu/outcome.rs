//! What comes of a level: of each way it may behave, and of all of them together.

use super::chain::{Outside, PodMtu, Setting};
use super::rule::{Guess, Guesses, Sizes};
use super::{Guessed, Mtu, Problem, Sum, Why};
use crate::network::address::Family;
use crate::network::layer::{Cni, Layer};

/// More unused room than this, in bytes, is worth a word.
const WORTHWHILE_SLACK: u16 = 100;

/// The reason why no packet fits: its total is below 68.
pub(super) struct TooFew(pub(super) Sum);

/// What comes of one way a level may behave.
pub(super) struct Outcome {
    guess: Guess,
    /// Of what is safe.
    pub(super) sum: Sum,
    pub(super) safe: Mtu,
    /// With nothing written.
    pub(super) auto: PodMtu,
    pub(super) pods: PodMtu,
}

/// What comes of all of them.
pub(super) struct Outcomes {
    /// The one that leaves least; of equals the likeliest.
    pub(super) worst: Outcome,
    others: Vec<Outcome>,
    guessed: Option<Guessed>,
}

impl Outcome {
    fn of(guess: Guess, layer: &Layer, outside: &Outside) -> Result<Self, TooFew> {
        let mut sum = outside.sum.clone();
        for (bytes, why) in guess.headers(layer, outside.path.into()) {
            sum.take_down_to(sum.total() - bytes, why, &layer.name);
        }
        let mtu = |bytes: i32, why| {
            Mtu::new(bytes.into()).map_err(|_| {
                let mut sum = sum.clone();
                sum.take_down_to(bytes, why, &layer.name);
                TooFew(sum)
            })
        };
        let pods = |sizes: Sizes, why| {
            Ok(PodMtu { link: mtu(sizes.link, why)?, route: mtu(sizes.route, why)?, usable: mtu(sizes.usable, why)? })
        };
        let nic = outside.link.into();
        Ok(Self {
            safe: mtu(sum.total(), Why::LeftFree)?,
            auto: pods(guess.sizes(layer, nic, None), Why::LeftFree)?,
            pods: pods(guess.sizes(layer, nic, layer.written), unused(layer))?,
            sum,
            guess,
        })
    }

    /// What gets through to a level inside.
    fn path(&self) -> Mtu {
        self.pods.usable.min(self.safe)
    }

    /// The value to write if this is how the level behaves.
    fn setting(&self, layer: &Layer, outside: &Outside) -> i32 {
        let nodes = i32::from(outside.path.min(outside.link));
        let found = self.guess.sizes(layer, nodes, None).usable;
        let safe = i32::from(self.safe);
        match layer.cni {
            cni if deducts_from_nodes(cni) => nodes - (found - safe).max(0),
            // Its own reckoning may stand on a NIC it did not find, or on nothing.
            Cni::Calico => safe,
            _ => found.min(safe),
        }
    }
}

impl Outcomes {
    pub(super) fn of(layer: &Layer, outside: &Outside) -> Result<Self, TooFew> {
        let Guesses { likeliest, others: guesses, guessed } = Guesses::of(layer);
        let mut worst = Outcome::of(likeliest, layer, outside)?;
        let mut others = Vec::new();
        for guess in guesses {
            let mut other = Outcome::of(guess, layer, outside)?;
            if (other.safe, other.path()) < (worst.safe, worst.path()) {
                std::mem::swap(&mut other, &mut worst);
            }
            others.push(other);
        }
        Ok(Self { worst, others, guessed })
    }

    fn all(&self) -> impl Iterator<Item = &Outcome> {
        std::iter::once(&self.worst).chain(&self.others)
    }

    /// The NIC of a machine inside: the largest plausible, since that is where packets vanish.
    pub(super) fn link(&self) -> Mtu {
        self.others.iter().fold(self.worst.pods.link, |link, other| link.max(other.pods.link))
    }

    /// What surely gets from one machine inside to another.
    pub(super) fn path(&self) -> Mtu {
        self.others.iter().fold(self.worst.path(), |path, other| path.min(other.path()))
    }

    /// Why it is that.
    pub(super) fn sum_of_path(&self, layer: &Layer) -> Sum {
        let mut sum = self.worst.sum.clone();
        sum.take_down_to(self.path().into(), unused(layer), &layer.name);
        sum
    }

    /// The value to write: what fits whichever guess is right.
    pub(super) fn setting(&self, layer: &Layer, outside: &Outside) -> Result<Setting, TooFew> {
        let first = self.worst.setting(layer, outside);
        let bytes = self.others.iter().fold(first, |least, other| least.min(other.setting(layer, outside)));
        let mtu = Mtu::new(bytes.into()).map_err(|_| {
            let mut sum = self.worst.sum.clone();
            sum.take_down_to(bytes, Why::LeftFree, &layer.name);
            TooFew(sum)
        })?;
        Ok(if deducts_from_nodes(layer.cni) { Setting::Nodes(mtu) } else { Setting::Pods(mtu) })
    }

    /// Whether what the CNI finds by itself is too large, not what its pods believe, or not known.
    pub(super) fn cannot_be_left_alone(&self) -> bool {
        self.all().any(|outcome| {
            let auto = outcome.auto;
            auto.usable > outcome.safe || auto.route > auto.usable || auto.usable != self.worst.auto.usable
        })
    }

    /// Whether its machines or its pods have IPv6 and too little for it.
    pub(super) fn is_short_for_ipv6(&self, layer: &Layer, outside: &Outside) -> bool {
        self.pods_are_short(layer) || machines_are_short(layer, outside)
    }

    fn pods_are_short(&self, layer: &Layer) -> bool {
        layer.pods.contains(Family::Ipv6) && self.path().bytes() < Mtu::LEAST_IPV6
    }

    /// What is to be said, each thing once, the worst guess first.
    pub(super) fn problems(&self, layer: &Layer, outside: &Outside, setting: Setting) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.unfound_nic(layer).into_iter().collect();
        let written = layer.written.is_some();
        problems.extend(self.all().find(|outcome| outcome.pods.usable > outcome.safe).map(|outcome| {
            Problem::ExceedsPath {
                usable: outcome.pods.usable,
                safe: outcome.safe,
                sum: outcome.sum.clone(),
                written,
                setting,
            }
        }));
        problems.extend(
            self.all()
                .map(|outcome| outcome.pods)
                .find(|pods| pods.route > pods.usable)
                .map(|pods| Problem::ReliesOnPathDiscovery { route: pods.route, usable: pods.usable }),
        );
        problems.extend(self.what_was_guessed(layer));
        problems.extend(self.too_small(layer, outside));
        problems.extend(self.written_for_pods(layer, setting));
        let Outcome { safe, .. } = self.worst;
        if safe.bytes() - self.path().bytes() > WORTHWHILE_SLACK {
            problems.push(Problem::Slack { usable: self.path(), safe });
        }
        problems
    }

    fn unfound_nic(&self, layer: &Layer) -> Option<Problem> {
        let asks = layer.cni == Cni::Calico && layer.written.is_none() && self.worst.guess.detects();
        let nic = layer.nic.as_ref().filter(|_| asks && !layer.nic_is_found())?;
        Some(Problem::NicNotFound { nic: nic.clone() })
    }

    fn what_was_guessed(&self, layer: &Layer) -> Option<Problem> {
        let taken = self.path();
        if layer.cni == Cni::Other {
            return layer.written.is_none().then_some(Problem::UnknownCni { taken });
        }
        let guessed = self.guessed?;
        let differs = |other: &Outcome| other.pods != self.worst.pods || other.safe != self.worst.safe;
        let most = self.all().map(Outcome::path).max()?;
        self.others.iter().any(differs).then_some(Problem::Guessed { guessed, cni: layer.cni, taken, most })
    }

    fn too_small(&self, layer: &Layer, outside: &Outside) -> Vec<Problem> {
        let mut problems = Vec::new();
        let size = self.path();
        if self.pods_are_short(layer) {
            problems.push(Problem::Ipv6Below1280 { size, sum: self.sum_of_path(layer) });
        } else if machines_are_short(layer, outside) && !outside.is_short_for_ipv6 {
            problems.push(Problem::Ipv6Below1280 { size: outside.path, sum: outside.sum.clone() });
        }
        if size.bytes() < Mtu::LEAST_REASSEMBLED {
            problems.push(Problem::Ipv4Below576 { size, sum: self.sum_of_path(layer) });
        }
        problems
    }

    /// A value that fits the pods exactly, for a CNI that deducts from it once more.
    fn written_for_pods(&self, layer: &Layer, setting: Setting) -> Option<Problem> {
        let written = layer.written?.value;
        let Setting::Nodes(nodes) = setting else { return None };
        let usable = self.path();
        (written == self.worst.safe && usable < written).then_some(Problem::WrittenForPods {
            cni: layer.cni,
            written,
            usable,
            nodes,
        })
    }
}

fn machines_are_short(layer: &Layer, outside: &Outside) -> bool {
    layer.outer == Family::Ipv6 && outside.path.bytes() < Mtu::LEAST_IPV6
}

/// Whether the CNI takes the nodes' MTU and deducts from it.
const fn deducts_from_nodes(cni: Cni) -> bool {
    matches!(cni, Cni::Cilium | Cni::Flannel | Cni::K3s)
}

/// Why a level's pods use less than what fits.
fn unused(layer: &Layer) -> Why {
    layer.written.map_or(Why::LeftFree, |written| Why::Written(written.value))
}

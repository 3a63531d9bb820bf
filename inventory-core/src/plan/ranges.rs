//! Which networks pods and services get.

use super::capacity::count;
use super::error::PlanError;
use super::{Choice, Fixity, Input, Replan, Why};
use crate::cluster::{Layout, RangeWish};
use crate::environment::Sourced;
use crate::network::address::{AddressRange, Family, Network};
use crate::network::allocate::{self, Grant, NoRoom, POOL, Wish, allocate, defaults};
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// What every choice of a range depends on.
pub(super) struct Ranges<'a> {
    /// What the plan is made from.
    pub(super) input: &'a Input<'a>,
    /// The families, IPv4 first.
    pub(super) families: &'a [Family],
    /// What is taken.
    pub(super) around: &'a [AddressSpace],
    /// The shortest prefix that has room for all nodes, of each family, where the default has not.
    pub(super) pods_at_most: &'a [Option<u8>],
    /// How many nodes that is for.
    pub(super) max_nodes: u32,
}

/// The networks of services and of pods, one a family.
pub(super) struct Chosen {
    pub(super) services: Vec<Choice<Network>>,
    pub(super) pods: Vec<Choice<Network>>,
}

/// What one role gets: for each family a choice, or a wish that is still open.
struct Open {
    role: Role,
    choices: Vec<Option<Choice<Network>>>,
}

impl Open {
    /// What is settled already.
    fn spaces(&self) -> impl Iterator<Item = AddressSpace> {
        self.choices.iter().flatten().map(|choice| space(choice, self.role))
    }
}

impl Ranges<'_> {
    /// The networks of services and of pods, one a family.
    pub(super) fn choose(&self) -> Result<Chosen, PlanError> {
        let mut open = [self.settled(Role::Services)?, self.settled(Role::Pods)?];
        let mut wishes = Vec::new();
        for (role, open) in open.iter().enumerate() {
            for (family, choice) in open.choices.iter().enumerate() {
                if choice.is_none() {
                    wishes.push(((role, family), self.wish(open.role, family)?));
                }
            }
        }
        let settled: Vec<AddressSpace> = open.iter().flat_map(Open::spaces).collect();
        for ((role, family), choice) in self.allocate(&wishes, &settled)? {
            open[role].choices[family] = Some(choice);
        }
        let [services, pods] = open.map(|open| open.choices.into_iter().flatten().collect());
        Ok(Chosen { services, pods })
    }

    /// What is written, what the variables have, what was in effect: none of it moves by itself.
    fn settled(&self, role: Role) -> Result<Open, PlanError> {
        let (wish, current, recorded, replan, key) = match role {
            Role::Services => (
                &self.input.cluster.network.services,
                &self.input.current.services,
                self.input.current.record.as_ref().map(|record| &record.services),
                Replan::Services,
                "services",
            ),
            _ => (
                &self.input.cluster.network.pods,
                &self.input.current.pods,
                self.input.current.record.as_ref().map(|record| &record.pods),
                Replan::Pods,
                "pods",
            ),
        };
        if let Some(Sourced { value: RangeWish::Written(networks), origin }) = wish {
            return self.written(role, key, networks, origin);
        }
        let stays = !self.input.replan.contains(&replan);
        let choices = self.families.iter().map(|family| {
            let is_of = |network: &&Network| network.family() == *family;
            let kept = current.iter().find(|network| is_of(&&network.value)).filter(|_| stays);
            let was = recorded.into_iter().flatten().find(is_of).filter(|_| stays);
            match (kept, was) {
                (Some(kept), _) => {
                    let is_written = self.must_stand(role, kept.value);
                    Some(Choice {
                        is_written,
                        ..Choice::written(kept.value, Why::Kept(kept.origin.clone()), Fixity::Fixed)
                    })
                }
                (None, Some(was)) => {
                    let is_written = self.must_stand(role, *was);
                    let why = Why::WasInEffect(format!("{key} were {was}"));
                    Some(Choice { is_written, ..Choice::written(*was, why, Fixity::Fixed) })
                }
                (None, None) => None,
            }
        });
        Ok(Open { role, choices: choices.collect() })
    }

    fn written(&self, role: Role, key: &str, networks: &[Network], origin: &Origin) -> Result<Open, PlanError> {
        let of = |family: &Family| {
            let mut those = networks.iter().filter(|network| network.family() == *family);
            match (those.next(), those.next()) {
                (Some(network), None) => {
                    Ok(Some(Choice::written(*network, Why::Written(origin.clone()), Fixity::Fixed)))
                }
                (Some(first), Some(second)) => Err(PlanError::wish(
                    origin,
                    format!("`{key}` has two {family} networks, {first} and {second}"),
                    "keep one of them: a cluster has one network a family",
                )),
                (None, _) => Ok(None),
            }
        };
        if let Some(stray) = networks.iter().find(|network| !self.families.contains(&network.family())) {
            let family = stray.family();
            return Err(PlanError::wish(
                origin,
                format!("`{key}` has {stray}, and {family} is none of the cluster's `families`"),
                format!("remove it, or add {} to `families`", word(family)),
            ));
        }
        let choices = self.families.iter().map(of).collect::<Result<_, _>>()?;
        Ok(Open { role, choices })
    }

    /// What is wished for where nothing is settled.
    fn wish(&self, role: Role, family: usize) -> Result<Wish, PlanError> {
        let of = self.families[family];
        let wishes = &self.input.cluster.network;
        let wish = if role == Role::Services { &wishes.services } else { &wishes.pods };
        let first = self.default_of(role, of).unwrap_or_else(|| self.own_of(role));
        let size = match wish {
            Some(Sourced { value: RangeWish::Size(sizes), origin }) => {
                let size = sizes.get(family).copied().ok_or_else(|| {
                    PlanError::wish(
                        origin,
                        format!(
                            "`size` has {} and the cluster has {}",
                            count(sizes.len(), "number"),
                            count(self.families.len(), "address family")
                        ),
                        "write a pair, IPv4's first: {size: [/18, /112]}",
                    )
                })?;
                if size > of.bits() {
                    return Err(PlanError::wish(
                        origin,
                        format!("/{size} is longer than an {of} address"),
                        format!("{of} has prefix lengths up to /{}", of.bits()),
                    ));
                }
                size
            }
            _ if role == Role::Pods => {
                let needed = self.pods_at_most.get(family).copied().flatten();
                needed.map_or(first.prefix_len(), |needed| needed.min(first.prefix_len()))
            }
            _ => first.prefix_len(),
        };
        let first_choice = Network::containing(first.first(), size).unwrap_or(first);
        Ok(Wish { role, first_choice })
    }

    /// What the layout's playbooks take by themselves.
    fn default_of(&self, role: Role, family: Family) -> Option<Network> {
        let defaults: &[defaults::DefaultRange] = match self.input.cluster.layout {
            Layout::HardWay => &defaults::HARD_WAY,
            Layout::Kubespray | Layout::None => &defaults::KUBESPRAY,
        };
        let fits = |default: &&defaults::DefaultRange| default.role == role && default.range.family() == family;
        defaults.iter().find(fits)?.range.network()
    }

    /// Whether a network must stand in the variables. The hard way has no defaults to fall back to: its variables are
    /// all there is.
    fn must_stand(&self, role: Role, network: Network) -> bool {
        self.input.cluster.layout == Layout::HardWay || Some(network) != self.default_of(role, network.family())
    }

    /// Where the layout has no IPv6 networks of its own: in the cluster's /48, services first.
    fn own_of(&self, role: Role) -> Network {
        let prefix = allocate::unique_local(&self.input.cluster.name).first();
        let (len, nth) = if role == Role::Services { (112, 0) } else { (104, 1_u128 << 24) };
        let base = Network::containing(prefix, 48).and_then(|own| own.nth(nth));
        base.and_then(|base| Network::containing(base, len)).unwrap_or_else(|| Network::of_one(prefix))
    }

    /// A network for every open wish.
    fn allocate<K: Copy>(
        &self,
        wishes: &[(K, Wish)],
        settled: &[AddressSpace],
    ) -> Result<Vec<(K, Choice<Network>)>, PlanError> {
        let pool = self.pool();
        let taken = self.around.iter().chain(settled);
        let wanted: Vec<Wish> = wishes.iter().map(|(_, wish)| *wish).collect();
        // What others use somewhere else is no reason to leave the layout's own, only not to go there from it.
        let at_home = allocate(&wanted, &pool, taken.clone()).map_err(|error| self.no_room(&error))?;
        let mut chosen: Vec<Option<Choice<Network>>> = Vec::new();
        for (wish, grant) in wanted.iter().zip(&at_home) {
            let is_home = grant.network == wish.first_choice;
            chosen.push(is_home.then(|| self.granted(wish, grant)));
        }
        let in_the_way: Vec<Vec<AddressSpace>> =
            at_home.iter().map(|grant| grant.instead_of.iter().map(|space| (*space).clone()).collect()).collect();
        let at_home = wanted.iter().zip(&chosen).filter(|(_, choice)| choice.is_some());
        let at_home = at_home.map(|(wish, _)| {
            AddressSpace::new(wish.first_choice, wish.role, Owner::Cluster, Origin::default_of("the layout"))
        });
        let more: Vec<AddressSpace> = at_home.chain(self.shunned().map(|range| range.space(Owner::Cluster))).collect();
        let moving: Vec<usize> = (0..wanted.len()).filter(|at| chosen[*at].is_none()).collect();
        let moved: Vec<Wish> = moving.iter().map(|at| wanted[*at]).collect();
        let grants = allocate(&moved, &pool, taken.chain(&more)).map_err(|error| self.no_room(&error))?;
        for (at, grant) in moving.into_iter().zip(grants) {
            let Wish { first_choice, .. } = wanted[at];
            // Where only its own size makes it meet the cluster's other range, the size is what there is to say.
            let why = if in_the_way[at].is_empty() {
                Why::Because(format!("the next one that is free, {}", self.size_of(&wanted[at])))
            } else {
                Why::Free { instead_of: first_choice, in_the_way: in_the_way[at].clone() }
            };
            chosen[at] = Some(Choice::written(grant.network, why, Fixity::Fixed));
        }
        Ok(wishes.iter().zip(chosen).filter_map(|((key, _), choice)| Some((*key, choice?))).collect())
    }

    fn granted(&self, wish: &Wish, grant: &Grant<'_>) -> Choice<Network> {
        let family = grant.network.family();
        if self.default_of(wish.role, family) == Some(grant.network) {
            let whose = self.layout_name().to_owned();
            let is_written = self.must_stand(wish.role, grant.network);
            return Choice { is_written, ..Choice::by_default(grant.network, whose, Fixity::Fixed) };
        }
        let why = match self.default_of(wish.role, family) {
            None => format!("the cluster's own, by its name ({})", allocate::unique_local(&self.input.cluster.name)),
            Some(default) => format!("where the default is, {default}, {}", self.size_of(wish)),
        };
        Choice::written(grant.network, Why::Because(why), Fixity::Fixed)
    }

    /// Why a wish has the size it has.
    fn size_of(&self, wish: &Wish) -> String {
        let wishes = &self.input.cluster.network;
        let written = if wish.role == Role::Services { &wishes.services } else { &wishes.pods };
        match written {
            Some(Sourced { value: RangeWish::Size(_), origin }) => {
                format!("as the /{} that is asked for in {origin}", wish.first_choice.prefix_len())
            }
            _ => format!("as a /{}, for {} nodes", wish.first_choice.prefix_len(), self.max_nodes),
        }
    }

    fn layout_name(&self) -> &'static str {
        match self.input.cluster.layout {
            Layout::HardWay => "kubernetes-the-hard-way",
            Layout::Kubespray | Layout::None => "kubespray",
        }
    }

    /// What is free and had better stay so.
    fn shunned(&self) -> impl Iterator<Item = defaults::DefaultRange> {
        let is_named = self.input.cluster.network.pool.is_some();
        let others = (!is_named).then(|| defaults::others_than(self.layout_name()));
        defaults::MACHINES.into_iter().chain(others.into_iter().flatten())
    }

    /// Where free networks are looked for, families that the file's pool lacks added.
    fn pool(&self) -> Vec<AddressRange> {
        let mut pool: Vec<AddressRange> =
            self.input.cluster.network.pool.iter().flat_map(|pool| pool.value.iter().copied()).collect();
        let lacks = |pool: &[AddressRange], family| !pool.iter().any(|range| range.family() == family);
        if lacks(&pool, Family::Ipv4) {
            pool.extend(POOL);
        }
        if lacks(&pool, Family::Ipv6) {
            pool.extend(allocate::unique_local_pool(&self.input.cluster.name));
        }
        pool
    }

    fn no_room(&self, error: &NoRoom<'_>) -> PlanError {
        let key = if error.wish.role == Role::Services { "services" } else { "pods" };
        let remedy = match error.largest {
            Some(network) => format!("in the cluster file that is `{key}: {{size: /{}}}`", network.prefix_len()),
            None if self.input.cluster.network.pool.is_some() => {
                "without `pool`, all private networks are looked through".to_owned()
            }
            None => "the key is `pool`, and what is only somebody's default is free once it is named there".to_owned(),
        };
        PlanError::NoRoom { what: error.to_string(), remedy }
    }

    /// Free networks for those that are in the way of something, none in the way of another. `None`: there is none.
    pub(super) fn instead_of(
        &self,
        wrong: &[(Role, Network)],
        right: &[(Role, Network)],
    ) -> Vec<(Network, Option<Network>)> {
        if wrong.is_empty() {
            return Vec::new();
        }
        let keep = right.iter().map(|(role, network)| {
            AddressSpace::new(*network, *role, Owner::Cluster, Origin::Found("this plan".to_owned()))
        });
        let shunned = self.shunned().map(|range| range.space(Owner::Cluster));
        let more: Vec<AddressSpace> = keep.chain(shunned).collect();
        let wish = |(role, network): &(Role, Network)| {
            let usual = self.default_of(*role, network.family()).unwrap_or_else(|| self.own_of(*role));
            let first_choice = Network::containing(usual.first(), network.prefix_len()).unwrap_or(*network);
            Wish { role: *role, first_choice }
        };
        let wishes: Vec<Wish> = wrong.iter().map(wish).collect();
        let grants = allocate(&wishes, &self.pool(), self.around.iter().chain(&more)).unwrap_or_default();
        let free = |at: usize| grants.get(at).map(|grant| grant.network);
        wrong.iter().enumerate().map(|(at, (_, network))| (*network, free(at))).collect()
    }
}

/// A range that was chosen, as a space.
pub(super) fn space(choice: &Choice<Network>, role: Role) -> AddressSpace {
    let origin = match &choice.why {
        Why::Written(origin) | Why::Kept(origin) => origin.clone(),
        Why::Default(whose) => Origin::Default(whose.clone().into()),
        Why::WasInEffect(_) => Origin::Found("in effect when the variables were last written".to_owned()),
        _ => Origin::Found("this plan".to_owned()),
    };
    AddressSpace::new(choice.value, role, Owner::Cluster, origin)
}

/// A family in the words of a cluster file.
pub(super) fn word(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "ipv4",
        Family::Ipv6 => "ipv6",
    }
}

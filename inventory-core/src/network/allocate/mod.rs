//! Which range is free, and why none is.

pub mod defaults;
mod free;
pub mod headroom;
mod machines;
mod unique_local;

use std::fmt;

use crate::network::address::{AddressRange, Network};
use crate::network::space::{AddressSpace, Role};
use free::Free;

pub use machines::{free_address, free_block};
pub use unique_local::{unique_local, unique_local_pool};

/// Where ranges are looked for when the user names no pool, in this order: counted up from kubespray's own to the end
/// of 10.0.0.0/8, then what is below, then the other private networks.
pub const POOL: [AddressRange; 8] = [
    AddressRange::ipv4([10, 233, 0, 0], 16),
    AddressRange::ipv4([10, 234, 0, 0], 15),
    AddressRange::ipv4([10, 236, 0, 0], 14),
    AddressRange::ipv4([10, 240, 0, 0], 12),
    AddressRange::ipv4([10, 128, 0, 0], 9),
    AddressRange::ipv4([172, 16, 0, 0], 12),
    AddressRange::ipv4([10, 0, 0, 0], 9),
    AddressRange::ipv4([192, 168, 0, 0], 16),
];

/// A network that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// What for.
    pub role: Role,
    /// The network to have if nothing is in its way. Another has its family and size.
    pub first_choice: Network,
}

/// A network that nothing else has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant<'a> {
    /// What for.
    pub role: Role,
    /// The network.
    pub network: Network,
    /// What was in the way of the first choice; nothing when this is it, or when another grant has it.
    pub instead_of: Vec<&'a AddressSpace>,
}

/// There is no free network of the size that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoRoom<'a> {
    /// What is wanted.
    pub wish: Wish,
    /// Where it was looked for.
    pub pool: Vec<AddressRange>,
    /// What takes addresses there, the largest first.
    pub in_the_way: Vec<&'a AddressSpace>,
    /// What other wishes have there already.
    pub granted: Vec<Network>,
    /// The largest network that is free there, the first of several.
    pub largest: Option<Network>,
}

impl std::error::Error for NoRoom<'_> {}

impl fmt::Display for NoRoom<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 3;
        let Wish { role, first_choice } = self.wish;
        write!(f, "no /{} is free for {role} in {}", first_choice.prefix_len(), list(&self.pool))?;
        let named: Vec<_> = self.in_the_way.iter().take(NAMED).collect();
        if !named.is_empty() {
            write!(f, "; in the way: {}", list(&named))?;
        }
        if self.in_the_way.len() > NAMED {
            write!(f, " and {} more", self.in_the_way.len() - NAMED)?;
        }
        if !self.granted.is_empty() {
            write!(f, "; other wishes have {}", list(&self.granted))?;
        }
        match self.largest {
            Some(network) => {
                write!(f, "; {network} is the largest that would fit: take /{}, or name", network.prefix_len())?;
            }
            None => f.write_str("; nothing at all is free there: name")?,
        }
        f.write_str(" another pool")
    }
}

/// Their texts, with commas.
fn list<T: fmt::Display>(things: &[T]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Finds a network for every wish, in their order, none of which shares an address with another or with what is
/// taken.
///
/// A wish gets its first choice if that is free. The others are counted up from their first choice to the end of the
/// part of the pool that has it, then through the pool in its order, and never move into a later wish's first choice.
/// Nothing but the arguments decides, so that the same cluster gets the same networks. O(n log n).
pub fn allocate<'a, T>(wishes: &[Wish], pool: &[AddressRange], taken: T) -> Result<Vec<Grant<'a>>, NoRoom<'a>>
where
    T: IntoIterator<Item = &'a AddressSpace> + Clone,
{
    let mut free = Free::new(taken.clone().into_iter().map(|space| space.range));
    let mut networks: Vec<Option<Network>> = Vec::new();
    for Wish { first_choice, .. } in wishes {
        let is_free = free.has(first_choice.range());
        if is_free {
            free.take(*first_choice);
        }
        networks.push(is_free.then_some(*first_choice));
    }
    let mut grants = Vec::new();
    for (at, &Wish { role, first_choice }) in wishes.iter().enumerate() {
        if let Some(network) = networks[at] {
            grants.push(Grant { role, network, instead_of: Vec::new() });
            continue;
        }
        let Some(network) = places(first_choice, pool).find_map(|place| free.next(place, first_choice.prefix_len()))
        else {
            return Err(no_room(wishes[at], pool, taken.into_iter(), &free, &networks));
        };
        free.take(network);
        networks[at] = Some(network);
        let in_its_way = |space: &&AddressSpace| space.range.overlaps(first_choice.range());
        let instead_of = taken.clone().into_iter().filter(in_its_way).collect();
        grants.push(Grant { role, network, instead_of });
    }
    Ok(grants)
}

/// What is free of a range, in order.
pub fn gaps(range: AddressRange, taken: impl Iterator<Item = AddressRange>) -> Vec<AddressRange> {
    Free::new(taken).gaps(range)
}

/// A /24 for docker's bridge, where docker itself looks for networks first.
pub fn free_bridge(taken: impl Iterator<Item = AddressRange>) -> Option<Network> {
    const PLACES: [AddressRange; 3] = [
        AddressRange::ipv4([172, 16, 0, 0], 12),
        AddressRange::ipv4([192, 168, 0, 0], 16),
        AddressRange::ipv4([10, 0, 0, 0], 8),
    ];
    let free = Free::new(taken);
    PLACES.into_iter().find_map(|place| free.next(place, 24))
}

/// Where to look: from the first choice to the end of its part of the pool, then all parts of its family.
fn places(first_choice: Network, pool: &[AddressRange]) -> impl Iterator<Item = AddressRange> {
    let wanted = first_choice.range();
    let home = pool.iter().find(|part| part.contains(wanted));
    let onwards = home.map(|part| AddressRange::from_numbers(part.family(), wanted.numbers().0, part.numbers().1));
    onwards.into_iter().chain(pool.iter().copied()).filter(move |part| part.family() == wanted.family())
}

fn no_room<'a>(
    wish: Wish,
    pool: &[AddressRange],
    taken: impl Iterator<Item = &'a AddressSpace>,
    free: &Free,
    granted: &[Option<Network>],
) -> NoRoom<'a> {
    let family = wish.first_choice.family();
    let pool: Vec<_> = pool.iter().copied().filter(|part| part.family() == family).collect();
    let is_there = |range: AddressRange| pool.iter().any(|part| part.overlaps(range));
    let mut in_the_way: Vec<_> = taken.filter(|space| is_there(space.range)).collect();
    in_the_way.sort_by_key(|space| std::cmp::Reverse(space.range.size()));
    let granted = granted.iter().flatten().copied().filter(|network| is_there(network.range())).collect();
    // `min_by_key` keeps the first of equals.
    let largest = pool.iter().flat_map(|part| free.gaps(*part)).map(AddressRange::largest_network);
    let largest = largest.min_by_key(|network| network.prefix_len());
    NoRoom { wish, pool, in_the_way, granted, largest }
}

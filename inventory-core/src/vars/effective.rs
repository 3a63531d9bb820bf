//! Which value of a variable counts for a host: the inventory's own, or one of a file beside it.

use super::tree::{Owner, Reading, VarsTree};
use crate::inventory::effective::Effective;
use crate::inventory::{Inventory, Value};
use crate::network::space::Origin;
use crate::safe::HostName;

/// An inventory with the files beside it, as Ansible lays them over each other when nobody changed its
/// `VARIABLE_PRECEDENCE`.
pub(super) struct EffectiveVars<'a> {
    inventory: &'a Inventory,
    effective: Effective<'a>,
    tree: &'a VarsTree,
}

/// A value and where it is.
pub(crate) struct Found {
    pub(crate) reading: Reading,
    pub(crate) origin: Origin,
}

impl<'a> EffectiveVars<'a> {
    pub(super) fn new(inventory: &'a Inventory, tree: &'a VarsTree) -> Self {
        Self { inventory, effective: Effective::of(inventory), tree }
    }

    /// The value of a variable; `None` where there is none, or null.
    pub(super) fn get(&self, host: &HostName, name: &str) -> Option<Found> {
        let found =
            self.of_files(&Owner::Host(host.to_string()), name).or_else(|| self.own(host, name)).or_else(|| {
                let mut groups = self.effective.groups(host);
                groups.find_map(|group| self.of_files(&Owner::Group(group.to_string()), name))
            });
        let of_all = || self.of_files(&Owner::Group("all".to_owned()), name);
        let of_inventory = || Some(Found::in_inventory(host, name, self.effective.get(host, name)?));
        found.or_else(of_all).or_else(of_inventory).filter(|found| found.reading != Reading::Plain(Value::Null))
    }

    /// The value that the inventory itself gives a host.
    fn own(&self, host: &HostName, name: &str) -> Option<Found> {
        Some(Found::in_inventory(host, name, self.inventory.hosts().get(host)?.get(name)?))
    }

    fn of_files(&self, owner: &Owner, name: &str) -> Option<Found> {
        Found::of_files(self.tree, owner, name)
    }
}

impl Found {
    /// The value that the files of a group or host have.
    pub(super) fn of_files(tree: &VarsTree, owner: &Owner, name: &str) -> Option<Self> {
        Self::at(tree, owner, &[name.to_owned()])
    }

    /// The same, of a variable and keys below it.
    pub(super) fn at(tree: &VarsTree, owner: &Owner, path: &[String]) -> Option<Self> {
        let found = tree.value(owner, path)?;
        Some(Self { reading: found.reading, origin: (&found.location).into() })
    }

    /// The value that the inventory itself has.
    pub(super) fn in_inventory(host: &HostName, name: &str, value: &Value) -> Self {
        let origin = Origin::Found(format!("`{name}` of {host} in the inventory"));
        Self { reading: Reading::of(Ok(value.clone())), origin }
    }
}

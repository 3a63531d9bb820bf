//! The hosts of an inventory, as far as they are known.

use crate::ansible;
use crate::inventory::Inventory;
use crate::inventory::assemble::assemble;
use crate::lint::root::{Content, InventoryFile};
use crate::yaml::Source;

/// The hosts of an inventory.
#[derive(Debug)]
pub enum Hosts<'a> {
    /// A file has them.
    Written(&'a Source, &'a ansible::Inventory),
    /// A cluster file and a look at its source.
    Assembled(&'a Source, Box<Inventory>),
    /// Nobody knows them here: there is no inventory, only its source would tell, or they cannot be assembled.
    Unknown,
}

impl<'a> Hosts<'a> {
    /// Those of an inventory file. `Err`: the cluster file and its machines do not go together, in a sentence, and what
    /// to do.
    pub fn of(file: Option<&'a InventoryFile>) -> Result<Self, (String, String)> {
        let Some(InventoryFile { source, content, .. }) = file else { return Ok(Self::Unknown) };
        match content {
            Content::Ansible { inventory, .. } => Ok(Self::Written(source, inventory)),
            Content::Cluster(content) => match &content.discovery {
                Some(discovery) => assemble(&content.cluster, discovery)
                    .map(|assembly| Self::Assembled(source, Box::new(assembly.inventory)))
                    .map_err(|error| (error.to_string(), error.remedy())),
                None => Ok(Self::Unknown),
            },
            Content::Unknown => Ok(Self::Unknown),
        }
    }
}

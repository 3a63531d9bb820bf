//! What rules look at.

use super::root::{InventoryFile, Root};
use crate::kubespray::Release;

/// One inventory of a root, as one kubespray release sees it.
#[derive(Debug)]
pub struct View<'a> {
    /// Everything that is loaded with it.
    pub root: &'a Root,
    /// The inventory. `None`: only variables are there.
    pub inventory: Option<&'a InventoryFile>,
    /// The release.
    pub release: Release,
}

//! What is around an inventory and cannot be seen in it.

use crate::cluster::Network;
use crate::environment::Environment;
use crate::plan::Sibling;

/// What a person declared, or a source found, around an inventory.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// What the cluster file, its site and `inv-lint.toml` say.
    pub declared: Network,
    /// What a look at the source found.
    pub found: Environment,
    /// The clusters whose ranges must differ.
    pub siblings: Vec<Sibling>,
}

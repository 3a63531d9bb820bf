//! What many clusters share: the file that `site` names.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Avoid;
use crate::environment::{Hosting, MachineNetwork, OneOrMany, Sourced, Underlay};
use crate::network::address::AddressRange;
use crate::yaml::{self, Source};

/// What is around many clusters alike. A cluster file's own `network` wins, key by key; what it avoids comes on top.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Site {
    /// What must stay reachable.
    pub avoid: Option<Vec<Avoid>>,
    /// The clusters between the site and the machines, outermost first.
    pub hosting: Option<Vec<Sourced<Hosting>>>,
    /// The networks that machines are in.
    pub nodes: Option<Vec<Sourced<MachineNetwork>>>,
    /// The physical site's network.
    pub underlay: Option<Sourced<Underlay>>,
    /// Where auto looks for free networks, in order.
    pub pool: Option<Sourced<OneOrMany<AddressRange>>>,
    /// Globs of cluster files, relative to this file, whose ranges must differ.
    pub siblings: Option<Sourced<OneOrMany<String>>>,
}

impl Site {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, yaml::Error> {
        // An empty file is a site of which nothing is known.
        let site: Option<Self> = yaml::from_source(&Source::read(path)?)?;
        Ok(site.unwrap_or_default())
    }
}

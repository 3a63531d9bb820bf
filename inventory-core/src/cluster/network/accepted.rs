//! What is refused unless the file accepts it.

use schemars::JsonSchema;
use serde::Deserialize;

/// Something that is refused because it hardly ever works, and that the file accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Accepted {
    /// Members of one cluster in networks of different places that nobody outside reaches.
    SeparateNat,
}

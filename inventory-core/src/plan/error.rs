//! Why there is no plan.

use crate::network::space::Origin;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Keys of the cluster file that do not go together, or ask for what cannot be.
    #[error("{}{what}", .origin.as_ref().map(|origin| format!("{origin}: ")).unwrap_or_default())]
    Wish {
        /// Where the key is, if it is in one place.
        origin: Option<Origin>,
        /// What is wrong, with the key and the numbers.
        what: String,
        /// The smallest change that would work.
        remedy: String,
    },
    /// Nothing of the size that is wanted is free.
    #[error("{what}")]
    NoRoom {
        /// What was wanted, what is in the way, the largest that would fit.
        what: String,
        /// What to do about it.
        remedy: String,
    },
}

impl PlanError {
    pub(super) fn wish(origin: &Origin, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Wish { origin: Some(origin.clone()), what: what.into(), remedy: remedy.into() }
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> &str {
        match self {
            Self::Wish { remedy, .. } | Self::NoRoom { remedy, .. } => remedy,
        }
    }
}
